import { bash, sh } from './bash.ts';
import type { Command } from './command.ts';
import { COMMANDS as TOOLS } from './commands/index.ts';

/** Everything that a Linux host has for the command line, the shells first. */
export const COMMANDS: readonly Command[] = [bash, sh, ...TOOLS];
