import { type Clock, PREEMPT, type Process, type Steps, type WaitQueue, waitOn } from '../../sim/index.ts';
import type { Informers } from './informer.ts';

/** A part of a program that has work at certain times. */
export interface Worker {
  /** When the next piece of work is due; undefined: nothing to do until something changes. */
  readonly nextDue: number | undefined;
  /** Does one piece of work that is due now. */
  runOne(): void;
  /** False: works although caches are not filled yet. */
  readonly needsSync?: boolean;
}

export interface ControlLoopOptions {
  clock: Clock;
  informers: Informers;
  /** See `ControlLoop.wake`. */
  wake: WaitQueue;
}

/** Program steps that one piece of work counts for: how much of a time slice it takes. */
const STEPS_PER_WORK = 20;

/**
 * The main loop of a controller program: takes in what the server has sent, does the work that is due, earliest first,
 * and sleeps until something changes or becomes due. It runs inside the program's process, so that whatever stops the
 * process stops it.
 */
export class ControlLoop {
  /** Notified when there may be something to do. */
  readonly wake: WaitQueue;
  readonly workers: Worker[] = [];
  readonly #clock: Clock;
  readonly #informers: Informers;

  constructor(options: ControlLoopOptions) {
    this.#clock = options.clock;
    this.wake = options.wake;
    this.#informers = options.informers;
  }

  /** Runs until `stopped` says so; it is looked at each time the loop wakes up. */
  *run(process: Process, stopped: () => boolean = () => false): Steps<void> {
    while (!stopped()) {
      this.#informers.pump();
      const { worker, due } = this.#nextWorker();
      if (worker && due !== undefined && due <= this.#clock.now) {
        worker.runOne();
        if (process.spend(STEPS_PER_WORK)) yield PREEMPT;
        continue;
      }
      yield* waitOn([this.wake], earliest(due, this.#informers.nextDue));
    }
  }

  #nextWorker(): { worker?: Worker; due?: number } {
    const { synced } = this.#informers;
    let found: { worker?: Worker; due?: number } = {};
    for (const worker of this.workers) {
      if (!synced && worker.needsSync !== false) continue;
      const due = worker.nextDue;
      if (due !== undefined && (found.due === undefined || due < found.due)) found = { worker, due };
    }
    return found;
  }
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}

/** A worker made of a queue and what to do with a key. */
export class QueueWorker implements Worker {
  readonly #queue: { readonly nextDue: number | undefined; take(): string | undefined };
  readonly #work: (key: string) => void;

  constructor(
    queue: { readonly nextDue: number | undefined; take(): string | undefined },
    work: (key: string) => void,
  ) {
    this.#queue = queue;
    this.#work = work;
  }

  get nextDue(): number | undefined {
    return this.#queue.nextDue;
  }

  runOne(): void {
    const key = this.#queue.take();
    if (key !== undefined) this.#work(key);
  }
}
