import type { Context, Duplex, Host, Main, NetworkNamespace } from '../../../host/index.ts';
import { PidNamespace, type Process, type Timer, WaitQueue } from '../../../sim/index.ts';
import {
  type ContainerConfig,
  type ContainerRuntime,
  type ContainerStats,
  type ContainerStatus,
  type ExecOptions,
  type ExecSession,
  type ImageStatus,
  type Pull,
  RuntimeError,
  type RuntimeStatus,
  type SandboxConfig,
  type SandboxStatus,
} from '../../client/cri.ts';
import { ANYTHING, IMAGES, type Image, PullError, parseReference, Registry } from '../../images/index.ts';
import { addPodNetwork, cniNetwork, podNamespace, releaseAddress } from './cni.ts';
import { ContainerIo, finishWith, wireExec } from './io.ts';
import { LogFile } from './log-file.ts';
import { type ContainerRecord, Records, type SandboxRecord } from './records.ts';
import { containerMounts, filesIn } from './rootfs.ts';
import { execTask, type LiveContainer, type LiveSandbox, startPause, startShim, startTask } from './tasks.ts';

export const CONTAINERD_VERSION = 'v1.7.27';

/** Virtual time that pulls take: to begin with, and for each MB. */
const PULL_BASE_MS = 500;
const PULL_MS_PER_MB = 12;

/** What the shims of a host hold: it lives as long as their processes and survives containerd. */
interface Shims {
  readonly sandboxes: Map<string, LiveSandbox>;
  readonly containers: Map<string, LiveContainer>;
}

const shims = new WeakMap<Host, Shims>();

function shimsOf(host: Host): Shims {
  let found = shims.get(host);
  if (!found) {
    found = { sandboxes: new Map(), containers: new Map() };
    shims.set(host, found);
  }
  return found;
}

/** All registries, the same for every world. */
const REGISTRY = new Registry(IMAGES);
const SHELL_IMAGES = ['busybox', 'alpine', 'debian', 'ubuntu'];
const EVERYTHING = new Registry(
  IMAGES.filter(
    ({ repository }) => SHELL_IMAGES.includes(repository) || /^registry\.k8s\.io|flannel/.test(repository),
  ),
  ANYTHING,
);

export interface ContainerdOptions {
  host: Host;
  /** Nothing takes time, every image is there, unknown programs run for ever. */
  hollow: boolean;
}

/** containerd: containers as processes in namespaces of their own, images, and what is kept of both on the disk. */
export class Containerd implements ContainerRuntime {
  readonly changed = new WaitQueue();
  readonly #host: Host;
  readonly #hollow: boolean;
  readonly #registry: Registry;
  readonly #records: Records;
  readonly #shims: Shims;
  readonly #byPod = new Map<string, Set<string>>();
  readonly #sandboxIds = new Map<string, Set<string>>();
  readonly #killers = new Map<string, Timer>();
  readonly #stopping = new Set<string>();
  readonly #pulls = new Map<string, Pull>();
  #changedPods = new Set<string>();
  #podCidr: string | undefined;
  #closed = false;

  constructor(options: ContainerdOptions) {
    this.#host = options.host;
    this.#hollow = options.hollow;
    this.#registry = options.hollow ? EVERYTHING : REGISTRY;
    this.#records = new Records(options.host.init.fs);
    this.#shims = shimsOf(options.host);
    this.#restore();
  }

  /** The program ends; containers go on. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#killers.values()) this.#host.clock.cancel(timer);
  }

  takeChangedPods(): string[] {
    const uids = [...this.#changedPods];
    this.#changedPods = new Set();
    return uids;
  }

  version() {
    return { name: 'containerd', version: CONTAINERD_VERSION, apiVersion: 'v1' };
  }

  status(): RuntimeStatus {
    const ready = cniNetwork(this.#host) !== undefined || (this.#hollow && this.#podCidr !== undefined);
    return {
      networkReady: ready,
      networkMessage: ready ? '' : 'Network plugin returns error: cni plugin not initialized',
    };
  }

  updateRuntimeConfig(podCidr: string): void {
    this.#podCidr = podCidr;
  }

  runPodSandbox(config: SandboxConfig): string {
    const id = this.#host.random.hex(64);
    const pids = config.hostPid
      ? this.#host.processes.root
      : config.sharePids
        ? new PidNamespace(this.#host.processes.root)
        : undefined;
    const network = config.hostNetwork
      ? { namespace: this.#host.network, ip: '' }
      : addPodNetwork(this.#host, id, this.#hollow ? this.#podCidr : undefined);
    const record: SandboxRecord = {
      id,
      config,
      state: 'ready',
      createdAt: this.#host.clock.now,
      ip: network.ip,
      boot: this.#host.bootedAt,
    };
    this.#startSandbox(record, network.namespace, pids);
    this.#records.saveSandbox(record);
    const directory = this.#records.directory(id);
    this.#host.init.fs.write(`${directory}/resolv.conf`, config.resolvConf);
    this.#host.init.fs.write(`${directory}/hostname`, `${config.hostname}\n`);
    this.#ofPod(config.metadata.uid);
    this.#sandboxOfPod(config.metadata.uid, id);
    this.#tell(id);
    return id;
  }

  stopPodSandbox(id: string): void {
    const record = this.#records.sandboxes.get(id);
    if (!record || record.state === 'notready') return;
    for (const container of this.containersOf(record.config.metadata.uid)) {
      if (container.sandboxId === id && container.state === 'running') this.#kill(container.id);
    }
    const live = this.#shims.sandboxes.get(id);
    if (live) {
      for (const child of [...live.shim.children]) child.signal('KILL');
      live.shim.signal('KILL');
      if (live.network !== this.#host.network) live.network.close();
      live.cgroup.remove();
      this.#shims.sandboxes.delete(id);
    }
    if (record.ip !== '') releaseAddress(this.#host, record.ip);
    this.#records.saveSandbox(Object.assign(record, { state: 'notready', ip: '' }));
    this.#tell(id);
  }

  removePodSandbox(id: string): void {
    this.stopPodSandbox(id);
    for (const container of this.containers())
      if (container.sandboxId === id) this.removeContainer(container.id);
    const uid = this.#records.sandboxes.get(id)?.config.metadata.uid;
    this.#records.removeSandbox(id);
    if (uid) this.#sandboxIds.get(uid)?.delete(id);
    if (uid && this.#sandboxIds.get(uid)?.size === 0) this.#sandboxIds.delete(uid);
    if (uid && this.#byPod.get(uid)?.size === 0) this.#byPod.delete(uid);
    this.changed.notify();
  }

  sandboxes(): SandboxStatus[] {
    return [...this.#records.sandboxes.values()].sort((a, b) => a.createdAt - b.createdAt);
  }

  sandboxesOf(podUid: string): SandboxStatus[] {
    const found: SandboxStatus[] = [];
    for (const id of this.#sandboxIds.get(podUid) ?? []) {
      const record = this.#records.sandboxes.get(id);
      if (record) found.push(record);
    }
    return found;
  }

  sandbox(id: string): SandboxStatus | undefined {
    return this.#records.sandboxes.get(id);
  }

  createContainer(sandboxId: string, config: ContainerConfig): string {
    const sandbox = this.#records.sandboxes.get(sandboxId);
    if (sandbox?.state !== 'ready') {
      throw new RuntimeError('NotFound', `failed to find sandbox id "${sandboxId}": not found`);
    }
    const image = this.#localImage(config.image);
    if (!image) throw new RuntimeError('NotFound', `failed to resolve image "${config.image}": not found`);
    const id = this.#host.random.hex(64);
    const imageConfig = image.config;
    if (
      config.command.length === 0 &&
      !imageConfig.entrypoint &&
      config.args.length === 0 &&
      !imageConfig.cmd
    ) {
      throw new RuntimeError(
        'Unknown',
        `failed to generate container "${id}" spec: failed to generate spec: no command specified`,
      );
    }
    this.#records.saveContainer({
      id,
      sandboxId,
      config,
      image: image.reference,
      createdAt: this.#host.clock.now,
      state: 'created',
      boot: this.#host.bootedAt,
    });
    this.#ofPod(sandbox.config.metadata.uid).add(id);
    return id;
  }

  startContainer(id: string): void {
    const record = this.#record(id);
    record.startedAt = this.#host.clock.now;
    try {
      this.#run(record, false);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const ended = {
        state: 'exited',
        finishedAt: this.#host.clock.now,
        exitCode: 128,
        reason: 'StartError',
        message: error.message,
      } as const;
      this.#records.saveContainer(Object.assign(record, ended));
      throw error;
    }
    record.state = 'running';
    this.#records.saveContainer(record);
    this.#tell(record.sandboxId);
  }

  stopContainer(id: string, graceMs: number): void {
    const record = this.#records.containers.get(id);
    const live = this.#shims.containers.get(id);
    if (!record || !live || record.state !== 'running') return;
    this.#stopping.add(id);
    if (this.#hollow || graceMs <= 0) {
      this.#kill(id);
      return;
    }
    live.process.signal(this.#localImage(record.image)?.config.stopSignal ?? 'TERM');
    const earlier = this.#killers.get(id);
    const at = this.#host.clock.now + graceMs;
    if (earlier && earlier.at <= at) return;
    this.#host.clock.cancel(earlier);
    this.#killers.set(
      id,
      this.#host.clock.at(at, () => this.#kill(id)),
    );
  }

  removeContainer(id: string): void {
    this.#kill(id);
    const record = this.#records.containers.get(id);
    if (!record) return;
    const uid = this.#records.sandboxes.get(record.sandboxId)?.config.metadata.uid;
    if (uid) this.#byPod.get(uid)?.delete(id);
    this.#records.removeContainer(id);
    this.changed.notify();
  }

  containers(): ContainerStatus[] {
    return [...this.#records.containers.values()]
      .map((record) => this.#status(record))
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  containersOf(podUid: string): ContainerStatus[] {
    const found: ContainerStatus[] = [];
    for (const id of this.#byPod.get(podUid) ?? []) {
      const record = this.#records.containers.get(id);
      if (record) found.push(this.#status(record));
    }
    return found.sort((a, b) => a.createdAt - b.createdAt);
  }

  container(id: string): ContainerStatus | undefined {
    const record = this.#records.containers.get(id);
    return record && this.#status(record);
  }

  updateContainerResources(
    id: string,
    limits: { cpu: number | undefined; memory: number | undefined },
  ): void {
    const live = this.#shims.containers.get(id);
    if (!live) throw new RuntimeError('NotFound', `failed to find container "${id}": not found`);
    live.cgroup.cpuLimit = limits.cpu;
    live.cgroup.memoryLimit = limits.memory;
  }

  exec(id: string, options: ExecOptions): ExecSession {
    const live = this.#running(id);
    const wiring = wireExec(this.#host, options);
    const process = execTask(this.#host, live, options.command, wiring);
    const session = {
      stream: wiring.stream,
      exitCode: undefined as number | undefined,
      ended: process.ended,
    };
    finishWith(wiring, process, (code) => {
      session.exitCode = code;
    });
    return session;
  }

  attach(id: string): Duplex {
    return this.#running(id).io.attach();
  }

  readFile(id: string, path: string): string | undefined {
    const record = this.#records.containers.get(id);
    const image = record && this.#localImage(record.image);
    if (!record || !image) return undefined;
    const live = this.#shims.containers.get(id);
    const mounts = live?.mounts ?? this.#mounts(record, image, new PidNamespace(this.#host.processes.root));
    const files = filesIn(mounts, { uid: 0, gid: 0, groups: [0] });
    return files.isFile(path) ? files.read(path) : undefined;
  }

  stats(id: string): ContainerStats | undefined {
    const live = this.#shims.containers.get(id);
    return live && { cpuMs: live.cgroup.cpuMs, memoryBytes: live.cgroup.totalMemory() };
  }

  pullImage(name: string): Pull {
    const key = parseReference(name)?.full ?? name;
    const running = this.#pulls.get(key);
    if (running) return running;
    const pull = { done: false, error: undefined as string | undefined, finished: new WaitQueue() };
    const { image, error } = this.#resolve(name);
    const present = image !== undefined && this.#records.images.has(image.reference);
    const takes = this.#hollow ? 0 : pullTime(present ? undefined : image, this.#host.random.next());
    const finish = () => {
      if (this.#closed) return;
      this.#pulls.delete(key);
      pull.done = true;
      pull.error = error;
      if (image) this.#keep(image);
      pull.finished.notify();
    };
    if (takes === 0) finish();
    else {
      this.#pulls.set(key, pull);
      this.#host.clock.after(takes, finish);
    }
    return pull;
  }

  image(name: string): ImageStatus | undefined {
    const image = this.#localImage(name);
    return image && imageStatus(image);
  }

  images(): ImageStatus[] {
    return [...this.#records.images].sort().map((name) => imageStatus(this.#registry.resolve(name)));
  }

  removeImage(name: string): void {
    const image = this.#localImage(name);
    if (!image || !this.#records.images.delete(image.reference)) {
      throw new RuntimeError('NotFound', `failed to resolve image "${name}": not found`);
    }
    this.#records.saveImages();
  }

  /** The runtime's processes as they are: `undefined` where a container does not run. */
  processOf(id: string): Process | undefined {
    return this.#shims.containers.get(id)?.process;
  }

  /** Models containerd's recovery: what ran before is found again, or has died with the machine. */
  #restore(): void {
    for (const record of this.#records.sandboxes.values()) {
      this.#sandboxOfPod(record.config.metadata.uid, record.id);
      if (record.state === 'ready') this.#restoreSandbox(record);
    }
    for (const record of this.#records.containers.values()) {
      const sandbox = this.#records.sandboxes.get(record.sandboxId);
      if (sandbox) this.#ofPod(sandbox.config.metadata.uid).add(record.id);
      if (record.state === 'running') this.#restoreContainer(record, sandbox);
    }
  }

  #restoreSandbox(record: SandboxRecord): void {
    if (this.#shims.sandboxes.get(record.id)?.shim.alive) return;
    if (record.boot !== this.#host.bootedAt) {
      if (record.ip !== '') releaseAddress(this.#host, record.ip);
      this.#records.saveSandbox(Object.assign(record, { state: 'notready', ip: '' }));
      return;
    }
    const { config } = record;
    const pids = config.hostPid
      ? this.#host.processes.root
      : config.sharePids
        ? new PidNamespace(this.#host.processes.root)
        : undefined;
    const network = config.hostNetwork ? this.#host.network : podNamespace(this.#host, record.id, record.ip);
    this.#startSandbox(record, network, pids);
  }

  #restoreContainer(record: ContainerRecord, sandbox: SandboxRecord | undefined): void {
    const live = this.#shims.containers.get(record.id);
    if (live?.process.alive) {
      this.#watch(record, live);
      return;
    }
    if (record.boot !== this.#host.bootedAt || sandbox?.state !== 'ready') {
      const ended = {
        state: 'exited',
        finishedAt: this.#host.clock.now,
        exitCode: 255,
        reason: 'Unknown',
      } as const;
      this.#records.saveContainer(Object.assign(record, ended));
      return;
    }
    this.#run(record, true);
  }

  #startSandbox(record: SandboxRecord, network: NetworkNamespace, pids: PidNamespace | undefined): void {
    const { config } = record;
    const cgroup = cgroupAt(this.#host, config.cgroupParent);
    const sandbox = { network, shim: startShim(this.#host, record.id), pids, cgroup };
    this.#shims.sandboxes.set(record.id, sandbox);
    startPause(this.#host, sandbox, config.hostname);
  }

  /** Starts a container's process; `again` when it ran before the world was restored. */
  #run(record: ContainerRecord, again: boolean): void {
    const host = this.#host;
    const sandboxRecord = this.#records.sandboxes.get(record.sandboxId) as SandboxRecord;
    const sandbox = this.#shims.sandboxes.get(record.sandboxId);
    const image = this.#localImage(record.image) ?? this.#registry.resolve(record.image);
    if (!sandbox) throw new RuntimeError('NotFound', `sandbox "${record.sandboxId}" is not running`);
    const pids = sandbox.pids ?? new PidNamespace(host.processes.root);
    const { config } = record;
    const log = new LogFile(host.init.fs, host.disk, () => host.clock.now, this.#logPath(record));
    if (!again) log.create();
    const io = new ContainerIo(host, log, config);
    const live = startTask(host, {
      id: record.id,
      config,
      imageConfig: image.config,
      sandbox,
      hostname: sandboxRecord.config.hostname,
      mounts: this.#mounts(record, image, pids),
      pids,
      io,
      fallback: this.#hollow ? forever : undefined,
    });
    if (again) {
      io.muted = true;
      host.clock.after(1, () => {
        io.muted = false;
      });
    }
    this.#shims.containers.set(record.id, live);
    this.#watch(record, live);
  }

  #mounts(record: ContainerRecord, image: Image, pids: PidNamespace) {
    const { config } = record;
    const directory = this.#records.directory(record.sandboxId);
    const has = (path: string) => config.mounts.some((mount) => mount.containerPath === path);
    const own = ['hostname', 'resolv.conf'].map((name) => ({
      hostPath: `${directory}/${name}`,
      containerPath: `/etc/${name}`,
      readOnly: config.readOnlyRootFilesystem,
    }));
    return containerMounts(this.#host, {
      containerId: record.id,
      image,
      mounts: [...own.filter((mount) => !has(mount.containerPath)), ...config.mounts],
      readOnly: config.readOnlyRootFilesystem,
      pids,
    });
  }

  #watch(record: ContainerRecord, live: LiveContainer): void {
    live.process.ended.subscribe(() => {
      if (!this.#closed) this.#ended(record, live);
    });
  }

  #ended(record: ContainerRecord, live: LiveContainer): void {
    if (!this.#records.containers.has(record.id)) return;
    this.#host.clock.cancel(this.#killers.get(record.id));
    this.#killers.delete(record.id);
    const hollowStop = this.#hollow && this.#stopping.has(record.id);
    this.#stopping.delete(record.id);
    const exitCode = hollowStop ? 0 : (live.process.status?.code ?? 255);
    const oom = live.cgroup.oomKills > live.oomKillsBefore;
    const reason = oom ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
    live.io.ended(exitCode);
    live.cgroup.remove();
    this.#shims.containers.delete(record.id);
    const ended = { state: 'exited', finishedAt: this.#host.clock.now, exitCode, reason } as const;
    this.#records.saveContainer(Object.assign(record, ended));
    this.#tell(record.sandboxId);
  }

  #tell(sandboxId: string): void {
    const uid = this.#records.sandboxes.get(sandboxId)?.config.metadata.uid;
    if (uid) this.#changedPods.add(uid);
    this.changed.notify();
  }

  #kill(id: string): void {
    this.#shims.containers.get(id)?.process.signal('KILL');
  }

  #record(id: string): ContainerRecord {
    const record = this.#records.containers.get(id);
    if (!record)
      throw new RuntimeError('NotFound', `an error occurred when try to find container "${id}": not found`);
    return record;
  }

  #running(id: string): LiveContainer {
    const live = this.#shims.containers.get(id);
    const record = this.#record(id);
    if (live?.process.alive) return live;
    const state = record.state === 'exited' ? 'CONTAINER_EXITED' : 'CONTAINER_CREATED';
    throw new RuntimeError('Unknown', `container is in ${state} state`);
  }

  #sandboxOfPod(uid: string, id: string): void {
    const ids = this.#sandboxIds.get(uid) ?? new Set();
    this.#sandboxIds.set(uid, ids.add(id));
  }

  #ofPod(uid: string): Set<string> {
    let ids = this.#byPod.get(uid);
    if (!ids) {
      ids = new Set();
      this.#byPod.set(uid, ids);
    }
    return ids;
  }

  #logPath(record: ContainerRecord): string {
    const sandbox = this.#records.sandboxes.get(record.sandboxId);
    return `${sandbox?.config.logDirectory}/${record.config.logPath}`;
  }

  #status(record: ContainerRecord): ContainerStatus {
    const image = this.#registry.resolve(record.image);
    return {
      id: record.id,
      sandboxId: record.sandboxId,
      config: record.config,
      state: record.state,
      createdAt: record.createdAt,
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
      exitCode: record.exitCode,
      reason: record.reason ?? '',
      message: record.message ?? '',
      image: image.reference,
      imageRef: `${image.repository}@${image.digest}`,
      imageId: image.id,
      logPath: this.#logPath(record),
      pid: this.#shims.containers.get(record.id)?.process.pid,
    };
  }

  #resolve(name: string): { image: Image | undefined; error: string | undefined } {
    try {
      return { image: this.#registry.resolve(name), error: undefined };
    } catch (error) {
      if (error instanceof PullError) return { image: undefined, error: error.shown };
      throw error;
    }
  }

  /** The image of that name, if it is on the node. `sha256:…` names one by its id. */
  #localImage(name: string): Image | undefined {
    if (/^(sha256:)?[0-9a-f]{12,64}$/.test(name)) {
      const id = name.replace(/^sha256:/, '');
      const found = [...this.#records.images].map((image) => this.#registry.resolve(image));
      return found.find((image) => image.id.startsWith(`sha256:${id}`));
    }
    const { image } = this.#resolve(name);
    return image && this.#records.images.has(image.reference) ? image : undefined;
  }

  #keep(image: Image): void {
    if (this.#records.images.has(image.reference)) return;
    this.#records.images.add(image.reference);
    this.#records.saveImages();
  }
}

const forever: Main = function* (context: Context) {
  let stopped = false;
  context.process.handlers.set('TERM', () => {
    stopped = true;
  });
  while (!stopped) yield {};
  return 0;
};

function pullTime(image: Image | undefined, chance: number): number {
  const size = image ? image.sizeBytes / 1e6 : 0;
  return Math.round(PULL_BASE_MS + Math.min(1500, size * PULL_MS_PER_MB) + chance * 200);
}

function imageStatus(image: Image): ImageStatus {
  const user = (image.config.user ?? '').split(':')[0] as string;
  return {
    id: image.id,
    repoTags: [image.reference],
    repoDigests: [`${image.repository}@${image.digest}`],
    size: image.sizeBytes,
    uid: /^\d+$/.test(user) ? Number(user) : user === '' ? 0 : undefined,
    username: user,
  };
}

function cgroupAt(host: Host, path: string) {
  let group = host.processes.cgroups;
  for (const name of path.split('/').filter((part) => part !== '')) group = group.child(name);
  return group;
}
