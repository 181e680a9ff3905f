import type { Steps } from '../../../sim/index.ts';
import { parseYaml } from '../../kubectl/yaml-parser.ts';
import { byKind, splitManifests } from '../chart/manifests.ts';
import { HelmError, wrapped } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { runHooks, stamp } from './hooks.ts';
import { checkName } from './name.ts';
import { checkReachable } from './prepare.ts';
import type { Release } from './release.ts';
import { buildResources, type Resource, remove } from './resources.ts';
import { NOT_FOUND, Storage } from './storage.ts';
import { waitGone } from './wait.ts';

export interface UninstallOptions {
  readonly keepHistory: boolean;
  readonly hooks: boolean;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly cascade: string;
  readonly description: string;
}

/** What was taken away; `info`: what stays on purpose. Models helm/pkg/action Uninstall.Run. */
export function* uninstall(
  helm: Helm,
  name: string,
  options: UninstallOptions,
): Steps<{ release: Release; info: string }> {
  yield* checkReachable(helm);
  try {
    checkName(name);
  } catch (error) {
    throw wrapped(`uninstall: Release name is invalid: ${name}`, error);
  }
  const storage = new Storage(helm);
  const history = yield* storage.history(name);
  const release = history.at(-1);
  if (!release) throw new HelmError(`uninstall: Release not loaded: ${name}: ${NOT_FOUND}`);
  if (options.dryRun) return { release, info: '' };
  if (release.info.status === 'uninstalled') {
    if (options.keepHistory)
      throw new HelmError(`the release named ${JSON.stringify(name)} is already deleted`);
    for (const old of history) yield* storage.delete(old);
    return { release, info: '' };
  }
  release.info = {
    ...release.info,
    status: 'uninstalling',
    deleted: stamp(helm),
    description: 'Deletion in progress (or silently failed)',
  };
  const changed = (one: Release) => storage.update(one);
  if (options.hooks)
    yield* runHooks(helm, release, { event: 'pre-delete', timeoutMs: options.timeoutMs, changed });
  yield* storage.update(release);
  const { gone, info } = yield* removeObjects(helm, release, options.cascade);
  if (options.wait) yield* waitGone(helm, gone, helm.now + options.timeoutMs);
  if (options.hooks)
    yield* runHooks(helm, release, { event: 'post-delete', timeoutMs: options.timeoutMs, changed });
  release.info.status = 'uninstalled';
  release.info.description = options.description || 'Uninstallation complete';
  if (options.keepHistory) {
    yield* storage.update(release);
    for (const old of history.slice(0, -1))
      if (old.info.status === 'deployed') {
        old.info.status = 'superseded';
        yield* storage.update(old);
      }
  } else for (const old of history) yield* storage.delete(old);
  return { release, info };
}

function* removeObjects(
  helm: Helm,
  release: Release,
  cascade: string,
): Steps<{ gone: Resource[]; info: string }> {
  const manifests = splitManifests(release.manifest).map((content) => {
    const head = (parseYaml(content) ?? {}) as {
      kind?: string;
      metadata?: { name?: string; annotations?: Record<string, string> };
    };
    return { content, kind: head.kind ?? '', head };
  });
  const kept = manifests.filter(
    ({ head }) => head.metadata?.annotations?.['helm.sh/resource-policy']?.trim().toLowerCase() === 'keep',
  );
  const info = kept.map(({ kind, head }) => `[${kind}] ${head.metadata?.name}\n`).join('');
  const doomed = byKind(
    manifests.filter((one) => !kept.includes(one)),
    'uninstall',
  );
  const text = doomed.map(({ content }) => `---\n${content}\n`).join('');
  const gone = yield* buildResources(helm, text, release.namespace);
  for (const resource of gone) yield* remove(helm, resource, cascade);
  return { gone, info: info && `These resources were kept due to the resource policy:\n${info}` };
}
