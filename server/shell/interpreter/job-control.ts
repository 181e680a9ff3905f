import { type Process, SIGNALS, type Signal, type Steps, waitOn } from '../../sim/index.ts';
import { Interrupted } from './flow.ts';
import { type Job, jobStatus } from './jobs.ts';
import type { Shell } from './shell.ts';
import { runPendingTraps } from './traps.ts';

const DEATHS: Partial<Record<Signal, string>> = {
  HUP: 'Hangup',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  TRAP: 'Trace/breakpoint trap',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
  STKFLT: 'Stack fault',
  XCPU: 'CPU time limit exceeded',
  XFSZ: 'File size limit exceeded',
  VTALRM: 'Virtual timer expired',
  PROF: 'Profiling timer expired',
  IO: 'I/O possible',
  PWR: 'Power failure',
  SYS: 'Bad system call',
  INT: 'Interrupt',
  PIPE: 'Broken pipe',
};

/** What is said of a process that a signal killed. */
export function deathText(signal: Signal): string {
  return DEATHS[signal] ?? `Unknown signal ${SIGNALS[signal]}`;
}

/** Whether the shell gives jobs process groups of their own. */
export function controlsJobs(shell: Shell): boolean {
  return shell.options.on('monitor');
}

/** Puts a process group into the foreground of the terminal. */
export function giveTerminal(shell: Shell, group: number): void {
  const { terminal } = shell.context;
  if (terminal && shell.interactive) terminal.foreground = group;
}

/** Registers a pipeline that runs in the background and announces it. */
export function* addBackground(shell: Shell, processes: readonly Process[], text: string): Steps<Job> {
  const last = processes.at(-1) as Process;
  const job = shell.jobs.add({
    group: (processes[0] as Process).group,
    processes: processes.map((process) => ({ process })),
    text,
    state: 'running',
    notified: true,
    controlled: controlsJobs(shell),
    foreground: false,
  });
  shell.lastBackground = last.nspid;
  if (shell.interactive) yield* shell.stderr(`[${job.id}] ${last.nspid}\n`);
  return job;
}

/** Waits for children in the foreground; the status is that of the last. A stopped job goes to the table. */
export function* waitForeground(
  shell: Shell,
  processes: readonly Process[],
  text: () => string,
): Steps<number> {
  const job: Omit<Job, 'id'> = {
    group: (processes[0] as Process).group,
    processes: processes.map((process) => ({ process })),
    text: '',
    state: 'running',
    notified: true,
    controlled: controlsJobs(shell),
    foreground: true,
  };
  const controlled = controlsJobs(shell) && shell.interactive;
  if (controlled) giveTerminal(shell, job.group);
  yield* waitJob(shell, job as Job);
  if (controlled) giveTerminal(shell, shell.context.process.group);
  if (job.state === 'stopped') {
    const added = shell.jobs.add({
      ...job,
      text: text(),
      state: 'stopped',
      notified: true,
      foreground: false,
    });
    return yield* stopped(shell, added);
  }
  shell.pipeStatus = job.processes.map((member) => member.status?.code ?? 0);
  yield* tellDeath(shell, job as Job, text);
  return pipelineStatus(shell, job as Job);
}

function* stopped(shell: Shell, job: Job): Steps<number> {
  const { terminal } = shell.context;
  if (terminal) job.modes = { ...terminal.modes };
  yield* shell.stderr(`\n${jobLine(shell, job)}\n`);
  job.notified = true;
  const signal = job.processes.find((member) => member.process.stoppedBy)?.process.stoppedBy ?? 'TSTP';
  return 128 + SIGNALS[signal];
}

/** The status of a pipeline: its last command's, or under `pipefail` the last that failed. */
function pipelineStatus(shell: Shell, job: Job): number {
  if (!shell.options.on('pipefail')) return jobStatus(job);
  const failed = job.processes.map((member) => member.status?.code ?? 0).filter((code) => code !== 0);
  return failed.at(-1) ?? 0;
}

/** Waits until a job has ended or stopped. Signals that are trapped wait until then. */
export function* waitJob(shell: Shell, job: Job): Steps<void> {
  const { childChanged } = shell.context.process;
  for (;;) {
    shell.jobs.updateJob(job);
    if (job.state === 'done' || (job.state === 'stopped' && shell.options.on('monitor'))) return;
    const queues = [childChanged, ...job.processes.map((member) => member.process.ended)];
    yield* waitOn(queues);
  }
}

/** Reports a foreground job that a signal killed, and handles ^C of an interactive shell. */
function* tellDeath(shell: Shell, job: Job, text: () => string): Steps<void> {
  const last = job.processes.at(-1);
  const signal = last?.status?.signal;
  if (!signal || !last) return;
  if (signal === 'INT') {
    if (shell.interactive) {
      yield* shell.stderr('\n');
      throw new Interrupted();
    }
    return;
  }
  if (signal === 'PIPE') return;
  // Of a child that was merely asked to end, bash says no more than that.
  if (shell.interactive || (signal === 'TERM' && shell.subshellDepth === 0)) {
    yield* shell.stderr(`${deathText(signal)}\n`);
    return;
  }
  if (shell.subshellDepth > 0) return;
  const pid = String(last.process.nspid).padStart(5);
  yield* shell.stderr(`${shell.prefix}${pid} ${deathText(signal).padEnd(24)}${text()}\n`);
}

/** `[1]+  Running                 sleep 10 &` */
export function jobLine(shell: Shell, job: Job, withPid = false): string {
  const mark = job === shell.jobs.current() ? '+' : job === shell.jobs.current(1) ? '-' : ' ';
  const state = stateText(job);
  const pid = withPid ? `${job.processes[0]?.process.nspid} ` : '';
  const background = job.state === 'running' ? ' &' : '';
  return `[${job.id}]${mark}  ${pid}${state.padEnd(withPid ? 23 : 23)} ${job.text}${background}`;
}

export function stateText(job: Job): string {
  if (job.state === 'running') return 'Running';
  if (job.state === 'stopped') return 'Stopped';
  const status = job.processes.at(-1)?.status;
  if (status?.signal) return deathText(status.signal);
  return status && status.code !== 0 ? `Exit ${status.code}` : 'Done';
}

/** Tells of background jobs that ended or stopped, before a prompt, and forgets those that ended. */
export function* notifyJobs(shell: Shell): Steps<void> {
  shell.jobs.update();
  for (const job of [...shell.jobs.list()]) {
    if (job.notified) continue;
    job.notified = true;
    if (shell.interactive) yield* shell.stderr(`${jobLine(shell, job)}\n`);
    if (job.state === 'done') shell.jobs.remove(job);
  }
}

/** Forgets jobs that ended, without a word: what a non-interactive shell does. */
export function reapQuietly(shell: Shell): void {
  shell.jobs.update();
}

/** Continues a job in the foreground and waits for it (`fg`). */
export function* resumeForeground(shell: Shell, job: Job): Steps<number> {
  const { terminal } = shell.context;
  shell.jobs.touch(job);
  giveTerminal(shell, job.group);
  if (terminal && job.modes) terminal.setModes(job.modes);
  continueJob(shell, job);
  yield* waitJob(shell, job);
  giveTerminal(shell, shell.context.process.group);
  if (job.state === 'stopped') return yield* stopped(shell, job);
  shell.jobs.remove(job);
  yield* tellDeath(shell, job, () => job.text);
  return pipelineStatus(shell, job);
}

export function continueJob(shell: Shell, job: Job): void {
  job.state = 'running';
  job.notified = true;
  if (job.controlled) shell.context.host.processes.signalGroup(job.group, 'CONT');
  else for (const { process } of job.processes) process.signal('CONT');
}

/** Waits for a change of any child; false: a trapped signal came first. */
export function* waitChange(shell: Shell): Steps<boolean> {
  const reason = yield* waitOn([shell.context.process.childChanged]);
  if (reason !== 'signal' || shell.pendingTraps.length === 0) return true;
  yield* runPendingTraps(shell);
  return false;
}
