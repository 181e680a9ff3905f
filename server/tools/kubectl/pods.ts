import type { Steps } from '../../sim/index.ts';
import { type Info, listAll, selectAll } from './builder.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { builtIn, pathOf } from './resources.ts';
import { watch } from './watch.ts';

type Fields = Record<string, any>;

export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** What a pod is looked for. */
type Purpose = 'get the logs from' | 'attach to';

/** `a=b` pairs of a label selector, from the object that owns pods; undefined: it has none. */
function podSelector(info: Info): string | undefined {
  const spec: Fields = info.object?.['spec'] ?? {};
  const { kind } = info.resource;
  const map = kind === 'Service' || kind === 'ReplicationController' ? spec['selector'] : undefined;
  if (map)
    return Object.entries(map)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
  const selector = spec['selector'];
  if (!selector || typeof selector !== 'object') return undefined;
  return selectorText(selector);
}

export function selectorText(selector: Fields): string {
  const parts = Object.entries(selector['matchLabels'] ?? {}).map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values = [] } of selector['matchExpressions'] ?? []) {
    if (operator === 'In') parts.push(`${key} in (${values.join(',')})`);
    else if (operator === 'NotIn') parts.push(`${key} notin (${values.join(',')})`);
    else parts.push(operator === 'Exists' ? key : `!${key}`);
  }
  return parts.join(',');
}

export function isReady(pod: Fields): boolean {
  return (pod['status']?.conditions ?? []).some(
    (c: Fields) => c['type'] === 'Ready' && c['status'] === 'True',
  );
}

function readySince(pod: Fields): string {
  const ready = pod['status']?.conditions?.find(
    (c: Fields) => c['type'] === 'Ready' && c['status'] === 'True',
  );
  return ready?.lastTransitionTime ?? '';
}

function restarts(pod: Fields): number {
  return Math.max(0, ...(pod['status']?.containerStatuses ?? []).map((c: Fields) => c['restartCount'] ?? 0));
}

/** The earlier of two times first, none last. */
function byTime(a = '', b = ''): number {
  if (a === b) return 0;
  return a !== '' && (b === '' || a < b) ? -1 : 1;
}

/**
 * Pods that serve first, then those that have served longest. Logs are sought where a container was restarted, others ask
 * pods that were not. Models podutils.ByLogging, and ActivePods turned around.
 */
export function byService(purpose: Purpose): (a: Fields, b: Fields) => number {
  const phases = ['Running', 'Unknown', 'Pending'];
  const phase = (pod: Fields) => Math.max(0, phases.indexOf(pod['status']?.phase));
  const restarted = purpose === 'get the logs from' ? -1 : 1;
  return (a, b) =>
    Number(!a['spec']?.nodeName) - Number(!b['spec']?.nodeName) ||
    phase(a) - phase(b) ||
    Number(isReady(b)) - Number(isReady(a)) ||
    byTime(readySince(a), readySince(b)) ||
    restarted * (restarts(a) - restarts(b)) ||
    byTime(a['metadata'].creationTimestamp, b['metadata'].creationTimestamp);
}

export const NO_TIME = '--pod-running-timeout must be higher than zero';

/** How long a command waits for the first pod, in ms. */
export function podTimeout(k: Kubectl): number {
  const timeout = k.flags.duration('pod-running-timeout');
  if (timeout <= 0) throw k.usage(NO_TIME);
  return timeout;
}

/** The pods that an object of any kind stands for, once there is one. Models polymorphichelpers.GetFirstPod. */
export function* podsOf(k: Kubectl, info: Info, purpose: Purpose, timeoutMs: number): Steps<Fields[]> {
  if (info.resource.kind === 'Pod') return [info.object as Fields];
  const labelSelector = podSelector(info);
  if (labelSelector === undefined) {
    const type = `*v1.${info.resource.kind}`;
    throw new KubectlError(`cannot ${purpose} ${type}: selector for ${type} not implemented`);
  }
  const until = k.now + timeoutMs;
  for (;;) {
    const { items } = yield* listAll(k, builtIn('pods'), { namespace: info.namespace, labelSelector });
    if (items.length > 0) return items.sort(byService(purpose));
    if (k.now >= until) throw new KubectlError('timed out waiting for the condition');
    yield* k.context.sleep(500);
  }
}

/** The pod to attach to or run in: the one named, or one of those an object stands for. */
export function* attachablePod(k: Kubectl, args: readonly string[], timeoutMs: number): Steps<Fields> {
  const [first = ''] = args;
  const words = [first.includes('/') ? first : `pods/${first}`];
  const [info] = yield* selectAll(k, { args: words });
  return yield* attachableOf(k, info as Info, timeoutMs);
}

/** A pod of an object, once there is one. */
export function* attachableOf(k: Kubectl, found: Info, timeoutMs: number): Steps<Fields> {
  const [pod] = yield* podsOf(k, found, 'attach to', timeoutMs);
  return pod as Fields;
}

/** Waits until a pod runs or has ended. */
export function* waitRunning(k: Kubectl, pod: Fields, timeoutMs: number): Steps<Fields> {
  const pods = builtIn('pods');
  const { name, namespace } = pod['metadata'];
  const started = (object: Fields) => {
    const phase = object['status']?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') return true;
    const statuses: Fields[] = object['status']?.containerStatuses ?? [];
    return phase === 'Running' && statuses.some((status) => status['state']?.running);
  };
  let current = yield* k.api.get<Fields>(pathOf(pods, namespace, name));
  if (started(current)) return current;
  const until = k.now + timeoutMs;
  const watcher = yield* watch(k, pathOf(pods, namespace), {
    query: { fieldSelector: `metadata.name=${name}`, resourceVersion: current['metadata'].resourceVersion },
  });
  try {
    for (;;) {
      const event = yield* watcher.next(k, until);
      if (!event) throw new KubectlError('timed out waiting for the condition');
      current = event.object;
      if (event.type === 'DELETED' || started(current)) return current;
    }
  } finally {
    watcher.close();
  }
}

/** The container to use, and a note when several could have been meant. Models podcmd.FindOrDefaultContainerByName. */
export function containerOf(pod: Fields, wanted: string, quiet: boolean): { name: string; note: string } {
  const spec: Fields = pod['spec'] ?? {};
  const containers: Fields[] = spec['containers'] ?? [];
  const every = [...containers, ...(spec['initContainers'] ?? []), ...(spec['ephemeralContainers'] ?? [])];
  const podName = pod['metadata'].name;
  if (wanted !== '') {
    if (!every.some((container) => container['name'] === wanted)) {
      throw new KubectlError(`container ${wanted} not found in pod ${podName}`);
    }
    return { name: wanted, note: '' };
  }
  const annotated = pod['metadata'].annotations?.[DEFAULT_CONTAINER];
  if (annotated) {
    if (containers.some((container) => container['name'] === annotated)) return { name: annotated, note: '' };
    return {
      name: containers[0]?.['name'] ?? '',
      note: `Defaulting container name to ${containers[0]?.['name']}.\n`,
    };
  }
  const name = containers[0]?.['name'] ?? '';
  if (every.length <= 1 || quiet) return { name, note: '' };
  const list = every.map((container) => {
    if ((spec['initContainers'] ?? []).includes(container)) return `${container['name']} (init)`;
    return (spec['ephemeralContainers'] ?? []).includes(container)
      ? `${container['name']} (ephem)`
      : container['name'];
  });
  return { name, note: `Defaulted container ${JSON.stringify(name)} out of: ${list.join(', ')}\n` };
}
