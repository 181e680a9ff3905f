import { type KubeObject, keyOf } from '../../../objects/object.ts';
import type { Pod } from '../pods.ts';
import { INDEX } from './indexes.ts';

/** What a job's podFailurePolicy makes of pods that failed. */
export interface PolicyOutcome {
  readonly action?: 'FailJob';
  readonly message: string;
  /** Failures that do not count. */
  readonly ignored: Pod[];
  readonly failedIndexes: number[];
}

// Models pkg/controller/job/pod_failure_policy.go
export function failurePolicyAction(job: KubeObject, failed: readonly Pod[]): PolicyOutcome | undefined {
  const rules: any[] = job.spec.podFailurePolicy?.rules ?? [];
  if (rules.length === 0) return undefined;
  const ignored: Pod[] = [];
  const failedIndexes: number[] = [];
  for (const pod of failed) {
    for (const [i, rule] of rules.entries()) {
      const match = matchExitCodes(rule, i, pod) ?? matchConditions(rule, i, pod);
      if (match === undefined) continue;
      if (rule.action === 'FailJob') return { action: 'FailJob', message: match, ignored, failedIndexes };
      if (rule.action === 'Ignore') ignored.push(pod);
      if (rule.action === 'FailIndex') failedIndexes.push(Number(pod.metadata.annotations?.[INDEX] ?? -1));
      break;
    }
  }
  return { message: '', ignored, failedIndexes };
}

function matchExitCodes(rule: any, index: number, pod: Pod): string | undefined {
  if (!rule.onExitCodes) return undefined;
  const { containerName, operator, values } = rule.onExitCodes;
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  for (const { name, state } of statuses) {
    const code = state?.terminated?.exitCode;
    if (code === undefined || code === 0 || (containerName && containerName !== name)) continue;
    if (values.includes(code) === (operator === 'In')) {
      return `Container ${name} for pod ${keyOf(pod)} failed with exit code ${code} matching ${rule.action} rule at index ${index}`;
    }
  }
  return undefined;
}

function matchConditions(rule: any, index: number, pod: Pod): string | undefined {
  for (const { type, status = 'True' } of rule.onPodConditions ?? []) {
    const found = pod.status?.conditions?.find((c: any) => c.type === type && c.status === status);
    if (found)
      return `Pod ${keyOf(pod)} has condition ${type} matching ${rule.action} rule at index ${index}`;
  }
  return undefined;
}
