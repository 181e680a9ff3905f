import type { Rejection } from './framework.ts';

/** Why no node would do: what FailedScheduling says. */
export interface FitError {
  /** Nodes of the cluster. */
  readonly total: number;
  /** By node name; a node that is not listed has `absent`. */
  readonly rejections: ReadonlyMap<string, Rejection>;
  readonly absent?: Rejection;
  /** One reason for all nodes. */
  readonly podReason?: string;
}

/** Models pkg/scheduler/framework/types.go FitError Error */
export function fitMessage(error: FitError, preemption = ''): string {
  const start = `0/${error.total} nodes are available`;
  const text =
    error.podReason !== undefined ? `${start}: ${error.podReason}.` : `${start}${reasonsText(error)}`;
  return preemption === '' ? text : `${text} ${preemption}`;
}

function reasonsText({ total, rejections, absent }: FitError): string {
  const counts = new Map<string, number>();
  const count = (reason: string, times: number) => counts.set(reason, (counts.get(reason) ?? 0) + times);
  for (const { reasons } of rejections.values()) for (const reason of reasons) count(reason, 1);
  const rest = total - rejections.size;
  if (rest > 0) for (const reason of absent?.reasons ?? []) count(reason, rest);
  if (counts.size === 0) return '';
  const texts = [...counts].map(([reason, times]) => `${times} ${reason}`);
  texts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `: ${texts.join(', ')}.`;
}
