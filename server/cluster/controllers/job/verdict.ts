import type { KubeObject } from '../../../objects/object.ts';
import { findCondition } from '../conditions.ts';
import type { Pod } from '../pods.ts';
import { failurePolicyAction } from './failure-policy.ts';
import { parseIndexes } from './indexes.ts';
import { type Counts, isIndexed, type Tally } from './tally.ts';

/** Why a job is over, maybe before its pods are. */
export interface Verdict {
  readonly type: 'Failed' | 'Complete';
  readonly reason: string;
  readonly message: string;
}

function failed(reason: string, message: string): Verdict {
  return { type: 'Failed', reason, message };
}

/** What ends a job before all its pods succeeded. Models pkg/controller/job/job_controller.go syncJob */
export function earlyVerdict(
  job: KubeObject,
  { tally, counts, pastDeadline }: { tally: Tally; counts: Counts; pastDeadline: boolean },
): Verdict | undefined {
  const decided = decidedBefore(job);
  if (decided) return decided;
  const policy = failurePolicyAction(job, tally.newlyFailed);
  if (policy?.action === 'FailJob') return failed('PodFailurePolicy', policy.message);
  const { backoffLimit = 6 } = job.spec;
  if (counts.failed > backoffLimit || restartsTooMuch(job, tally.active, backoffLimit)) {
    return failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  if (pastDeadline) return failed('DeadlineExceeded', 'Job was active longer than specified deadline');
  return isIndexed(job) ? verdictOfIndexes(job, counts) : undefined;
}

/** A verdict stands once its first condition is written. */
function decidedBefore(job: KubeObject): Verdict | undefined {
  const { conditions } = job.status ?? {};
  const met = findCondition(conditions, 'SuccessCriteriaMet');
  if (met) return { type: 'Complete', reason: met.reason ?? '', message: met.message ?? '' };
  const target = findCondition(conditions, 'FailureTarget');
  return target && failed(target.reason ?? '', target.message ?? '');
}

function verdictOfIndexes(job: KubeObject, counts: Counts): Verdict | undefined {
  const { backoffLimitPerIndex, maxFailedIndexes, completions, successPolicy } = job.spec;
  const failures = counts.failedIndexes.size;
  if (backoffLimitPerIndex !== undefined) {
    if (maxFailedIndexes !== undefined && failures > maxFailedIndexes) {
      return failed(
        'MaxFailedIndexesExceeded',
        'Job has exceeded the specified maximal number of failed indexes',
      );
    }
    if (failures > 0 && failures + counts.completedIndexes.size >= completions)
      return failed('FailedIndexes', 'Job has failed indexes');
  }
  return successPolicy && matchSuccessPolicy(successPolicy, counts);
}

/** All that was to be done is done, and nothing runs any more. */
export function completion(job: KubeObject, counts: Counts, active: readonly Pod[]): Verdict | undefined {
  const { completions } = job.spec;
  const enough = completions === undefined ? counts.succeeded > 0 : counts.succeeded >= completions;
  if (!enough || active.length > 0) return undefined;
  return {
    type: 'Complete',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  };
}

/** Containers that are restarted in place count against the limit as well. */
function restartsTooMuch(job: KubeObject, active: readonly Pod[], limit: number): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const pod of active) {
    for (const status of [
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ]) {
      restarts += status.restartCount ?? 0;
    }
  }
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Models pkg/controller/job/success_policy.go */
function matchSuccessPolicy(policy: any, counts: Counts): Verdict | undefined {
  const rules: any[] = policy.rules ?? [];
  for (const [i, { succeededIndexes, succeededCount }] of rules.entries()) {
    const wanted = succeededIndexes === undefined ? undefined : parseIndexes(succeededIndexes);
    const got = [...counts.completedIndexes].filter((index) => !wanted || wanted.has(index)).length;
    const enough = succeededCount ?? wanted?.size ?? Number.POSITIVE_INFINITY;
    if (got >= enough) {
      return { type: 'Complete', reason: 'SuccessPolicy', message: `Matched rules at index ${i}` };
    }
  }
  return undefined;
}
