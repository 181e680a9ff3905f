import type { Log } from '../cluster/store/log.ts';
import { MemoryLog } from '../cluster/store/memory-log.ts';
import { LogRegistry } from '../cluster/store/registry.ts';
import { type FrozenDisk, type Host, Network } from '../host/index.ts';
import { Clock, Random } from '../sim/index.ts';
import type { Topology } from './topology.ts';

/**
 * All that a world is made of once its programs are dropped: what is saved, resumed, reset to and forked. Disks and
 * logs in it do not change any more and are shared by all worlds that come from it.
 */
export interface Snapshot {
  readonly topology: Topology;
  /** Virtual ms since the epoch. */
  readonly now: number;
  /** When the hosts were switched on, for `uptime`. */
  readonly bootedAt: ReadonlyMap<string, number>;
  readonly disks: ReadonlyMap<string, FrozenDisk>;
  readonly logs: ReadonlyMap<string, MemoryLog>;
}

export interface WorldOptions {
  topology: Topology;
  /** Same seed, same inputs: same world. */
  seed: string;
  startMs: number;
  from?: Snapshot;
}

export class UnknownHostError extends Error {
  override name = 'UnknownHostError';
}

/** Everything a candidate can touch: a clock, hosts, the network between them, and the stores of their etcds. */
export class World {
  readonly topology: Topology;
  readonly clock: Clock;
  readonly random: Random;
  readonly network = new Network();
  readonly logs: LogRegistry;
  readonly hosts = new Map<string, Host>();
  /** Revision of each log before the programs came back: what follows is not in what the world was made from. */
  readonly forkedAt = new Map<string, number>();
  closed = false;

  /** Without hosts: `exam/boot.ts` adds them. */
  constructor(options: WorldOptions) {
    this.topology = options.topology;
    this.clock = new Clock(Math.max(options.from?.now ?? 0, options.startMs));
    // A fork must not draw the names and ids again that its snapshot has, whatever seeds the two were given.
    const { seed, from } = options;
    this.random = new Random(from ? `${seed} from ${from.now}` : seed);
    this.logs = new LogRegistry(() => new MemoryLog());
    for (const [id, log] of options.from?.logs ?? []) this.logs.set(id, log.fork());
  }

  /** Puts a host in its place: when the world is made, and anew each time that it was switched off. */
  put(name: string, host: Host): void {
    this.hosts.set(name, host);
  }

  /** The host of that name. Throws `UnknownHostError` where there is none. */
  host(name: string): Host {
    const host = this.hosts.get(name);
    if (!host)
      throw new UnknownHostError(`no host "${name}"; there are: ${[...this.hosts.keys()].join(', ')}`);
    return host;
  }

  /** The durable state at this moment. The world goes on unharmed. */
  snapshot(): Snapshot {
    const names = [...this.hosts.keys()];
    return {
      topology: this.topology,
      now: this.clock.now,
      bootedAt: new Map(names.map((name) => [name, this.host(name).bootedAt])),
      disks: new Map(names.map((name) => [name, this.host(name).disk.freeze()])),
      logs: new Map([...this.logs.entries()].map(([id, log]) => [id, memoryLog(log).fork()])),
    };
  }

  /** Drops every program: power off. */
  close(): void {
    this.closed = true;
    for (const host of this.hosts.values()) host.processes.killAll();
  }
}

function memoryLog(log: Log): MemoryLog {
  if (!(log instanceof MemoryLog)) throw new Error('only logs in memory can be forked');
  return log;
}
