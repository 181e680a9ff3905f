import type { Compiler } from './compile.ts';
import type { Code } from './machine.ts';
import type { Json } from './values.ts';

/** A function of the language that is not written in it. */
export interface Builtin {
  /** Computes one value from the input and the arguments' values. */
  readonly compute?: (input: Json, ...args: Json[]) => Json;
  /** Gets its arguments as programs. */
  readonly code?: (compiler: Compiler, args: readonly Code[]) => Code;
}

/** Builtins by `name/arity`. */
export type Builtins = Readonly<Record<string, Builtin>>;

/** A table of functions that only compute. */
export function computed(table: Readonly<Record<string, Builtin['compute'] & {}>>): Builtins {
  return Object.fromEntries(Object.entries(table).map(([name, compute]) => [name, { compute }]));
}
