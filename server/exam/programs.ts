import type { Program } from '../host/index.ts';
import type { Command } from '../shell/command.ts';

/** Everything that files on the hosts' disks can run. */
export interface ProgramSet {
  readonly commands: readonly Command[];
  /** The programs of a world, by the name their binaries carry. */
  readonly programs: ReadonlyMap<string, Program>;
}

/** Merges commands and other programs. Two of the same name are a mistake of ours. */
export function programSet(commands: readonly Command[], others: readonly Program[]): ProgramSet {
  const programs = new Map<string, Program>();
  for (const { name, main } of [...commands, ...others]) {
    if (programs.has(name)) throw new Error(`two programs are called "${name}"`);
    programs.set(name, { name, main });
  }
  return { commands, programs };
}
