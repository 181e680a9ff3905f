import { age, NAME, since, text, wide } from '../columns.ts';
import type { Cell, Column, RowContext } from '../kind.ts';
import { podStatus } from './pod-status.ts';

export const COLUMNS: readonly Column[] = [
  NAME,
  text('Ready'),
  text('Status'),
  text('Restarts'),
  text('Age'),
  wide('IP'),
  wide('Node'),
  wide('Nominated Node'),
  wide('Readiness Gates'),
];

export function row(pod: any, context: RowContext): Cell[] {
  const { ready, total, reason, restarts, lastRestart } = podStatus(pod);
  const ago = restarts !== 0 && lastRestart ? ` (${since(lastRestart, context.now)} ago)` : '';
  return [
    pod.metadata.name,
    `${ready}/${total}`,
    reason,
    `${restarts}${ago}`,
    age(pod, context),
    pod.status?.podIPs?.[0]?.ip || '<none>',
    pod.spec.nodeName || '<none>',
    pod.status?.nominatedNodeName || '<none>',
    readinessGates(pod),
  ];
}

function readinessGates({ spec, status }: any): string {
  const gates: { conditionType: string }[] = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const holds = ({ conditionType }: { conditionType: string }) =>
    (status?.conditions ?? []).some(({ type, status }: any) => type === conditionType && status === 'True');
  return `${gates.filter(holds).length}/${gates.length}`;
}
