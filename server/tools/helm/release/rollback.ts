import type { Steps } from '../../../sim/index.ts';
import { HelmError } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { runHooks, stamp } from './hooks.ts';
import { checkName } from './name.ts';
import { checkReachable } from './prepare.ts';
import type { Release } from './release.ts';
import { buildResources, own, update } from './resources.ts';
import { Storage } from './storage.ts';
import { waitReady } from './wait.ts';

export interface RollbackOptions {
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly dryRun?: boolean;
  readonly hooks?: boolean;
  readonly force?: boolean;
  readonly jobs?: boolean;
  readonly keep?: number;
}

/** Makes a release what it was at a revision; 0: the one before. Models helm/pkg/action Rollback.Run. */
export function* rollback(helm: Helm, name: string, revision: number, options: RollbackOptions): Steps<void> {
  yield* checkReachable(helm);
  try {
    checkName(name);
  } catch {
    throw new HelmError(`release name is invalid: ${name}`);
  }
  if (revision < 0) throw new HelmError('invalid release revision');
  const storage = new Storage(helm);
  const current = yield* storage.last(name);
  const version = revision === 0 ? current.version - 1 : revision;
  const history = yield* storage.history(name);
  if (!history.some((old) => old.version === version))
    throw new HelmError(`release has no ${version} version`);
  const target = yield* storage.get(name, version);
  const release: Release = {
    ...target,
    version: current.version + 1,
    info: {
      ...target.info,
      first_deployed: current.info.first_deployed,
      last_deployed: stamp(helm),
      status: 'pending-rollback',
      description: `Rollback to ${version}`,
    },
  };
  if (options.dryRun) return;
  yield* storage.create(release, options.keep);
  yield* perform(helm, { storage, current, release }, options);
}

function* perform(
  helm: Helm,
  { storage, current, release }: { storage: Storage; current: Release; release: Release },
  options: RollbackOptions,
): Steps<void> {
  const { timeoutMs } = options;
  const changed = (one: Release) => storage.update(one);
  const before = yield* buildResources(helm, current.manifest, current.namespace);
  const after = yield* buildResources(helm, release.manifest, release.namespace);
  own(after, release);
  try {
    if (options.hooks ?? true) yield* runHooks(helm, release, { event: 'pre-rollback', timeoutMs, changed });
    yield* update(helm, { before, after, force: options.force ?? false });
    if (options.wait)
      yield* waitReady(helm, after, { deadline: helm.now + timeoutMs, jobs: options.jobs ?? false });
    if (options.hooks ?? true) yield* runHooks(helm, release, { event: 'post-rollback', timeoutMs, changed });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    current.info.status = 'superseded';
    release.info.status = 'failed';
    release.info.description = `Rollback ${JSON.stringify(release.name)} failed: ${error.message}`;
    yield* storage.update(current);
    yield* storage.update(release);
    throw error;
  }
  for (const old of yield* storage.history(release.name)) {
    if (old.info.status !== 'deployed') continue;
    old.info.status = 'superseded';
    yield* storage.update(old);
  }
  release.info.status = 'deployed';
  yield* storage.update(release);
}
