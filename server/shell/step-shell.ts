import type { Main } from '../host/index.ts';
import { type Steps, type WaitQueue, waitOn } from '../sim/index.ts';
import { createShell } from './bash.ts';
import { ShellExit } from './interpreter/flow.ts';
import { endStatus, toExitStatus } from './interpreter/fork.ts';
import type { Shell } from './interpreter/shell.ts';
import { Source } from './interpreter/source.ts';
import { runExitTrap } from './interpreter/traps.ts';

/** Where the commands of a step shell come from and their statuses go to. */
export interface StepSource {
  /** The next command; undefined: none yet, wait for `pushed`; null: there are no more. */
  next(): string | undefined | null;
  readonly pushed: WaitQueue;
  done(status: number): void;
}

/**
 * One shell that runs commands one after the other, each as `bash -c` would word its errors, while variables, functions
 * and the directory stay. What would end the shell ends the step.
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
        shell.status = yield* runStep(shell, step);
        source.done(shell.status);
      }
    });
  };
}

function* runStep(shell: Shell, step: string): Steps<number> {
  const { context } = shell;
  const before = [...context.fds].map(([fd, file]) => [fd, file.retain()] as const);
  try {
    return yield* shell.engine.runText(shell, new Source(step, 'bash', 1, '-c'), true);
  } catch (error) {
    shell.status = yield* endStatus(shell, error);
    if (error instanceof ShellExit) {
      shell.status = yield* runExitTrap(shell);
      shell.traps.delete('EXIT');
    }
    // Redirections of commands that were left half-way are not taken back by anybody else.
    for (const [fd, file] of before) context.setFd(fd, file);
    return shell.status;
  } finally {
    for (const [, file] of before) file.release();
  }
}
