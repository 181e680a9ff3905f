import { SIGNALS, type Steps } from '../../sim/index.ts';
import { singleQuote } from '../expand/quote.ts';
import { type Builtin, badOptions, type Call, parseOptions } from '../interpreter/builtin.ts';
import type { TrapName } from '../interpreter/shell.ts';
import { setTrap, shownTrap, trapName } from '../interpreter/traps.ts';

const ORDER: readonly TrapName[] = [
  'EXIT',
  ...(Object.keys(SIGNALS) as TrapName[]),
  'DEBUG',
  'ERR',
  'RETURN',
];

export const trap: Builtin = {
  name: 'trap',
  synopsis: 'trap [-lp] [[arg] signal_spec ...]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'lp');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, rest } = options;
    if (letters.has('l')) return yield* shell.engine.invoke(shell, ['kill', '-l']);
    if (letters.has('p') || rest.length === 0) return yield* listTraps(call, rest);
    const [action = '', ...names] = rest;
    const resets = names.length === 0 || action === '-';
    const targets = names.length === 0 ? rest : names;
    let status = 0;
    for (const text of targets) {
      const name = trapName(text);
      if (!name || (shell.posix && /^(?:ERR|DEBUG|RETURN)$/.test(name)))
        status = yield* call.fail(`${text}: invalid signal specification`);
      else setTrap(shell, name, resets ? undefined : action);
    }
    return status;
  },
};

function* listTraps(call: Call, names: readonly string[]): Steps<number> {
  const { traps } = call.shell;
  const wanted = names.length > 0 ? names.map(trapName) : ORDER;
  let status = 0;
  for (let i = 0; i < wanted.length; i++) {
    const name = wanted[i];
    if (!name) {
      status = yield* call.fail(`${names[i]}: invalid signal specification`);
      continue;
    }
    const text = traps.get(name);
    if (text !== undefined) yield* call.out(`trap -- ${singleQuote(text)} ${shownTrap(name)}\n`);
  }
  return status;
}

export const umask: Builtin = {
  name: 'umask',
  synopsis: 'umask [-p] [-S] [mode]',
  *run(call) {
    const { context } = call.shell;
    const options = parseOptions(call.args, 'pS');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, rest } = options;
    const [mode] = rest;
    if (mode === undefined) {
      const octal = context.umask.toString(8).padStart(4, '0');
      const text = letters.has('S') ? symbolic(context.umask) : octal;
      yield* call.out(letters.has('p') ? `umask ${letters.has('S') ? '-S ' : ''}${text}\n` : `${text}\n`);
      return 0;
    }
    if (/^\d/.test(mode)) {
      if (!/^[0-7]+$/.test(mode)) return yield* call.fail(`${mode}: octal number out of range`);
      const value = Number.parseInt(mode, 8);
      if (value > 0o7777) return yield* call.fail(`${mode}: octal number out of range`);
      context.umask = value & 0o777;
    } else {
      const value = fromSymbolic(mode, context.umask);
      if (typeof value === 'string') return yield* call.fail(value);
      context.umask = value;
    }
    if (letters.has('S')) yield* call.out(`${symbolic(context.umask)}\n`);
    return 0;
  },
};

function symbolic(mask: number): string {
  const allowed = ~mask & 0o777;
  const letters = (bits: number) => `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
  return `u=${letters(allowed >> 6)},g=${letters((allowed >> 3) & 7)},o=${letters(allowed & 7)}`;
}

const SHIFTS: Record<string, number> = { u: 6, g: 3, o: 0 };

function fromSymbolic(mode: string, mask: number): number | string {
  let allowed = ~mask & 0o777;
  for (const clause of mode.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (!match) {
      const bad = /^[ugoa]*(.)/.exec(clause)?.[1] ?? '';
      return /[-+=]/.test(bad)
        ? `\`${clause.slice(-1)}': invalid symbolic mode character`
        : `\`${bad}': invalid symbolic mode operator`;
    }
    const [, who = '', operator, letters = ''] = match;
    const bits =
      (letters.includes('r') ? 4 : 0) | (letters.includes('w') ? 2 : 0) | (/[xX]/.test(letters) ? 1 : 0);
    for (const target of who === '' || who.includes('a') ? 'ugo' : who) {
      const shift = SHIFTS[target] as number;
      if (operator === '=') allowed = (allowed & ~(7 << shift)) | (bits << shift);
      else if (operator === '+') allowed |= bits << shift;
      else allowed &= ~(bits << shift);
    }
  }
  return ~allowed & 0o777;
}

export const times: Builtin = {
  name: 'times',
  synopsis: 'times',
  *run(call) {
    const own = duration(call.shell.context.process.cpuMs);
    yield* call.out(`${own} 0m0.000s\n0m0.000s 0m0.000s\n`);
    return 0;
  },
};

function duration(ms: number): string {
  const seconds = ms / 1000;
  return `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
}

/** Reached by `builtin exec` and `command exec`; the interpreter handles the plain form. */
export const exec: Builtin = {
  name: 'exec',
  synopsis: 'exec [-cl] [-a name] [command [argument ...]] [redirection ...]',
  run: (call) => call.shell.engine.execCommand(call.shell, ['exec', ...call.args], new Map()),
};
