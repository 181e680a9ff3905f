import type { Signal, Steps } from '../sim/index.ts';
import { Interrupted } from './interpreter/flow.ts';
import { loadHistory, saveHistory } from './interpreter/history-file.ts';
import { loadInputrc } from './interpreter/readline.ts';
import type { Shell } from './interpreter/shell.ts';
import { runProfiles, sourceIfThere } from './interpreter/startup.ts';
import { Session, setWindowSize } from './session.ts';

/** How an interactive shell was asked for. */
export interface InteractiveOptions {
  readonly login: boolean;
  readonly noProfile: boolean;
  readonly noRc: boolean;
  readonly rcFile: string | undefined;
  readonly rest: readonly string[];
}

/** The shell that a person types into. */
export function* runInteractive(shell: Shell, options: InteractiveOptions): Steps<number> {
  shell.invocation.stdin = true;
  shell.positional = options.rest;
  yield* becomeInteractive(shell, options);
  loadHistory(shell);
  yield* loadInputrc(shell);
  try {
    return yield* new Session(shell).run();
  } finally {
    saveHistory(shell);
  }
}

/** What `-i` makes of a shell, whatever it runs then. */
export function* becomeInteractive(shell: Shell, options: InteractiveOptions): Steps<void> {
  prepare(shell);
  yield* takeTerminal(shell);
  yield* startUp(shell, options);
}

function prepare(shell: Shell): void {
  shell.interactive = true;
  shell.terse = true;
  for (const name of ['monitor', 'histexpand', 'history']) shell.options.set(name, true);
  // `bash -o vi` has chosen already.
  if (!shell.options.on('vi')) shell.options.set('emacs', true);
  shell.options.setShopt('expand_aliases', true);
  const { variables } = shell;
  const defaults: [string, string][] = [
    ['PS1', '\\s-\\v\\$ '],
    ['PS2', '> '],
    ['HISTFILE', `${shell.home}/.bash_history`],
    ['HISTSIZE', '500'],
    ['HISTFILESIZE', '500'],
  ];
  for (const [name, value] of defaults) if (variables.get(name) === undefined) variables.put(name, value);
  installHandlers(shell);
}

const IGNORED: readonly Signal[] = ['QUIT', 'TERM', 'TSTP', 'TTIN', 'TTOU'];

function installHandlers(shell: Shell): void {
  const { handlers } = shell.context.process;
  shell.defaultHandlers = (signal) => {
    if (IGNORED.includes(signal)) {
      handlers.set(signal, 'ignore');
      shell.ownIgnored.add(signal);
    } else if (signal === 'INT') {
      handlers.set('INT', () => {
        shell.interrupted = true;
      });
    } else if (signal === 'HUP') handlers.set('HUP', () => hangUp(shell));
  };
  for (const signal of [...IGNORED, 'INT', 'HUP'] as const) shell.defaultHandlers(signal);
  handlers.set('WINCH', () => setWindowSize(shell));
}

/** The line dropped: jobs are told, the shell ends. */
function hangUp(shell: Shell): void {
  for (const job of shell.jobs.list()) {
    if (job.noHup) continue;
    shell.context.host.processes.signalGroup(job.group, 'HUP');
    if (job.state === 'stopped') shell.context.host.processes.signalGroup(job.group, 'CONT');
  }
  shell.hungUp = true;
}

/** Models jobs.c initialize_job_control */
function* takeTerminal(shell: Shell): Steps<void> {
  const { process, terminal } = shell.context;
  if (!terminal) {
    shell.options.set('monitor', false);
    if (shell.posix) return;
    const group = process.group === process.pid ? -1 : process.group;
    const name = shell.arg0.replace(/^-/, '');
    yield* shell.stderr(
      `${name}: cannot set terminal process group (${group}): Inappropriate ioctl for device\n${name}: no job control in this shell\n`,
    );
    return;
  }
  process.group = process.pid;
  terminal.foreground = process.group;
  setWindowSize(shell);
}

function* startUp(shell: Shell, options: InteractiveOptions): Steps<void> {
  if (options.login) {
    if (!options.noProfile) yield* guarded(shell, () => runProfiles(shell));
    return;
  }
  if (options.noRc || shell.posix) return;
  yield* guarded(shell, function* () {
    yield* sourceIfThere(shell, '/etc/bash.bashrc');
    yield* sourceIfThere(shell, options.rcFile ?? `${shell.home}/.bashrc`);
  });
}

/** ^C during the start-up files only skips them. */
function* guarded(shell: Shell, run: () => Steps<void>): Steps<void> {
  try {
    yield* run();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    shell.interrupted = false;
  }
}
