import { isApiError } from '../../objects/api-error.ts';
import { parseSelector } from '../../objects/label-selector.ts';
import type { Steps } from '../../sim/index.ts';
import { type Info, listAll } from './builder.ts';
import { Aggregate, KubectlError, messageOf } from './errors.ts';
import { removePods, skips } from './evict.ts';
import type { Kubectl } from './kubectl.ts';
import { markOne, nodesOf } from './nodes.ts';
import { operation } from './printers.ts';
import { builtIn, pathOf } from './resources.ts';

type Fields = Record<string, any>;

/** What becomes of a pod; an error stands in the way of the drain. */
interface Verdict {
  readonly remove: boolean;
  readonly error?: string;
  readonly warning?: string;
}

interface Judged {
  readonly pod: Fields;
  readonly verdict: Verdict;
}

const DAEMON_FATAL = 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const DAEMON_WARNING = 'ignoring DaemonSet-managed Pods';
const LOCAL_FATAL = 'Pods with local storage (use --delete-emptydir-data to override)';
const LONE_FATAL = 'cannot delete Pods that declare no controller (use --force to override)';
const LONE_WARNING = 'deleting Pods that declare no controller';
const MIRROR = 'kubernetes.io/config.mirror';

const KEEP: Verdict = { remove: false };
const REMOVE: Verdict = { remove: true };

/** Models kubectl/pkg/cmd/drain RunDrain */
export function* drain(k: Kubectl): Steps<void> {
  const { flags } = k;
  checkPodSelector(flags.string('pod-selector'));
  const { infos, errors } = yield* nodesOf(k, 'drain');
  if (errors.length > 0) throw errors[0];
  for (const info of infos) yield* markOne(k, info, true);
  const failed: { name: string; error: unknown }[] = [];
  for (const info of infos) {
    try {
      yield* drainOne(k, info);
      yield* k.out(`node/${info.name} ${yield* operation(k, 'drained')}\n`);
    } catch (error) {
      const name = JSON.stringify(info.name);
      yield* k.err(
        `error: unable to drain node ${name} due to error: ${messageOf(error)}, continuing command...\n`,
      );
      failed.push({ name: info.name, error });
    }
  }
  if (failed.length === 0) return;
  yield* k.err('There are pending nodes to be drained:\n');
  for (const { name } of failed) yield* k.err(` ${name}\n`);
  throw new Aggregate(failed.map(({ error }) => error));
}

function checkPodSelector(text: string): void {
  try {
    parseSelector(text);
  } catch {
    throw new KubectlError('--pod-selector=<pod_selector> must be a valid label selector');
  }
}

/** Models deleteOrEvictPodsSimple */
function* drainOne(k: Kubectl, info: Info): Steps<void> {
  const judged = yield* judgeAll(k, info);
  const problems = problemsOf(judged);
  if (problems.length > 0) throw new Aggregate(problems);
  const warnings = group(judged, ({ warning }) => warning);
  if (warnings.length > 0) yield* k.err(`Warning: ${warnings.join('; ')}\n`);
  try {
    yield* removePods(k, removed(judged));
  } catch (error) {
    const now = yield* judgeAll(k, info);
    const pending = removed(now);
    const problems = problemsOf(now);
    if (problems.length > 0) {
      const text = new Aggregate(problems).message;
      yield* k.err(`Following errors occurred while getting the list of pods to delete:\n${text}`);
    } else if (pending.length > 0) {
      const name = JSON.stringify(info.name);
      yield* k.err(`There are pending pods in node ${name} when an error occurred: ${messageOf(error)}\n`);
      for (const pod of pending) yield* k.err(`pod/${pod['metadata'].name}\n`);
    }
    throw error;
  }
}

/** Models GetPodsForDeletion */
function* judgeAll(k: Kubectl, info: Info): Steps<Judged[]> {
  const { flags } = k;
  const list = yield* listAll(k, builtIn('pods'), {
    namespace: '',
    fieldSelector: `spec.nodeName=${info.name}`,
    labelSelector: flags.string('pod-selector'),
    chunkSize: flags.int('chunk-size'),
  });
  const judged: Judged[] = [];
  for (const pod of list.items) judged.push({ pod, verdict: yield* judge(k, pod) });
  return judged;
}

function problemsOf(judged: readonly Judged[]): KubectlError[] {
  return group(judged, ({ error }) => error).map((text) => new KubectlError(`cannot delete ${text}`));
}

function removed(judged: readonly Judged[]): Fields[] {
  return judged.filter(({ verdict }) => verdict.remove).map(({ pod }) => pod);
}

/** `message: ns/pod, ns/pod` for each message. */
function group(judged: readonly Judged[], textOf: (verdict: Verdict) => string | undefined): string[] {
  const found = new Map<string, string[]>();
  for (const { pod, verdict } of judged) {
    const text = textOf(verdict);
    if (text === undefined) continue;
    const { namespace, name } = pod['metadata'];
    found.set(text, [...(found.get(text) ?? []), `${namespace}/${name}`]);
  }
  return [...found].map(([text, names]) => `${text}: ${names.join(', ')}`);
}

/**
 * The first filter that keeps a pod decides, otherwise the last one: what an earlier one warns of is forgotten.
 * Models kubectl/pkg/drain/filters.go
 */
function* judge(k: Kubectl, pod: Fields): Steps<Verdict> {
  if (skips(k, pod)) return KEEP;
  const daemon = yield* judgeDaemonPod(k, pod);
  if (!daemon.remove) return daemon;
  if (pod['metadata'].annotations?.[MIRROR] !== undefined) return KEEP;
  const local = (pod['spec'].volumes ?? []).some((volume: Fields) => volume['emptyDir']);
  if (local && !ended(pod) && !k.flags.bool('delete-emptydir-data'))
    return { remove: false, error: LOCAL_FATAL };
  if (ended(pod) || controllerOf(pod)) return REMOVE;
  if (k.flags.bool('force')) return { remove: true, warning: LONE_WARNING };
  return { remove: false, error: LONE_FATAL };
}

/** Models daemonSetFilter */
function* judgeDaemonPod(k: Kubectl, pod: Fields): Steps<Verdict> {
  const owner = controllerOf(pod);
  if (owner?.['kind'] !== 'DaemonSet' || ended(pod)) return REMOVE;
  try {
    yield* k.api.get(pathOf(builtIn('daemonsets'), pod['metadata'].namespace, owner['name']));
  } catch (error) {
    if (isApiError(error, 'NotFound') && k.flags.bool('force')) return REMOVE;
    return { remove: false, error: messageOf(error) };
  }
  return k.flags.bool('ignore-daemonsets')
    ? { remove: false, warning: DAEMON_WARNING }
    : { remove: false, error: DAEMON_FATAL };
}

function controllerOf(pod: Fields): Fields | undefined {
  return (pod['metadata'].ownerReferences ?? []).find((owner: Fields) => owner['controller']);
}

function ended(pod: Fields): boolean {
  return ['Succeeded', 'Failed'].includes(pod['status']?.phase);
}
