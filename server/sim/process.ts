import type { Cgroup } from './cgroup.ts';
import type { Clock } from './clock.ts';
import { LIMITS } from './limits.ts';
import type { ProcessTable } from './process-table.ts';
import type { Signal } from './signals.ts';
import { type Steps, WaitQueue } from './wait.ts';
import { takeCharge } from './work.ts';

export type ProcessState = 'ready' | 'waiting' | 'stopped' | 'zombie' | 'dead';

/** How a process ended: its exit code, or the signal that killed it. */
export interface ExitStatus {
  readonly code: number;
  readonly signal?: Signal;
}

/** `ignore`, or a function that is told of the signal before the process goes on. Absent: the default action. */
export type SignalHandler = 'ignore' | ((signal: Signal) => void);

/** A terminal as the process table knows it: a name such as `pts/0`. */
export interface ControllingTerminal {
  readonly name: string;
}

/** What a process may use of the machine (`ulimit`). Its children start with the same. */
export interface ResourceLimits {
  readonly openFiles: number;
  /** Processes of the same user; root is free of it. */
  readonly processes: number;
  readonly fileBytes: number;
  readonly cpuMs: number;
}

const UNLIMITED: ResourceLimits = {
  openFiles: LIMITS.openFiles,
  processes: Number.POSITIVE_INFINITY,
  fileBytes: Number.POSITIVE_INFINITY,
  cpuMs: Number.POSITIVE_INFINITY,
};

export interface SpawnOptions {
  parent?: Process;
  /** What `ps` shows. The process may change it later (`exec`). */
  argv: readonly string[];
  /** Starts the program; called once, when the process first runs. */
  main: (process: Process) => Steps<number>;
  /** A new process group (its id is the new pid), or the group to join. Default: the parent's. */
  group?: 'new' | number;
  /** Makes the process leader of a new session without a terminal. */
  newSession?: boolean;
  /** Makes the process init (pid 1) of a new PID namespace, or puts it into `namespace`. Default: the parent's. */
  newNamespace?: boolean;
  namespace?: PidNamespace;
  cgroup?: Cgroup;
  uid?: number;
  /** A thread of the kernel: it runs no program, and no signal reaches it. */
  kernel?: boolean;
}

/** A PID namespace: the host's own, or that of a container. Pids are counted from 1 in each. */
export class PidNamespace {
  readonly parent: PidNamespace | undefined;
  readonly members = new Map<number, Process>();
  #next = 1;

  constructor(parent?: PidNamespace) {
    this.parent = parent;
  }

  /** Skips ahead, as on a machine that has been up for a while. */
  startAt(pid: number): void {
    this.#next = Math.max(this.#next, pid);
  }

  add(process: Process): number {
    const pid = this.#next++;
    this.members.set(pid, process);
    return pid;
  }
}

/** A program running on a host or in a container, as the scheduler knows it: no files, no users beyond a number. */
export class Process {
  readonly table: ProcessTable;
  /** The pid in the host's namespace. */
  readonly pid: number;
  /** The pid in the process's own namespace. */
  readonly nspid: number;
  readonly namespace: PidNamespace;
  readonly startedAt: number;
  readonly isKernel: boolean;
  readonly children = new Set<Process>();
  /** Notified when a child ends, stops or goes on. */
  readonly childChanged = new WaitQueue();
  /** Notified when this process has ended. */
  readonly ended = new WaitQueue();
  readonly handlers = new Map<Signal, SignalHandler>();
  parent: Process | undefined;
  argv: readonly string[];
  /** The file whose program it runs; '' for the kernel's own. */
  exe: string;
  uid: number;
  group: number;
  session: number;
  terminal: ControllingTerminal | undefined;
  cgroup: Cgroup;
  state: ProcessState = 'ready';
  status: ExitStatus | undefined;
  /** The signal that stopped it, until the parent has looked. */
  stoppedBy: Signal | undefined;
  /** Asks for the status of children as soon as they end, as shells do: none of them stays a zombie. */
  reapsChildren = false;
  cpuMs = 0;
  /** Bytes of its group's memory that are known to be its own. */
  memoryBytes = 0;
  /** What the program holds of the computer that all worlds share, by the parts of it that can be large. */
  readonly held: (() => number)[] = [];
  limits: ResourceLimits;
  /** From -20 to 19, as `nice` sets it. It is shown; the turns of processes are the same for all. */
  niceness: number;
  /** How willingly it is killed when memory runs out, from -1000 to 1000. */
  oomScoreAdj: number;
  /** Run in order when the process ends, before its parent hears of it (files are closed here). */
  readonly onExit: (() => void)[] = [];
  /** @internal */ budget = 0;
  /** @internal */ pending: Signal[] = [];

  /** @internal */
  constructor(table: ProcessTable, options: SpawnOptions, root: PidNamespace) {
    this.table = table;
    this.limits = options.parent?.limits ?? UNLIMITED;
    this.niceness = options.parent?.niceness ?? 0;
    this.oomScoreAdj = options.parent?.oomScoreAdj ?? 0;
    this.isKernel = options.kernel ?? false;
    this.parent = options.parent;
    this.argv = options.argv;
    this.exe = options.parent?.exe ?? '';
    this.namespace = options.newNamespace
      ? new PidNamespace(options.namespace ?? options.parent?.namespace ?? root)
      : (options.namespace ?? options.parent?.namespace ?? root);
    this.nspid = this.namespace.add(this);
    let pid = this.nspid;
    for (let outer = this.namespace.parent; outer; outer = outer.parent) pid = outer.add(this);
    this.pid = pid;
    this.startedAt = table.clock.now;
    this.uid = options.uid ?? options.parent?.uid ?? 0;
    this.cgroup = options.cgroup ?? options.parent?.cgroup ?? table.cgroups;
    this.session = options.newSession ? pid : (options.parent?.session ?? pid);
    this.terminal = options.newSession ? undefined : options.parent?.terminal;
    const inherited = options.newSession ? pid : (options.parent?.group ?? pid);
    this.group = options.group === 'new' ? pid : (options.group ?? inherited);
    options.parent?.children.add(this);
  }

  get clock(): Clock {
    return this.table.clock;
  }

  get alive(): boolean {
    return this.state !== 'zombie' && this.state !== 'dead';
  }

  /**
   * Accounts for `steps` of work. True: the slice is used up and the program must `yield PREEMPT`, which is what keeps
   * a busy loop from blocking anybody else.
   */
  spend(steps = 1): boolean {
    this.budget -= steps + takeCharge();
    return this.budget <= 0;
  }

  /** Sends a signal. Returns false when the process has ended. */
  signal(signal: Signal): boolean {
    return this.table.signal(this, signal);
  }

  /** The pid as seen from `namespace`, or undefined when it cannot be seen from there. */
  pidIn(namespace: PidNamespace): number | undefined {
    if (namespace === this.namespace) return this.nspid;
    for (const [pid, member] of namespace.members) if (member === this) return pid;
    return undefined;
  }

  /** Ended children are forgotten once their parent has asked for their status. */
  reap(child: Process): ExitStatus | undefined {
    if (child.state !== 'zombie' || !child.status) return child.status;
    this.table.remove(child);
    return child.status;
  }
}

export class ForkError extends Error {
  override name = 'ForkError';
}

/** Thrown inside a program to end it with an exit code from any depth. */
export class ProcessExit extends Error {
  override name = 'ProcessExit';
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}
