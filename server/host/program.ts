import type { Steps } from '../sim/index.ts';
import type { Context } from './context.ts';

/** What runs when a file is executed: `context.args[0]` is its name. Returns the exit code. */
export type Main = (context: Context) => Steps<number>;

/** What a manual page says of a command line. */
export interface Synopsis {
  readonly usage: readonly string[];
  readonly options: readonly string[];
}

/** A compiled program. Its binaries are files whose content is `binary(name, version)`, wherever they are copied to. */
export interface Program {
  readonly name: string;
  readonly main: Main;
  /** One line for `whatis`, when there is a manual page. */
  readonly summary?: string;
  /** The forms of its command line and its options, for the manual page. */
  readonly synopsis?: Synopsis;
}

const MAGIC = '\x7fELF\x02\x01\x01\0';

/** Content of an executable file that runs the program `name`; packages say which version of it they bring. */
export function binary(name: string, version = ''): string {
  return `${MAGIC}${name}\0${version}`;
}

/** The program that a file's content runs, undefined when it is not a binary. */
export function programOf(data: string): string | undefined {
  if (!data.startsWith(MAGIC)) return undefined;
  return data.slice(MAGIC.length, data.indexOf('\0', MAGIC.length));
}

/** The version that a binary names, '' when it does not. */
export function versionOf(data: string): string {
  return programOf(data) === undefined ? '' : data.slice(data.indexOf('\0', MAGIC.length) + 1);
}
