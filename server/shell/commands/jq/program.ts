import type { Zone } from '../../dates.ts';
import type { Builtin } from './builtin.ts';
import { CONTROL_BUILTINS } from './builtins-control.ts';
import { dateBuiltins } from './builtins-dates.ts';
import { type World, worldBuiltins } from './builtins-io.ts';
import { NUMBER_BUILTINS } from './builtins-numbers.ts';
import { REGEX_BUILTINS } from './builtins-regex.ts';
import { VALUE_BUILTINS } from './builtins-values.ts';
import { WORK_BUILTINS } from './builtins-work.ts';
import { Compiler } from './compile.ts';
import type { Dialect } from './dialect.ts';
import { type Code, Machine } from './machine.ts';
import { Parser } from './parse.ts';
import { preludeDefinition, preludeNames } from './prelude.ts';
import type { Definition, Node } from './syntax.ts';
import type { Json } from './values.ts';

/** A program that can be run on inputs. */
export interface Program {
  readonly machine: Machine;
  readonly code: Code;
}

/** A language on this engine: its parser, and what it has beside or instead of jq's functions. */
export interface Language extends Dialect {
  readonly parse: (text: string) => Node;
  readonly builtins: Readonly<Record<string, Builtin>>;
  readonly prelude: (name: string) => Definition | undefined;
}

export interface ProgramOptions {
  readonly language?: Language;
  readonly text: string;
  readonly world: World;
  readonly zone: Zone;
  /** Values of `--arg` and the like, by name. */
  readonly variables: ReadonlyMap<string, Json>;
}

/** Compiles a program. Throws CompileError. */
export function compileProgram({ text, world, zone, variables, language }: ProgramOptions): Program {
  const machine = new Machine();
  const builtins = new Map<string, Builtin>(
    Object.entries({
      ...VALUE_BUILTINS,
      ...WORK_BUILTINS,
      ...NUMBER_BUILTINS,
      ...REGEX_BUILTINS,
      ...dateBuiltins(zone),
      ...CONTROL_BUILTINS,
      ...worldBuiltins(world),
      ...language?.builtins,
    }),
  );
  for (const [name, value] of variables) builtins.set(`$${name}`, { compute: () => value });
  const names = [...builtins.keys(), ...preludeNames()].filter((name) => /^[a-zA-Z]\w*\//.test(name));
  builtins.set('builtins/0', { compute: () => names });
  const prelude = (name: string) => language?.prelude(name) ?? preludeDefinition(name);
  const compiler = new Compiler(machine, builtins, prelude, language);
  const program = language ? language.parse(text) : new Parser(text).program();
  return { machine, code: compiler.compile(program, undefined) };
}
