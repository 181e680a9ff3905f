import type { KubeObject } from '../../../objects/object.ts';
import type { EventType } from '../../client/events.ts';
import { type Condition, findCondition, omitZero } from '../conditions.ts';
import { isReady, type Pod } from '../pods.ts';
import { formatIndexes } from './indexes.ts';
import { type Counts, isIndexed } from './tally.ts';
import type { Verdict } from './verdict.ts';

/** What a look at the job and its pods came to. */
export interface Found {
  readonly startTime: string | undefined;
  readonly counts: Counts;
  readonly verdict: Verdict | undefined;
  readonly active: readonly Pod[];
  readonly terminating: number;
  readonly time: string;
}

/** What is told when the status is written. */
type Note = readonly [type: EventType, reason: string, message: string];

interface Told {
  readonly conditions: readonly Condition[];
  readonly events: readonly Note[];
}

export function jobStatus(job: KubeObject, found: Found): { status: object; events: readonly Note[] } {
  const { counts, verdict, active, terminating, startTime, time } = found;
  const { conditions, events } = verdict ? concluded(job, found, verdict) : suspension(job, time);
  const status = {
    ...omitZero({ active: active.length, failed: counts.failed, succeeded: counts.succeeded }),
    ready: active.filter(isReady).length,
    terminating,
    ...(isIndexed(job) && counts.completedIndexes.size > 0
      ? { completedIndexes: formatIndexes(counts.completedIndexes) }
      : {}),
    ...(job.spec.backoffLimitPerIndex === undefined
      ? {}
      : { failedIndexes: formatIndexes(counts.failedIndexes) }),
    ...(startTime && !(job.spec.suspend && !verdict) ? { startTime } : {}),
    ...(conditions.some(({ type }) => type === 'Complete') ? { completionTime: time } : {}),
    ...(conditions.length > 0 ? { conditions } : {}),
    uncountedTerminatedPods: {},
  };
  return { status, events };
}

/** First the condition that announces the end, then, once no pod is left, the end itself. */
function concluded(job: KubeObject, found: Found, { type, reason, message }: Verdict): Told {
  const make = (name: string): Condition => ({
    type: name,
    status: 'True',
    lastProbeTime: found.time,
    lastTransitionTime: found.time,
    reason,
    message,
  });
  const conditions: Condition[] = [...(job.status?.conditions ?? [])];
  const announced = type === 'Failed' ? 'FailureTarget' : 'SuccessCriteriaMet';
  if (!findCondition(conditions, announced)) conditions.push(make(announced));
  if (found.active.length + found.terminating > 0) return { conditions, events: [] };
  const note: Note =
    type === 'Failed' ? ['Warning', reason, message] : ['Normal', 'Completed', 'Job completed'];
  return { conditions: [...conditions, make(type)], events: [note] };
}

function suspension(job: KubeObject, time: string): Told {
  const conditions: readonly Condition[] = job.status?.conditions ?? [];
  const old = findCondition(conditions, 'Suspended');
  const wanted = job.spec.suspend === true;
  if (wanted === (old?.status === 'True')) return { conditions, events: [] };
  const [reason, message] = wanted ? ['JobSuspended', 'Job suspended'] : ['JobResumed', 'Job resumed'];
  const status = wanted ? 'True' : 'False';
  const next = { type: 'Suspended', status, lastProbeTime: time, lastTransitionTime: time, reason, message };
  return {
    conditions: old ? conditions.map((one) => (one === old ? next : one)) : [...conditions, next],
    events: [['Normal', wanted ? 'Suspended' : 'Resumed', message]],
  };
}
