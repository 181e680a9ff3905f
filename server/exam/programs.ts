import type { Program } from '../host/index.ts';
import { type Command, programFor } from '../shell/command.ts';

/** Everything that files on the hosts' disks can run. */
export interface ProgramSet {
  readonly commands: readonly Command[];
  /** The programs of a world, by the name their binaries carry. */
  readonly programs: ReadonlyMap<string, Program>;
}

/** Merges commands and other programs. Two of the same name are a mistake of ours. */
export function programSet(commands: readonly Command[], others: readonly Program[]): ProgramSet {
  const programs = new Map<string, Program>();
  for (const program of [...commands.map(programFor), ...others]) {
    if (programs.has(program.name)) throw new Error(`two programs are called "${program.name}"`);
    programs.set(program.name, program);
  }
  return { commands, programs };
}
