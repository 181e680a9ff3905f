import type { Clock } from '../sim/index.ts';

/** A world whose clock follows the wall. */
export interface Paced {
  readonly clock: Clock;
  /** Called when events were run, or input was taken: output can be shown. */
  flush(): void;
}

interface Entry {
  readonly paced: Paced;
  /** The wall's time, and what the world's clock should show then. */
  wallMs: number;
  virtualMs: number;
  /** Early turns that are left to a world which was given input. */
  early: number;
}

/** Real ms a world may compute before it is another's turn. */
export const SLICE_MS = 1;
/** How often a world that has not finished with its input goes again after just one other. */
const EARLY_TURNS = 8;
/** A world that is so far behind does not catch up: its time just passes more slowly. */
const LAG_LIMIT_MS = 250;
/** Longest nap, so that a clock that was held is looked at again. */
const NAP_LIMIT_MS = 60_000;
const HELD_NAP_MS = 1;

/**
 * Where the wall clock meets virtual time. Worlds run in turns of at most `SLICE_MS`; one that was given input comes
 * first, and between two turns the event loop hears what else arrived. When nothing is due, nothing runs.
 */
export class Pace {
  readonly #entries = new Map<Paced, Entry>();
  readonly #urgent = new Set<Entry>();
  /** Worlds with due work, in the order of their turns. */
  #turn: Entry[] = [];
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  add(paced: Paced): void {
    this.#entries.set(paced, { paced, wallMs: this.#now(), virtualMs: paced.clock.now, early: 0 });
    this.#soon();
  }

  remove(paced: Paced): void {
    const entry = this.#entries.get(paced);
    if (!entry) return;
    this.#entries.delete(paced);
    this.#urgent.delete(entry);
    this.#turn = this.#turn.filter((other) => other !== entry);
  }

  /** Input is about to be given: sets an idle world's clock to the time of day, and lets the world go first. */
  nudge(paced: Paced): void {
    const entry = this.#entries.get(paced);
    if (!entry) return;
    const target = this.#target(entry);
    const next = paced.clock.nextTime();
    if ((next === undefined || next > target) && !paced.clock.held) paced.clock.advanceTo(target);
    entry.early = EARLY_TURNS;
    this.#urgent.add(entry);
    this.#soon();
  }

  #soon(): void {
    if (this.#immediate) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined;
      this.#takeTurn();
    });
  }

  #takeTurn(): void {
    const entry = this.#next();
    if (entry) {
      this.#run(entry);
      if (entry.early > 0 && this.#entries.has(entry.paced) && this.#isDue(entry)) {
        entry.early--;
        this.#turn.splice(1, 0, entry);
      }
      this.#soon();
    } else {
      this.#nap();
    }
  }

  #next(): Entry | undefined {
    for (const entry of this.#urgent) {
      this.#urgent.delete(entry);
      return entry;
    }
    if (this.#turn.length === 0)
      this.#turn = [...this.#entries.values()].filter((entry) => this.#isDue(entry));
    return this.#turn.shift();
  }

  #isDue(entry: Entry): boolean {
    const { clock } = entry.paced;
    const next = clock.nextTime();
    return next !== undefined && !clock.held && next <= this.#target(entry);
  }

  #run(entry: Entry): void {
    const { clock } = entry.paced;
    const started = this.#now();
    const target = this.#target(entry, started);
    for (;;) {
      const next = clock.nextTime();
      if (next === undefined || next > target || clock.held) break;
      clock.step();
      if (this.#now() - started >= SLICE_MS) break;
    }
    if (target - clock.now > LAG_LIMIT_MS && this.#isBusy(entry, target)) this.#anchor(entry);
    entry.paced.flush();
  }

  #isBusy({ paced: { clock } }: Entry, target: number): boolean {
    const next = clock.nextTime();
    return clock.held || (next !== undefined && next <= target);
  }

  #anchor(entry: Entry): void {
    entry.wallMs = this.#now();
    entry.virtualMs = entry.paced.clock.now;
  }

  #target(entry: Entry, wallMs = this.#now()): number {
    return Math.floor(entry.virtualMs + (wallMs - entry.wallMs));
  }

  /** Sleeps until the next event of any world. */
  #nap(): void {
    let wait = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries.values()) {
      const { clock } = entry.paced;
      const next = clock.nextTime();
      if (clock.held) wait = Math.min(wait, HELD_NAP_MS);
      else if (next !== undefined) wait = Math.min(wait, next - this.#target(entry));
    }
    if (wait === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#takeTurn(), Math.min(NAP_LIMIT_MS, Math.max(0, Math.ceil(wait))));
  }
}
