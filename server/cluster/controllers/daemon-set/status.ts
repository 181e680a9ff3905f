import type { KubeObject } from '../../../objects/object.ts';
import { omitZero } from '../conditions.ts';
import { availableIn, isReady, type Pod } from '../pods.ts';
import { byAge, HASH, nodeShouldRun } from './pods.ts';

interface Found {
  readonly nodes: readonly KubeObject[];
  readonly byNode: ReadonlyMap<string, Pod[]>;
  /** Of the current revision. */
  readonly hash: string;
  readonly now: number;
}

/** The status of a set, and in how many ms it changes by time alone. Models updateDaemonSetStatus */
export function daemonStatus(
  set: KubeObject,
  { nodes, byNode, hash, now }: Found,
): { status: object; wait: number | undefined } {
  const count = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  let wait: number | undefined;
  for (const node of nodes) {
    const { shouldRun } = nodeShouldRun(set, node);
    const pods = (byNode.get(node.metadata.name) ?? []).sort(byAge);
    if (!shouldRun) {
      if (pods.length > 0) count.misscheduled++;
      continue;
    }
    count.desired++;
    const pod = pods[0];
    if (!pod) continue;
    count.current++;
    if (isReady(pod)) {
      count.ready++;
      const left = availableIn(pod, set.spec.minReadySeconds ?? 0, now);
      if (left === 0) count.available++;
      else if (left !== undefined) wait = Math.min(wait ?? left, left);
    }
    if (pods.some((one) => one.metadata.labels?.[HASH] === hash)) count.updated++;
  }
  const status = {
    currentNumberScheduled: count.current,
    numberMisscheduled: count.misscheduled,
    desiredNumberScheduled: count.desired,
    numberReady: count.ready,
    ...omitZero({
      observedGeneration: set.metadata.generation ?? 1,
      updatedNumberScheduled: count.updated,
      numberAvailable: count.available,
      numberUnavailable: count.desired - count.available,
      collisionCount: set.status?.collisionCount,
    }),
  };
  return { status, wait };
}
