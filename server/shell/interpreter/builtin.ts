import type { Assignment } from 'unbash';
import { isSystemError } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import { unknownOption } from '../dialect/dialect.ts';
import { CommandAbort, ExpressionError, ShellError, ShellExit } from './flow.ts';
import type { Shell } from './shell.ts';

/** What a builtin is called with. */
export interface Call {
  readonly shell: Shell;
  /** The name it was called by. */
  readonly name: string;
  readonly args: readonly string[];
  /** Compound array values among the arguments, by index. */
  readonly arrays: ReadonlyMap<number, Assignment>;
  out(text: string): Steps<void>;
  /** Prints `bash: line N: NAME: message` and returns 1. */
  fail(message: string, status?: number): Steps<number>;
  /** Prints the usage line and returns 2. */
  usage(): Steps<number>;
}

/** A command that runs inside the shell. */
export interface Builtin {
  readonly name: string;
  /** As `help NAME` shows it on its first line. */
  readonly synopsis: string;
  readonly run: (call: Call) => Steps<number>;
}

const NO_ARRAYS: ReadonlyMap<number, Assignment> = new Map();

/** Builtins of POSIX that keep the variables before them, and end a script when they fail. */
export const SPECIAL: ReadonlySet<string> = new Set(
  '. : break continue eval exec exit export readonly return set shift source times trap unset'.split(' '),
);

/** Builtins whose complaints are no errors of the shell, in dash and ash. */
const MILD: ReadonlySet<string> = new Set(['alias', 'hash', 'kill', 'printf', 'trap', 'unalias']);

/** What dash and ash say of these called without arguments; of others they say nothing. */
const USAGES: Readonly<Record<string, string>> = {
  printf: 'usage: printf format [arg ...]',
  kill: 'Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]',
  getopts: 'Usage: getopts optstring var [arg]',
};

export function* runBuiltin(
  shell: Shell,
  words: readonly string[],
  arrays: ReadonlyMap<number, Assignment> = NO_ARRAYS,
): Steps<number> {
  const name = words[0] as string;
  const builtin = shell.builtins.get(name) as Builtin;
  const call = callOf(shell, builtin, words, arrays);
  try {
    const unknown = unknownOption(shell.dialect, name, call.args);
    if (unknown !== undefined) return yield* call.fail(`${unknown}: invalid option`);
    return yield* builtin.run(call);
  } catch (error) {
    if (error instanceof ExpressionError) {
      yield* shell.error(`${name}: ${error.message}`);
      throw new CommandAbort(error.status, false);
    }
    if (error instanceof ShellError && !error.fatal && !shell.posix) {
      yield* shell.error(error.message);
      return error.status;
    }
    if (error instanceof ShellError) {
      yield* shell.error(error.message);
      throw new CommandAbort(error.status, true);
    }
    if (isSystemError(error) && (error.code !== 'EPIPE' || shell.context.process.handlers.has('PIPE'))) {
      return yield* call.fail(`write error: ${error.message}`);
    }
    throw error;
  }
}

function callOf(
  shell: Shell,
  builtin: Builtin,
  words: readonly string[],
  arrays: ReadonlyMap<number, Assignment>,
): Call {
  const name = words[0] as string;
  return {
    shell,
    name,
    args: words.slice(1),
    arrays,
    out: (text) => shell.context.write(1, text),
    *fail(message, status) {
      yield* shell.error(`${name}: ${message}`);
      if (!shell.posix || MILD.has(name)) return status ?? 1;
      if ((SPECIAL.has(name) || name === 'local') && !shell.interactive) throw new ShellExit(2);
      return status ?? 2;
    },
    *usage() {
      if (!shell.posix) yield* shell.stderr(`${name}: usage: ${builtin.synopsis}\n`);
      else if (USAGES[name] !== undefined) yield* shell.error(`${name}: ${USAGES[name]}`);
      return 2;
    },
  };
}

/** Short options of a builtin. `takes`: letters that want an argument. */
export interface ParsedOptions {
  readonly letters: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
  /** How many arguments the options took. */
  readonly count: number;
  readonly invalid: string | undefined;
  readonly missing: string | undefined;
}

/** Parses `-abc value` as the builtins' own getopt does. */
export function parseOptions(
  args: readonly string[],
  allowed: string,
  takes = '',
  plus = false,
): ParsedOptions {
  const letters = new Set<string>();
  const values = new Map<string, string>();
  let invalid: string | undefined;
  let missing: string | undefined;
  let i = 0;
  for (; i < args.length && !invalid && !missing; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      i++;
      break;
    }
    const sign = arg[0];
    if ((sign !== '-' && !(plus && sign === '+')) || arg.length < 2) break;
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] as string;
      if (takes.includes(letter)) {
        const inline = arg.slice(at + 1);
        const value = inline !== '' ? inline : args[++i];
        if (value === undefined) missing = `-${letter}`;
        else values.set(letter, value);
        letters.add(letter);
        break;
      }
      if (!allowed.includes(letter)) {
        invalid = `${sign}${letter}`;
        break;
      }
      letters.add(sign === '+' ? `+${letter}` : letter);
    }
  }
  return { letters, values, rest: args.slice(i), count: i, invalid, missing };
}

/** Complains about options that `parseOptions` found wrong; undefined when they are right. */
export function* badOptions(call: Call, options: ParsedOptions): Steps<number | undefined> {
  if (options.invalid) {
    yield* call.fail(`${options.invalid}: invalid option`);
    return yield* call.usage();
  }
  if (options.missing) {
    yield* call.fail(`${options.missing}: option requires an argument`);
    return yield* call.usage();
  }
  return undefined;
}
