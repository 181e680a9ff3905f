import { parseSignal, SIGNALS, type Signal, type Steps } from '../../sim/index.ts';
import { ShellExit } from './flow.ts';
import type { Shell, TrapName } from './shell.ts';
import { Source } from './source.ts';

/** `INT`, `SIGINT`, `2`, `0`, `EXIT`, `ERR`, … to the name of a trap. */
export function trapName(text: string): TrapName | undefined {
  const upper = text.toUpperCase();
  if (upper === '0' || upper === 'EXIT') return 'EXIT';
  if (upper === 'ERR' || upper === 'DEBUG' || upper === 'RETURN') return upper;
  return parseSignal(upper);
}

/** As `trap` lists it: `SIGINT`, `EXIT`. */
export function shownTrap(name: TrapName): string {
  return name in SIGNALS ? `SIG${name}` : name;
}

/** Sets, ignores (`''`) or resets (`undefined`) a trap. */
export function setTrap(shell: Shell, name: TrapName, text: string | undefined): void {
  if (text === undefined) shell.traps.delete(name);
  else shell.traps.set(name, text);
  if (!(name in SIGNALS) || name === 'KILL' || name === 'STOP') return;
  const signal = name as Signal;
  const { handlers } = shell.context.process;
  shell.ownIgnored.delete(signal);
  if (text === undefined) {
    handlers.delete(signal);
    shell.defaultHandlers?.(signal);
  } else if (text === '') handlers.set(signal, 'ignore');
  else handlers.set(signal, (came) => shell.pendingTraps.push(came));
}

/** Runs the traps of signals that came. */
export function* runPendingTraps(shell: Shell): Steps<void> {
  while (shell.pendingTraps.length > 0) {
    const signal = shell.pendingTraps.shift() as Signal;
    shell.lastTrapped = signal;
    const text = shell.traps.get(signal);
    if (text) yield* runTrap(shell, text);
  }
}

/** Runs the text of a trap; `$?` is the same afterwards. */
export function* runTrap(shell: Shell, text: string): Steps<void> {
  const { status, line } = shell;
  try {
    yield* shell.engine.runText(shell, new Source(text, shell.source.name, shell.line, 'trap'), true);
  } finally {
    shell.status = status;
    shell.line = line;
  }
}

/** Runs the DEBUG trap before a command, or before a part of a compound one, which is not what `$BASH_COMMAND` has. */
export function* debugTrap(shell: Shell, text?: string): Steps<void> {
  if (shell.runningTrap || !shell.traps.has('DEBUG')) return;
  if (shell.inFunction && !shell.options.on('functrace')) return;
  shell.partText = text;
  try {
    yield* runPseudoTrap(shell, 'DEBUG');
  } finally {
    shell.partText = undefined;
  }
}

/** Runs the ERR, DEBUG or RETURN trap, but not inside itself. */
export function* runPseudoTrap(shell: Shell, name: 'ERR' | 'DEBUG' | 'RETURN'): Steps<void> {
  const text = shell.traps.get(name);
  if (!text || shell.runningTrap) return;
  shell.runningTrap = true;
  try {
    yield* runTrap(shell, text);
  } finally {
    shell.runningTrap = false;
  }
}

/** The end of a shell process: runs the EXIT trap and returns the exit code. */
export function* runExitTrap(shell: Shell): Steps<number> {
  const text = shell.traps.get('EXIT');
  shell.traps.delete('EXIT');
  if (!text) return shell.status;
  const { status } = shell;
  try {
    yield* shell.engine.runText(shell, new Source(text, shell.source.name, 1, 'exit trap'), true);
  } catch (error) {
    if (error instanceof ShellExit) return error.status;
    throw error;
  }
  return status;
}
