import type { Steps } from '../../sim/index.ts';
import { type Info, listAll, selectAll } from './builder.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { builtIn, pathOf } from './resources.ts';
import { watch } from './watch.ts';

type Fields = Record<string, any>;

export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

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

/** Pods that serve first, then the youngest. Models podutils.ByLogging and ActivePods in what they share. */
export function byActivity(a: Fields, b: Fields): number {
  const phases = ['Pending', 'Unknown', 'Running'];
  const rank = (pod: Fields) => phases.indexOf(pod['status']?.phase ?? '');
  if (Boolean(a['spec']?.nodeName) !== Boolean(b['spec']?.nodeName)) return a['spec']?.nodeName ? -1 : 1;
  if (rank(a) !== rank(b)) return rank(b) - rank(a);
  if (isReady(a) !== isReady(b)) return isReady(a) ? -1 : 1;
  return a['metadata'].creationTimestamp < b['metadata'].creationTimestamp ? -1 : 1;
}

/** The pods that an object of any kind stands for. */
export function* podsOf(
  k: Kubectl,
  info: Info,
  purpose: 'get the logs from' | 'attach to' = 'get the logs from',
): Steps<Fields[]> {
  if (info.resource.kind === 'Pod') return [info.object as Fields];
  const selector = podSelector(info);
  if (selector === undefined) {
    const type = `*v1.${info.resource.kind}`;
    throw new KubectlError(`cannot ${purpose} ${type}: selector for ${type} not implemented`);
  }
  const pods = builtIn('pods');
  const list = yield* listAll(k, pods, { namespace: info.namespace, labelSelector: selector });
  return list.items.sort(byActivity);
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
  if (found.resource.kind === 'Pod') return found.object as Fields;
  const until = k.now + timeoutMs;
  for (;;) {
    const [pod] = yield* podsOf(k, found, 'attach to');
    if (pod) return pod;
    if (k.now >= until) throw new KubectlError('timed out waiting for the condition');
    yield* k.context.sleep(500);
  }
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
