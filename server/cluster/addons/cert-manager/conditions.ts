import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { Resource } from '../../client/client.ts';
import type { Agent } from '../agent.ts';

export interface Verdict {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message?: string;
}

export function conditionOf(object: KubeObject | undefined, type: string): any {
  return (object?.status?.conditions ?? []).find((one: any) => one.type === type);
}

/** The conditions of an object with one of them set; a verdict of undefined takes it away. Models pkg/api/util/conditions.go */
export function withCondition(
  agent: Agent,
  { metadata }: KubeObject,
  conditions: readonly any[],
  [type, verdict]: readonly [string, Verdict | undefined],
): any[] {
  const others = conditions.filter((one) => one.type !== type);
  if (!verdict) return others;
  const known = conditions.find((one) => one.type === type);
  const made = {
    lastTransitionTime:
      known?.status === verdict.status ? known.lastTransitionTime : timestamp(agent.context.now),
    ...(verdict.message ? { message: verdict.message } : {}),
    observedGeneration: metadata.generation ?? 1,
    reason: verdict.reason,
    status: verdict.status,
    type,
  };
  return known ? conditions.map((one) => (one.type === type ? made : one)) : [...others, made];
}

/** Writes a status, where it says something new. */
export function writeStatus(agent: Agent, resource: Resource, object: KubeObject, status: object): void {
  if (equalValues(object.status ?? {}, status)) return;
  agent.client.updateStatus(resource, { ...object, status });
}
