import { type Clock, type Due, DueHeap, type WaitQueue } from '../../sim/index.ts';

export interface WorkQueueOptions {
  clock: Clock;
  /** Notified when something becomes due earlier than before. */
  wake: WaitQueue;
  /** How long an added key waits before it is handed out: the time a program takes to react. */
  latencyMs?: number;
  /** Back-off of a failing key: the first delay doubles up to the greatest. */
  retryFirstMs?: number;
  retryMaxMs?: number;
}

interface Entry extends Due {
  readonly key: string;
}

/**
 * Keys to be worked on, each at most once, in the order they are due. Models client-go util/workqueue: a key that is
 * added again while it waits stays one key, at the earlier time; failing keys back off, each on its own.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #wake: WaitQueue;
  readonly #latencyMs: number;
  readonly #retryFirstMs: number;
  readonly #retryMaxMs: number;
  readonly #waiting = new Map<string, Entry>();
  readonly #failures = new Map<string, number>();
  /** Entries that `#waiting` no longer knows are stale. */
  readonly #heap = new DueHeap<Entry>();
  #sequence = 0;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock;
    this.#wake = options.wake;
    this.#latencyMs = options.latencyMs ?? 0;
    this.#retryFirstMs = options.retryFirstMs ?? 5;
    this.#retryMaxMs = options.retryMaxMs ?? 1_000_000;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Queues a key that changed. */
  add(key: string): void {
    this.addAfter(key, this.#latencyMs);
  }

  /** Queues a key that changed once others may have changed with it. */
  addBatched(key: string, batchMs: number): void {
    this.addAfter(key, Math.max(this.#latencyMs, batchMs));
  }

  /** Queues a key for later; one that is due earlier anyway stays so. */
  addAfter(key: string, delayMs: number): void {
    const at = this.#clock.now + Math.max(0, delayMs);
    const waiting = this.#waiting.get(key);
    if (waiting && waiting.at <= at) return;
    const entry = { key, at, sequence: this.#sequence++ };
    this.#waiting.set(key, entry);
    this.#heap.push(entry);
    if (this.#heap.top === entry) this.#wake.notify();
  }

  /** Queues a key that failed, after its own growing delay. */
  retry(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(this.#retryMaxMs, this.#retryFirstMs * 2 ** Math.min(failures, 40)));
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Ends the back-off of a key. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** When the next key is due. */
  get nextDue(): number | undefined {
    for (;;) {
      const top = this.#heap.top;
      if (!top) return undefined;
      if (this.#waiting.get(top.key) === top) return top.at;
      this.#heap.pop();
    }
  }

  /** The next key that is due now. */
  take(): string | undefined {
    const due = this.nextDue;
    if (due === undefined || due > this.#clock.now) return undefined;
    const { key } = this.#heap.pop() as Entry;
    this.#waiting.delete(key);
    return key;
  }
}
