import { isApiError } from '../../objects/api-error.ts';
import type { Steps } from '../../sim/index.ts';
import { fileFlags, type Info, select } from './builder.ts';
import { KubectlError, throwAll } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { sendRaw } from './raw.ts';
import { kindName, pathOf } from './resources.ts';
import { watch } from './watch.ts';

export interface Deletion {
  /** Seconds; negative: the object's own. */
  readonly gracePeriod: number;
  readonly cascade?: 'Background' | 'Foreground' | 'Orphan';
}

/** --force, --grace-period and --cascade, checked. */
export function deletionFlags(k: Kubectl): Deletion {
  const { flags } = k;
  const grace = flags.int('grace-period');
  if (flags.has('force') && grace === 0 && !flags.bool('force') && k.path !== 'delete')
    throw new KubectlError('--grace-period=0 can only be set with --force');
  return { gracePeriod: grace, cascade: cascadeOf(k) };
}

function cascadeOf(k: Kubectl): 'Background' | 'Foreground' | 'Orphan' {
  const value = k.flags.string('cascade');
  if (value === 'background' || value === 'true') return 'Background';
  if (value === 'foreground') return 'Foreground';
  if (value === 'orphan' || value === 'false') return 'Orphan';
  throw new KubectlError(`invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`);
}

export function* deleteInfo(k: Kubectl, info: Info, deletion: Deletion, dryRun = false): Steps<unknown> {
  return yield* k.api.delete(pathOf(info.resource, info.namespace, info.name), {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(deletion.gracePeriod >= 0 ? { gracePeriodSeconds: deletion.gracePeriod } : {}),
    ...(dryRun || k.dryRunValue === 'server' ? { dryRun: ['All'] } : {}),
    propagationPolicy: deletion.cascade ?? 'Background',
  });
}

/** Models kubectl/pkg/cmd/delete/delete.go. */
export function* delete_(k: Kubectl): Steps<void> {
  const { flags } = k;
  if (flags.string('raw') !== '') {
    yield* sendRaw(k, 'DELETE');
    return;
  }
  const output = flags.string('output');
  const deletion = yield* completeDeletion(k);
  if (output !== '' && output !== 'name')
    throw new KubectlError(`unexpected -o output mode: ${output}. We only support '-o name'`);
  const dryRun = yield* k.dryRun();
  const all = flags.bool('all');
  if (all && flags.string('field-selector') !== '')
    throw new KubectlError('cannot set --all and --field-selector at the same time');
  const ignore = flags.bool('ignore-not-found') || (all && !flags.changed('ignore-not-found'));
  const selected = yield* select(k, {
    args: k.args,
    ...fileFlags(k),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    selectAll: all,
    allNamespaces: flags.bool('all-namespaces'),
    fetch: false,
  });
  const errors: unknown[] = [];
  if (flags.bool('interactive') && selected.infos.length > 0 && !(yield* confirmed(k, selected.infos)))
    return;
  const gone: Info[] = [];
  let found = 0;
  for (const info of selected.infos) {
    try {
      if (dryRun !== 'client') {
        const response: any = yield* deleteInfo(k, info, deletion);
        info.object = response?.kind === 'Status' ? { uid: response.details?.uid } : response?.metadata;
      } else if (info.source === '') yield* k.api.get(pathOf(info.resource, info.namespace, info.name));
      found++;
      gone.push(info);
      const forced = flags.bool('force') && deletion.gracePeriod === 0;
      yield* k.out(deletedLine(info, { output, dryRun, forced }));
    } catch (error) {
      if (ignore && isApiError(error, 'NotFound')) continue;
      errors.push(addSource(error, info));
    }
  }
  throwAll([...errors, ...selected.errors]);
  if (found === 0 && selected.infos.length === 0) yield* k.out('No resources found\n');
  if (flags.bool('wait') && dryRun === 'none') yield* waitGone(k, gone, flags.duration('timeout'));
}

function addSource(error: unknown, info: Info): unknown {
  if (info.source === '' || !isApiError(error)) return error;
  error.message = `error when deleting ${JSON.stringify(info.source)}: ${error.message}`;
  return error;
}

function* completeDeletion(k: Kubectl): Steps<Deletion> {
  const { flags } = k;
  let grace = flags.int('grace-period');
  const cascade = cascadeOf(k);
  const given = flags.string('cascade');
  if (given === 'true' || given === 'false')
    yield* k.err(
      `warning: --cascade=${given} is deprecated (boolean value) and can be replaced with --cascade=${cascade.toLowerCase()}.\n`,
    );
  const force = flags.bool('force');
  if (flags.bool('now')) {
    if (grace !== -1) throw new KubectlError('--now and --grace-period cannot be specified together');
    grace = 1;
  }
  if (grace === 0 && !force) {
    if (!flags.changed('wait')) flags.set('wait', 'true');
    grace = 1;
  }
  if (force && grace < 0) grace = 0;
  if (force && grace > 0)
    throw new KubectlError('--force and --grace-period greater than 0 cannot be specified together');
  if (grace === 0 && force) {
    yield* k.err(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    );
    if (!flags.changed('wait')) flags.set('wait', 'false');
  }
  return { gracePeriod: grace, cascade };
}

interface DeletedLine {
  readonly output: string;
  readonly dryRun?: string;
  readonly forced?: boolean;
}

export function deletedLine(info: Info, { output, dryRun = 'none', forced = false }: DeletedLine): string {
  const kind = kindName(info.resource.kind, info.resource.group);
  if (output === 'name') return `${kind}/${info.name}\n`;
  const word = forced ? 'force deleted' : 'deleted';
  const mark = dryRun === 'none' ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)';
  return `${kind} "${info.name}" ${word}${mark}\n`;
}

function* confirmed(k: Kubectl, infos: readonly Info[]): Steps<boolean> {
  yield* k.out('You are about to delete the following ');
  yield* k.out(`${infos.length} resource(s):\n`);
  for (const { resource, name } of infos)
    yield* k.out(`${kindName(resource.kind, resource.group)}/${name}\n`);
  yield* k.out('Do you want to continue? (y/n): ');
  const answer = (yield* k.context.read(0)).trim();
  if (/^(y|yes)$/i.test(answer)) return true;
  yield* k.out('deletion is cancelled\n');
  return false;
}

/** Waits until objects are gone; 0: for ever. */
export function* waitGone(k: Kubectl, infos: readonly Info[], timeoutMs: number): Steps<void> {
  const until = timeoutMs > 0 ? k.now + timeoutMs : Number.POSITIVE_INFINITY;
  for (const info of infos) {
    if (!info.resource.verbs.includes('watch')) continue;
    if (!(yield* isGone(k, info, until)))
      throw new KubectlError(`timed out waiting for the condition on ${info.resource.name}/${info.name}`);
  }
}

const POLL_MS = 1000;

/** Looks for an object every second until it is gone; 0: only once. Models wait.PollUntilContextTimeout. */
export function* pollGone(k: Kubectl, info: Info, timeoutMs: number): Steps<void> {
  const until = k.now + timeoutMs;
  for (;;) {
    try {
      yield* k.api.get(pathOf(info.resource, info.namespace, info.name));
    } catch (error) {
      if (isApiError(error, 'NotFound')) return;
      throw error;
    }
    yield* k.context.sleep(Math.max(0, Math.min(POLL_MS, until - k.now)));
    if (k.now >= until) throw new KubectlError('context deadline exceeded');
  }
}

/** True once the object, or this very object where its uid is known, is not there any more. */
export function* isGone(k: Kubectl, info: Info, until: number): Steps<boolean> {
  const uid = (info.object as any)?.metadata?.uid ?? (info.object as any)?.uid;
  for (;;) {
    const fieldSelector = `metadata.name=${info.name}`;
    const collection = pathOf(info.resource, info.namespace);
    const list: any = yield* k.api.get(collection, { query: { fieldSelector } });
    const [object] = list.items;
    if (!object || (uid !== undefined && object.metadata.uid !== uid)) return true;
    const watcher = yield* watch(k, collection, {
      query: { fieldSelector, resourceVersion: list.metadata.resourceVersion },
    });
    try {
      for (;;) {
        const event = yield* watcher.next(k, until);
        if (event?.type === 'DELETED') return true;
        if (!event && k.now >= until) return false;
        if (!event) break;
      }
    } finally {
      watcher.close();
    }
  }
}
