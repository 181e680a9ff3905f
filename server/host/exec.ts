import type { Context } from './context.ts';
import { isSystemError, SystemError } from './errors.ts';
import { type Main, programOf, versionOf } from './program.ts';

/** Whose eyes a file is looked for with. */
export type Executor = Pick<Context, 'fs' | 'host'>;

/** What an `exec` of a file runs, and with which arguments. */
export interface Executable {
  readonly main: Main;
  readonly args: readonly string[];
  /** Canonical path of the file that runs. */
  readonly path: string;
}

/** Where `name` lies in PATH; a name with a slash is a path itself. Undefined when there is none. */
export function findInPath(context: Executor, name: string, path: string | undefined): string | undefined {
  if (name.includes('/')) return name;
  for (const directory of (path ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin').split(
    ':',
  )) {
    const candidate = `${directory || '.'}/${name}`;
    if (context.fs.isFile(candidate) && context.fs.can(candidate, 'execute')) return candidate;
  }
  return undefined;
}

/** Models execve(2): binaries run their program, `#!` scripts their interpreter, anything else is ENOEXEC. */
export function executable(
  context: Executor,
  file: string,
  args: readonly string[],
  env: ReadonlyMap<string, string>,
): Executable {
  const path = findInPath(context, file, env.get('PATH'));
  if (path === undefined) throw new SystemError('ENOENT', file);
  const stat = context.fs.stat(path);
  if (stat.type === 'directory' || !context.fs.can(path, 'execute')) throw new SystemError('EACCES', path);
  context.fs.demandExecution(path);
  const name = programOf(stat.data);
  if (name !== undefined) return { main: program(context, name, path), args, path: stat.path };
  const script = /^#!\s*(\S+)(?:[ \t]+(.*?))?[ \t]*(?:\n|$)/.exec(stat.data);
  if (!script) throw new SystemError('ENOEXEC', path);
  const interpreter = script[1] as string;
  const extra = script[2] ? [script[2]] : [];
  try {
    return executable(context, interpreter, [interpreter, ...extra, path, ...args.slice(1)], env);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) throw new SystemError('ENOENT', path);
    throw error;
  }
}

function program(context: Executor, name: string, path: string): Main {
  const found = context.host.programs.get(name);
  if (!found) throw new SystemError('ENOEXEC', path);
  return found.main;
}

/** The version of the file that a program was started from, '' when it names none. */
export function programVersion(context: Context): string {
  const path = findInPath(context, context.args[0] ?? '', context.env.get('PATH'));
  return path !== undefined && context.fs.isFile(path) ? versionOf(context.fs.read(path)) : '';
}
