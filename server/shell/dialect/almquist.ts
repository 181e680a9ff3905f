import { SIGNALS, type Steps } from '../../sim/index.ts';
import { type Meaning, meaningOf } from '../builtins/run.ts';
import { type Builtin, type Call, parseOptions } from '../interpreter/builtin.ts';

import type { Dialect } from './dialect.ts';
import { quoted } from './wording.ts';

/** `type` and `command -V` in the words of dash and ash. */
function* tell(call: Call, names: readonly string[]): Steps<number> {
  let status = 0;
  for (const name of names) {
    const meaning = meaningOf(call.shell, name);
    if (!meaning) status = 127;
    yield* call.out(`${name}${meaning ? said(meaning) : ': not found'}\n`);
  }
  return status;
}

function said({ kind, text }: Meaning): string {
  if (kind === 'alias') return ` is an alias for ${text}`;
  if (kind === 'file') return ` is ${text}`;
  return ` is a shell ${kind}`;
}

const type: Builtin = { name: 'type', synopsis: 'type name ...', run: (call) => tell(call, call.args) };

/** They look at the first name only. */
function commandOf(bash: Builtin): Builtin {
  return {
    ...bash,
    *run(call) {
      const { letters, rest, count } = parseOptions(call.args, 'pVv');
      if (letters.has('V')) return yield* tell(call, rest.slice(0, 1));
      if (!letters.has('v')) return yield* bash.run(call);
      const status = yield* bash.run({ ...call, args: call.args.slice(0, count + 1) });
      return status === 0 ? 0 : 127;
    },
  };
}

/** `export -p` and `readonly -p` as commands that make the same again. */
function markerOf(bash: Builtin, attribute: 'exported' | 'readonly'): Builtin {
  return {
    ...bash,
    *run(call) {
      if (parseOptions(call.args, 'p').rest.length > 0) return yield* bash.run(call);
      const { variables } = call.shell;
      for (const name of variables.names()) {
        const variable = variables.find(name);
        if (!variable?.[attribute]) continue;
        const value = typeof variable.value === 'string' ? `=${quoted(variable.value)}` : '';
        yield* call.out(`${bash.name} ${name}${value}\n`);
      }
      return 0;
    },
  };
}

/** `alias` prints no `alias` before the names. */
function aliasOf(bash: Builtin): Builtin {
  return {
    ...bash,
    run: (call) => bash.run({ ...call, out: (text) => call.out(text.replace(/^alias /, '')) }),
  };
}

/** Signals are named without `SIG`, in `trap` and in `kill -l`. */
function withoutSig(bash: Builtin): Builtin {
  return {
    ...bash,
    run: (call) => bash.run({ ...call, out: (text) => call.out(text.replace(/ SIG(?=\w+\n$)/, ' ')) }),
  };
}

function killOf(bash: Builtin): Builtin {
  return {
    ...bash,
    *run(call) {
      if (call.args.length !== 1 || call.args[0] !== '-l') return yield* bash.run(call);
      const lines = call.shell.ash
        ? Object.entries(SIGNALS).map(([name, number]) => `${String(number).padStart(2)}) ${name}`)
        : ['0', ...Object.keys(SIGNALS)];
      yield* call.out(`${lines.join('\n')}\n`);
      return 0;
    },
  };
}

/** `.` takes no arguments for the file, and ends a script when there is none. */
function dotOf(bash: Builtin): Builtin {
  return { ...bash, run: (call) => bash.run({ ...call, args: call.args.slice(0, 1) }) };
}

function shiftOf(bash: Builtin): Builtin {
  return {
    ...bash,
    *run(call) {
      const count = Number(call.args[0] ?? 1);
      if (count > call.shell.positional.length) return yield* call.fail(`${count}: shift count out of range`);
      return yield* bash.run(call);
    },
  };
}

/** Outside of a function `return` ends the shell. */
function returnOf(bash: Builtin, exit: Builtin): Builtin {
  return { ...bash, run: (call) => (call.shell.frames.length === 0 ? exit : bash).run(call) };
}

const OWN: Readonly<Record<string, (bash: Builtin, all: ReadonlyMap<string, Builtin>) => Builtin>> = {
  type: () => type,
  command: commandOf,
  export: (bash) => markerOf(bash, 'exported'),
  readonly: (bash) => markerOf(bash, 'readonly'),
  alias: aliasOf,
  trap: withoutSig,
  kill: killOf,
  '.': dotOf,
  shift: shiftOf,
  return: (bash, all) => returnOf(bash, all.get('exit') as Builtin),
  chdir: (_, all) => ({ ...(all.get('cd') as Builtin), name: 'chdir' }),
};

/** The built-in commands of a dialect, those of bash among them that it has. */
export function builtinsOf(
  dialect: Dialect,
  bash: ReadonlyMap<string, Builtin>,
): ReadonlyMap<string, Builtin> {
  if (!dialect.builtins) return bash;
  const own = new Map<string, Builtin>();
  for (const name of dialect.builtins) {
    const base = bash.get(name);
    const built = OWN[name]?.(base as Builtin, bash) ?? base;
    if (built) own.set(name, built);
  }
  return own;
}
