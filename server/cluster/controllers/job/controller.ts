import { selectorOf } from '../../../objects/label-selector.ts';
import { type KubeObject, keyOf, timestamp } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Informer } from '../../client/informer.ts';
import { RESOURCES } from '../../client/resources.ts';
import { ifThere } from '../../client/tolerate.ts';
import { findCondition } from '../conditions.ts';
import type { Controller, ControllerContext, Reconciler, Result } from '../controller.ts';
import { claim, controllerOf, controllerReference, indexByController } from '../owners.ts';
import { isTerminating, PodControl, podFromTemplate, slowStart } from '../pod-control.ts';
import type { Pod } from '../pods.ts';
import { type Found, jobStatus } from './status.ts';
import {
  type Counts,
  countsOf,
  finishedAt,
  hasTracking,
  type IndexToRun,
  indexOf,
  isFinished,
  isIndexed,
  leastProgressFirst,
  remaining,
  type Tally,
  TRACKING,
  tallyOf,
  withIndex,
} from './tally.ts';
import { completion, earlyVerdict } from './verdict.ts';

/** Pods that failed come back after 10 s, doubling to 10 min. */
const BACKOFF_FIRST_MS = 10_000;
const BACKOFF_MAX_MS = 600_000;
/** Pods made in one go. */
const BURST = 500;
/** What becomes of pods is gathered for that long. Models syncJobBatchPeriod */
const BATCH_MS = 1000;

// Models pkg/controller/job/job_controller.go
export const jobController: Controller = {
  name: 'job-controller',
  alias: 'job',
  account: 'job-controller',
  retryMs: { first: 1000, max: 60_000 },
  start: (context) => new JobReconciler(context),
};

/** What became of a job's pods. */
interface Managed {
  readonly active: Pod[];
  /** Pods that were told to end. */
  readonly deleted?: number;
  readonly error?: unknown;
  readonly wait?: number;
}

function backOffOf(failures: number): number {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(20, failures - 1));
}

class JobReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #jobs: Informer;
  readonly #pods: Informer<Pod>;
  readonly #recorder: EventRecorder;
  readonly #podControl: PodControl;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#jobs = context.informers.for(RESOURCES.jobs);
    this.#pods = context.informers.for(RESOURCES.pods);
    this.#recorder = context.recorder('job-controller');
    this.#podControl = new PodControl(context.client, this.#recorder);
    indexByController(this.#pods);
    const { queue } = context;
    this.#jobs.on({
      added: (job) => queue.add(keyOf(job)),
      updated: (job, old) => {
        if (job.metadata.generation === old.metadata.generation) queue.addAfter(keyOf(job), BATCH_MS);
        else queue.add(keyOf(job));
      },
      deleted: (job) => this.#letGo(job),
    });
    const podChanged = (pod: Pod) => {
      const owner = controllerOf(pod);
      if (owner?.kind === 'Job') queue.addAfter(`${pod.metadata.namespace}/${owner.name}`, BATCH_MS);
      // Nobody else takes the finalizer off a pod whose job is gone.
      if (pod.metadata.deletionTimestamp && hasTracking(pod) && !this.#jobOf(pod)) {
        queue.add(`${pod.metadata.namespace}/${owner?.name ?? ''}#${pod.metadata.name}`);
      }
    };
    this.#pods.on({ added: podChanged, updated: podChanged, deleted: podChanged });
  }

  #jobOf(pod: Pod): KubeObject | undefined {
    const owner = controllerOf(pod);
    const job = owner && this.#jobs.get(`${pod.metadata.namespace}/${owner.name}`);
    return job?.metadata.uid === owner?.uid ? job : undefined;
  }

  #letGo(job: KubeObject): void {
    for (const pod of this.#pods.byIndex('controller', job.metadata.uid)) {
      if (hasTracking(pod)) this.#context.queue.add(`${keyOf(job)}#${pod.metadata.name}`);
    }
  }

  reconcile(key: string): Result | undefined {
    if (key.includes('#')) {
      const [job = '', pod = ''] = key.split('#');
      const orphan = this.#pods.get(`${job.split('/')[0]}/${pod}`);
      if (orphan && !this.#jobOf(orphan)) this.#untrack(orphan);
      return undefined;
    }
    const job = this.#jobs.get(key);
    if (!job) return undefined;
    const isOurs = (job.spec.managedBy ?? 'kubernetes.io/job-controller') === 'kubernetes.io/job-controller';
    if (!isOurs || isFinished(job)) return this.#finishUp(job, isOurs);
    return this.#sync(job);
  }

  /** Pods that end after the job did still lose their finalizer. */
  #finishUp(job: KubeObject, isOurs: boolean): undefined {
    if (isOurs) for (const pod of this.#podsOf(job)) if (hasTracking(pod)) this.#untrack(pod);
  }

  #podsOf(job: KubeObject): Pod[] {
    return claim(this.#pods, {
      client: this.#context.client,
      owner: job,
      ownerResource: RESOURCES.jobs,
      selector: selectorOf(job.spec.selector) ?? [],
      resource: RESOURCES.pods,
    });
  }

  /** Models syncJob */
  #sync(job: KubeObject): Result | undefined {
    const { now } = this.#context.clock;
    const tally = tallyOf(job, this.#podsOf(job));
    const startTime = job.status?.startTime ?? (job.spec.suspend ? undefined : timestamp(now));
    const counts = countsOf(job, tally);
    const pastDeadline = this.#deadlineIn(job, startTime) === 0;
    let verdict = earlyVerdict(job, { tally, counts, pastDeadline });
    let active = tally.active;
    let failure: unknown;
    let { terminating } = tally;
    let wait = this.#deadlineIn(job, startTime);
    if (verdict) {
      terminating += this.#deletePods(job, active);
      active = [];
    } else if (!job.metadata.deletionTimestamp) {
      const managed = this.#manage(job, { tally, counts });
      failure = managed.error;
      active = managed.active;
      terminating += managed.deleted ?? 0;
      if (managed.wait !== undefined) wait = Math.min(wait ?? managed.wait, managed.wait);
      verdict = completion(job, counts, active);
    }
    this.#write(job, { startTime, counts, verdict, active, terminating });
    for (const pod of [...tally.newlySucceeded, ...tally.newlyFailed]) this.#untrack(pod);
    if (failure && !isTerminating(failure)) throw failure;
    return wait === undefined ? undefined : { requeueAfterMs: wait };
  }

  #deadlineIn(job: KubeObject, startTime: string | undefined): number | undefined {
    const seconds = job.spec.activeDeadlineSeconds;
    if (seconds === undefined || !startTime || job.spec.suspend) return undefined;
    return Math.max(0, Date.parse(startTime) + seconds * 1000 - this.#context.clock.now);
  }

  /** How many are terminating now that were not before. */
  #deletePods(job: KubeObject, pods: readonly Pod[]): number {
    const alive = pods.filter((pod) => !pod.metadata.deletionTimestamp);
    for (const pod of alive) this.#podControl.delete(job, pod);
    return alive.length;
  }

  /** Ends pods that are no longer wanted, which is nobody's failure. Models deleteJobPods */
  #takeBack(job: KubeObject, pods: readonly Pod[]): number {
    for (const pod of pods) this.#untrack(pod);
    return this.#deletePods(job, pods);
  }

  /** Models manageJob */
  #manage(job: KubeObject, { tally, counts }: { tally: Tally; counts: Counts }): Managed {
    const { active } = tally;
    if (job.spec.suspend) return { active: [], deleted: this.#takeBack(job, active) };
    const parallelism = job.spec.parallelism ?? 1;
    const { completions } = job.spec;
    const left =
      completions === undefined
        ? counts.succeeded > 0
          ? active.length
          : parallelism
        : Math.min(parallelism, remaining(job, counts));
    if (active.length > left) {
      const surplus = [...active].sort(leastProgressFirst).slice(0, active.length - left);
      const deleted = this.#takeBack(job, surplus);
      return { active: active.filter((pod) => !surplus.includes(pod)), deleted };
    }
    const room =
      job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy ? tally.terminating : 0;
    const missing = Math.min(left - active.length - room, BURST);
    if (missing <= 0) return { active };
    const wait = this.#backOffIn(job, tally);
    if (wait > 0) return { active, wait };
    return this.#create(job, { active, missing, counts });
  }

  #backOffIn(job: KubeObject, tally: Tally): number {
    if (isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined) return 0;
    const resumed = findCondition(job.status?.conditions, 'Suspended')?.lastTransitionTime;
    const finished = tally.failed.map(finishedAt).sort((a, b) => a - b);
    const lastSuccess = Math.max(0, ...tally.succeeded.map(finishedAt));
    const start = Math.max(lastSuccess, resumed ? Date.parse(resumed) : 0);
    const since = finished.filter((time) => time > start);
    const last = since.at(-1);
    if (last === undefined) return 0;
    return Math.max(0, last + backOffOf(since.length) - this.#context.clock.now);
  }

  #create(
    job: KubeObject,
    { active, missing, counts }: { active: Pod[]; missing: number; counts: Counts },
  ): Managed {
    const created: Pod[] = [];
    const indexes = isIndexed(job) ? this.#freeIndexes(job, { active, missing, counts }) : undefined;
    if (indexes && indexes.ready.length === 0)
      return { active, ...(indexes.wait ? { wait: indexes.wait } : {}) };
    const pod = podFromTemplate(job.spec.template, job, controllerReference(job, RESOURCES.jobs));
    pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), TRACKING];
    const waiting = indexes ? [...indexes.ready] : [];
    const count = indexes ? indexes.ready.length : missing;
    const { error } = slowStart(count, () => {
      const wanted = indexes ? withIndex(pod, job, waiting.shift() as IndexToRun) : pod;
      created.push(this.#podControl.create(job, wanted));
    });
    const wait = indexes?.wait;
    return { active: [...active, ...created], ...(error ? { error } : {}), ...(wait ? { wait } : {}) };
  }

  /**
   * The lowest indexes that nobody works on, and when the next one comes back from its back-off: higher ones do not
   * take its place. Models firstPendingIndexes and getPodCreationInfoForIndependentIndexes.
   */
  #freeIndexes(
    job: KubeObject,
    { active, missing, counts }: { active: Pod[]; missing: number; counts: Counts },
  ): { ready: IndexToRun[]; wait?: number } {
    const busy = new Set(active.map(indexOf));
    const pending: number[] = [];
    for (let index = 0; index < job.spec.completions && pending.length < missing; index++) {
      if (busy.has(index) || counts.completedIndexes.has(index) || counts.failedIndexes.has(index)) continue;
      pending.push(index);
    }
    const ready: IndexToRun[] = [];
    let wait: number | undefined;
    const perIndex = job.spec.backoffLimitPerIndex !== undefined;
    for (const index of pending) {
      const failures = perIndex ? counts.failuresByIndex.get(index) : undefined;
      const left = failures ? failures.last + backOffOf(failures.count) - this.#context.clock.now : 0;
      if (left > 0) wait = Math.min(wait ?? left, left);
      else ready.push({ index, failures: perIndex ? (failures?.count ?? 0) : undefined });
    }
    return { ready, ...(wait === undefined ? {} : { wait }) };
  }

  #untrack(pod: Pod): void {
    if (!hasTracking(pod)) return;
    const { name, namespace } = pod.metadata;
    const body = { metadata: { '$deleteFromPrimitiveList/finalizers': [TRACKING] } };
    ifThere(() => this.#context.client.patch(RESOURCES.pods, name, { type: 'strategic', body }, namespace));
  }

  #write(job: KubeObject, found: Omit<Found, 'time'>): void {
    const { status, events } = jobStatus(job, { ...found, time: timestamp(this.#context.clock.now) });
    if (!equalValues(status, job.status)) {
      this.#context.client.updateStatus(RESOURCES.jobs, { ...job, status });
    }
    for (const [type, reason, message] of events) this.#recorder.event(job, type, reason, message);
  }
}
