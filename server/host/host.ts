import { type Clock, type Process, ProcessTable, type Random, type SpawnOptions } from '../sim/index.ts';
import { Context, type ContextState } from './context.ts';
import { Devices } from './devices.ts';
import { Disk, type FrozenDisk } from './files/disk.ts';
import { MountTable } from './files/mounts.ts';
import { type Network, NetworkNamespace } from './network/namespace.ts';
import type { Main, Program } from './program.ts';

/** What a host is made of. */
export interface HostOptions {
  hostname: string;
  clock: Clock;
  random: Random;
  network: Network;
  /** The installed disk. */
  base?: FrozenDisk;
  programs: ReadonlyMap<string, Program>;
  cores?: number;
  memoryBytes?: number;
  onCrash?: (process: Process, error: unknown) => void;
}

export interface HostSpawn {
  main: Main;
  parent?: Process;
  process: Partial<Pick<SpawnOptions, 'group' | 'newSession' | 'cgroup' | 'newNamespace' | 'namespace'>>;
  state: ContextState;
}

/** A simulated Linux machine. */
export class Host {
  hostname: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly processes: ProcessTable;
  readonly programs: ReadonlyMap<string, Program>;
  readonly disk: Disk;
  readonly mounts: MountTable;
  readonly network: NetworkNamespace;
  readonly devices: Devices;
  readonly bootedAt: number;
  readonly #contexts = new WeakMap<Process, Context>();

  constructor(options: HostOptions) {
    this.hostname = options.hostname;
    this.clock = options.clock;
    this.random = options.random;
    this.cores = options.cores ?? 2;
    this.memoryBytes = options.memoryBytes ?? 4 * 1024 ** 3;
    this.programs = options.programs;
    this.bootedAt = options.clock.now;
    this.processes = new ProcessTable({
      clock: options.clock,
      cores: this.cores,
      ...(options.onCrash ? { onCrash: options.onCrash } : {}),
    });
    this.disk = new Disk({ clock: options.clock, ...(options.base ? { base: options.base } : {}) });
    this.mounts = new MountTable(this.disk);
    this.network = new NetworkNamespace(options.network, options.hostname);
    this.devices = new Devices(this);
  }

  /** Starts a process with a context of its own. */
  spawn(spawn: HostSpawn): Process {
    // The child holds its descriptors from now on, so that the parent may close its own before the child first runs.
    const fds = new Map(spawn.state.fds);
    for (const file of fds.values()) file.retain();
    const release = () => {
      for (const file of fds.values()) file.release();
      fds.clear();
    };
    const child = this.processes.spawn({
      ...spawn.process,
      ...(spawn.parent ? { parent: spawn.parent } : {}),
      argv: spawn.state.args,
      uid: spawn.state.credentials.uid,
      main: (process) => {
        const context = new Context(process, { ...spawn.state, fds });
        release();
        this.#contexts.set(process, context);
        return spawn.main(context);
      },
    });
    child.onExit.push(release);
    return child;
  }

  /** What a process sees and holds; undefined before its first slice. */
  contextOf(process: Process): Context | undefined {
    return this.#contexts.get(process);
  }
}
