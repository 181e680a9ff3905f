import { isSystemError, type OpenFile } from '../../host/index.ts';
import { ForkError, type Process, type Signal, type SpawnOptions, type Steps } from '../../sim/index.ts';
import { CommandAbort, FunctionReturn, LoopJump, ShellError, ShellExit } from './flow.ts';
import { Shell, type TrapName } from './shell.ts';
import { runExitTrap } from './traps.ts';

export interface ForkOptions {
  fds?: ReadonlyMap<number, OpenFile>;
  group?: SpawnOptions['group'];
  /** Started with `&` without job control: deaf to ^C. */
  deaf?: boolean;
}

/** Starts a subshell: a process with a copy of the shell's state that runs `body`. Throws `ForkError`. */
export function forkShell(
  shell: Shell,
  body: (sub: Shell) => Steps<number>,
  options: ForkOptions = {},
): Process {
  const sub = new Shell(shell.context, shell.engine, shell.arg0, shell);
  shell.registerDynamics(sub);
  sub.options.set('monitor', false);
  const process = shell.context.fork(
    (context) => {
      sub.context = context;
      sub.settle();
      return runSubshell(sub, body);
    },
    {
      args: shell.context.args,
      ...(options.fds ? { fds: options.fds } : {}),
      ...(options.group !== undefined ? { process: { group: options.group } } : {}),
    },
  );
  inheritIgnored(shell, process);
  for (const [name, text] of shell.traps)
    if (text === '' || isInherited(shell, name)) sub.traps.set(name, text);
  if (options.deaf) for (const signal of ['INT', 'QUIT'] as const) process.handlers.set(signal, 'ignore');
  return process;
}

/** `set -E` and `set -T` hand these traps down to subshells. */
function isInherited({ options }: Shell, name: TrapName): boolean {
  if (name === 'ERR') return options.on('errtrace');
  return (name === 'DEBUG' || name === 'RETURN') && options.on('functrace');
}

/** Signals that a shell ignores by `trap ''`, or was told to by its parent, are ignored by its children. */
export function inheritIgnored(shell: Shell, process: Process): void {
  for (const [signal, handler] of shell.context.process.handlers) {
    if (handler === 'ignore' && !shell.ownIgnored.has(signal))
      process.handlers.set(signal as Signal, 'ignore');
  }
}

function* runSubshell(sub: Shell, body: (sub: Shell) => Steps<number>): Steps<number> {
  return yield* toExitStatus(sub, function* () {
    sub.status = yield* body(sub);
    return sub.status;
  });
}

/** Runs to the end of a shell process: what ends it becomes its exit code, after the EXIT trap. */
export function* toExitStatus(shell: Shell, run: () => Steps<number>): Steps<number> {
  let status: number;
  try {
    status = yield* run();
  } catch (error) {
    status = yield* endStatus(shell, error);
  }
  shell.status = status;
  return yield* runExitTrap(shell);
}

/** The exit code that what ended a shell stands for; throws what is none of the shell's. */
export function* endStatus(shell: Shell, error: unknown): Steps<number> {
  if (error instanceof ShellExit || error instanceof FunctionReturn) return error.status;
  if (error instanceof CommandAbort) return subshellStatus(shell, error);
  if (error instanceof LoopJump) return 0;
  if (error instanceof ShellError) {
    yield* shell.error(error.message);
    return subshellStatus(shell, error);
  }
  if (isSystemError(error, 'EPIPE')) return 141;
  // The interpreter's own stack is used up: a real bash would have died of it too.
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    shell.context.process.signal('SEGV');
    return 139;
  }
  throw error;
}

/** An unset variable ends a subshell with 1, the shell of `bash -c` with 127. */
function subshellStatus(shell: Shell, error: { status: number; fatal: boolean }): number {
  if (shell.posix) return 2;
  return error.fatal && error.status === 127 && shell.subshellDepth > 0 ? 1 : error.status;
}

/** What the shells say that give up at once. */
const CANNOT_FORK = { dash: 'Cannot fork', ash: "can't fork: Resource temporarily unavailable" } as const;

/** Tries a fork as bash does: again after 1, 2, 4 and 8 seconds. */
export function* retryFork<T>(shell: Shell, fork: () => T): Steps<T> {
  for (let pause = 1; ; pause *= 2) {
    try {
      return fork();
    } catch (error) {
      if (!(error instanceof ForkError)) throw error;
      const { name: dialect } = shell.dialect;
      if (dialect !== 'bash') {
        yield* shell.stderr(`${shell.prefix}${CANNOT_FORK[dialect]}\n`);
        throw new CommandAbort(2, true);
      }
      const name = `${shell.prefix}fork: `;
      if (pause > 8) {
        yield* shell.stderr(`${name}Resource temporarily unavailable\n`);
        throw new CommandAbort(254, true);
      }
      yield* shell.stderr(`${name}retry: Resource temporarily unavailable\n`);
      yield* shell.context.sleep(pause * 1000);
    }
  }
}
