import type { Main } from '../host/index.ts';
import { type Steps, type WaitQueue, waitOn } from '../sim/index.ts';
import { createShell } from './bash.ts';
import { toExitStatus } from './interpreter/fork.ts';
import { Source } from './interpreter/source.ts';

/** Where the commands of a step shell come from and their statuses go to. */
export interface StepSource {
  /** The next command; undefined: none yet, wait for `pushed`; null: there are no more. */
  next(): string | undefined | null;
  readonly pushed: WaitQueue;
  done(status: number): void;
}

/**
 * One shell that runs commands one after the other, each as `bash -c` would word its errors, while variables, functions
 * and the directory stay. A command that exits the shell ends the process with its status.
 */
export function stepShell(source: StepSource): Main {
  return function* (context) {
    const shell = createShell(context, 'bash');
    shell.invocation.command = true;
    return yield* toExitStatus(shell, function* (): Steps<number> {
      for (;;) {
        const step = source.next();
        if (step === null) return shell.status;
        if (step === undefined) {
          yield* waitOn([source.pushed]);
          continue;
        }
        shell.status = yield* shell.engine.runText(shell, new Source(step, 'bash', 1, '-c'), true);
        source.done(shell.status);
      }
    });
  };
}
