import { attempt, type DescribeContext, PODS } from './context.ts';

export interface PodCounts {
  running: number;
  waiting: number;
  succeeded: number;
  failed: number;
}

/** How the pods of a controller fare. Models kubectl pkg/describe getPodStatusForController. */
export function podCounts(
  owner: any,
  labelSelector: string,
  context: DescribeContext,
): PodCounts | undefined {
  const namespace = owner.metadata.namespace;
  const pods = attempt(() => context.list(PODS, { namespace, labelSelector }));
  if (!pods) return undefined;
  const counts: PodCounts = { running: 0, waiting: 0, succeeded: 0, failed: 0 };
  for (const pod of pods) {
    const controller = (pod.metadata.ownerReferences ?? []).find((one) => one.controller);
    if (controller?.uid !== owner.metadata.uid) continue;
    const phase = pod.status?.phase;
    if (phase === 'Running') counts.running++;
    else if (phase === 'Pending') counts.waiting++;
    else if (phase === 'Succeeded') counts.succeeded++;
    else if (phase === 'Failed') counts.failed++;
  }
  return counts;
}

export function countsText({ running, waiting, succeeded, failed }: PodCounts): string {
  return `${running} Running / ${waiting} Waiting / ${succeeded} Succeeded / ${failed} Failed`;
}
