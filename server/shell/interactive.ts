import type { Steps } from '../sim/index.ts';
import type { Shell } from './interpreter/shell.ts';

/** How an interactive shell was asked for. */
export interface InteractiveOptions {
  readonly login: boolean;
  readonly noProfile: boolean;
  readonly noRc: boolean;
  readonly rcFile: string | undefined;
  readonly rest: readonly string[];
}

export function* runInteractive(shell: Shell, options: InteractiveOptions): Steps<number> {
  shell.interactive = true;
  void options;
  return 0;
}
