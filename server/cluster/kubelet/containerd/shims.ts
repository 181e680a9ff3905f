import type { Context, Host, Main, NetworkNamespace } from '../../../host/index.ts';
import { type Cgroup, PidNamespace, WaitQueue } from '../../../sim/index.ts';
import { type LogLimit, RuntimeError, type SandboxConfig } from '../../client/cri.ts';
import { publishPorts, unpublishPorts } from './host-ports.ts';
import type { Images } from './images.ts';
import { ContainerIo } from './io.ts';
import { LogFile } from './log-file.ts';
import { checkMemoryLimit, occupyMemory } from './memory.ts';
import type { ContainerRecord, Records, SandboxRecord } from './records.ts';
import { containerMounts } from './rootfs.ts';
import { LOG_LINE_BYTES } from './settings.ts';
import {
  type LiveContainer,
  type LiveSandbox,
  limit,
  scopeOf,
  startPause,
  startShim,
  startTask,
} from './tasks.ts';

/** What the shims of a host hold: it lives as long as their processes and survives containerd. */
interface Living {
  readonly sandboxes: Map<string, LiveSandbox>;
  readonly containers: Map<string, LiveContainer>;
  readonly logs: LogLimit;
}

/** What containers of a pod share in memory. */
const SHM_BYTES = 64 * 1024 ** 2;
const living = new WeakMap<Host, Living>();

function livingOn(host: Host): Living {
  let found = living.get(host);
  if (!found) {
    found = {
      sandboxes: new Map(),
      containers: new Map(),
      logs: { limit: Number.POSITIVE_INFINITY, full: new WaitQueue() },
    };
    living.set(host, found);
  }
  return found;
}

export interface ShimsOptions {
  readonly host: Host;
  readonly records: Records;
  readonly images: Images;
  readonly hollow: boolean;
}

/** Sandboxes and containers as processes of their host. */
export class Shims {
  readonly #host: Host;
  readonly #records: Records;
  readonly #images: Images;
  readonly #hollow: boolean;
  readonly #living: Living;
  readonly #logLineBytes: number;

  constructor({ host, records, images, hollow }: ShimsOptions, logLineBytes = LOG_LINE_BYTES) {
    this.#logLineBytes = logLineBytes;
    this.#host = host;
    this.#records = records;
    this.#images = images;
    this.#hollow = hollow;
    this.#living = livingOn(host);
  }

  sandbox(id: string): LiveSandbox | undefined {
    return this.#living.sandboxes.get(id);
  }

  container(id: string): LiveContainer | undefined {
    return this.#living.containers.get(id);
  }

  get logs(): LogLimit {
    return this.#living.logs;
  }

  forgetContainer(id: string): void {
    this.#living.containers.delete(id);
  }

  startSandbox({ id, config, ip }: SandboxRecord, network: NetworkNamespace): void {
    const host = this.#host;
    const cgroup = cgroupAt(host, config.cgroupParent);
    if (config.resources) limit(cgroup, config.resources);
    const namespace = config.engine ? 'moby' : 'k8s.io';
    const sandbox = { network, shim: startShim(host, id, namespace), pids: pidsOf(host, config), cgroup };
    this.#living.sandboxes.set(id, sandbox);
    const ports = config.sysctls['net.ipv4.ip_unprivileged_port_start'];
    if (ports !== undefined && !config.hostNetwork) network.unprivilegedPorts = Number(ports);
    publishPorts(host, id, config, ip);
    if (!config.engine) startPause(host, id, sandbox, config.hostname);
  }

  stopSandbox(id: string): void {
    const live = this.#living.sandboxes.get(id);
    if (!live) return;
    unpublishPorts(this.#host, id);
    for (const child of [...live.shim.children]) child.signal('KILL');
    live.shim.signal('KILL');
    if (live.network !== this.#host.network) live.network.close();
    live.cgroup.remove();
    this.#living.sandboxes.delete(id);
  }

  /** Starts a container's process; `again` when it ran before the world was restored. */
  startContainer(record: ContainerRecord, again: boolean): LiveContainer {
    const host = this.#host;
    const sandbox = this.#living.sandboxes.get(record.sandboxId);
    const image = this.#images.local(record.image) ?? this.#images.known(record.image);
    if (!sandbox) throw new RuntimeError('NotFound', `sandbox "${record.sandboxId}" is not running`);
    const pids = sandbox.pids ?? this.#targeted(record) ?? new PidNamespace(host.processes.root);
    const { config } = record;
    const log = new LogFile(host, this.#records.logPath(record), {
      full: this.logs,
      lineBytes: this.#logLineBytes,
    });
    if (!again) log.create();
    const io = new ContainerIo(host, log, config);
    checkMemoryLimit(config.memoryLimit);
    const live = startTask(host, {
      id: record.id,
      config,
      imageConfig: image.config,
      sandbox,
      hostname: this.#records.sandboxes.get(record.sandboxId)?.config.hostname ?? '',
      isAlone: this.#records.sandboxes.get(record.sandboxId)?.config.engine !== undefined,
      mounts: this.mounts(record, pids),
      pids,
      io,
      fallback: this.#hollow ? forever : undefined,
    });
    occupyMemory(host, live.process, record.image);
    if (again) mute(host, io);
    this.#living.containers.set(record.id, live);
    return live;
  }

  /** The PID namespace of the container that this one was made to look at. */
  #targeted({ sandboxId, config: { pidTarget } }: ContainerRecord): PidNamespace | undefined {
    if (pidTarget === undefined) return undefined;
    for (const [id, { process }] of this.#living.containers) {
      const other = this.#records.containers.get(id);
      if (other?.sandboxId === sandboxId && other.config.name === pidTarget && process.alive)
        return process.namespace;
    }
    return undefined;
  }

  /** The file systems a container has, or would have if it ran. */
  mounts(record: ContainerRecord, pids: PidNamespace = new PidNamespace(this.#host.processes.root)) {
    const { config } = record;
    const directory = this.#records.directory(record.sandboxId);
    const has = (path: string) => config.mounts.some((mount) => mount.containerPath === path);
    const own = ['hostname', 'resolv.conf'].map((name) => ({
      hostPath: `${directory}/${name}`,
      containerPath: `/etc/${name}`,
      readOnly: config.readOnlyRootFilesystem,
    }));
    const shm = {
      hostPath: `${directory}/shm`,
      containerPath: '/dev/shm',
      readOnly: false,
      tmpfsBytes: SHM_BYTES,
    };
    return containerMounts(this.#host, {
      containerId: record.id,
      image: this.#images.local(record.image) ?? this.#images.known(record.image),
      mounts: [...config.mounts, ...[...own, shm].filter((mount) => !has(mount.containerPath))],
      readOnly: config.readOnlyRootFilesystem,
      privileged: config.privileged,
      sysctls: this.#records.sandboxes.get(record.sandboxId)?.config.sysctls ?? {},
      pids,
      cgroup: () => this.#cgroupSeenBy(record),
    });
  }

  /** A container has a control group namespace of its own, unless it is privileged. */
  #cgroupSeenBy({ id, sandboxId, config }: ContainerRecord): Cgroup {
    const root = this.#host.processes.cgroups;
    const ofPod = config.privileged ? undefined : this.#living.sandboxes.get(sandboxId)?.cgroup;
    const isAlone = this.#records.sandboxes.get(sandboxId)?.config.engine !== undefined;
    return (isAlone ? ofPod : ofPod?.children.get(scopeOf(id))) ?? root;
  }
}

function pidsOf(host: Host, config: SandboxConfig): PidNamespace | undefined {
  if (config.hostPid) return host.processes.root;
  return config.sharePids ? new PidNamespace(host.processes.root) : undefined;
}

/** What a program says when it starts anew in a restored world, it has said before. */
function mute(host: Host, io: ContainerIo): void {
  io.muted = true;
  host.clock.after(1, () => {
    io.muted = false;
  });
}

const forever: Main = function* (context: Context) {
  let stopped = false;
  context.process.handlers.set('TERM', () => {
    stopped = true;
  });
  while (!stopped) yield {};
  return 0;
};

function cgroupAt(host: Host, path: string) {
  let group = host.processes.cgroups;
  for (const name of path.split('/').filter((part) => part !== '')) group = group.child(name);
  return group;
}
