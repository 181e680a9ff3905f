import { isApiError } from '../../objects/api-error.ts';
import { parseSelector } from '../../objects/label-selector.ts';
import type { Steps } from '../../sim/index.ts';
import { type Info, listAll, select } from './builder.ts';
import { ExitError, KubectlError, messageOf, throwAll } from './errors.ts';
import { formatDuration } from './go-duration.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { operation } from './printers.ts';
import { builtIn, pathOf } from './resources.ts';

type Fields = Record<string, any>;

function* nodesOf(k: Kubectl, verb: string) {
  const { flags } = k;
  const selector = flags.string('selector');
  if (k.args.length === 0 && selector === '') throw k.usage(`USAGE: ${verb} NODE [flags]`);
  if (k.args.length > 0 && selector !== '')
    throw k.usage('error: cannot specify both a node name and a --selector option');
  const args = selector !== '' ? ['nodes'] : ['nodes', ...k.args];
  return yield* select(k, { args, labelSelector: selector });
}

/** Models kubectl/pkg/cmd/drain: cordon and uncordon. */
export function cordon(k: Kubectl): Steps<void> {
  return mark(k, true);
}

export function uncordon(k: Kubectl): Steps<void> {
  return mark(k, false);
}

function* mark(k: Kubectl, unschedulable: boolean): Steps<void> {
  const { infos, errors } = yield* nodesOf(k, unschedulable ? 'cordon' : 'uncordon');
  throwAll(errors.slice(0, 1));
  for (const info of infos) yield* markOne(k, info, unschedulable);
}

function* markOne(k: Kubectl, info: Info, unschedulable: boolean): Steps<void> {
  const dryRun = yield* k.dryRun();
  const word = unschedulable ? 'cordoned' : 'uncordoned';
  const already = Boolean(info.object?.['spec']?.unschedulable) === unschedulable;
  if (!already && dryRun !== 'client') {
    info.object = yield* k.api.patch(
      pathOf(info.resource, '', info.name),
      'application/strategic-merge-patch+json',
      goJson({ spec: { unschedulable: unschedulable || null } }),
      { query: { dryRun: dryRun === 'server' ? 'All' : undefined } },
    );
  }
  const said = already ? `already ${word}` : word;
  yield* k.out(`${nodeName(info)} ${yield* operation(k, said)}\n`);
}

function nodeName(info: Info): string {
  return `node/${info.name}`;
}

interface Verdict {
  readonly pod: Fields;
  readonly remove: boolean;
  readonly error: string;
  readonly warning: string;
}

const DAEMON_FATAL = 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const LOCAL_FATAL = 'cannot delete Pods with local storage (use --delete-emptydir-data to override)';
const LONE_FATAL = 'cannot delete Pods that declare no controller (use --force to override)';
const MIRROR = 'kubernetes.io/config.mirror';

/** Models kubectl/pkg/drain and kubectl/pkg/cmd/drain. */
export function* drain(k: Kubectl): Steps<void> {
  const { flags } = k;
  checkPodSelector(flags.string('pod-selector'));
  const { infos, errors } = yield* nodesOf(k, 'drain');
  throwAll(errors.slice(0, 1));
  for (const info of infos) yield* markOne(k, info, true);
  const failed: { name: string; texts: readonly string[] }[] = [];
  for (const info of infos) {
    try {
      yield* drainOne(k, info);
      yield* k.out(`node/${info.name} ${yield* operation(k, 'drained')}\n`);
    } catch (error) {
      const text = messageOf(error);
      yield* k.err(
        `error: unable to drain node ${JSON.stringify(info.name)} due to error: ${text}, continuing command...\n`,
      );
      failed.push({ name: info.name, texts: error instanceof DrainError ? error.texts : [text] });
    }
  }
  if (failed.length === 0) return;
  yield* k.err('There are pending nodes to be drained:\n');
  for (const { name } of failed) yield* k.err(` ${name}\n`);
  yield* k.err(failed.flatMap(({ texts }) => texts.map((text) => `${text}\n`)).join(''));
  throw new ExitError(1);
}

function checkPodSelector(text: string): void {
  try {
    parseSelector(text);
  } catch {
    throw new KubectlError('--pod-selector=<pod_selector> must be a valid label selector');
  }
}

/** What stands in the way of a drain, one text for each sort of pod. */
class DrainError extends KubectlError {
  readonly texts: readonly string[];

  constructor(texts: readonly string[]) {
    super(texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`);
    this.texts = texts;
  }
}

function* drainOne(k: Kubectl, info: Info): Steps<void> {
  const { flags } = k;
  const pods = builtIn('pods');
  const list = yield* listAll(k, pods, {
    namespace: '',
    fieldSelector: `spec.nodeName=${info.name}`,
    labelSelector: flags.string('pod-selector'),
    chunkSize: flags.int('chunk-size'),
  });
  const verdicts: Verdict[] = [];
  for (const pod of list.items) verdicts.push(yield* judge(k, pod));
  const problems = group(
    verdicts.filter(({ error }) => error !== ''),
    ({ error }) => error,
  );
  const warnings = group(
    verdicts.filter(({ warning }) => warning !== ''),
    ({ warning }) => warning,
  );
  if (problems.length > 0) {
    throw new DrainError(problems);
  }
  if (warnings.length > 0) yield* k.err(`Warning: ${warnings.join('; ')}\n`);
  yield* removePods(
    k,
    verdicts.filter(({ remove }) => remove).map(({ pod }) => pod),
  );
}

/** `message: ns/pod, ns/pod` for each message. */
function group(verdicts: readonly Verdict[], textOf: (verdict: Verdict) => string): string[] {
  const found = new Map<string, string[]>();
  for (const verdict of verdicts) {
    const { namespace, name } = verdict.pod['metadata'];
    found.set(textOf(verdict), [...(found.get(textOf(verdict)) ?? []), `${namespace}/${name}`]);
  }
  return [...found].map(([text, names]) => {
    const lone = text === LONE_FATAL ? `cannot delete ${text}` : text;
    return `${lone}: ${names.join(', ')}`;
  });
}

/** Whether a pod goes, stays, or stands in the way. Models drain/filters.go. */
function* judge(k: Kubectl, pod: Fields): Steps<Verdict> {
  const { flags } = k;
  const keep = (warning = ''): Verdict => ({ pod, remove: false, error: '', warning });
  const fail = (error: string): Verdict => ({ pod, remove: true, error, warning: '' });
  const ended = ['Succeeded', 'Failed'].includes(pod['status']?.phase);
  const skip = flags.int('skip-wait-for-delete-timeout');
  if (pod['metadata'].deletionTimestamp && skip > 0) {
    const since = (k.now - Date.parse(pod['metadata'].deletionTimestamp)) / 1000;
    if (since > skip) return keep();
  }
  const owner = (pod['metadata'].ownerReferences ?? []).find((o: Fields) => o['controller']);
  let warning = '';
  if (owner?.kind === 'DaemonSet' && !ended) {
    const exists = yield* daemonSetExists(k, pod['metadata'].namespace, owner.name);
    if (exists) {
      if (!flags.bool('ignore-daemonsets')) return { pod, remove: false, error: DAEMON_FATAL, warning: '' };
      return keep('ignoring DaemonSet-managed Pods');
    }
    if (!flags.bool('force')) return fail(`daemonsets.apps ${JSON.stringify(owner.name)} not found`);
  }
  if (pod['metadata'].annotations?.[MIRROR] !== undefined) return keep();
  const local = (pod['spec'].volumes ?? []).some((volume: Fields) => volume['emptyDir']);
  if (local && !ended) {
    if (!flags.bool('delete-emptydir-data')) return fail(LOCAL_FATAL);
    warning = 'deleting Pods with local storage';
  }
  if (!owner && !ended) {
    if (!flags.bool('force')) return fail(LONE_FATAL);
    warning = 'deleting Pods that declare no controller';
  }
  return { pod, remove: true, error: '', warning };
}

function* daemonSetExists(k: Kubectl, namespace: string, name: string): Steps<boolean> {
  const resource = builtIn('daemonsets');
  try {
    yield* k.api.get(pathOf(resource, namespace, name));
    return true;
  } catch (error) {
    if (isApiError(error, 'NotFound')) return false;
    throw error;
  }
}

/** Evicts pods, again every five seconds while a budget stands in the way, and waits until they are gone. */
function* removePods(k: Kubectl, pods: readonly Fields[]): Steps<void> {
  const { flags } = k;
  const dryRun = yield* k.dryRun();
  const timeout = flags.duration('timeout');
  const until = timeout > 0 ? k.now + timeout : Number.POSITIVE_INFINITY;
  const resource = builtIn('pods');
  const waiting = new Map<string, Fields>();
  const again = [...pods];
  const disable = flags.bool('disable-eviction');
  for (const pod of pods) {
    const { name, namespace } = pod['metadata'];
    const line = `${disable ? 'deleting' : 'evicting'} pod ${namespace}/${name}`;
    if (dryRun === 'none') yield* k.err(`${line}\n`);
    else yield* k.out(`${line} (${dryRun === 'server' ? 'server ' : ''}dry run)\n`);
  }
  if (dryRun === 'client') return;
  while (again.length > 0) {
    for (const pod of again.splice(0)) {
      const done = yield* evict(k, pod, { disable, dryRun });
      if (done) waiting.set(pod['metadata'].uid, pod);
      else again.push(pod);
    }
    if (again.length === 0) break;
    if (k.now + 5000 > until) {
      yield* k.context.sleep(Math.max(0, until - k.now));
      throw new KubectlError(
        again.length + waiting.size > 0
          ? `error when evicting pods/${JSON.stringify(again[0]?.['metadata'].name)} -n ${JSON.stringify(again[0]?.['metadata'].namespace)}: global timeout reached: ${formatDuration(timeout)}`
          : '',
      );
    }
    yield* k.context.sleep(5000);
    for (const pod of again) {
      const { name, namespace } = pod['metadata'];
      yield* k.err(`evicting pod ${namespace}/${name}\n`);
    }
  }
  if (dryRun === 'server') return;
  while (waiting.size > 0) {
    for (const [uid, pod] of [...waiting]) {
      const { name, namespace } = pod['metadata'];
      if (!(yield* podGone(k, pathOf(resource, namespace, name), uid))) continue;
      waiting.delete(uid);
      yield* k.out(`pod/${name} ${disable ? 'deleted' : 'evicted'}\n`);
    }
    if (waiting.size === 0) return;
    if (k.now >= until) throw new KubectlError(`global timeout reached: ${formatDuration(timeout)}`);
    yield* k.context.sleep(1000);
  }
}

function* podGone(k: Kubectl, path: string, uid: string): Steps<boolean> {
  try {
    const pod = yield* k.api.get<Fields>(path);
    return pod['metadata'].uid !== uid;
  } catch (error) {
    if (isApiError(error, 'NotFound')) return true;
    throw error;
  }
}

/** False: a disruption budget does not allow it now. */
function* evict(k: Kubectl, pod: Fields, options: { disable: boolean; dryRun: string }): Steps<boolean> {
  const { name, namespace } = pod['metadata'];
  const resource = builtIn('pods');
  const grace = k.flags.int('grace-period');
  const deleteOptions = {
    ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
    ...(options.dryRun === 'server' ? { dryRun: ['All'] } : {}),
  };
  try {
    if (options.disable) yield* k.api.delete(pathOf(resource, namespace, name), deleteOptions);
    else
      yield* k.api.post(pathOf(resource, namespace, name, 'eviction'), {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace },
        deleteOptions,
      });
    return true;
  } catch (error) {
    if (isApiError(error, 'NotFound')) return true;
    if (isApiError(error, 'TooManyRequests')) {
      yield* k.err(
        `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)} (will retry after 5s): ${error.message}\n`,
      );
      return false;
    }
    throw new KubectlError(
      `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}: ${messageOf(error)}`,
    );
  }
}
