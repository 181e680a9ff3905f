import type { Steps } from '../../../sim/index.ts';
import type { Compiler } from './compile.ts';
import type { Code, Turns } from './machine.ts';
import type { Json } from './values.ts';

/** A function of the language that is not written in it. */
export interface Builtin {
  /** Computes one value from the input and the arguments' values. */
  readonly compute?: (input: Json, ...args: Json[]) => Json;
  /** The same, for what may take long: others have their turn meanwhile. */
  readonly work?: Work;
  /** Gets its arguments as programs. */
  readonly code?: (compiler: Compiler, args: readonly Code[]) => Code;
}

export type Work = (turns: Turns, input: Json, ...args: Json[]) => Steps<Json>;

/** Builtins by `name/arity`. */
export type Builtins = Readonly<Record<string, Builtin>>;

/** A table of functions that only compute. */
export function computed(table: Readonly<Record<string, Builtin['compute'] & {}>>): Builtins {
  return Object.fromEntries(Object.entries(table).map(([name, compute]) => [name, { compute }]));
}

/** A table of functions that may take long. */
export function worked(table: Readonly<Record<string, Work>>): Builtins {
  return Object.fromEntries(Object.entries(table).map(([name, work]) => [name, { work }]));
}
