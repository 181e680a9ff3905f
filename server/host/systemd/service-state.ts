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
    const { active, sub, result, since, restarts, pid, status } = this;
    return { active, sub, result, since, restarts, ...(pid ? { pid } : {}), ...(status ? { status } : {}) };
  }

  protected get kind(): keyof typeof AT_REST {
    return this.name.endsWith('.socket') ? 'socket' : this.name.endsWith('.target') ? 'target' : 'service';
  }
}

export function isWithin(group: Cgroup, ancestor: Cgroup): boolean {
  for (let at: Cgroup | undefined = group; at; at = at.parent) if (at === ancestor) return true;
  return false;
}
