import type { LogRegistry } from '../cluster/store/registry.ts';
import { type FrozenDisk, Host, type HostOptions, type HttpHandler, type Inode } from '../host/index.ts';
import { preinstall, ubuntuArchive } from '../host/packages/index.ts';
import type { KubeObject } from '../objects/object.ts';
import { drive } from './drive.ts';
import { personalise } from './install.ts';
import type { ProgramSet } from './programs.ts';
import { candidateHost, type Topology, type TopologyHost } from './topology.ts';
import { type Snapshot, World } from './world.ts';

/** How worlds are made, given by the composition root. */
export interface WorldBuilder {
  /** The programs of one world. */
  programs(logs: LogRegistry): ProgramSet;
  /** What the Internet has: handlers by the names of their sites. */
  sites(): ReadonlyMap<string, HttpHandler>;
  /** The disk of a freshly installed host, shared by all hosts. */
  disk(programs: ProgramSet, nowMs: number): FrozenDisk;
  /** Writes certificates, manifests, units and configuration onto the disks, before the hosts are switched on. */
  provision(world: World): void;
  /** Whether the cluster has come up. */
  ready(world: World): boolean;
  /** Whether its API server listens, or there is none. */
  answers(world: World): boolean;
}

export interface MakeOptions {
  seed: string;
  startMs: number;
  onCrash?: (host: Host, error: unknown) => void;
}

/** Virtual time a cluster has to come up, and then to come to rest. */
const BOOT_LIMIT_MS = 300_000;
const SETTLE_MS = 30_000;
/** Virtual time that programs get to take up where they were, and then to look around. */
const RESUME_LIMIT_MS = 8_000;
const RESUME_SETTLE_MS = 1_000;
/** Virtual ms between two looks at whether a cluster has come up. */
const LOOK_MS = 500;

/** Installs and boots a topology, which takes seconds; worlds for candidates are forked from its snapshot. */
export async function bootWorld(
  builder: WorldBuilder,
  topology: Topology,
  options: MakeOptions,
): Promise<World> {
  const world = emptyWorld(builder, topology, options);
  personalise(world);
  for (const spec of topology.hosts)
    preinstall(world.host(spec.name).init.fs, ubuntuArchive(), spec.packages);
  joinGroups(world);
  builder.provision(world);
  for (const host of world.hosts.values()) host.boot();
  const end = world.clock.now + BOOT_LIMIT_MS;
  while (!builder.ready(world) && world.clock.now < end) {
    const result = await drive(world.clock, () => false, { limitMs: LOOK_MS });
    if (result === 'quiet') break;
  }
  await drive(world.clock, () => false, { limitMs: SETTLE_MS });
  return world;
}

/** Packages have made the groups by now. */
function joinGroups(world: World): void {
  const { candidate } = world.topology;
  if (candidate.groups.length === 0) return;
  const { fs } = world.host(candidate.host).init;
  const lines = fs.read('/etc/group').split('\n');
  const joined = lines.map((line) =>
    candidate.groups.includes(line.split(':')[0] as string)
      ? `${line}${line.endsWith(':') ? '' : ','}${candidate.user}`
      : line,
  );
  fs.write('/etc/group', joined.join('\n'));
}

/** What a world has beyond its snapshot. */
export interface Differences {
  readonly log: readonly {
    readonly log: string;
    readonly key: string;
    readonly value: KubeObject | undefined;
  }[];
  readonly inodes: readonly {
    readonly host: string;
    readonly ino: number;
    readonly inode: Inode | undefined;
  }[];
}

/** A world with the state of a snapshot. It starts at `startMs`, or at the snapshot's time when that is later. */
export async function forkWorld(
  builder: WorldBuilder,
  from: Snapshot,
  options: MakeOptions,
  differences?: Differences,
): Promise<World> {
  const world = emptyWorld(builder, from.topology, options, from);
  for (const { log, key, value } of differences?.log ?? []) world.logs.open(log).append({ key, value });
  for (const { host, ino, inode } of differences?.inodes ?? []) world.host(host).disk.restore([[ino, inode]]);
  for (const [name, log] of world.logs.entries()) world.forkedAt.set(name, log.revision);
  for (const host of world.hosts.values()) host.resume();
  // Nobody is to see the moments in which the dropped programs come back.
  const back = await drive(world.clock, () => builder.answers(world), { limitMs: RESUME_LIMIT_MS });
  if (back === 'done') await drive(world.clock, () => false, { limitMs: RESUME_SETTLE_MS });
  return world;
}

function emptyWorld(builder: WorldBuilder, topology: Topology, options: MakeOptions, from?: Snapshot): World {
  const world = new World({
    topology,
    seed: options.seed,
    startMs: options.startMs,
    ...(from ? { from } : {}),
  });
  for (const [name, site] of builder.sites()) world.network.outside.publish(name, site);
  const programs = builder.programs(world.logs);
  const installed = from ? undefined : builder.disk(programs, world.clock.now);
  for (const spec of topology.hosts) {
    const base = from?.disks.get(spec.name) ?? installed;
    const bootedAt = from?.bootedAt.get(spec.name);
    const machine = (other: Partial<HostOptions>): Host =>
      connected(
        spec,
        new Host({
          hostname: spec.name,
          clock: world.clock,
          random: world.random.fork(spec.name),
          network: world.network,
          programs: programs.programs,
          isAttended: spec.name === candidateHost(topology).name,
          cores: spec.cpu,
          memoryBytes: spec.memory,
          cgroupVersion: spec.cgroups === 'v1' ? 1 : 2,
          onCrash: (_process, error) => options.onCrash?.(world.host(spec.name), error),
          onReboot: ({ hostname, disk, random }) => {
            const next = machine({ hostname, disk, random });
            world.put(spec.name, next);
            return next;
          },
          ...other,
        }),
      );
    world.put(
      spec.name,
      machine({ ...(base ? { base } : {}), ...(bootedAt === undefined ? {} : { bootedAt }) }),
    );
  }
  return world;
}

function connected(spec: TopologyHost, host: Host): Host {
  const { interfaces, routes } = host.network;
  const octets = (spec.address.split('/')[0] as string).split('.').map(Number);
  const mac = ['52:54', ...octets.map((octet) => octet.toString(16).padStart(2, '0'))].join(':');
  interfaces.push({ name: 'eth0', mac, addresses: [spec.address], up: true, mtu: 1500 });
  routes.push({ to: 'default', via: gateway(spec.address), dev: 'eth0', attributes: 'proto static' });
  return host;
}

/** The first address of the network. */
function gateway(address: string): string {
  const [ip, length] = address.split('/') as [string, string];
  const value = ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(value / size) * size + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}
