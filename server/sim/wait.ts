import type { Clock } from './clock.ts';

/**
 * What a process waits for. A wait queue works as a condition variable: whoever changes the state that a queue stands
 * for calls `notify`, and every waiter looks again. Wake-ups may be spurious, so callers wait in a loop.
 */
export class WaitQueue {
  #waiters = new Set<() => void>();

  /** Wakes everybody who waits now. */
  notify(): void {
    if (this.#waiters.size === 0) return;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  /** Calls `wake` once, at the next `notify`. Returns a function that takes it back. */
  subscribe(wake: () => void): () => void {
    this.#waiters.add(wake);
    return () => this.#waiters.delete(wake);
  }

  get size(): number {
    return this.#waiters.size;
  }
}

/** What a program's generator yields: it is resumed when one of the queues is notified, at `until`, or by a signal. */
export interface Wait {
  readonly on?: readonly WaitQueue[];
  /** Virtual time in ms. */
  readonly until?: number;
  /** True: the slice is used up; the process is merely ready again once others had their turn. */
  readonly preempt?: boolean;
  /** Work outside the simulation: virtual time stands still until it settles. */
  readonly external?: Promise<unknown>;
}

/** Why a wait ended. */
export type Wake = 'event' | 'timeout' | 'signal';

/** The slice is used up. */
export const PREEMPT: Wait = Object.freeze({ preempt: true });

/** A piece of a program: yields waits, gets the reason of each wake-up, returns a `T`. */
export type Steps<T> = Generator<Wait, T, Wake>;

/** Waits for one of `queues`, until `untilMs` at the latest. */
export function* waitOn(queues: readonly WaitQueue[], untilMs?: number): Steps<Wake> {
  return yield untilMs === undefined ? { on: queues } : { on: queues, until: untilMs };
}

/** Sleeps `durationMs`; a signal that is handled ends it early. Returns the milliseconds left. */
export function* sleep(clock: Clock, durationMs: number): Steps<number> {
  const until = clock.now + durationMs;
  const wake = yield { until };
  return wake === 'signal' ? Math.max(0, until - clock.now) : 0;
}

/** Waits for work of an asynchronous library. Rethrows its error. */
export function* settled<T>(work: Promise<T>): Steps<T> {
  let outcome: { value: T } | { error: unknown } | undefined;
  const external = work.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  while (!outcome) yield { external };
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
