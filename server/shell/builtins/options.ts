import type { Steps } from '../../sim/index.ts';
import { quoted } from '../dialect/wording.ts';
import { type Builtin, type Call, parseOptions } from '../interpreter/builtin.ts';
import { Options, SET_OPTIONS, SHELL_OPTIONS } from '../interpreter/options.ts';
import { functionText } from '../interpreter/print-function.ts';
import type { Shell } from '../interpreter/shell.ts';
import { scalarOf } from '../interpreter/variables.ts';
import { setLine } from './variables.ts';

export const set: Builtin = {
  name: 'set',
  synopsis: 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]',
  *run(call) {
    const { shell, args } = call;
    if (args.length === 0) return yield* listAll(call);
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] as string;
      if (arg === '--' || arg === '-') {
        if (arg === '-') for (const name of ['xtrace', 'verbose']) shell.options.set(name, false);
        if (arg === '--' || i + 1 < args.length) shell.positional = args.slice(i + 1);
        return 0;
      }
      if (!/^[-+]./.test(arg)) {
        shell.positional = args.slice(i);
        return 0;
      }
      const on = arg.startsWith('-');
      for (const letter of arg.slice(1)) {
        if (letter === 'o') {
          const name = args[i + 1];
          if (name === undefined) {
            yield* showOptions(call, on);
            continue;
          }
          i++;
          if (!shell.options.knows(name) || shell.dialect.unknownSettings?.has(name))
            return yield* invalid(call, name);
          switchOption(shell, name, on);
          continue;
        }
        const known = SET_OPTIONS.find(([, l]) => l === letter);
        if (!known || shell.dialect.unknownSettings?.has(known[0])) {
          yield* call.fail(`${arg[0]}${letter}: invalid option`);
          return yield* call.usage();
        }
        switchOption(shell, known[0], on);
      }
    }
    return 0;
  },
};

function* invalid(call: Call, name: string): Steps<number> {
  yield* call.fail(`${name}: invalid option name`);
  return 2;
}

function switchOption(shell: Shell, name: string, on: boolean): void {
  shell.options.set(name, on);
  if (name === 'posix') shell.options.setShopt('inherit_errexit', on);
}

function* listAll(call: Call): Steps<number> {
  const { shell } = call;
  let out = '';
  for (const name of shell.variables.names()) {
    const variable = shell.variables.find(name);
    if (variable && variable.value !== undefined)
      out += shell.posix
        ? `${name}=${quoted(scalarOf(variable.value) ?? '')}\n`
        : `${setLine(name, variable)}\n`;
  }
  if (!shell.options.on('posix')) {
    for (const name of [...shell.functions.keys()].sort()) out += functionText(shell, name);
  }
  yield* call.out(out);
  return 0;
}

function* showOptions(call: Call, table: boolean): Steps<void> {
  const { options, posix, interactive } = call.shell;
  const isOn = (name: string) => (name === 'interactive' ? interactive : options.on(name));
  const names = posix ? Options.ALMQUIST : SET_OPTIONS.map(([name]) => name);
  const lines = names.map((name) =>
    table
      ? `${posix ? name.padEnd(16) : `${name.padEnd(15)}\t`}${isOn(name) ? 'on' : 'off'}\n`
      : `set ${isOn(name) ? '-' : '+'}o ${name}\n`,
  );
  if (posix && table) yield* call.out('Current option settings\n');
  yield* call.out(lines.join(''));
}

export const shopt: Builtin = {
  name: 'shopt',
  synopsis: 'shopt [-pqsu] [-o] [optname ...]',
  *run(call) {
    const { shell } = call;
    const parsed = parseOptions(call.args, 'pqsuo');
    if (parsed.invalid) {
      yield* call.fail(`${parsed.invalid}: invalid option`);
      return yield* call.usage();
    }
    const { letters, rest } = parsed;
    if (letters.has('s') && letters.has('u')) {
      return yield* call.fail('cannot set and unset shell options simultaneously');
    }
    const view = viewOf(shell, letters.has('o'));
    let status = 0;
    if (rest.length === 0) {
      const wanted = letters.has('s') ? true : letters.has('u') ? false : undefined;
      for (const name of view.names) {
        if (wanted === undefined || view.get(name) === wanted) yield* showOne(call, view, name, letters);
      }
      return 0;
    }
    for (const name of rest) {
      if (!view.names.includes(name)) {
        status = yield* call.fail(
          letters.has('o') ? `${name}: invalid option name` : `${name}: invalid shell option name`,
        );
      } else if (letters.has('s') || letters.has('u')) view.set(name, letters.has('s'));
      else {
        if (!view.get(name)) status = 1;
        if (!letters.has('q')) yield* showOne(call, view, name, letters);
      }
    }
    return status;
  },
};

interface View {
  readonly names: readonly string[];
  readonly flag: string;
  get(name: string): boolean;
  set(name: string, on: boolean): void;
}

function viewOf(shell: Shell, setOptions: boolean): View {
  const { options } = shell;
  return setOptions
    ? {
        names: SET_OPTIONS.map(([name]) => name),
        flag: 'o',
        get: (name) => options.on(name),
        set: (name, on) => switchOption(shell, name, on),
      }
    : {
        names: SHELL_OPTIONS.map(([name]) => name),
        flag: '',
        get: (name) => options.shopt(name),
        set: (name, on) => options.setShopt(name, on),
      };
}

function* showOne(call: Call, view: View, name: string, letters: ReadonlySet<string>): Steps<void> {
  const on = view.get(name);
  if (letters.has('p')) {
    const text = view.flag ? `set ${on ? '-' : '+'}o ${name}` : `shopt -${on ? 's' : 'u'} ${name}`;
    yield* call.out(`${text}\n`);
  } else yield* call.out(`${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`);
}
