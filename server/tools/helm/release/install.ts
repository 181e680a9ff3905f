import { isApiError } from '../../../objects/api-error.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Chart, crdsOf, type Values } from '../chart/chart.ts';
import { HelmError, wrapped } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { hookPhase, stamp } from './hooks.ts';
import { checkName } from './name.ts';
import { checkReachable, clusterCapabilities, givenCapabilities, prepare } from './prepare.ts';
import type { Release } from './release.ts';
import { adoptable, buildResources, create, own, type Resource, update } from './resources.ts';
import { Storage } from './storage.ts';
import { uninstall } from './uninstall.ts';
import { waitReady } from './wait.ts';

export interface InstallOptions {
  readonly name: string;
  readonly chart: Chart;
  readonly values: Values;
  readonly dryRun: 'none' | 'client' | 'server';
}

/** `none` where nothing is said. Models helm/cmd/helm validateDryRunOptionFlag. */
export function dryRunOf({ flags }: Helm): InstallOptions['dryRun'] {
  const value = flags.string('dry-run');
  if (['', 'false', 'none'].includes(value)) return 'none';
  if (['client', 'true'].includes(value)) return 'client';
  if (value === 'server') return 'server';
  throw new HelmError(
    'invalid dry-run flag. Flag must one of the following: false, true, none, client, server',
  );
}

export function labelsOf({ flags }: Helm): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const pair of flags.list('labels')) {
    const at = pair.indexOf('=');
    labels[pair.slice(0, at)] = pair.slice(at + 1);
  }
  const system = Object.keys(labels).filter((name) => SYSTEM.includes(name));
  if (system.length > 0)
    throw new HelmError(
      `user supplied labels contains system reserved label name. System labels: [${SYSTEM.join(' ')}]`,
    );
  return labels;
}

const SYSTEM = ['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt'];

/** Makes a release of a chart. Models helm/pkg/action Install.Run. */
export function* install(helm: Helm, options: InstallOptions): Steps<Release> {
  const { name, chart, values, dryRun } = options;
  const { flags, namespace } = helm;
  if (dryRun !== 'client') yield* checkReachable(helm);
  checkName(name);
  const storage = new Storage(helm);
  if (dryRun !== 'client') yield* checkFree(storage, name, helm.isSet('replace'));
  if (!flags.bool('skip-crds') && dryRun === 'none') yield* installCrds(helm, chart);
  const capabilities = dryRun === 'client' ? givenCapabilities('', []) : yield* clusterCapabilities(helm);
  const prepared = yield* prepare(helm, chart, values, {
    release: { name, namespace, revision: 1, isUpgrade: false },
    capabilities,
    asksCluster: dryRun !== 'client',
    hideSecrets: helm.isSet('hide-secret'),
  });
  if (prepared.problem) throw prepared.problem;
  const release = newRelease(helm, options, prepared);
  const objects = dryRun === 'client' ? undefined : yield* objectsOf(helm, release);
  if (!objects || dryRun !== 'none') {
    release.info.description = 'Dry run complete';
    return release;
  }
  if (flags.bool('create-namespace')) yield* createNamespace(helm, namespace);
  yield* storage.create(release);
  return yield* perform(helm, release, { storage, ...objects });
}

interface Objects {
  readonly resources: readonly Resource[];
  /** Those that exist already. */
  readonly there: readonly Resource[];
}

/** What the manifest of a release makes, and what of it the release may take over. */
function* objectsOf(helm: Helm, release: Release): Steps<Objects> {
  let resources: Resource[];
  try {
    resources = yield* buildResources(helm, release.manifest, helm.namespace);
  } catch (error) {
    throw wrapped('unable to build kubernetes objects from release manifest', error);
  }
  own(resources, release);
  try {
    const take = helm.flags.bool('take-ownership');
    return { resources, there: yield* adoptable(helm, resources, { ...release, take }) };
  } catch (error) {
    throw wrapped('Unable to continue with install', error);
  }
}

function newRelease(
  helm: Helm,
  { name, chart, values }: InstallOptions,
  made: { manifest: string; hooks: Release['hooks']; notes: string },
): Release {
  const now = stamp(helm);
  return {
    name,
    namespace: helm.namespace,
    version: 1,
    info: {
      first_deployed: now,
      last_deployed: now,
      deleted: '',
      description: 'Initial install underway',
      status: 'pending-install',
      notes: made.notes,
    },
    chart,
    config: values,
    manifest: made.manifest,
    hooks: made.hooks,
    labels: labelsOf(helm),
  };
}

/** Models action Install.availableName. */
function* checkFree(storage: Storage, name: string, replace: boolean): Steps<void> {
  const last = (yield* storage.history(name)).at(-1);
  if (!last) return;
  if (replace && (last.info.status === 'uninstalled' || last.info.status === 'failed')) return;
  throw new HelmError('cannot re-use a name that is still in use');
}

/** Those that are there stay as they are. Models action Install.installCRDs. */
export function* installCrds(helm: Helm, chart: Chart): Steps<void> {
  const made: Resource[] = [];
  for (const { name, data } of crdsOf(chart)) {
    let resources: Resource[];
    try {
      resources = yield* buildResources(helm, data, helm.namespace);
    } catch (error) {
      throw wrapped(`failed to install CRD ${name}`, error);
    }
    for (const resource of resources) {
      try {
        yield* create(helm, resource);
        made.push(resource);
      } catch (error) {
        if (!isApiError(error, 'AlreadyExists')) throw wrapped(`failed to install CRD ${name}`, error);
        if (helm.debug) yield* helm.log(`CRD ${resource.name} is already present. Skipping.`);
      }
    }
  }
  if (made.length === 0) return;
  yield* waitReady(helm, made, { deadline: helm.now + 60_000, jobs: false });
  yield* helm.client.resources.refresh();
}

function* createNamespace(helm: Helm, name: string): Steps<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { name } } };
  try {
    yield* helm.client.api.post('/api/v1/namespaces', body);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
  }
}

/** Models action Install.performInstall and failRelease. */
function* perform(
  helm: Helm,
  release: Release,
  { storage, resources, there }: Objects & { storage: Storage },
): Steps<Release> {
  const { flags } = helm;
  const timeoutMs = flags.duration('timeout');
  const hooks = !flags.bool('no-hooks');
  const changed = (one: Release) => storage.update(one);
  const phase = (event: 'pre-install' | 'post-install') =>
    hookPhase(helm, release, { event, timeoutMs, changed, failed: `failed ${event}` });
  try {
    if (hooks) yield* phase('pre-install');
    if (there.length === 0) for (const resource of resources) yield* create(helm, resource);
    else yield* update(helm, { before: there, after: resources, force: flags.bool('force') });
    if (flags.bool('wait') || flags.bool('atomic'))
      yield* waitReady(helm, resources, {
        deadline: helm.now + timeoutMs,
        jobs: flags.bool('wait-for-jobs'),
      });
    if (hooks) yield* phase('post-install');
  } catch (error) {
    yield* failed(helm, release, { storage, error });
  }
  release.info.description = flags.string('description') || 'Install complete';
  release.info.status = 'deployed';
  yield* storage.update(release);
  return release;
}

function* failed(
  helm: Helm,
  release: Release,
  { storage, error }: { storage: Storage; error: unknown },
): Steps<never> {
  if (!(error instanceof Error)) throw error;
  release.info.status = 'failed';
  release.info.description = `Release ${JSON.stringify(release.name)} failed: ${error.message}`;
  if (!helm.flags.bool('atomic')) {
    yield* storage.update(release);
    throw error;
  }
  const options = {
    keepHistory: false,
    hooks: !helm.flags.bool('no-hooks'),
    timeoutMs: helm.flags.duration('timeout'),
    dryRun: false,
    wait: false,
    cascade: 'background',
    description: '',
  };
  yield* uninstall(helm, release.name, options);
  throw wrapped(`release ${release.name} failed, and has been uninstalled due to atomic being set`, error);
}
