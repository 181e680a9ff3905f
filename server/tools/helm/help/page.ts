import type { FlagRow } from './flags.ts';

/** What `--help` of a command shows. */
export interface CommandPage {
  /** Words behind `helm`. */
  readonly path: string;
  /** Its line in the list of its parent. */
  readonly short?: string;
  readonly usage: readonly string[];
  readonly aliases?: readonly string[];
  readonly long: string;
  /** Names of its flags, in the order of help. */
  readonly flags?: string;
  /** Flags that differ from those of the same name elsewhere. */
  readonly own?: readonly FlagRow[];
}
