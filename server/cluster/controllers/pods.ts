import type { KubeObject } from '../../objects/object.ts';

/** `v1.Pod`, as loosely as controllers read it. */
export type Pod = KubeObject;

export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Neither finished nor on its way out. Models pkg/controller/controller_utils.go IsPodActive */
export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

export function conditionOf(object: KubeObject, type: string): any | undefined {
  return object.status?.conditions?.find((condition: any) => condition.type === type);
}

export function isReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Ms until the pod counts as available: 0 it does, undefined it is not ready. */
export function availableIn(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds <= 0) return 0;
  if (!ready.lastTransitionTime) return undefined;
  return Math.max(0, Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 - now);
}

export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  return availableIn(pod, minReadySeconds, now) === 0;
}

function restarts(pod: Pod): number {
  let most = 0;
  for (const status of pod.status?.containerStatuses ?? []) most = Math.max(most, status.restartCount ?? 0);
  return most;
}

const PHASE_RANK: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST];
  return text !== undefined && /^-?(0|[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

/**
 * Sorts so that the pods to delete first come first; `rank` is how many siblings share a pod's node.
 * Models pkg/controller/controller_utils.go ActivePodsWithRanks
 */
export function sortForDeletion(
  pods: readonly Pod[],
  rank: (pod: Pod) => number,
  now: number,
  costs = true,
): Pod[] {
  const age = (time: string | undefined) => (time ? ageBucket(now - Date.parse(time)) : -1);
  const keyed = pods.map((pod) => ({
    pod,
    key: [
      pod.spec.nodeName ? 1 : 0,
      PHASE_RANK[pod.status?.phase ?? 'Pending'] ?? 0,
      isReady(pod) ? 1 : 0,
      costs ? deletionCost(pod) : 0,
      -rank(pod),
      isReady(pod) ? age(conditionOf(pod, 'Ready')?.lastTransitionTime) : 0,
      -restarts(pod),
      age(pod.metadata.creationTimestamp),
    ],
  }));
  keyed.sort((a, b) => {
    for (let i = 0; i < a.key.length; i++) {
      const difference = (a.key[i] as number) - (b.key[i] as number);
      if (difference !== 0) return difference;
    }
    return a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1;
  });
  return keyed.map(({ pod }) => pod);
}

/** Ages count on a logarithmic scale, so that the choice among pods of about one age is random (by uid). */
function ageBucket(ageMs: number): number {
  return ageMs <= 0 ? 0 : Math.floor(Math.log2(ageMs * 1e6));
}
