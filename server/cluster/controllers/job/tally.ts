import type { KubeObject } from '../../../objects/object.ts';
import type { Condition } from '../conditions.ts';
import { conditionOf, isReady, type Pod } from '../pods.ts';
import { failurePolicyAction } from './failure-policy.ts';
import { INDEX, parseIndexes } from './indexes.ts';

export const TRACKING = 'batch.kubernetes.io/job-tracking';
const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';

/** What the pods of a job come to. */
export interface Tally {
  readonly active: Pod[];
  readonly succeeded: Pod[];
  readonly failed: Pod[];
  /** Finished pods that the status does not count yet. */
  readonly newlySucceeded: Pod[];
  readonly newlyFailed: Pod[];
  readonly terminating: number;
}

export interface IndexToRun {
  readonly index: number;
  readonly failures: number | undefined;
}

export interface Counts {
  readonly succeeded: number;
  readonly failed: number;
  readonly completedIndexes: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number>;
  readonly failuresByIndex: ReadonlyMap<number, { count: number; last: number }>;
}

export function isFinished(job: KubeObject): boolean {
  return (job.status?.conditions ?? []).some(
    ({ type, status }: Condition) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
}

export function isIndexed(job: KubeObject): boolean {
  return job.spec.completionMode === 'Indexed';
}

export function hasTracking(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(TRACKING) ?? false;
}

export function indexOf(pod: Pod): number {
  return Number(pod.metadata.annotations?.[INDEX] ?? pod.metadata.labels?.[INDEX] ?? -1);
}

/** A pod without tracking finalizer has been counted before: the finalizer goes when the count is written. */
export function tallyOf(job: KubeObject, pods: readonly Pod[]): Tally {
  const tally = { active: [], succeeded: [], failed: [], newlySucceeded: [], newlyFailed: [] } as Omit<
    Record<string, Pod[]>,
    'terminating'
  >;
  let terminating = 0;
  const onlyFailed = job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy !== undefined;
  for (const pod of pods) {
    const phase = pod.status?.phase;
    const deleted = pod.metadata.deletionTimestamp !== undefined;
    if (phase === 'Succeeded') {
      tally['succeeded']?.push(pod);
      if (hasTracking(pod)) tally['newlySucceeded']?.push(pod);
    } else if (phase === 'Failed' || (deleted && !onlyFailed)) {
      if (phase !== 'Failed') terminating++;
      tally['failed']?.push(pod);
      if (hasTracking(pod)) tally['newlyFailed']?.push(pod);
    } else if (deleted) terminating++;
    else tally['active']?.push(pod);
  }
  return { ...(tally as unknown as Tally), terminating };
}

export function countsOf(job: KubeObject, tally: Tally): Counts {
  const ignored = new Set(failurePolicyAction(job, tally.newlyFailed)?.ignored ?? []);
  const newlyFailed = tally.newlyFailed.filter((pod) => !ignored.has(pod));
  const failedCount = (job.status?.failed ?? 0) + newlyFailed.length;
  if (!isIndexed(job)) {
    return {
      succeeded: (job.status?.succeeded ?? 0) + tally.newlySucceeded.length,
      failed: failedCount,
      completedIndexes: new Set(),
      failedIndexes: new Set(),
      failuresByIndex: new Map(),
    };
  }
  const completedIndexes = parseIndexes(job.status?.completedIndexes);
  for (const pod of tally.newlySucceeded) {
    const index = indexOf(pod);
    if (index >= 0 && index < job.spec.completions) completedIndexes.add(index);
  }
  const failuresByIndex = new Map<number, { count: number; last: number }>();
  for (const pod of tally.failed) {
    const index = indexOf(pod);
    const before = failuresByIndex.get(index);
    const recorded = Number(pod.metadata.annotations?.[INDEX_FAILURES] ?? 0) + (ignored.has(pod) ? 0 : 1);
    const count = Math.max(before?.count ?? 0, recorded);
    failuresByIndex.set(index, { count, last: Math.max(before?.last ?? 0, finishedAt(pod)) });
  }
  const failedIndexes = parseIndexes(job.status?.failedIndexes);
  const limit = job.spec.backoffLimitPerIndex;
  if (limit !== undefined) {
    const doomed = new Set(failurePolicyAction(job, tally.newlyFailed)?.failedIndexes ?? []);
    for (const [index, { count }] of failuresByIndex) {
      if (!completedIndexes.has(index) && (count > limit || doomed.has(index))) failedIndexes.add(index);
    }
  }
  return {
    succeeded: completedIndexes.size,
    failed: failedCount,
    completedIndexes,
    failedIndexes,
    failuresByIndex,
  };
}

export function remaining(job: KubeObject, counts: Counts): number {
  return Math.max(0, job.spec.completions - counts.succeeded - counts.failedIndexes.size);
}

export function finishedAt(pod: Pod): number {
  let last = 0;
  for (const { state } of pod.status?.containerStatuses ?? []) {
    last = Math.max(last, Date.parse(state?.terminated?.finishedAt ?? '') || 0);
  }
  if (last > 0) return last;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  if (deletionTimestamp) return Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? creationTimestamp);
}

export function leastProgressFirst(a: Pod, b: Pod): number {
  const rank = (pod: Pod) =>
    (pod.spec.nodeName ? 1 : 0) + (pod.status?.phase === 'Running' ? 2 : 0) + (isReady(pod) ? 4 : 0);
  return rank(a) - rank(b) || (a.metadata.creationTimestamp > b.metadata.creationTimestamp ? -1 : 1);
}

export function withIndex(pod: any, job: KubeObject, { index, failures }: IndexToRun): any {
  const text = String(index);
  const env = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } },
  };
  const withEnv = (container: any) =>
    container.env?.some((one: any) => one.name === env.name)
      ? container
      : { ...container, env: [...(container.env ?? []), env] };
  const { initContainers, containers } = pod.spec;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${job.metadata.name}-${index}-`,
      labels: { ...pod.metadata.labels, [INDEX]: text },
      annotations: {
        ...pod.metadata.annotations,
        [INDEX]: text,
        ...(failures === undefined ? {} : { [INDEX_FAILURES]: String(failures) }),
      },
    },
    spec: {
      ...pod.spec,
      hostname: `${job.metadata.name}-${index}`,
      ...(initContainers ? { initContainers: initContainers.map(withEnv) } : {}),
      containers: containers.map(withEnv),
    },
  };
}
