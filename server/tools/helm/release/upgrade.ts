import type { Steps } from '../../../sim/index.ts';
import type { Values } from '../chart/chart.ts';
import { coalesceTables, coalesceValues } from '../chart/values.ts';
import { HelmError, wrapped } from '../errors.ts';
import { deepCopy } from '../functions/collections.ts';
import type { Helm } from '../helm.ts';
import { hookPhase, stamp } from './hooks.ts';
import { type InstallOptions, labelsOf } from './install.ts';
import { checkName } from './name.ts';
import { checkReachable, clusterCapabilities, givenCapabilities, prepare } from './prepare.ts';
import type { Release } from './release.ts';
import { adoptable, buildResources, own, type Resource, remove, update } from './resources.ts';
import { rollback } from './rollback.ts';
import { isPending, Storage } from './storage.ts';
import { waitReady } from './wait.ts';

/** The release that runs now, from whose manifest an upgrade goes on. */
function* currentOf(storage: Storage, name: string): Steps<{ last: Release; current: Release }> {
  const last = (yield* storage.history(name)).at(-1);
  const none = () => new HelmError(`${JSON.stringify(name)} has no deployed releases`);
  if (!last) throw none();
  if (isPending(last.info.status))
    throw new HelmError('another operation (install/upgrade/rollback) is in progress');
  if (last.info.status === 'deployed') return { last, current: last };
  const deployed = yield* storage.deployed(name);
  if (deployed) return { last, current: deployed };
  if (last.info.status !== 'failed' && last.info.status !== 'superseded') throw none();
  return { last, current: last };
}

/** Models helm/pkg/action Upgrade.reuseValues. */
function keptValues(helm: Helm, { chart, values }: InstallOptions, current: Release): Values {
  const { flags } = helm;
  const quiet = { warn: () => {}, merging: false };
  if (flags.bool('reset-values')) return values;
  if (flags.bool('reuse-values')) {
    const old = { ...current.chart, raw: [], dependencies: [], parent: undefined };
    const before = coalesceValues(old, current.config, quiet);
    chart.values = before;
    return coalesceTables(deepCopy(values), deepCopy(current.config), '', quiet);
  }
  if (flags.bool('reset-then-reuse-values'))
    return coalesceTables(deepCopy(values), deepCopy(current.config), '', quiet);
  if (Object.keys(values).length === 0 && Object.keys(current.config).length > 0) return current.config;
  return values;
}

/** Makes the next revision of a release. Models helm/pkg/action Upgrade.Run. */
export function* upgrade(helm: Helm, options: InstallOptions): Steps<Release> {
  const { name, chart, dryRun } = options;
  const { flags, namespace } = helm;
  yield* checkReachable(helm);
  checkName(name);
  const storage = new Storage(helm);
  const { last, current } = yield* currentOf(storage, name);
  const values = keptValues(helm, options, current);
  const revision = last.version + 1;
  const capabilities = dryRun === 'client' ? givenCapabilities('', []) : yield* clusterCapabilities(helm);
  const made = yield* prepare(helm, chart, values, {
    release: { name, namespace, revision, isUpgrade: true },
    capabilities,
    asksCluster: dryRun !== 'client',
    hideSecrets: flags.bool('hide-secret'),
  });
  if (made.problem) throw made.problem;
  const release: Release = {
    name,
    namespace: current.namespace,
    version: revision,
    info: {
      first_deployed: current.info.first_deployed,
      last_deployed: stamp(helm),
      deleted: '',
      description: 'Preparing upgrade',
      status: 'pending-upgrade',
      notes: made.notes,
    },
    chart,
    config: values,
    manifest: made.manifest,
    hooks: made.hooks,
    labels: withLabels(current.labels, labelsOf(helm)),
  };
  return yield* carryOut(helm, { storage, current, release, dryRun });
}

/** `null` takes a label away. */
function withLabels(old: Record<string, string>, given: Record<string, string>): Record<string, string> {
  const all = Object.entries({ ...old, ...given });
  return Object.fromEntries(all.filter(([, value]) => value !== 'null'));
}

interface Work {
  readonly storage: Storage;
  readonly current: Release;
  readonly release: Release;
  readonly dryRun: InstallOptions['dryRun'];
}

/** Models action Upgrade.performUpgrade. */
function* carryOut(helm: Helm, work: Work): Steps<Release> {
  const { storage, current, release, dryRun } = work;
  const built = function* (what: string, manifest: string): Steps<Resource[]> {
    try {
      return yield* buildResources(helm, manifest, release.namespace);
    } catch (error) {
      throw wrapped(`unable to build kubernetes objects from ${what} release manifest`, error);
    }
  };
  const before = yield* built('current', current.manifest);
  const after = yield* built('new', release.manifest);
  own(after, release);
  const isNew = (one: Resource) =>
    !before.some(
      (old) => old.name === one.name && old.namespace === one.namespace && old.api.kind === one.api.kind,
    );
  let there: Resource[];
  try {
    there = yield* adoptable(helm, after.filter(isNew), {
      ...release,
      take: helm.flags.bool('take-ownership'),
    });
  } catch (error) {
    throw wrapped('Unable to continue with update', error);
  }
  if (dryRun !== 'none') {
    release.info.description = 'Dry run complete';
    return release;
  }
  yield* storage.create(release, Number(helm.flags.int('history-max')));
  yield* apply(helm, work, { before: [...before, ...there], after });
  current.info.status = 'superseded';
  yield* storage.update(current);
  release.info.status = 'deployed';
  release.info.description = helm.flags.string('description') || 'Upgrade complete';
  yield* storage.update(release);
  return release;
}

/** Models action Upgrade.releasingUpgrade. */
function* apply(
  helm: Helm,
  work: Work,
  { before, after }: { before: readonly Resource[]; after: readonly Resource[] },
): Steps<void> {
  const { flags } = helm;
  const { storage, release } = work;
  const timeoutMs = flags.duration('timeout');
  const hooks = !flags.bool('no-hooks');
  const changed = (one: Release) => storage.update(one);
  let created: Resource[] = [];
  try {
    if (hooks)
      yield* hookPhase(helm, release, {
        event: 'pre-upgrade',
        timeoutMs,
        changed,
        failed: 'pre-upgrade hooks failed',
      });
    created = yield* update(helm, { before, after, force: flags.bool('force') });
    if (flags.bool('wait') || flags.bool('atomic'))
      yield* waitReady(helm, after, { deadline: helm.now + timeoutMs, jobs: flags.bool('wait-for-jobs') });
    if (hooks)
      yield* hookPhase(helm, release, {
        event: 'post-upgrade',
        timeoutMs,
        changed,
        failed: 'post-upgrade hooks failed',
      });
  } catch (error) {
    yield* failed(helm, work, { error, created });
  }
}

/** Models action Upgrade.failRelease. */
function* failed(
  helm: Helm,
  { storage, release }: Work,
  { error, created }: { error: unknown; created: readonly Resource[] },
): Steps<never> {
  if (!(error instanceof Error)) throw error;
  const { flags } = helm;
  release.info.status = 'failed';
  release.info.description = `Upgrade ${JSON.stringify(release.name)} failed: ${error.message}`;
  yield* storage.update(release);
  if (flags.bool('cleanup-on-fail')) for (const resource of created) yield* remove(helm, resource);
  if (!flags.bool('atomic')) throw error;
  const history = (yield* storage.history(release.name)).filter(
    ({ info, version }) =>
      version < release.version && (info.status === 'superseded' || info.status === 'deployed'),
  );
  const target = history.at(-1);
  if (!target)
    throw wrapped(
      'unable to find a previously successful release when attempting to rollback. original upgrade error',
      error,
    );
  try {
    yield* rollback(helm, release.name, target.version, { wait: true, timeoutMs: flags.duration('timeout') });
  } catch (second) {
    throw wrapped(
      `an error occurred while rolling back the release. original upgrade error: ${error.message}`,
      second,
    );
  }
  throw wrapped(`release ${release.name} failed, and has been rolled back due to atomic being set`, error);
}
