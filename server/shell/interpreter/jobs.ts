import type { ExitStatus, Process } from '../../sim/index.ts';

export type JobState = 'running' | 'stopped' | 'done';

export interface JobProcess {
  readonly process: Process;
  status?: ExitStatus;
}

/** A pipeline that the shell started, in the background or stopped. */
export interface Job {
  readonly id: number;
  readonly group: number;
  readonly processes: JobProcess[];
  readonly text: string;
  state: JobState;
  /** The state was shown to the user. */
  notified: boolean;
  /** No SIGHUP when the shell ends. */
  noHup?: boolean;
  /** Terminal modes when it was stopped. */
  modes?: import('../../host/index.ts').TerminalModes;
  /** Started under job control, with a process group of its own. */
  readonly controlled: boolean;
  foreground: boolean;
  /** A job of the shell that this subshell came from. */
  foreign?: boolean;
}

/** The table behind `jobs`, `fg`, `%1`. */
export class Jobs {
  /** Only ever grows or is replaced, so that an array and a length stand for what it was once. */
  #own: Job[] = [];
  /** What a subshell was given, until it looks: most never do. */
  #inherited: { readonly jobs: Job[]; readonly count: number } | undefined;
  /** Ids from the least to the most recent current job. */
  #recent: number[] = [];
  /** Ended children that are not in the table any more, by pid, for `wait PID`. */
  readonly finished = new Map<number, number>();

  /** The table as a subshell shows it: the jobs are not its children. */
  copy(): Jobs {
    const copy = new Jobs();
    copy.#inherited = this.#inherited ?? { jobs: this.#own, count: this.#own.length };
    copy.#recent = this.#recent;
    return copy;
  }

  get #jobs(): Job[] {
    if (this.#inherited) {
      const { jobs, count } = this.#inherited;
      this.#inherited = undefined;
      this.#own = jobs.slice(0, count).map((job) => ({ ...job, foreign: true }));
    }
    return this.#own;
  }

  list(): readonly Job[] {
    return this.#jobs;
  }

  add(job: Omit<Job, 'id'>): Job {
    const id = (this.#jobs.at(-1)?.id ?? 0) + 1;
    const added: Job = { ...job, id };
    this.#jobs.push(added);
    this.touch(added);
    return added;
  }

  /** Makes a job the current one (`%+`). */
  touch(job: Job): void {
    this.#recent = [...this.#recent.filter((id) => id !== job.id), job.id];
  }

  remove(job: Job): void {
    this.#own = this.#jobs.filter((other) => other !== job);
    this.#recent = this.#recent.filter((id) => id !== job.id);
    for (const { process, status } of job.processes) {
      if (status) this.finished.set(process.nspid, status.code);
    }
    while (this.finished.size > 1024) this.finished.delete(this.finished.keys().next().value as number);
  }

  get(id: number): Job | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  /** `%+` (0) and `%-` (1). Stopped jobs come before running ones. */
  current(back = 0): Job | undefined {
    const order = [...this.#recent].reverse().map((id) => this.get(id) as Job);
    const stopped = order.filter((job) => job.state === 'stopped');
    const rest = order.filter((job) => job.state !== 'stopped');
    return [...stopped, ...rest][back];
  }

  byPid(pid: number): Job | undefined {
    return this.#jobs.find((job) => job.processes.some((member) => member.process.nspid === pid));
  }

  /** Resolves `%1`, `%+`, `%-`, `%name`, `%?text`. */
  resolve(spec: string): Job | 'ambiguous' | undefined {
    const text = spec.replace(/^%/, '');
    if (text === '' || text === '+' || text === '%') return this.current();
    if (text === '-') return this.current(1) ?? this.current();
    if (/^\d+$/.test(text)) return this.get(Number(text));
    const matching = text.startsWith('?')
      ? this.#jobs.filter((job) => job.text.includes(text.slice(1)))
      : this.#jobs.filter((job) => job.text.startsWith(text));
    return matching.length > 1 ? 'ambiguous' : matching[0];
  }

  /** Looks at the processes and brings the states up to date. */
  update(): void {
    for (const job of this.#jobs) this.updateJob(job);
  }

  updateJob(job: Job): void {
    if (job.state === 'done' || job.foreign) return;
    let stopped = false;
    let running = false;
    for (const member of job.processes) {
      if (member.status) continue;
      const { process } = member;
      if (!process.alive) member.status = process.parent?.reap(process) ?? process.status ?? { code: 127 };
      else if (process.state === 'stopped') stopped = true;
      else running = true;
    }
    const state: JobState = running ? 'running' : stopped ? 'stopped' : 'done';
    if (state === job.state) return;
    job.state = state;
    job.notified = false;
    if (state === 'stopped' && this.#jobs.includes(job)) this.touch(job);
  }
}

/** The exit code of a job: that of its last process. */
export function jobStatus(job: Job): number {
  return job.processes.at(-1)?.status?.code ?? 0;
}
