import { isApiError } from '../../objects/api-error.ts';
import { type KubeObject, keyOf, timestamp } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { EventRecorder } from '../client/events.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';
import { parseSchedule, type Schedule } from './cron-schedule.ts';
import { controllerOf, controllerReference, indexByController, ownedBy } from './owners.ts';
import { isTerminating } from './pod-control.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
/** The real controller wakes a little after the minute, too. */
const DELTA_MS = 100;
/** Missed runs beyond which nobody counts. */
const TOO_MANY = 100;

// Models pkg/controller/cronjob/cronjob_controllerv2.go
export const cronJobController: Controller = {
  name: 'cronjob-controller',
  alias: 'cronjob',
  account: 'cronjob-controller',
  start: (context) => new CronJobReconciler(context),
};

class CronJobReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #cronJobs: Informer;
  readonly #jobs: Informer;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#cronJobs = context.informers.for(RESOURCES.cronjobs);
    this.#jobs = context.informers.for(RESOURCES.jobs);
    this.#recorder = context.recorder('cronjob-controller');
    indexByController(this.#jobs);
    const { queue } = context;
    this.#cronJobs.on({ added: (cron) => queue.add(keyOf(cron)), updated: (cron) => queue.add(keyOf(cron)) });
    const jobChanged = (job: KubeObject) => {
      const owner = controllerOf(job);
      if (owner?.kind === 'CronJob') queue.add(`${job.metadata.namespace}/${owner.name}`);
    };
    this.#jobs.on({ added: jobChanged, updated: jobChanged, deleted: jobChanged });
  }

  reconcile(key: string): Result | undefined {
    const found = this.#cronJobs.get(key);
    if (!found) return undefined;
    const cron = this.#settle(found);
    const jobs = this.#jobsOf(cron);
    this.#trim(cron, jobs);
    if (cron.metadata.deletionTimestamp || cron.spec.suspend) return undefined;
    let schedule: Schedule;
    try {
      schedule = parseSchedule(cron.spec.schedule, cron.spec.timeZone);
    } catch (error) {
      const text = `unparseable schedule: "${cron.spec.schedule}" : ${(error as Error).message}`;
      this.#recorder.event(cron, 'Warning', 'UnparseableSchedule', text);
      return undefined;
    }
    this.#runDue(cron, schedule);
    const next = schedule.next(this.#context.clock.now);
    return next === undefined ? undefined : { requeueAfterMs: next + DELTA_MS - this.#context.clock.now };
  }

  #jobsOf(cron: KubeObject): KubeObject[] {
    return [...ownedBy(this.#jobs, cron.metadata.uid)];
  }

  /** Takes finished jobs off the list of active ones. */
  #settle(cron: KubeObject): KubeObject {
    const jobs = new Map(this.#jobsOf(cron).map((job) => [job.metadata.uid, job]));
    const old: any[] = cron.status?.active ?? [];
    let lastSuccessfulTime = cron.status?.lastSuccessfulTime;
    const active: any[] = [];
    for (const job of jobs.values()) {
      const listed = old.some(({ uid }) => uid === job.metadata.uid);
      const outcome = outcomeOf(job);
      if (!outcome && !listed) {
        const text = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`;
        this.#recorder.event(cron, 'Warning', 'UnexpectedJob', text);
      }
      if (outcome && listed) {
        const text = `Saw completed job: ${job.metadata.name}, condition: ${outcome}`;
        this.#recorder.event(cron, 'Normal', 'SawCompletedJob', text);
      }
      const ended = job.status?.completionTime;
      if (outcome === 'Complete' && ended && (!lastSuccessfulTime || ended > lastSuccessfulTime)) {
        lastSuccessfulTime = ended;
      }
    }
    for (const reference of old) {
      const job = jobs.get(reference.uid);
      if (job && !outcomeOf(job)) active.push(reference);
      else if (!job) {
        const text = `Active job went missing: ${reference.name}`;
        this.#recorder.event(cron, 'Normal', 'MissingJob', text);
      }
    }
    return this.#write(cron, { ...cron.status, active, lastSuccessfulTime });
  }

  #write(cron: KubeObject, wanted: Record<string, any>): KubeObject {
    const { active, lastScheduleTime, lastSuccessfulTime } = wanted;
    const status = {
      ...(active?.length > 0 ? { active } : {}),
      ...(lastScheduleTime ? { lastScheduleTime } : {}),
      ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}),
    };
    if (equalValues(status, cron.status ?? {})) return cron;
    return this.#context.client.updateStatus(RESOURCES.cronjobs, { ...cron, status });
  }

  #runDue(cron: KubeObject, schedule: Schedule): void {
    const { now } = this.#context.clock;
    const due = this.#lastDue(cron, schedule);
    if (due === undefined) return;
    const deadline = cron.spec.startingDeadlineSeconds;
    if (deadline !== undefined && due + deadline * 1000 < now) {
      const text = `Missed scheduled time to start a job: ${goTime(due)}`;
      this.#recorder.event(cron, 'Warning', 'MissSchedule', text);
      return;
    }
    const name = jobName(cron, due);
    if (this.#jobs.get(`${cron.metadata.namespace}/${name}`)) return;
    let current = cron;
    const active: any[] = cron.status?.active ?? [];
    if (active.length > 0 && cron.spec.concurrencyPolicy === 'Forbid') {
      const text = 'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.#recorder.event(cron, 'Normal', 'JobAlreadyActive', text);
      return;
    }
    if (cron.spec.concurrencyPolicy === 'Replace') {
      for (const { name: running } of active) this.#delete(cron, running);
      current = { ...cron, status: { ...cron.status, active: [] } };
    }
    this.#start(current, name, due);
  }

  /** The latest time that a job should have been started and was not. Models utils.go mostRecentScheduleTime */
  #lastDue(cron: KubeObject, schedule: Schedule): number | undefined {
    const { now } = this.#context.clock;
    let from = Date.parse(cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp);
    const deadline = cron.spec.startingDeadlineSeconds;
    if (deadline !== undefined) from = Math.max(from, now - deadline * 1000);
    let due: number | undefined;
    let missed = 0;
    for (let time = schedule.next(from); time !== undefined && time <= now; time = schedule.next(time)) {
      due = time;
      missed++;
      if (missed <= TOO_MANY) continue;
      // Go on from the last hour: only the latest run counts.
      const recent = Math.max(time, now - 3_600_000);
      if (recent > time) time = recent;
    }
    if (missed > TOO_MANY) {
      const text =
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      this.#recorder.event(cron, 'Warning', 'TooManyMissedTimes', text);
    }
    return due;
  }

  #start(cron: KubeObject, name: string, due: number): void {
    const { client } = this.#context;
    const { namespace } = cron.metadata;
    const { metadata, spec } = cron.spec.jobTemplate;
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        namespace,
        ...(metadata?.labels ? { labels: metadata.labels } : {}),
        annotations: { ...metadata?.annotations, [SCHEDULED_AT]: scheduledAt(due, cron.spec.timeZone) },
        ownerReferences: [controllerReference(cron, RESOURCES.cronjobs)],
      },
      spec,
    };
    let created: KubeObject;
    try {
      created = client.create(RESOURCES.jobs, job, namespace);
    } catch (error) {
      if (isTerminating(error) || isApiError(error, 'AlreadyExists')) return;
      const text = `Error creating job: ${(error as Error).message}`;
      this.#recorder.event(cron, 'Warning', 'FailedCreate', text);
      throw error;
    }
    this.#recorder.event(cron, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
    const reference = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name,
      namespace,
      resourceVersion: created.metadata.resourceVersion,
      uid: created.metadata.uid,
    };
    this.#write(cron, {
      ...cron.status,
      active: [...(cron.status?.active ?? []), reference],
      lastScheduleTime: timestamp(due),
    });
  }

  #delete(cron: KubeObject, name: string): void {
    try {
      const options = { propagationPolicy: 'Background' } as const;
      this.#context.client.delete(RESOURCES.jobs, name, cron.metadata.namespace, options);
    } catch (error) {
      if (isApiError(error, 'NotFound')) return;
      this.#recorder.event(cron, 'Warning', 'FailedDelete', `Deleted job: ${(error as Error).message}`);
      throw error;
    }
    this.#recorder.event(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  }

  /** Models cleanupFinishedJobs */
  #trim(cron: KubeObject, jobs: readonly KubeObject[]): void {
    const limits = {
      Complete: cron.spec.successfulJobsHistoryLimit,
      Failed: cron.spec.failedJobsHistoryLimit,
    };
    for (const outcome of ['Complete', 'Failed'] as const) {
      const limit = limits[outcome];
      if (limit === undefined) continue;
      const finished = jobs.filter((job) => outcomeOf(job) === outcome && !job.metadata.deletionTimestamp);
      finished.sort((a, b) => ((a.status?.startTime ?? '') < (b.status?.startTime ?? '') ? -1 : 1));
      for (const job of finished.slice(0, Math.max(0, finished.length - limit))) {
        this.#delete(cron, job.metadata.name);
      }
    }
  }
}

function outcomeOf(job: KubeObject): 'Complete' | 'Failed' | undefined {
  return (job.status?.conditions ?? []).find(
    (c: any) => c.status === 'True' && (c.type === 'Complete' || c.type === 'Failed'),
  )?.type;
}

/** The minute since the epoch tells one run from the other. */
function jobName(cron: KubeObject, due: number): string {
  return `${cron.metadata.name}-${Math.floor(due / 60_000)}`;
}

function scheduledAt(due: number, timeZone: string | undefined): string {
  if (!timeZone) return timestamp(due);
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  const part = Object.fromEntries(format.formatToParts(due).map(({ type, value }) => [type, value]));
  const offset = (part['timeZoneName'] ?? 'GMT').slice(3);
  const { year, month, day, hour, minute, second } = part;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${offset === '' ? 'Z' : offset}`;
}

/** `2026-11-21 00:10:00 +0000 UTC`, as Go prints a time. */
function goTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} +0000 UTC`;
}
