import type { Main, Program, Synopsis } from '../host/index.ts';

/** A command-line tool: what stands behind `/usr/bin/<name>`. One file each, in `commands/` or `tools/`. */
export interface Command {
  readonly name: string;
  /** One line, as `whatis` shows it. */
  readonly summary: string;
  /** Where it is installed. Default: `/usr/bin/<name>`. */
  readonly paths?: readonly string[];
  /** What its manual page says; without it there is none. */
  readonly synopsis?: Synopsis;
  /** `context.args[0]` is the name it was called by. Returns the exit code. */
  readonly main: Main;
}

/** The program behind a command. */
export function programFor(command: Command): Program {
  const { name, main, summary, synopsis } = command;
  return synopsis ? { name, main, summary, synopsis } : { name, main };
}
