import type { Zone } from '../core/dates.ts';
import type { Builtin } from './builtin.ts';
import { CONTROL_BUILTINS } from './builtins-control.ts';
import { dateBuiltins } from './builtins-dates.ts';
import { type World, worldBuiltins } from './builtins-io.ts';
import { NUMBER_BUILTINS } from './builtins-numbers.ts';
import { REGEX_BUILTINS } from './builtins-regex.ts';
import { VALUE_BUILTINS } from './builtins-values.ts';
import { Compiler } from './compile.ts';
import { type Code, Machine } from './machine.ts';
import { Parser } from './parse.ts';
import { preludeDefinition, preludeNames } from './prelude.ts';
import type { Json } from './values.ts';

/** A program that can be run on inputs. */
export interface Program {
  readonly machine: Machine;
  readonly code: Code;
}

export interface ProgramOptions {
  readonly text: string;
  readonly world: World;
  readonly zone: Zone;
  /** Values of `--arg` and the like, by name. */
  readonly variables: ReadonlyMap<string, Json>;
}

/** Compiles a program. Throws CompileError. */
export function compileProgram({ text, world, zone, variables }: ProgramOptions): Program {
  const machine = new Machine();
  const builtins = new Map<string, Builtin>(
    Object.entries({
      ...VALUE_BUILTINS,
      ...NUMBER_BUILTINS,
      ...REGEX_BUILTINS,
      ...dateBuiltins(zone),
      ...CONTROL_BUILTINS,
      ...worldBuiltins(world),
    }),
  );
  for (const [name, value] of variables) builtins.set(`$${name}`, { compute: () => value });
  const names = [...builtins.keys(), ...preludeNames()].filter((name) => /^[a-zA-Z]\w*\//.test(name));
  builtins.set('builtins/0', { compute: () => names });
  const compiler = new Compiler(machine, builtins, preludeDefinition);
  return { machine, code: compiler.compile(new Parser(text).program(), undefined) };
}
