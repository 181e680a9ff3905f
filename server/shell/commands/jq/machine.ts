import type { Steps } from '../../../sim/index.ts';
import { OutOfMemory } from './operators.ts';
import { isArray, JqError, type Json } from './values.ts';

/** Where a value was found, from the outside in; kept while `path(…)` is evaluated. */
export interface Path {
  readonly up: Path | undefined;
  readonly key: Json;
  /** Set when the value is no part of the input any more: `path(1)`. */
  readonly lost?: boolean;
}

export const ROOT_PATH: Path = { up: undefined, key: null };
/** The path of a value that was computed. */
export const NO_PATH: Path = { up: undefined, key: null, lost: true };

export function pathKeys(path: Path): Json[] {
  const out: Json[] = [];
  for (let at = path; at.up; at = at.up) out.push(at.key);
  return out.reverse();
}

/** What is bound where a part of the program stands: variables, closures and labels, the innermost first. */
export interface Environment {
  readonly value: unknown;
  readonly up: Environment | undefined;
}

/** A piece of work to do next; undefined: go back to the last choice. */
export type Step = (() => Step) | Effect | undefined;

/** Takes one output. */
export type Next = (value: Json, path: Path | undefined) => Step;
/** Takes an error, as `catch` does. */
export type OnError = (error: Json) => Step;

/** Everything a part of a program runs with. `path` is undefined where nobody asks for paths. */
export interface Frame {
  readonly env: Environment | undefined;
  readonly onError: OnError;
}

/** A part of a program, compiled: gives its outputs one by one to `next`. */
export type Code = (input: Json, path: Path | undefined, frame: Frame, next: Next) => Step;

/** Work that waits or writes: reading an input, showing a message. */
export class Effect {
  readonly steps: () => Steps<Step>;

  constructor(steps: () => Steps<Step>) {
    this.steps = steps;
  }
}

/** Gives way to others while work goes on. */
export interface Turns {
  spend(steps?: number): Steps<void>;
}

/** `halt` and `halt_error`. */
export class Halt extends Error {
  override name = 'Halt';
  readonly status: number;
  readonly value: Json | undefined;

  constructor(status: number, value?: Json) {
    super('halt');
    this.status = status;
    this.value = value;
  }
}

/** Calls that may nest before the stack is unwound. */
const MAX_NESTING = 100;
/** Choices that may be open. */
const MAX_CHOICES = 1_000_000;
/** Values that one run may put into arrays; an entry of an object takes the room of several. */
const MAX_CELLS = 4_000_000;
export const ENTRY_CELLS = 8;
/** Size from which a value counts with all that is in it. */
const LARGE = 1000;
/** Values that are copied in the time of one turn. */
const COPIES = 16;
/** Turns of the machine that take one step of the process. */
const TURNS = 8;

function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length >> 3;
  if (isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

/**
 * Runs compiled programs. A part with several outputs leaves a choice and is gone back to when all that follows is
 * done, so neither the number of outputs nor the depth of recursion is bound by the stack, and the machine can stop
 * between any two turns for other processes.
 */
export class Machine implements Turns {
  /** What is tried when there is nothing left to do, the last first. */
  readonly choices: (() => Step)[] = [];
  #nesting = 0;
  #cells = 0;
  /** Values copied that were not accounted for yet. */
  #copied = 0;
  #spend: (steps: number) => Steps<void> = function* () {};

  /** Gives an output on; now and then by way of the loop, so that the stack stays shallow. */
  give(next: Next, value: Json, path: Path | undefined): Step {
    if (this.#nesting++ < MAX_NESTING) return next(value, path);
    return () => next(value, path);
  }

  /** Accounts for a value that is kept in another one. Large ones are likely to be there for themselves. */
  keep(value: Json, cells = 1): void {
    const size = sizeOf(value);
    this.#cells += size > LARGE ? size : cells;
    if (this.#cells > MAX_CELLS) throw new OutOfMemory();
  }

  /** Accounts for the time that making a value took. */
  made(value: Json): void {
    this.#copied += sizeOf(value);
  }

  /** Leaves a choice to come back to. */
  later(step: () => Step): void {
    if (this.choices.length > MAX_CHOICES) throw new OutOfMemory();
    this.choices.push(step);
  }

  /** Forgets the choices that were left since there were `height` of them. */
  cut(height: number): void {
    this.choices.length = height;
  }

  /** The value of `make`; the error of one that throws goes to whoever catches it. */
  attempt(onError: OnError, make: () => Step): Step {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      return onError(error.value);
    }
  }

  *spend(steps = 1): Steps<void> {
    yield* this.#spend(steps);
  }

  /** All outputs of a program for one input. */
  *run(start: () => Step, spend: (steps: number) => Steps<void>): Steps<void> {
    this.choices.length = 0;
    this.#cells = 0;
    this.#spend = spend;
    let step: Step = start;
    let turns = 0;
    for (;;) {
      if (step === undefined) {
        step = this.choices.pop();
        if (step === undefined) return;
      }
      this.#nesting = 0;
      step = step instanceof Effect ? yield* step.steps() : step();
      turns += 1 + this.#copied / COPIES;
      this.#copied = 0;
      if (turns < TURNS) continue;
      yield* spend(Math.ceil(turns / TURNS));
      turns = 0;
    }
  }
}
