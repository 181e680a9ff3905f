import { isSystemError } from '../../host/index.ts';
import { isApiError } from '../../objects/api-error.ts';
import type { Steps } from '../../sim/index.ts';
import { parseSaved } from './apply/apply.ts';
import { prunable, pruneAllowlist } from './apply/prune.ts';
import { patchText, threeWayPatch } from './apply/three-way.ts';
import { byLabels, fileFlags, hasFiles, type Info, select } from './builder.ts';
import { LAST_APPLIED } from './create/send.ts';
import { KubectlError, messageOf, report } from './errors.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { groupVersion, pathOf } from './resources.ts';
import { typeOf } from './types.ts';
import { toYaml } from './yaml.ts';

type Fields = Record<string, any>;

/** Models kubectl/pkg/cmd/diff/diff.go: exit 1 is a difference, 2 and more a failure. */
export function* diff(k: Kubectl): Steps<number> {
  try {
    if (k.args.length > 0) throw k.usage(`Unexpected args: [${k.args.join(' ')}]`);
    if (!hasFiles(k)) throw new KubectlError('must specify one of -f and -k');
    if (k.flags.bool('force-conflicts') && !k.flags.bool('server-side'))
      throw new KubectlError('--force-conflicts only works with --server-side');
    return yield* compare(k);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    const { text, exit } = report(error);
    yield* k.err(text);
    return exit === 1 ? 2 : exit;
  }
}

function* compare(k: Kubectl): Steps<number> {
  const { host, fs } = k.context;
  const number = () => String(1_000_000_000 + host.random.below(3_000_000_000));
  const live = `/tmp/LIVE-${number()}`;
  const allowed = k.flags.bool('prune') ? pruneAllowlist(k) : undefined;
  const merged = `/tmp/MERGED-${number()}`;
  fs.mkdir(live, 0o700);
  fs.mkdir(merged, 0o700);
  try {
    const { infos, errors } = yield* select(k, { ...fileFlags(k), validate: false });
    if (errors.length > 0) throw errors[0];
    const current: Info[] = [];
    for (const info of byLabels(k, infos))
      current.push({ ...info, object: yield* writeBoth(k, info, live, merged) });
    if (allowed)
      for (const info of yield* prunable(k, current, allowed)) {
        const [before] = masked(k, info.object, info.object as Fields);
        fs.write(`${live}/${fileName(info)}`, toYaml(before as Fields));
      }
    return yield* runDiff(k, live, merged);
  } finally {
    fs.removeAll(live);
    fs.removeAll(merged);
  }
}

function fileName({ resource, namespace, name }: Info): string {
  const group = resource.group === '' ? '' : `${resource.group}.`;
  return `${group}${resource.version}.${resource.kind}.${namespace}.${name}`;
}

/** Returns what the cluster has. */
function* writeBoth(k: Kubectl, info: Info, live: string, merged: string): Steps<Fields | undefined> {
  const { fs } = k.context;
  let current: Fields | undefined;
  try {
    current = yield* k.api.get<Fields>(pathOf(info.resource, info.namespace, info.name));
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error;
  }
  const next = yield* dryApply(k, info, current);
  const file = fileName(info);
  const [before, after] = masked(k, current, next);
  if (before) fs.write(`${live}/${file}`, toYaml(before));
  // What hides the values of a secret makes a null of one that is not there.
  else if (after['kind'] === 'Secret') fs.write(`${live}/${file}`, 'null\n');
  fs.write(`${merged}/${file}`, toYaml(after as Fields));
  return current;
}

/** The object as it would be after an apply. */
function* dryApply(k: Kubectl, info: Info, current: Fields | undefined): Steps<Fields> {
  const manager = k.flags.string('field-manager');
  const query = { dryRun: 'All', fieldManager: manager };
  const path = pathOf(info.resource, info.namespace, info.name);
  const object = info.object as Fields;
  if (k.flags.bool('server-side')) {
    return yield* serverSideApply(k, info, {
      ...query,
      fieldManager: k.flags.changed('field-manager') ? manager : 'kubectl',
      force: k.flags.bool('force-conflicts'),
    });
  }
  if (!current) return yield* k.api.create<Fields>(pathOf(info.resource, info.namespace), object, { query });
  const type = typeOf(groupVersion(info.resource), info.resource.kind);
  const annotations = object['metadata']?.annotations ?? {};
  const modified = { ...object, metadata: { ...object['metadata'], annotations } };
  const original = parseSaved(current['metadata'].annotations?.[LAST_APPLIED]);
  const patch = threeWayPatch({ original, modified, current }, type);
  if (Object.keys(patch).length === 0) return current;
  return yield* k.api.patch<Fields>(
    path,
    type ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json',
    patchText(patch),
    { query },
  );
}

function* serverSideApply(
  k: Kubectl,
  info: Info,
  query: Record<string, string | boolean | undefined>,
): Steps<Fields> {
  const { resource, name } = info;
  const path = pathOf(resource, info.namespace, name);
  try {
    return yield* k.api.patch<Fields>(path, 'application/apply-patch+yaml', goJson(info.object), { query });
  } catch (error) {
    // Any conflict is taken for one of versions, and tried again to the end.
    if (isApiError(error, 'Conflict')) {
      const object = `${resource.group}/${resource.version}, Kind=${resource.kind}: ${name}`;
      yield* k.klog('W', 'diff.go:723', `Object (${object}) keeps changing, diffing without lock`);
    }
    throw error;
  }
}

/** Without managed fields; secret values are starred out. */
function masked(k: Kubectl, current: Fields | undefined, next: Fields): [Fields | undefined, Fields] {
  const clean = (object: Fields | undefined): Fields | undefined => {
    if (!object) return undefined;
    const metadata = { ...object['metadata'] };
    if (!k.flags.bool('show-managed-fields')) delete metadata.managedFields;
    return { ...object, metadata };
  };
  const before = clean(current);
  const after = clean(next) as Fields;
  if (after['kind'] !== 'Secret') return [before, after];
  const data = (side: Fields | undefined, other: Fields | undefined, mark: string) => {
    if (!side?.['data']) return side;
    const stars = Object.fromEntries(
      Object.entries(side['data']).map(([key, value]) => {
        const old = other?.['data']?.[key];
        return [key, old === undefined || old === value ? '***' : `*** (${mark})`];
      }),
    );
    return { ...side, data: stars };
  };
  return [data(before, after, 'before'), data(after, before, 'after') as Fields];
}

/** Words of KUBECTL_EXTERNAL_DIFF that are not of these characters are left out. */
const SAFE_WORD = /^[a-zA-Z0-9-=]+$/;

/** KUBECTL_EXTERNAL_DIFF, or diff. */
function* runDiff(k: Kubectl, live: string, merged: string): Steps<number> {
  const external = k.context.env.get('KUBECTL_EXTERNAL_DIFF');
  const [program = '', ...options] = external ? external.split(' ') : ['diff'];
  const kept = options.filter((word) => SAFE_WORD.test(word));
  const words = external ? [program, live, merged, ...kept] : [program, '-u', '-N', live, merged];
  try {
    const code = yield* k.context.run(program, words);
    if (code <= 1) return code;
    throw new KubectlError(`exit status ${code}`, { exit: code });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(
      `failed to run ${JSON.stringify(program)}: ${messageOf(error) === 'No such file or directory' ? 'executable file not found in $PATH' : messageOf(error)}`,
    );
  }
}
