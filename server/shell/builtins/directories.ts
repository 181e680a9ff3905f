import { isSystemError, normalizePath } from '../../host/index.ts';
import { charge, type Steps } from '../../sim/index.ts';
import { type Builtin, badOptions, type Call, parseOptions } from '../interpreter/builtin.ts';
import type { Shell } from '../interpreter/shell.ts';

/** Changes the directory and `PWD`, `OLDPWD`. Throws `SystemError`. */
export function changeDirectory(shell: Shell, path: string, physical: boolean): void {
  const { context } = shell;
  const before = shell.variables.get('PWD') ?? context.cwd;
  const logical = normalizePath(path, before.startsWith('/') ? before : context.cwd);
  const target = physical || !context.fs.isDirectory(logical) ? path : logical;
  const real = context.fs.realpath(target);
  if (!context.fs.isDirectory(real)) context.fs.list(real);
  context.fs.access(real, 'execute');
  context.cwd = real;
  shell.variables.put('OLDPWD', before, true);
  shell.variables.put('PWD', physical || target === path ? real : logical, true);
}

export const cd: Builtin = {
  name: 'cd',
  synopsis: 'cd [-L|[-P [-e]] [-@]] [dir]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'LPe@');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { rest, letters } = options;
    if (rest.length > 1 && !shell.posix) return yield* call.fail('too many arguments');
    let [target] = rest;
    let show = false;
    if (target === undefined) {
      target = shell.variables.get('HOME');
      if (target === undefined) return shell.posix ? 0 : yield* call.fail('HOME not set');
    } else if (target === '-') {
      target = shell.variables.get('OLDPWD');
      if (target === undefined) return yield* call.fail('OLDPWD not set');
      show = true;
    }
    if (target === '') return 0;
    const physical = letters.has('P') || shell.options.on('physical');
    const meant = corrected(shell, target);
    const found = meant ?? searchPath(shell, target);
    if (found !== undefined && found !== target) show = true;
    try {
      changeDirectory(shell, found ?? target, physical);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (shell.ash) return yield* call.fail(`line 0: can't cd to ${target}: ${error.message}`);
      if (shell.posix) return yield* call.fail(`can't cd to ${target}`, 2);
      return yield* call.fail(`${target}: ${error.message}`);
    }
    if (show) yield* call.out(`${meant ?? shell.variables.get('PWD')}\n`);
    return 0;
  },
};

function searchPath(shell: Shell, target: string): string | undefined {
  const path = shell.variables.get('CDPATH');
  if (path === undefined || /^\.{0,2}(?:\/|$)/.test(target)) return undefined;
  for (const directory of path.split(':')) {
    const candidate = directory === '' ? target : `${directory}/${target}`;
    if (shell.context.fs.isDirectory(candidate)) return candidate;
  }
  return undefined;
}

/** `cdspell`: the directory that was meant. */
function corrected(shell: Shell, target: string): string | undefined {
  const { fs } = shell.context;
  if (!shell.interactive || !shell.options.shopt('cdspell') || fs.isDirectory(target)) return undefined;
  const found = correctedPath(fs, target);
  return found !== undefined && fs.isDirectory(found) ? found : undefined;
}

/** The path that was meant, when names of it have a letter too many, too few or exchanged. */
export function correctedPath(fs: Shell['context']['fs'], target: string): string | undefined {
  let path = target.startsWith('/') ? '/' : '';
  for (const name of target.split('/').filter((part) => part !== '')) {
    const here = path === '' ? '.' : path;
    if (!fs.isDirectory(here) || !fs.can(here, 'read')) return undefined;
    const meant = fs.exists(path + name)
      ? name
      : fs
          .list(here)
          .sort()
          .find((one) => isNear(one, name));
    if (meant === undefined) return undefined;
    path += `${meant}/`;
  }
  return path.replace(/\/$/, '');
}

/** Whether two names differ by one letter more, less or another, or by two that changed places. */
function isNear(a: string, b: string): boolean {
  let head = 0;
  while (head < a.length && a[head] === b[head]) head++;
  const [x, y] = [a.slice(head), b.slice(head)];
  const exchanged = x.length > 1 && x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2);
  return exchanged || x.slice(1) === y || x === y.slice(1) || x.slice(1) === y.slice(1);
}

export const pwd: Builtin = {
  name: 'pwd',
  synopsis: 'pwd [-LP]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'LP');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const logical = shell.variables.get('PWD');
    const physical = options.letters.has('P') || shell.options.on('physical') || !logical;
    yield* call.out(`${physical ? shell.context.cwd : logical}\n`);
    return 0;
  },
};

function stack(shell: Shell): string[] {
  return [shell.variables.get('PWD') ?? shell.context.cwd, ...shell.directories];
}

function shorten(shell: Shell, path: string): string {
  const { home } = shell;
  return home !== '' && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
}

/** Directories that are shown in the time of one step. */
const SHOWN_PER_STEP = 8;

function* showStack(call: Call): Steps<number> {
  const paths = stack(call.shell);
  charge(paths.length / SHOWN_PER_STEP);
  yield* call.out(`${paths.map((path) => shorten(call.shell, path)).join(' ')}\n`);
  return 0;
}

function* moveTo(call: Call, path: string): Steps<number> {
  try {
    changeDirectory(call.shell, path, false);
    return 0;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return yield* call.fail(`${path}: ${error.message}`);
  }
}

/** `+N`, `-N` as an index into the stack; undefined when the text is neither. */
function stackIndex(text: string, length: number): number | undefined {
  const match = /^([+-])(\d+)$/.exec(text);
  if (!match) return undefined;
  return match[1] === '+' ? Number(match[2]) : length - 1 - Number(match[2]);
}

export const pushd: Builtin = {
  name: 'pushd',
  synopsis: 'pushd [-n] [+N | -N | dir]',
  *run(call) {
    const { shell } = call;
    const quiet = call.args[0] === '-n';
    const [target] = quiet ? call.args.slice(1) : call.args;
    const all = stack(shell);
    if (target === undefined) {
      if (all.length < 2) return yield* call.fail('no other directory');
      const [current = '', next = '', ...rest] = all;
      const status = yield* moveTo(call, next);
      if (status !== 0) return status;
      shell.directories = [current, ...rest];
      return yield* showStack(call);
    }
    const index = stackIndex(target, all.length);
    if (index !== undefined) {
      if (index < 0 || index >= all.length)
        return yield* call.fail(`${target}: directory stack index out of range`);
      const rotated = [...all.slice(index), ...all.slice(0, index)];
      const status = yield* moveTo(call, rotated[0] as string);
      if (status !== 0) return status;
      shell.directories = rotated.slice(1);
      return yield* showStack(call);
    }
    if (quiet) shell.directories = [target, ...shell.directories];
    else {
      const status = yield* moveTo(call, target);
      if (status !== 0) return status;
      shell.directories = all;
    }
    return yield* showStack(call);
  },
};

export const popd: Builtin = {
  name: 'popd',
  synopsis: 'popd [-n] [+N | -N]',
  *run(call) {
    const { shell } = call;
    const all = stack(shell);
    const [target = '+0'] = call.args.filter((arg) => arg !== '-n');
    if (all.length < 2) return yield* call.fail('directory stack empty');
    const index = stackIndex(target, all.length);
    if (index === undefined) return yield* call.fail(`${target}: invalid argument`);
    if (index < 0 || index >= all.length)
      return yield* call.fail(`${target}: directory stack index out of range`);
    if (index > 0) shell.directories.splice(index - 1, 1);
    else {
      const next = shell.directories[0] as string;
      const status = yield* moveTo(call, next);
      if (status !== 0) return status;
      shell.directories = shell.directories.slice(1);
    }
    return yield* showStack(call);
  },
};

export const dirs: Builtin = {
  name: 'dirs',
  synopsis: 'dirs [-clpv] [+N] [-N]',
  *run(call) {
    const { shell } = call;
    const bad = call.args.find((arg) => /^[-+]/.test(arg) && !/^(?:-[clpv]+|[-+]\d+|--)$/.test(arg));
    if (bad !== undefined) {
      yield* call.fail(`${bad}: invalid number`);
      return yield* call.usage();
    }
    const flags = call.args.filter((arg) => /^-[clpv]+$/.test(arg)).join('');
    if (flags.includes('c')) {
      shell.directories = [];
      return 0;
    }
    const show = (path: string) => (flags.includes('l') ? path : shorten(shell, path));
    const all = stack(shell);
    const at = call.args.map((arg) => stackIndex(arg, all.length)).find((i) => i !== undefined);
    if (at !== undefined) {
      const path = all[at];
      if (path === undefined)
        return yield* call.fail(`${call.args.at(-1)}: directory stack index out of range`);
      yield* call.out(`${show(path)}\n`);
    } else if (flags.includes('v')) {
      yield* call.out(all.map((path, i) => `${String(i).padStart(2)}  ${show(path)}\n`).join(''));
    } else yield* call.out(`${all.map(show).join(flags.includes('p') ? '\n' : ' ')}\n`);
    return 0;
  },
};
