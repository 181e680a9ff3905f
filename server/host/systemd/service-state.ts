import { type Cgroup, type ExitStatus, type Process, WaitQueue } from '../../sim/index.ts';
import type { LoadedUnit } from './unit.ts';

export type ActiveState = 'inactive' | 'activating' | 'active' | 'deactivating' | 'failed';
export type SubState =
  | 'dead'
  | 'start-pre'
  | 'start'
  | 'running'
  | 'exited'
  | 'listening'
  | 'active'
  | 'waiting'
  | 'elapsed'
  | 'stop-sigterm'
  | 'auto-restart'
  | 'failed';
export type Result = 'success' | 'exit-code' | 'signal' | 'start-limit-hit' | 'resources' | 'timeout';

/** What is kept of a unit over a restore of the host. */
export interface ServiceRecord {
  active: ActiveState;
  sub: SubState;
  result: Result;
  /** Virtual ms of the last change of `active`. */
  since: number;
  restarts: number;
  leftInactive?: number;
  triggered?: number;
  pid?: number;
  status?: ExitStatus;
}

/** A command of a unit besides its main one, once it was run: `ExecStartPre` and its like. */
export interface ControlCommand {
  readonly setting: string;
  readonly command: string;
  readonly pid: number;
  readonly status: ExitStatus;
}

/** Units without a process, once they are started: what they are, and what the journal says. */
export const AT_REST = {
  service: { sub: 'exited', started: 'Finished', stopped: 'Stopped' },
  socket: { sub: 'listening', started: 'Listening on', stopped: 'Closed' },
  target: { sub: 'active', started: 'Reached target', stopped: 'Stopped target' },
  timer: { sub: 'waiting', started: 'Started', stopped: 'Stopped' },
} as const satisfies Readonly<Record<string, { sub: SubState; started: string; stopped: string }>>;

/** How a unit is at the moment. */
export abstract class ServiceState {
  readonly name: string;
  unit: LoadedUnit;
  active: ActiveState = 'inactive';
  sub: SubState = 'dead';
  result: Result = 'success';
  since: number;
  restarts = 0;
  main: Process | undefined;
  /** Pid of the last main process, also after it ended. */
  pid: number | undefined;
  status: ExitStatus | undefined;
  /** Commands that ran beside the main one since the last start. */
  controls: ControlCommand[] = [];
  /** Whether the last start went wrong before the service counted as started. */
  startFailed = false;
  /** How long it was active last; virtual ms. */
  activeMs: number | undefined;
  /** When it was last started. */
  leftInactive: number | undefined;
  /** When it last went off, for timers. */
  triggered: number | undefined;
  /** Notified at every change of state. */
  readonly changed = new WaitQueue();

  constructor(unit: LoadedUnit, now: number) {
    this.unit = unit;
    this.name = unit.name;
    this.since = now;
  }

  get description(): string {
    return this.unit.file.get('Unit', 'Description') ?? this.name;
  }

  /** `kubelet.service - kubelet: The Kubernetes Node Agent`, as in messages. */
  get title(): string {
    return this.description === this.name ? this.name : `${this.name} - ${this.description}`;
  }

  record(): ServiceRecord {
    const { active, sub, result, since, restarts, leftInactive, triggered, pid, status } = this;
    const given = Object.entries({ leftInactive, triggered, pid, status }).filter(
      ([, value]) => value !== undefined,
    );
    return { active, sub, result, since, restarts, ...Object.fromEntries(given) };
  }

  protected get kind(): keyof typeof AT_REST {
    const suffix = this.name.slice(this.name.lastIndexOf('.') + 1);
    return suffix === 'socket' || suffix === 'target' || suffix === 'timer' ? suffix : 'service';
  }

  /** Being started, running or being stopped. */
  get isBusy(): boolean {
    return this.active !== 'inactive' && this.active !== 'failed';
  }
}

export function isWithin(group: Cgroup, ancestor: Cgroup): boolean {
  for (let at: Cgroup | undefined = group; at; at = at.parent) if (at === ancestor) return true;
  return false;
}
