import { type Context, executable, findInPath, isSystemError, type SystemError } from '../../host/index.ts';
import type { Process, Steps } from '../../sim/index.ts';
import { ansiQuote } from '../expand/quote.ts';
import { ShellExit } from './flow.ts';
import { forkShell, inheritIgnored, retryFork } from './fork.ts';
import { controlsJobs, waitForeground } from './job-control.ts';
import type { Shell } from './shell.ts';
import { Source } from './source.ts';
import type { Variable } from './variables.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a program and waits for it. */
export function* runExternal(
  shell: Shell,
  words: readonly string[],
  temporary: ReadonlyMap<string, Variable>,
  defaultPath: boolean,
): Steps<number> {
  const name = words[0] as string;
  const env = environment(shell, temporary);
  const places = defaultPath ? DEFAULT_PATH : pathOf(shell, temporary);
  const path = lookUpCommand(shell, name, places);
  if (path === undefined) return yield* notFound(shell, words, places);
  env.set('_', path);
  const problem = cannotRun(shell.context, path);
  if (problem) return yield* refuse(shell, name, problem);
  if (shell.mayExec && shell.traps.size === 0) return yield* replace(shell, path, words, env);
  const process = yield* retryFork(shell, () => start(shell, path, words, env));
  if (typeof process === 'string') return yield* refuse(shell, name, process);
  return yield* waitForeground(shell, [process], () => shell.currentText);
}

export function environment(shell: Shell, temporary: ReadonlyMap<string, Variable>): Map<string, string> {
  const env = shell.variables.exports();
  for (const [name, variable] of temporary)
    if (typeof variable.value === 'string') env.set(name, variable.value);
  for (const [name, fn] of shell.functions) {
    if (fn.exported)
      env.set(`BASH_FUNC_${name}%%`, `() ${fn.source.text.slice(fn.node.body.pos, fn.node.body.end)}`);
  }
  return env;
}

function pathOf(shell: Shell, temporary: ReadonlyMap<string, Variable>): string | undefined {
  const given = temporary.get('PATH')?.value;
  return typeof given === 'string' ? given : shell.variables.get('PATH');
}

/** The file that a command name means, remembered as `hash` shows it. */
export function lookUpCommand(shell: Shell, name: string, path: string | undefined): string | undefined {
  if (name === '') return undefined;
  if (name.includes('/')) return name;
  const known = shell.hashed.get(name);
  if (known && shell.context.fs.isFile(known.path)) {
    known.hits++;
    return known.path;
  }
  const found =
    findInPath(shell.context, name, path ?? DEFAULT_PATH) ?? anyFileInPath(shell.context, name, path);
  if (found === undefined) return undefined;
  const clean = found.startsWith('./') && !(path ?? '').includes('./') ? found : found;
  if (shell.options.on('hashall') && clean.startsWith('/')) shell.hashed.set(name, { path: clean, hits: 1 });
  return clean;
}

/** A file that may not be executed is found last, so that the message tells of it. */
function anyFileInPath(context: Context, name: string, path: string | undefined): string | undefined {
  for (const directory of (path ?? DEFAULT_PATH).split(':')) {
    const candidate = `${directory || '.'}/${name}`;
    if (context.fs.isFile(candidate)) return candidate;
  }
  return undefined;
}

/** Why a path cannot be executed, as bash words it. */
function cannotRun(context: Context, path: string): string | undefined {
  try {
    if (context.fs.stat(path).type === 'directory') return 'Is a directory';
    if (!context.fs.can(path, 'execute')) return 'Permission denied';
    return undefined;
  } catch (error) {
    if (isSystemError(error)) return error.message;
    throw error;
  }
}

function* refuse(shell: Shell, name: string, problem: string): Steps<number> {
  const missing =
    problem === 'No such file or directory' || problem === 'cannot execute: required file not found';
  if (shell.posix) {
    const why = problem === 'Is a directory' ? 'Permission denied' : problem;
    yield* shell.error(`${name}: ${missing ? 'not found' : why}`);
    return missing ? 127 : 126;
  }
  yield* shell.error(`${name}: ${problem}`);
  return missing ? 127 : 126;
}

function* notFound(shell: Shell, words: readonly string[], places: string | undefined): Steps<number> {
  const name = words[0] as string;
  if (shell.functions.has('command_not_found_handle') && !shell.posix) {
    return yield* shell.engine.callFunction(shell, 'command_not_found_handle', words);
  }
  const problem = places ? 'command not found' : 'No such file or directory';
  const shown = !shell.posix && /[\0-\x1f\x7f]/.test(name) ? ansiQuote(name) : name;
  yield* shell.error(`${shown}: ${shell.posix ? 'not found' : problem}`);
  return 127;
}

/** Starts the program; a script without `#!` runs in a subshell. A string says why it cannot run. */
function start(
  shell: Shell,
  path: string,
  words: readonly string[],
  env: ReadonlyMap<string, string>,
): Process | string {
  const options = {
    args: words,
    env,
    ...(controlsJobs(shell) ? { process: { group: 'new' as const } } : {}),
  };
  try {
    const process = shell.context.spawn(path, options);
    inheritIgnored(shell, process);
    return process;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOEXEC') return startScript(shell, path, words);
    return error.code === 'ENOENT' ? 'cannot execute: required file not found' : error.message;
  }
}

function startScript(shell: Shell, path: string, words: readonly string[]): Process | string {
  const text = scriptText(shell, path);
  if (text === undefined) return 'cannot execute binary file: Exec format error';
  const group = controlsJobs(shell) ? { group: 'new' as const } : {};
  return forkShell(shell, (sub) => runScript(sub, path, words, text), group);
}

function scriptText(shell: Shell, path: string): string | undefined {
  const text = shell.context.fs.read(path);
  const firstLine = text.slice(0, 80).split('\n', 1)[0] ?? '';
  return firstLine.includes('\0') ? undefined : text;
}

function* runScript(sub: Shell, path: string, words: readonly string[], text: string): Steps<number> {
  sub.arg0 = path;
  sub.positional = words.slice(1);
  sub.frames = [];
  sub.functions.clear();
  sub.interactive = false;
  sub.terse = false;
  return yield* sub.engine.runText(sub, new Source(text, path), true);
}

/** `exec`, or the last command of a process: the program takes the place of the shell. */
function* replace(
  shell: Shell,
  path: string,
  words: readonly string[],
  env: ReadonlyMap<string, string>,
): Steps<number> {
  const { context } = shell;
  try {
    executable(context, path, words, env);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return yield* replaceByScript(shell, path, words, error);
  }
  context.env.clear();
  for (const [name, value] of env) context.env.set(name, value);
  return yield* context.exec(path, words);
}

function* replaceByScript(
  shell: Shell,
  path: string,
  words: readonly string[],
  error: SystemError,
): Steps<number> {
  if (error.code !== 'ENOEXEC') {
    const problem = error.code === 'ENOENT' ? 'cannot execute: required file not found' : error.message;
    return yield* refuse(shell, words[0] as string, problem);
  }
  const text = scriptText(shell, path);
  if (text === undefined) {
    return yield* refuse(shell, words[0] as string, 'cannot execute binary file: Exec format error');
  }
  return yield* runScript(shell, path, words, text);
}

/** `exec command`: never returns, unless the command cannot run in an interactive shell. */
export function* execCommand(
  shell: Shell,
  given: readonly string[],
  temporary: ReadonlyMap<string, Variable>,
): Steps<number> {
  const { words, name, clear, login } = execOptions(given);
  const [command] = words;
  if (command === undefined) return 0;
  const path = lookUpCommand(shell, command, shell.variables.get('PATH'));
  const problem = path === undefined ? 'not found' : cannotRun(shell.context, path);
  if (path === undefined || problem) {
    const shown = problem === 'Permission denied' ? 'cannot execute: Permission denied' : problem;
    const status = problem === 'not found' || problem === 'No such file or directory' ? 127 : 126;
    yield* shell.error(`exec: ${command}: ${shown}`);
    if (shell.interactive || shell.options.shopt('execfail')) return status;
    throw new ShellExit(status);
  }
  const env = clear ? new Map<string, string>() : environment(shell, temporary);
  const shown = `${login ? '-' : ''}${name ?? command}`;
  for (const signal of [...shell.ownIgnored]) shell.context.process.handlers.delete(signal);
  const status = yield* replace(shell, path, [shown, ...words.slice(1)], env);
  shell.traps.delete('EXIT');
  throw new ShellExit(status);
}

function execOptions(given: readonly string[]) {
  let words = given.slice(1);
  let name: string | undefined;
  let clear = false;
  let login = false;
  while (words[0]?.startsWith('-') && words[0] !== '-') {
    const option = words[0];
    words = words.slice(1);
    if (option === '--') break;
    if (option.includes('c')) clear = true;
    if (option.includes('l')) login = true;
    if (option.includes('a')) {
      name = words[0];
      words = words.slice(1);
    }
  }
  return { words, name, clear, login };
}
