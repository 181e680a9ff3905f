import { type Duplex, type Files, type Host, ROOT } from '../../../host/index.ts';
import { type Timer, WaitQueue } from '../../../sim/index.ts';
import {
  type ContainerConfig,
  type ContainerStats,
  type ContainerStatus,
  type EngineImageConfig,
  type EngineRuntime,
  type ExecOptions,
  type ExecSession,
  type ImageStatus,
  type LogLimit,
  type Pull,
  type RegistryAuth,
  type Resources,
  RuntimeError,
  type RuntimeStatus,
  type SandboxConfig,
  type SandboxStatus,
} from '../../client/cri.ts';
import { type CniNetwork, cniNetwork, releaseAddress } from './cni.ts';
import { Images } from './images.ts';
import { joinNetwork, networkAgain } from './networks.ts';
import { checkProfiles } from './profiles.ts';
import { type ContainerRecord, type Namespace, Records, type SandboxRecord, upperPath } from './records.ts';
import { filesIn } from './rootfs.ts';
import { openSession } from './session.ts';
import { CONTAINERD_VERSION, type ContainerdSettings, checkSandbox } from './settings.ts';
import { Shims } from './shims.ts';
import { endReason, stateName, statsOf, statusOf } from './status.ts';
import { checkCommand, type LiveContainer, limit } from './tasks.ts';

export interface ContainerdOptions {
  host: Host;
  /** Whose containers: kubelet's and crictl's by default. */
  namespace?: Namespace;
  /** Nothing takes time, every image is there, unknown programs run for ever. */
  hollow: boolean;
  settings?: ContainerdSettings;
}

/** containerd: containers as processes in namespaces of their own, images, and what is kept of both on the disk. */
export class Containerd implements EngineRuntime {
  readonly changed = new WaitQueue();
  readonly #host: Host;
  readonly #hollow: boolean;
  readonly #settings: ContainerdSettings | undefined;
  readonly #images: Images;
  readonly registries: Images;
  readonly #records: Records;
  readonly #shims: Shims;
  readonly #killers = new Map<string, Timer>();
  readonly #stopping = new Set<string>();
  #changedPods = new Set<string>();
  #podCidr: string | undefined;
  #closed = false;

  constructor(options: ContainerdOptions) {
    const { host, hollow } = options;
    this.#host = host;
    this.#hollow = hollow;
    this.#settings = options.settings;
    this.#records = new Records(host.init.fs, options.namespace);
    this.#images = new Images(host, this.#records, hollow, options.settings?.sandboxImage);
    this.registries = this.#images;
    this.#shims = new Shims(
      { host, records: this.#records, images: this.#images, hollow },
      options.settings?.logLineBytes,
    );
    this.#restore();
  }

  /** The program ends; containers go on. */
  close(): void {
    this.#closed = true;
    this.#images.close();
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
    const ready = this.#network !== undefined || (this.#hollow && this.#podCidr !== undefined);
    return {
      networkReady: ready,
      networkMessage: ready ? '' : 'Network plugin returns error: cni plugin not initialized',
      ...(this.#settings ? { settings: this.#settings } : {}),
    };
  }

  /** The network that is configured for pods. */
  get #network(): CniNetwork | undefined {
    return cniNetwork(this.#host, this.#settings?.cni);
  }

  updateRuntimeConfig(podCidr: string): void {
    this.#podCidr = podCidr;
  }

  runPodSandbox(config: SandboxConfig): string {
    const id = config.engine?.id ?? this.#host.random.hex(64);
    if (this.#settings && !config.engine && !this.#hollow) {
      this.#images.needSandboxImage(this.#settings.sandboxImage);
      checkSandbox(this.#settings, id, config);
    }
    const network = joinNetwork(this.#host, id, config, {
      cidr: this.#hollow ? this.#podCidr : undefined,
      network: this.#network,
    });
    const { clock, bootedAt: boot } = this.#host;
    const { namespace, ip } = network;
    const record: SandboxRecord = { id, config, state: 'ready', createdAt: clock.now, ip, boot };
    this.#shims.startSandbox(record, namespace);
    this.#records.saveSandbox(record);
    this.#records.makeShared(record);
    this.#tell(id);
    return id;
  }

  stopPodSandbox(id: string): void {
    const record = this.#records.sandboxes.get(id);
    if (!record || record.state === 'notready') return;
    for (const container of this.#records.containersIn(id))
      if (container.state === 'running') this.#kill(container.id);
    this.#shims.stopSandbox(id);
    if (record.ip !== '') releaseAddress(this.#host, record.ip);
    this.#records.saveSandbox(Object.assign(record, { state: 'notready', ip: '' }));
    this.#tell(id);
  }

  removePodSandbox(id: string): void {
    this.stopPodSandbox(id);
    for (const container of this.#records.containersIn(id)) this.removeContainer(container.id);
    this.#records.removeSandbox(id);
    this.changed.notify();
  }

  sandboxes(): SandboxStatus[] {
    return [...this.#records.sandboxes.values()].sort((a, b) => a.createdAt - b.createdAt);
  }

  sandboxesOf(podUid: string): SandboxStatus[] {
    return this.#records.sandboxesOf(podUid);
  }

  sandbox(id: string): SandboxStatus | undefined {
    return this.#records.sandboxes.get(id);
  }

  createContainer(sandboxId: string, config: ContainerConfig): string {
    const sandbox = this.#records.sandboxes.get(sandboxId);
    if (sandbox?.state !== 'ready') {
      throw new RuntimeError('NotFound', `failed to find sandbox id "${sandboxId}": not found`);
    }
    const image = this.#images.local(config.image);
    if (!image) throw new RuntimeError('NotFound', `failed to resolve image "${config.image}": not found`);
    const id = sandbox.config.engine?.id ?? this.#host.random.hex(64);
    checkCommand(id, config, image.config);
    checkProfiles(this.#host, config);
    this.#records.saveContainer({
      id,
      sandboxId,
      config,
      image: image.reference,
      createdAt: this.#host.clock.now,
      state: 'created',
      boot: this.#host.bootedAt,
    });
    return id;
  }

  startContainer(id: string): void {
    const record = this.#record(id);
    record.startedAt = this.#host.clock.now;
    try {
      this.#watch(record, this.#shims.startContainer(record, false));
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.#saveEnd(record, 128, 'StartError', error.message);
      throw error;
    }
    record.state = 'running';
    this.#records.saveContainer(record);
    this.#tell(record.sandboxId);
  }

  stopContainer(id: string, graceMs: number): void {
    const record = this.#records.containers.get(id);
    const live = this.#shims.container(id);
    if (!record || !live || record.state !== 'running') return;
    this.#stopping.add(id);
    if (this.#hollow || graceMs <= 0) {
      this.#kill(id);
      return;
    }
    live.process.signal(this.#images.local(record.image)?.config.stopSignal ?? 'TERM');
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
    if (!this.#records.containers.has(id)) return;
    this.#records.removeContainer(id);
    this.changed.notify();
  }

  containers(): ContainerStatus[] {
    return this.#statuses([...this.#records.containers.values()]);
  }

  containersOf(podUid: string): ContainerStatus[] {
    return this.#statuses(this.#records.containersOf(podUid));
  }

  container(id: string): ContainerStatus | undefined {
    const record = this.#records.containers.get(id);
    return record && this.#status(record);
  }

  updateContainerResources(id: string, resources: Resources): void {
    const live = this.#shims.container(id);
    if (!live) throw new RuntimeError('NotFound', `failed to find container "${id}": not found`);
    limit(live.cgroup, resources);
  }

  updatePodSandboxResources(id: string, resources: Resources): void {
    const live = this.#shims.sandbox(id);
    if (live) limit(live.cgroup, resources);
  }

  exec(id: string, options: ExecOptions): ExecSession {
    return openSession(this.#host, this.#running(id), options);
  }

  attach(id: string): Duplex {
    return this.#running(id).io.attach();
  }

  readFile(id: string, path: string): string | undefined {
    const files = this.filesOf(id);
    return files?.isFile(path) ? files.read(path) : undefined;
  }

  stats(id: string): ContainerStats | undefined {
    const live = this.#shims.container(id);
    return live && statsOf(live);
  }

  writableLayer(id: string): string {
    return upperPath(id);
  }

  get logs(): LogLimit {
    return this.#shims.logs;
  }

  reopenContainerLog(id: string): void {
    this.#shims.container(id)?.io.reopenLog();
  }

  pullImage(name: string, auth?: RegistryAuth): Pull {
    return this.#images.pull(name, auth);
  }

  image(name: string): ImageStatus | undefined {
    return this.#images.status(name);
  }

  images(): ImageStatus[] {
    return this.#images.list();
  }

  removeImage(name: string): void {
    this.#images.remove(name);
  }

  imageConfig(name: string): EngineImageConfig | undefined {
    return this.#images.local(name)?.config;
  }

  tagImage(name: string, target: string): void {
    this.#images.tag(name, target);
  }

  commit(containerId: string, target: string, config: EngineImageConfig): string {
    const id = this.#host.random.hex(64);
    const layer = this.#records.keepLayer(containerId, id);
    return this.#images.derive(this.#record(containerId).image, { id, reference: target, config, layer });
  }

  filesOf(containerId: string): Files | undefined {
    const record = this.#records.containers.get(containerId);
    if (!record) return undefined;
    const mounts = this.#shims.container(containerId)?.mounts ?? this.#shims.mounts(record);
    return filesIn(mounts, ROOT);
  }

  /** Models containerd's recovery: what ran before is found again, or has died with the machine. */
  #restore(): void {
    const { sandboxes, containers } = this.#records;
    for (const one of sandboxes.values()) if (one.state === 'ready') this.#restoreSandbox(one);
    for (const one of containers.values()) if (one.state === 'running') this.#restoreContainer(one);
  }

  #restoreSandbox(record: SandboxRecord): void {
    if (this.#shims.sandbox(record.id)?.shim.alive) return;
    const { ip } = record;
    if (record.boot === this.#host.bootedAt) {
      this.#shims.startSandbox(record, networkAgain(this.#host, record, this.#network));
      return;
    }
    if (ip !== '') releaseAddress(this.#host, ip);
    this.#records.saveSandbox(Object.assign(record, { state: 'notready', ip: '' }));
  }

  #restoreContainer(record: ContainerRecord): void {
    const live = this.#shims.container(record.id);
    const sandbox = this.#records.sandboxes.get(record.sandboxId);
    if (live?.process.alive) this.#watch(record, live);
    else if (record.boot === this.#host.bootedAt && sandbox?.state === 'ready')
      this.#watch(record, this.#shims.startContainer(record, true));
    else this.#saveEnd(record, 255, 'Unknown');
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
    live.io.ended(exitCode);
    live.cgroup.remove();
    this.#shims.forgetContainer(record.id);
    this.#saveEnd(record, exitCode, endReason(live, exitCode));
    this.#tell(record.sandboxId);
  }

  #saveEnd(record: ContainerRecord, exitCode: number, reason: string, message?: string): void {
    const finishedAt = this.#host.clock.now;
    const ended = { state: 'exited', finishedAt, exitCode, reason } as const;
    this.#records.saveContainer(Object.assign(record, ended, message === undefined ? {} : { message }));
  }

  #tell(sandboxId: string): void {
    const uid = this.#records.sandboxes.get(sandboxId)?.config.metadata.uid;
    if (uid) this.#changedPods.add(uid);
    this.changed.notify();
  }

  #kill(id: string): void {
    this.#shims.container(id)?.process.signal('KILL');
  }

  #record(id: string): ContainerRecord {
    const record = this.#records.containers.get(id);
    if (!record)
      throw new RuntimeError('NotFound', `an error occurred when try to find container "${id}": not found`);
    return record;
  }

  #running(id: string): LiveContainer {
    const live = this.#shims.container(id);
    const record = this.#record(id);
    if (live?.process.alive) return live;
    throw new RuntimeError('Unknown', `container is in ${stateName(record)} state`);
  }

  #statuses(records: readonly ContainerRecord[]): ContainerStatus[] {
    return records.map((record) => this.#status(record)).sort((a, b) => a.createdAt - b.createdAt);
  }

  #status(record: ContainerRecord): ContainerStatus {
    const pid = this.#shims.container(record.id)?.process.pid;
    return statusOf(record, this.#images.known(record.image), this.#records.logPath(record), pid);
  }
}
