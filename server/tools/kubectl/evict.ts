import { isApiError } from '../../objects/api-error.ts';
import type { Steps } from '../../sim/index.ts';
import { Aggregate, KubectlError, messageOf } from './errors.ts';
import { formatDuration } from './go-duration.ts';
import type { Kubectl } from './kubectl.ts';
import { builtIn, pathOf } from './resources.ts';

type Fields = Record<string, any>;

const RETRY_MS = 5000;
const POLL_MS = 1000;
const EXCEEDED = 'context deadline exceeded';

/** A pod on its way out: evicted next, or waited for; `due` is when to look at it again. */
interface Departure {
  readonly pod: Fields;
  gone: boolean;
  waiting: boolean;
  due: number;
}

/** Takes pods off a node and waits until they are gone. Models kubectl/pkg/drain DeleteOrEvictPods */
export function* removePods(k: Kubectl, pods: readonly Fields[]): Steps<void> {
  if ((yield* k.dryRun()) === 'client') {
    for (const pod of pods) yield* k.out(`evicting pod ${placeOf(pod)} (dry run)\n`);
    return;
  }
  if (k.flags.bool('disable-eviction')) yield* deletePods(k, pods);
  else yield* evictPods(k, pods);
}

/** Whether a pod has been on its way for longer than the command line waits. Models shouldSkipPod */
export function skips(k: Kubectl, pod: Fields): boolean {
  const seconds = k.flags.int('skip-wait-for-delete-timeout');
  const since = pod['metadata'].deletionTimestamp;
  return seconds > 0 && since !== undefined && Math.floor((k.now - Date.parse(since)) / 1000) > seconds;
}

/** Each pod goes its own way: those whose budget says no are asked for again, the others waited for meanwhile. */
function* evictPods(k: Kubectl, pods: readonly Fields[]): Steps<void> {
  const until = deadline(k);
  const all = pods.map((pod): Departure => ({ pod, gone: false, waiting: false, due: k.now }));
  const errors: unknown[] = [];
  for (let left = all; left.length > 0; left = all.filter(({ gone }) => !gone)) {
    yield* sleepUntil(k, Math.min(...left.map(({ due }) => due)));
    const due = left.filter((one) => one.due <= k.now);
    for (const { pod, waiting } of due) {
      if (!waiting) yield* k.out(`evicting pod ${placeOf(pod)}${yield* dryRunText(k)}\n`);
    }
    for (const one of due) {
      try {
        yield* one.waiting ? awaitEviction(k, one, until) : evict(k, one, until);
      } catch (error) {
        one.gone = true;
        errors.push(error);
      }
    }
  }
  if (errors.length > 0) throw new Aggregate(errors);
}

/** Models EvictPod and what evictPods makes of its errors */
function* evict(k: Kubectl, one: Departure, until: number): Steps<void> {
  const { name, namespace } = one.pod['metadata'];
  const named = `pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;
  if (k.now >= until) {
    const timeout = formatDuration(k.flags.duration('timeout'));
    throw new KubectlError(`error when evicting ${named}: global timeout reached: ${timeout}`);
  }
  try {
    yield* k.api.post(pathOf(builtIn('pods'), namespace, name, 'eviction'), {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      deleteOptions: yield* deleteOptions(k),
    });
  } catch (error) {
    if (isApiError(error, 'NotFound')) one.gone = true;
    else if (isApiError(error, 'TooManyRequests')) yield* again(k, one, named, error);
    else throw new KubectlError(`error when evicting ${named}: ${messageOf(error)}`);
    return;
  }
  if ((yield* k.dryRun()) === 'server') one.gone = true;
  else one.waiting = true;
}

function* again(k: Kubectl, one: Departure, named: string, error: unknown): Steps<void> {
  one.due = k.now + RETRY_MS;
  yield* k.err(`error when evicting ${named} (will retry after 5s): ${messageOf(error)}\n`);
}

function* awaitEviction(k: Kubectl, one: Departure, until: number): Steps<void> {
  one.gone = yield* hasGone(k, one.pod, 'evicted');
  if (one.gone) return;
  if (k.now >= until) {
    const { name, namespace } = one.pod['metadata'];
    const named = `pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)}`;
    throw new KubectlError(`error when waiting for ${named} to terminate: ${EXCEEDED}`);
  }
  one.due = Math.min(k.now + POLL_MS, until);
}

function* deletePods(k: Kubectl, pods: readonly Fields[]): Steps<void> {
  const until = deadline(k);
  for (const pod of pods) {
    const { name, namespace } = pod['metadata'];
    try {
      yield* k.api.delete(pathOf(builtIn('pods'), namespace, name), yield* deleteOptions(k));
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
  }
  for (let left = [...pods]; ; yield* sleepUntil(k, Math.min(k.now + POLL_MS, until))) {
    const waiting: Fields[] = [];
    for (const pod of left) {
      if (!(yield* hasGone(k, pod, 'deleted'))) waiting.push(pod);
    }
    if (waiting.length === 0) return;
    if (k.now >= until) throw new KubectlError(EXCEEDED);
    left = waiting;
  }
}

/** Whether nobody needs to wait for a pod any more; says so. Models waitForDelete */
function* hasGone(k: Kubectl, pod: Fields, word: string): Steps<boolean> {
  const { name, namespace, uid } = pod['metadata'];
  try {
    const now = yield* k.api.get<Fields>(pathOf(builtIn('pods'), namespace, name));
    if (now['metadata'].uid === uid) {
      if (!skips(k, now)) return false;
      const seconds = k.flags.int('skip-wait-for-delete-timeout');
      const old = `has DeletionTimestamp older than ${seconds} seconds`;
      yield* k.out(`pod ${JSON.stringify(name)} ${old}, skipping\n`);
      return true;
    }
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error;
  }
  yield* k.out(`pod/${name} ${word}\n`);
  return true;
}

function* deleteOptions(k: Kubectl): Steps<Fields> {
  const grace = k.flags.int('grace-period');
  return {
    ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
    ...((yield* k.dryRun()) === 'server' ? { dryRun: ['All'] } : {}),
  };
}

function* dryRunText(k: Kubectl): Steps<string> {
  return (yield* k.dryRun()) === 'server' ? ' (server dry run)' : '';
}

function placeOf(pod: Fields): string {
  return `${pod['metadata'].namespace}/${pod['metadata'].name}`;
}

function deadline(k: Kubectl): number {
  const timeout = k.flags.duration('timeout');
  return timeout > 0 ? k.now + timeout : Number.POSITIVE_INFINITY;
}

function* sleepUntil(k: Kubectl, time: number): Steps<void> {
  if (time > k.now) yield* k.context.sleep(time - k.now);
}
