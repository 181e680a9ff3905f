import type { Clock } from '../../sim/index.ts';
import { EXTENDER } from './extender.ts';
import type { ClusterEvent, PluginArgs } from './framework.ts';
import { PLUGINS } from './plugins/index.ts';
import type { PodInfo } from './pod-info.ts';

/** A pod that waits to be scheduled. */
export interface QueuedPod {
  info: PodInfo;
  /** When it first came, and when it last came into the queue. */
  readonly addedAt: number;
  timestamp: number;
  attempts: number;
  readonly sequence: number;
  /** Plugins that turned it down at the last attempt. */
  rejectedBy: ReadonlySet<string>;
  /** The last attempt failed for an error of the API, not for want of a node. */
  error: boolean;
  /** Of the last attempt: how many nodes were looked at, and how many would do. */
  search?: { readonly looked: number; readonly feasible: number };
  place: 'active' | 'backoff' | 'unschedulable' | 'gated' | 'out';
}

/** How long the scheduler takes to react to a new pod. */
export const SCHEDULER_LATENCY_MS = 10;
// Models pkg/scheduler/backend/queue/scheduling_queue.go
export const BACKOFF_FIRST_MS = 1000;
export const BACKOFF_MAX_MS = 10_000;

/** When pods that found no node are tried again. */
export interface RetryTimes {
  readonly firstMs: number;
  readonly maxMs: number;
  /** At the latest, although nothing happened. */
  readonly stuckMs: number;
}

const USUAL: RetryTimes = { firstMs: BACKOFF_FIRST_MS, maxMs: BACKOFF_MAX_MS, stuckMs: 5 * 60_000 };

const RETRY = new Map(PLUGINS.map(({ plugin }) => [plugin.name, plugin]));

/**
 * Pods that wait: ready ones by priority and age, failed ones that back off, and those that no change has given hope
 * yet. Models pkg/scheduler/backend/queue/scheduling_queue.go PriorityQueue
 */
export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #times: RetryTimes;
  readonly #pods = new Map<string, QueuedPod>();
  readonly #active: QueuedPod[] = [];
  readonly #waiting = new Set<QueuedPod>();
  readonly #unschedulable = new Set<QueuedPod>();
  #sequence = 0;
  #readyAt = 0;
  readonly #onReady: () => void;

  constructor(clock: Clock, onReady: () => void, times: Partial<RetryTimes> = {}) {
    this.#clock = clock;
    this.#onReady = onReady;
    this.#times = { ...USUAL, ...times };
  }

  get size(): number {
    return this.#pods.size;
  }

  pods(): IterableIterator<QueuedPod> {
    return this.#pods.values();
  }

  /** A pod that is not scheduled yet, new or changed. */
  set(info: PodInfo): void {
    const queued = this.#pods.get(info.uid);
    if (!queued) {
      const now = this.#clock.now;
      const added: QueuedPod = {
        info,
        addedAt: now,
        timestamp: now,
        attempts: 0,
        sequence: this.#sequence++,
        rejectedBy: new Set(),
        error: false,
        place: 'out',
      };
      this.#pods.set(info.uid, added);
      this.#activate(added);
      return;
    }
    const before = queued.info;
    queued.info = info;
    if (queued.place === 'gated') this.#activate(queued);
    else if (queued.place === 'unschedulable' && isRelevant(before, info)) this.#move(queued);
  }

  remove(uid: string): void {
    const queued = this.#pods.get(uid);
    if (!queued) return;
    this.#pods.delete(uid);
    this.#leave(queued);
    queued.place = 'out';
  }

  /** Tries again the pods that `event` may help. */
  retry(event: ClusterEvent, args: PluginArgs): void {
    if (this.#unschedulable.size === 0) return;
    for (const queued of [...this.#unschedulable]) if (mayHelp(queued, event, args)) this.#move(queued);
  }

  /** When there is work. */
  get nextDue(): number | undefined {
    this.#expire();
    if (this.#peek() || this.#firstWaiting()) return this.#readyAt;
    let due: number | undefined;
    for (const queued of this.#waiting)
      due = Math.min(due ?? Number.POSITIVE_INFINITY, this.#backoffEnd(queued));
    for (const queued of this.#unschedulable) {
      due = Math.min(due ?? Number.POSITIVE_INFINITY, queued.timestamp + this.#times.stuckMs);
      break;
    }
    return due;
  }

  /** The next pod to try. */
  take(): QueuedPod | undefined {
    this.#expire();
    const queued = this.#peek() ?? this.#firstWaiting();
    if (!queued) return undefined;
    if (queued.place === 'active') this.#pop();
    else this.#waiting.delete(queued);
    queued.place = 'out';
    queued.attempts++;
    return queued;
  }

  /** Puts a pod back for which there was no node, or whose binding failed. */
  failed(queued: QueuedPod, rejectedBy: ReadonlySet<string>, error: boolean): void {
    if (this.#pods.get(queued.info.uid) !== queued) return;
    queued.timestamp = this.#clock.now;
    queued.rejectedBy = rejectedBy;
    queued.error = error;
    if (error) this.#wait(queued);
    else {
      queued.place = 'unschedulable';
      this.#unschedulable.add(queued);
    }
  }

  #move(queued: QueuedPod): void {
    this.#unschedulable.delete(queued);
    if (this.#backoffEnd(queued) <= this.#clock.now) this.#activate(queued);
    else this.#wait(queued);
  }

  #wait(queued: QueuedPod): void {
    queued.place = 'backoff';
    if (!this.#peek() && this.#waiting.size === 0) this.#readyAt = this.#clock.now + SCHEDULER_LATENCY_MS;
    this.#waiting.add(queued);
    this.#onReady();
  }

  #activate(queued: QueuedPod): void {
    if (queued.info.pod.spec.schedulingGates?.length > 0) {
      queued.place = 'gated';
      return;
    }
    if (!this.#peek()) this.#readyAt = this.#clock.now + SCHEDULER_LATENCY_MS;
    queued.place = 'active';
    this.#push(queued);
    this.#onReady();
  }

  #leave(queued: QueuedPod): void {
    this.#waiting.delete(queued);
    this.#unschedulable.delete(queued);
  }

  #backoffEnd(queued: QueuedPod): number {
    if (queued.attempts === 0) return 0;
    const { firstMs, maxMs } = this.#times;
    return queued.timestamp + Math.min(maxMs, firstMs * 2 ** Math.min(20, queued.attempts - 1));
  }

  /** With nothing else to do, a pod need not sit out its back-off, unless it is the API that failed. */
  #firstWaiting(): QueuedPod | undefined {
    for (const queued of this.#waiting) if (!queued.error) return queued;
    return undefined;
  }

  #expire(): void {
    const now = this.#clock.now;
    for (const queued of this.#waiting) {
      if (this.#backoffEnd(queued) > now) continue;
      this.#waiting.delete(queued);
      this.#activate(queued);
      this.#readyAt = Math.min(this.#readyAt, now);
    }
    for (const queued of this.#unschedulable) {
      if (queued.timestamp + this.#times.stuckMs > now) break;
      this.#unschedulable.delete(queued);
      this.#activate(queued);
      this.#readyAt = Math.min(this.#readyAt, now);
    }
  }

  /** The first of the heap that is still there. */
  #peek(): QueuedPod | undefined {
    for (;;) {
      const top = this.#active[0];
      if (!top || top.place === 'active') return top;
      this.#pop();
    }
  }

  #push(queued: QueuedPod): void {
    const heap = this.#active;
    let i = heap.length;
    heap.push(queued);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as QueuedPod;
      if (!before(queued, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = queued;
  }

  #pop(): void {
    const heap = this.#active;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as QueuedPod, heap[child] as QueuedPod)) child++;
      if (!before(heap[child] as QueuedPod, last)) break;
      heap[i] = heap[child] as QueuedPod;
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: QueuedPod, b: QueuedPod): boolean {
  if (a.info.priority !== b.info.priority) return a.info.priority > b.info.priority;
  return a.timestamp < b.timestamp || (a.timestamp === b.timestamp && a.sequence < b.sequence);
}

/** Status alone does not make a pod schedulable. */
function isRelevant(before: PodInfo, now: PodInfo): boolean {
  return before.pod.spec !== now.pod.spec || before.pod.metadata.labels !== now.pod.metadata.labels;
}

function mayHelp(queued: QueuedPod, event: ClusterEvent, args: PluginArgs): boolean {
  if (queued.rejectedBy.size === 0 || queued.rejectedBy.has(EXTENDER)) return true;
  for (const name of queued.rejectedBy) {
    const plugin = RETRY.get(name);
    if (!plugin?.retryOn?.includes(event.kind)) continue;
    if (!plugin.mayHelp || plugin.mayHelp(queued.info, event, args)) return true;
  }
  return false;
}
