import type { Steps } from '../../sim/index.ts';
import { fileNames } from '../completion/actions.ts';
import { decorate, staticItems } from '../completion/programmable.ts';
import type { CompletionSpec } from '../completion/spec.ts';
import { quoteIfNeeded, singleQuote } from '../expand/quote.ts';
import type { Builtin, Call } from '../interpreter/builtin.ts';

const ACTIONS: Record<string, string> = {
  a: 'alias',
  b: 'builtin',
  c: 'command',
  d: 'directory',
  e: 'export',
  f: 'file',
  g: 'group',
  j: 'job',
  k: 'keyword',
  s: 'service',
  u: 'user',
  v: 'variable',
};

const NAMES = new Set([
  ...Object.values(ACTIONS),
  'arrayvar',
  'binding',
  'disabled',
  'enabled',
  'function',
  'helptopic',
  'hostname',
  'running',
  'setopt',
  'shopt',
  'signal',
  'stopped',
]);

const OPTIONS = [
  'bashdefault',
  'default',
  'dirnames',
  'filenames',
  'noquote',
  'nosort',
  'nospace',
  'plusdirs',
];

interface Parsed {
  spec: CompletionSpec;
  rest: string[];
  flags: Set<string>;
  variable: string | undefined;
}

/** Parses what `complete` and `compgen` share; a number is the status of a complaint. */
function* parse(call: Call): Steps<Parsed | number> {
  const actions: string[] = [];
  const options = new Set<string>();
  const flags = new Set<string>();
  const given: Record<string, string> = {};
  let i = 0;
  for (; i < call.args.length; i++) {
    const arg = call.args[i] as string;
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^-./.test(arg)) break;
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] as string;
      if ('prDEI'.includes(letter)) flags.add(letter);
      else if (ACTIONS[letter]) actions.push(ACTIONS[letter] as string);
      else if ('oAGWFCXPSV'.includes(letter)) {
        const value = arg.slice(at + 1) || call.args[++i];
        if (value === undefined) {
          yield* call.fail(`-${letter}: option requires an argument`);
          return yield* call.usage();
        }
        if (letter === 'o') {
          if (!OPTIONS.includes(value)) return yield* call.fail(`${value}: invalid option name`, 2);
          options.add(value);
        } else if (letter === 'A') {
          if (!NAMES.has(value)) return yield* call.fail(`${value}: invalid action name`, 2);
          actions.push(value);
        } else given[letter] = value;
        break;
      } else {
        yield* call.fail(`-${letter}: invalid option`);
        return yield* call.usage();
      }
    }
  }
  return { spec: specFrom(actions, options, given), rest: call.args.slice(i), flags, variable: given['V'] };
}

function specFrom(
  actions: readonly string[],
  options: ReadonlySet<string>,
  given: Record<string, string>,
): CompletionSpec {
  const { G, W, F, C, X, P, S } = given;
  return {
    actions,
    options,
    ...(W !== undefined ? { wordlist: W } : {}),
    ...(F !== undefined ? { functionName: F } : {}),
    ...(C !== undefined ? { command: C } : {}),
    ...(G !== undefined ? { glob: G } : {}),
    ...(X !== undefined ? { filter: X } : {}),
    ...(P !== undefined ? { prefix: P } : {}),
    ...(S !== undefined ? { suffix: S } : {}),
  };
}

function describe(name: string, spec: CompletionSpec): string {
  const parts = ['complete'];
  for (const option of OPTIONS) if (spec.options.has(option)) parts.push('-o', option);
  for (const action of spec.actions) {
    const letter = Object.keys(ACTIONS).find((key) => ACTIONS[key] === action);
    parts.push(...(letter ? [`-${letter}`] : ['-A', action]));
  }
  const quoted: [string, string | undefined][] = [
    ['-G', spec.glob],
    ['-W', spec.wordlist],
    ['-P', spec.prefix],
    ['-S', spec.suffix],
    ['-X', spec.filter],
    ['-C', spec.command],
  ];
  for (const [flag, value] of quoted) if (value !== undefined) parts.push(flag, singleQuote(value));
  if (spec.functionName !== undefined) parts.push('-F', quoteIfNeeded(spec.functionName));
  const special: Record<string, string> = { ' default': '-D', ' empty': '-E', ' initial': '-I' };
  parts.push(special[name] ?? name);
  return `${parts.join(' ')}\n`;
}

export const complete: Builtin = {
  name: 'complete',
  synopsis:
    'complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]',
  *run(call) {
    const { shell } = call;
    const parsed = yield* parse(call);
    if (typeof parsed === 'number') return parsed;
    const { spec, flags } = parsed;
    const names = [...parsed.rest];
    if (flags.has('D')) names.push(' default');
    if (flags.has('E')) names.push(' empty');
    if (flags.has('I')) names.push(' initial');
    if (flags.has('r')) {
      if (names.length === 0) shell.completions.clear();
      let status = 0;
      for (const name of names) {
        if (!shell.completions.delete(name))
          status = yield* call.fail(`${name}: no completion specification`);
      }
      return status;
    }
    if (flags.has('p') || call.args.length === 0) {
      let status = 0;
      for (const name of names.length > 0 ? names : shell.completions.keys()) {
        const found = shell.completions.get(name);
        if (found) yield* call.out(describe(name, found));
        else status = yield* call.fail(`${name}: no completion specification`);
      }
      return status;
    }
    if (names.length === 0) return yield* call.usage();
    for (const name of names) shell.completions.set(name, spec);
    return 0;
  },
};

export const compgen: Builtin = {
  name: 'compgen',
  synopsis:
    'compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]',
  *run(call) {
    const { shell } = call;
    const parsed = yield* parse(call);
    if (typeof parsed === 'number') return parsed;
    const { spec, rest } = parsed;
    const [word = ''] = rest;
    const items = yield* staticItems(shell, spec, word);
    let found = decorate(shell, spec, items, word);
    if (spec.functionName !== undefined) {
      yield* shell.stderr(`${shell.prefix}compgen: warning: -F option may not work as you expect\n`);
    }
    if (found.length === 0 && (spec.options.has('default') || spec.options.has('bashdefault'))) {
      found = fileNames(shell, word);
    }
    yield* call.out(found.map((item) => `${item}\n`).join(''));
    return found.length > 0 ? 0 : 1;
  },
};

export const compopt: Builtin = {
  name: 'compopt',
  synopsis: 'compopt [-o|+o option] [-DEI] [name ...]',
  *run(call) {
    const { shell, args } = call;
    const changes: [string, boolean][] = [];
    const names: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const arg = args[i] as string;
      if (arg === '-o' || arg === '+o') {
        const option = args[++i] ?? '';
        if (!OPTIONS.includes(option)) return yield* call.fail(`${option}: invalid option name`, 2);
        changes.push([option, arg === '-o']);
      } else if (arg === '-D') names.push(' default');
      else if (arg === '-E') names.push(' empty');
      else if (arg === '-I') names.push(' initial');
      else names.push(arg);
    }
    const apply = (options: Set<string>) => {
      for (const [option, on] of changes) {
        if (on) options.add(option);
        else options.delete(option);
      }
    };
    if (names.length === 0) {
      if (!shell.currentCompletion) return yield* call.fail('not currently executing completion function');
      apply(shell.currentCompletion.options);
      return 0;
    }
    let status = 0;
    for (const name of names) {
      const spec = shell.completions.get(name);
      if (!spec) {
        status = yield* call.fail(`${name}: no completion specification`);
        continue;
      }
      const options = new Set(spec.options);
      apply(options);
      shell.completions.set(name, { ...spec, options });
    }
    return status;
  },
};
