import type { Steps } from '../../../sim/index.ts';
import type { Helm } from '../helm.ts';

/** What a command does, and how many arguments it takes. */
export interface HelmCommand {
  readonly args: readonly [least: number, most: number];
  readonly run: (helm: Helm) => Steps<void>;
}

export const ANY = Number.POSITIVE_INFINITY;
