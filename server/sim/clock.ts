/**
 * The one virtual clock of a world: a heap of `(time, sequence)` events. Nothing in the simulation reads any other
 * time. Whoever holds the clock decides how fast it runs (`exam/pace.ts` against the wall, tests by hand).
 *
 * Times are milliseconds since the Unix epoch, durations milliseconds.
 */

import { type Due, DueHeap } from './heap.ts';

/** A scheduled event; pass it to `Clock.cancel`. */
export interface Timer extends Due {
  run: (() => void) | undefined;
}

/** What `runUntilQuiet` did: whether the heap ran dry, and how many events ran. */
export interface QuietResult {
  quiet: boolean;
  events: number;
}

export class Clock {
  #now: number;
  #sequence = 0;
  readonly #heap = new DueHeap<Timer>();
  #cancelled = 0;
  #holds = 0;

  constructor(startMs: number) {
    this.#now = startMs;
  }

  /** Virtual milliseconds since the Unix epoch. */
  get now(): number {
    return this.#now;
  }

  /** Number of events that wait (cancelled ones not counted). */
  get pending(): number {
    return this.#heap.size - this.#cancelled;
  }

  /** True while an external library works: virtual time must stand still meanwhile. */
  get held(): boolean {
    return this.#holds > 0;
  }

  /** Stops virtual time until the returned function is called. `step` does nothing meanwhile. */
  hold(): () => void {
    this.#holds++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#holds--;
    };
  }

  /** Runs `run` after `delayMs` of virtual time; zero means later in this same instant, in order of scheduling. */
  after(delayMs: number, run: () => void): Timer {
    return this.at(this.#now + Math.max(0, delayMs), run);
  }

  /** Runs `run` at `timeMs`, or now if that is past. */
  at(timeMs: number, run: () => void): Timer {
    if (Number.isNaN(timeMs)) throw new RangeError('clock: time is not a number');
    const timer: Timer = { at: Math.max(timeMs, this.#now), sequence: this.#sequence++, run };
    this.#heap.push(timer);
    return timer;
  }

  cancel(timer: Timer | undefined): void {
    if (!timer?.run) return;
    timer.run = undefined;
    this.#cancelled++;
    if (this.#cancelled > 64 && this.#cancelled > this.#heap.size / 2) this.#sweep();
  }

  /** Time of the next event, or undefined when nothing waits. */
  nextTime(): number | undefined {
    this.#dropCancelled();
    return this.#heap.top?.at;
  }

  /** Runs the next event. Returns false when nothing waits or time is held. */
  step(): boolean {
    if (this.#holds > 0) return false;
    this.#dropCancelled();
    const timer = this.#heap.pop();
    if (!timer) return false;
    this.#now = timer.at;
    const run = timer.run as () => void;
    timer.run = undefined;
    run();
    return true;
  }

  /** Runs all events up to `timeMs` and sets the clock to it. Stops early, short of `timeMs`, when time is held. */
  advanceTo(timeMs: number): void {
    for (;;) {
      const next = this.nextTime();
      if (next === undefined || next > timeMs) break;
      if (!this.step()) return;
    }
    if (this.#holds === 0) this.#now = Math.max(this.#now, timeMs);
  }

  advance(durationMs: number): void {
    this.advanceTo(this.#now + durationMs);
  }

  /** Runs until nothing waits, at most `limitMs` of virtual time and `limitEvents` events. */
  runUntilQuiet(limitMs = 60_000, limitEvents = 1_000_000): QuietResult {
    const end = this.#now + limitMs;
    let events = 0;
    for (;;) {
      const next = this.nextTime();
      if (next === undefined) return { quiet: true, events };
      if (next > end || events >= limitEvents || !this.step()) return { quiet: false, events };
      events++;
    }
  }

  #dropCancelled(): void {
    while (this.#heap.top && !this.#heap.top.run) {
      this.#heap.pop();
      this.#cancelled--;
    }
  }

  #sweep(): void {
    this.#heap.keep((timer) => timer.run !== undefined);
    this.#cancelled = 0;
  }
}
