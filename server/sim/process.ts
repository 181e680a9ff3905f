import { Cgroup } from './cgroup.ts';
import type { Clock, Timer } from './clock.ts';
import { LIMITS } from './limits.ts';
import { defaultAction, SIGNALS, type Signal } from './signals.ts';
import { type Steps, type Wait, WaitQueue, type Wake } from './wait.ts';

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
  readonly children = new Set<Process>();
  /** Notified when a child ends, stops or goes on. */
  readonly childChanged = new WaitQueue();
  /** Notified when this process has ended. */
  readonly ended = new WaitQueue();
  readonly handlers = new Map<Signal, SignalHandler>();
  parent: Process | undefined;
  argv: readonly string[];
  uid: number;
  group: number;
  session: number;
  terminal: ControllingTerminal | undefined;
  cgroup: Cgroup;
  state: ProcessState = 'ready';
  status: ExitStatus | undefined;
  /** The signal that stopped it, until the parent has looked. */
  stoppedBy: Signal | undefined;
  cpuMs = 0;
  /** Run in order when the process ends, before its parent hears of it (files are closed here). */
  readonly onExit: (() => void)[] = [];
  /** @internal */ budget = 0;
  /** @internal */ pending: Signal[] = [];

  /** @internal */
  constructor(table: ProcessTable, options: SpawnOptions, root: PidNamespace) {
    this.table = table;
    this.parent = options.parent;
    this.argv = options.argv;
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
    this.budget -= steps;
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

interface Running {
  steps: Steps<number> | undefined;
  readonly main: (process: Process) => Steps<number>;
  /** Takes the current wait back. */
  unsubscribe: (() => void)[];
  timer: Timer | undefined;
  /** A wake-up that came while the process was stopped. */
  missed: Wake | undefined;
  external: boolean;
}

export class ForkError extends Error {
  override name = 'ForkError';
}

export interface ProcessTableOptions {
  clock: Clock;
  cores?: number;
  /** Told of an exception that a program did not catch: a bug of ours, shown to the candidate as a crash. */
  onCrash?: (process: Process, error: unknown) => void;
}

/**
 * The processes of one host, run as generators on the virtual clock, a slice at a time. A process that waits costs
 * nothing; one that computes gets its share of the host's cores, and virtual time passes while it does.
 */
export class ProcessTable {
  readonly clock: Clock;
  readonly cores: number;
  readonly root = new PidNamespace();
  readonly cgroups = new Cgroup('/');
  readonly #running = new Map<Process, Running>();
  readonly #onCrash: ((process: Process, error: unknown) => void) | undefined;
  #busy = 0;
  /** The process whose code runs at this moment. */
  current: Process | undefined;

  constructor(options: ProcessTableOptions) {
    this.clock = options.clock;
    this.cores = options.cores ?? 2;
    this.#onCrash = options.onCrash;
  }

  /** All processes of the host, oldest first, ended ones that nobody has waited for included. */
  list(): Process[] {
    return [...this.root.members.values()];
  }

  get(pid: number): Process | undefined {
    return this.root.members.get(pid);
  }

  /** Processes that are computing at this moment. */
  get busy(): number {
    return this.#busy;
  }

  /** Starts a process; it first runs later in this instant. Throws `ForkError` past the limits. */
  spawn(options: SpawnOptions): Process {
    if (this.root.members.size >= LIMITS.processesPerHost || depth(options.parent) > LIMITS.processDepth) {
      throw new ForkError('Resource temporarily unavailable');
    }
    const process = new Process(this, options, this.root);
    this.#running.set(process, {
      steps: undefined,
      main: options.main,
      unsubscribe: [],
      timer: this.clock.after(0, () => this.#resume(process, 'event')),
      missed: undefined,
      external: false,
    });
    return process;
  }

  signal(process: Process, signal: Signal): boolean {
    if (!process.alive) return false;
    if (signal === 'CONT') this.#continue(process);
    if (this.#isIgnored(process, signal)) return true;
    if (signal === 'KILL') {
      this.#end(process, { code: 128 + SIGNALS.KILL, signal });
      return true;
    }
    if (!process.pending.includes(signal)) process.pending.push(signal);
    if (process.state === 'waiting' && !this.#running.get(process)?.external) {
      this.#wakeSoon(process, 'signal');
    }
    return true;
  }

  /** Signals every member of a process group. Returns how many there were. */
  signalGroup(group: number, signal: Signal): number {
    const members = this.list().filter((process) => process.group === group && process.alive);
    for (const process of members) this.signal(process, signal);
    return members.length;
  }

  /** Ends every process at once, without a trace: the machine loses power. */
  killAll(): void {
    for (const process of this.list()) this.#end(process, { code: 137, signal: 'KILL' });
  }

  /** @internal Forgets an ended process. */
  remove(process: Process): void {
    process.state = 'dead';
    process.parent?.children.delete(process);
    for (let space: PidNamespace | undefined = process.namespace; space; space = space.parent) {
      const pid = process.pidIn(space);
      if (pid !== undefined) space.members.delete(pid);
    }
  }

  #isIgnored(process: Process, signal: Signal): boolean {
    if (signal === 'KILL' || signal === 'STOP') return false;
    const handler = process.handlers.get(signal);
    if (handler === 'ignore') return true;
    if (handler) return false;
    // The init of a namespace is deaf to signals it has no handler for.
    if (process.nspid === 1) return true;
    const action = defaultAction(signal);
    return action === 'ignore' || action === 'continue';
  }

  #continue(process: Process): void {
    if (process.state !== 'stopped') return;
    process.stoppedBy = undefined;
    process.state = 'waiting';
    process.parent?.childChanged.notify();
    const running = this.#running.get(process);
    if (running?.missed) this.#wakeSoon(process, running.missed);
    else if (process.pending.length > 0) this.#wakeSoon(process, 'signal');
  }

  #wakeSoon(process: Process, wake: Wake): void {
    const running = this.#running.get(process);
    if (!running) return;
    this.#clearWait(running);
    if (process.state === 'stopped') {
      running.missed = wake;
      return;
    }
    running.missed = undefined;
    process.state = 'ready';
    running.timer = this.clock.after(0, () => this.#resume(process, wake));
  }

  #clearWait(running: Running): void {
    for (const unsubscribe of running.unsubscribe) unsubscribe();
    running.unsubscribe = [];
    this.clock.cancel(running.timer);
    running.timer = undefined;
  }

  #resume(process: Process, wake: Wake): void {
    const running = this.#running.get(process);
    if (!running || !process.alive) return;
    running.timer = undefined;
    if (!this.#deliver(process)) return;
    const outer = this.current;
    this.current = process;
    process.state = 'ready';
    process.budget = LIMITS.sliceSteps;
    try {
      running.steps ??= running.main(process);
      const result = running.steps.next(wake);
      if (!process.alive) return;
      if (result.done) this.#end(process, this.#fatal(process) ?? { code: result.value & 0xff });
      else this.#wait(process, running, result.value);
    } catch (error) {
      this.#crash(process, error);
    } finally {
      this.current = outer;
    }
  }

  /** Acts on pending signals. False: the process ended or stopped. */
  #deliver(process: Process): boolean {
    while (process.pending.length > 0) {
      const signal = process.pending.shift() as Signal;
      const handler = process.handlers.get(signal);
      if (handler === 'ignore') continue;
      if (typeof handler === 'function') {
        handler(signal);
        if (!process.alive) return false;
        continue;
      }
      const action = defaultAction(signal);
      if (action === 'terminate') {
        this.#end(process, { code: 128 + SIGNALS[signal], signal });
        return false;
      }
      if (action === 'stop') {
        this.#stop(process, signal);
        return false;
      }
    }
    return true;
  }

  #stop(process: Process, signal: Signal): void {
    const running = this.#running.get(process) as Running;
    running.missed = 'signal';
    process.state = 'stopped';
    process.stoppedBy = signal;
    process.parent?.childChanged.notify();
  }

  #wait(process: Process, running: Running, wait: Wait): void {
    if (wait.preempt) {
      this.#preempt(process, running);
      return;
    }
    process.state = 'waiting';
    if (wait.external) {
      this.#waitExternal(process, running, wait.external);
      return;
    }
    if (process.pending.length > 0) {
      this.#wakeSoon(process, 'signal');
      return;
    }
    const wake = () => this.#wakeSoon(process, 'event');
    running.unsubscribe = (wait.on ?? []).map((queue) => queue.subscribe(wake));
    if (wait.until !== undefined && wait.until !== Number.POSITIVE_INFINITY) {
      running.timer = this.clock.at(wait.until, () => {
        running.timer = undefined;
        this.#clearWait(running);
        if (process.state === 'stopped') running.missed = 'timeout';
        else this.#resume(process, 'timeout');
      });
    }
  }

  #waitExternal(process: Process, running: Running, work: Promise<unknown>): void {
    const release = this.clock.hold();
    running.external = true;
    const settle = () => {
      release();
      running.external = false;
      if (process.alive) this.#wakeSoon(process, 'event');
    };
    work.then(settle, settle);
  }

  /** A slice was used up: the process goes on after the time it took, longer when the cores are shared. */
  #preempt(process: Process, running: Running): void {
    this.#busy++;
    process.cpuMs += LIMITS.sliceMs;
    process.cgroup.account(LIMITS.sliceMs);
    const share = Math.max(1, this.#busy / this.cores, 1 / process.cgroup.cores());
    running.timer = this.clock.after(LIMITS.sliceMs * share, () => {
      this.#busy--;
      running.timer = undefined;
      running.unsubscribe = [];
      this.#resume(process, 'event');
    });
    running.unsubscribe = [() => this.#busy--];
  }

  #crash(process: Process, error: unknown): void {
    const fatal = this.#fatal(process);
    if (fatal || error instanceof ProcessExit) {
      this.#end(process, fatal ?? { code: (error as ProcessExit).code & 0xff });
      return;
    }
    this.#onCrash?.(process, error);
    this.#end(process, { code: 128 + SIGNALS.SEGV, signal: 'SEGV' });
  }

  /** The status by a deadly signal that came while the program ran its last slice (SIGPIPE above all). */
  #fatal(process: Process): ExitStatus | undefined {
    const signal = process.pending.find((s) => !process.handlers.has(s) && defaultAction(s) === 'terminate');
    return signal && { code: 128 + SIGNALS[signal], signal };
  }

  #end(process: Process, status: ExitStatus): void {
    if (!process.alive) return;
    const running = this.#running.get(process);
    process.status = status;
    process.state = 'zombie';
    process.cgroup.account(0);
    this.#running.delete(process);
    if (running) {
      this.#clearWait(running);
      if (this.current !== process) unwind(running.steps);
    }
    for (const run of process.onExit) run();
    if (process.nspid === 1 && process.namespace.parent) this.#killNamespace(process);
    this.#orphan(process);
    process.ended.notify();
    const parent = process.parent;
    if (!parent?.alive) {
      this.remove(process);
      return;
    }
    parent.childChanged.notify();
    this.signal(parent, 'CHLD');
    if (parent.handlers.get('CHLD') === 'ignore') this.remove(process);
  }

  #killNamespace(init: Process): void {
    for (const member of [...init.namespace.members.values()]) {
      if (member !== init) this.#end(member, { code: 137, signal: 'KILL' });
    }
  }

  /** Children of an ended process become children of their namespace's init. */
  #orphan(process: Process): void {
    for (const child of [...process.children]) {
      process.children.delete(child);
      const init = [...child.namespace.members.values()].find((p) => p.nspid === 1 || p.pid === 1);
      child.parent = init && init !== child && init.alive ? init : undefined;
      child.parent?.children.add(child);
      if (child.state === 'zombie') this.remove(child);
    }
  }
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

/** Runs the `finally` blocks of a generator that will not go on. They must not wait; one that does is cut off. */
function unwind(steps: Steps<number> | undefined): void {
  try {
    for (let i = 0; steps && i < 100 && !steps.return(0).done; i++);
  } catch {
    // A program that fails while it is killed is dead all the same.
  }
}

function depth(process: Process | undefined): number {
  let levels = 0;
  for (let p = process; p; p = p.parent) levels++;
  return levels;
}
