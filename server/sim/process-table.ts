import { Cgroup } from './cgroup.ts';
import type { Clock, Timer } from './clock.ts';
import { LIMITS } from './limits.ts';
import {
  type ExitStatus,
  ForkError,
  PidNamespace,
  Process,
  ProcessExit,
  type SpawnOptions,
} from './process.ts';
import { defaultAction, SIGNALS, type Signal } from './signals.ts';
import { type Steps, type Wait, WaitQueue, type Wake } from './wait.ts';
import { charge, takeAllocated, takeCharge } from './work.ts';

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

export interface ProcessTableOptions {
  clock: Clock;
  cores?: number;
  /** Told of an exception that a program did not catch: a bug of ours, shown to the candidate as a crash. */
  onCrash?: (process: Process, error: unknown) => void;
  /** Told when processes have taken much memory since the last time. */
  onAllocation?: () => void;
}

/**
 * The processes of one host, run as generators on the virtual clock, a slice at a time. A process that waits costs
 * nothing; one that computes gets its share of the host's cores, and virtual time passes while it does.
 */
export class ProcessTable {
  readonly clock: Clock;
  readonly cores: number;
  readonly root = new PidNamespace();
  readonly cgroups: Cgroup;
  /** Notified when a program has taken memory. */
  readonly grown = new WaitQueue();
  readonly #running = new Map<Process, Running>();
  readonly #onCrash: ((process: Process, error: unknown) => void) | undefined;
  readonly #onAllocation: (() => void) | undefined;
  #busy = 0;
  #allocated = 0;
  /** The process whose code runs at this moment. */
  current: Process | undefined;

  constructor(options: ProcessTableOptions) {
    this.clock = options.clock;
    this.cgroups = new Cgroup('/', undefined, () => this.clock.now);
    this.cores = options.cores ?? 2;
    this.#onCrash = options.onCrash;
    this.#onAllocation = options.onAllocation;
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
    if (this.#isOverUserLimit(options) || this.#isOverGroupLimit(options))
      throw new ForkError('Resource temporarily unavailable');
    charge(LIMITS.spawnSteps);
    const process = new Process(this, options, this.root);
    if (options.kernel) {
      process.state = 'waiting';
      return process;
    }
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

  #isOverUserLimit({ parent, uid = parent?.uid ?? 0 }: SpawnOptions): boolean {
    const limit = parent?.limits.processes ?? Number.POSITIVE_INFINITY;
    if (uid === 0 || limit === Number.POSITIVE_INFINITY) return false;
    return this.list().filter((process) => process.uid === uid).length >= limit;
  }

  #isOverGroupLimit({ parent, cgroup = parent?.cgroup }: SpawnOptions): boolean {
    for (const group of cgroup?.upwards() ?? []) {
      if (group.pidsLimit === undefined || this.membersOf(group).length < group.pidsLimit) continue;
      group.pidsRefused++;
      return true;
    }
    return false;
  }

  /** The processes of a group and of all below it. */
  membersOf(group: Cgroup): Process[] {
    const below = group.path === '/' ? '/' : `${group.path}/`;
    return this.list().filter(({ cgroup }) => cgroup === group || cgroup.path.startsWith(below));
  }

  signal(process: Process, signal: Signal): boolean {
    if (!process.alive) return false;
    if (process.isKernel) return true;
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
    takeCharge();
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
    this.#allocated += takeAllocated();
    if (this.#allocated < LIMITS.allocationBytes) return;
    this.#allocated = 0;
    this.#onAllocation?.();
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
    // One long step may have taken many slices.
    const spentMs = LIMITS.sliceMs * Math.max(1, Math.round(1 - process.budget / LIMITS.sliceSteps));
    process.cpuMs += spentMs;
    process.cgroup.account(spentMs);
    // The soft and the hard limit are one.
    if (process.cpuMs >= process.limits.cpuMs) this.signal(process, 'KILL');
    const share = Math.max(1, this.#busy / this.cores, 1 / process.cgroup.cores());
    running.timer = this.clock.after(spentMs * share, () => {
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
    if (parent.reapsChildren || parent.handlers.get('CHLD') === 'ignore') this.remove(process);
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
      const init = child.namespace.members.get(1);
      child.parent = init && init !== child && init.alive ? init : undefined;
      child.parent?.children.add(child);
      if (child.state === 'zombie') this.remove(child);
    }
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
