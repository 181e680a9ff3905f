import type { Files } from '../../../host/index.ts';
import type { ContainerConfig, ContainerState, SandboxConfig } from '../../client/cri.ts';

const ROOT = '/var/lib/containerd/io.containerd.grpc.v1.cri';
const IMAGES = '/var/lib/containerd/io.containerd.metadata.v1.bolt/images.json';

/** What is kept of a sandbox on the disk. */
export interface SandboxRecord {
  readonly id: string;
  readonly config: SandboxConfig;
  state: 'ready' | 'notready';
  createdAt: number;
  ip: string;
  /** Boot of the host that it runs in. */
  boot: number;
}

/** What is kept of a container on the disk. */
export interface ContainerRecord {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  /** Full name of the image it was made from. */
  readonly image: string;
  readonly createdAt: number;
  state: ContainerState;
  startedAt?: number;
  finishedAt?: number;
  exitCode?: number;
  reason?: string;
  message?: string;
  boot: number;
}

/** Containers, sandboxes and images of a node, as containerd keeps them on the disk. */
export class Records {
  readonly #fs: Files;
  readonly sandboxes = new Map<string, SandboxRecord>();
  readonly containers = new Map<string, ContainerRecord>();
  /** Full names of the images on the node. */
  readonly images = new Set<string>();
  /** Ids of sandboxes by the uid of their pod, and of containers by the id of their sandbox. */
  readonly #ofPod = new Map<string, Set<string>>();
  readonly #inSandbox = new Map<string, Set<string>>();

  constructor(fs: Files) {
    this.#fs = fs;
    this.#read('sandboxes', this.sandboxes);
    this.#read('containers', this.containers);
    for (const { id, config } of this.sandboxes.values()) put(this.#ofPod, config.metadata.uid, id);
    for (const { id, sandboxId } of this.containers.values()) put(this.#inSandbox, sandboxId, id);
    if (fs.isFile(IMAGES)) for (const name of JSON.parse(fs.read(IMAGES)) as string[]) this.images.add(name);
  }

  /** The sandboxes of a pod, in the order they were made. */
  sandboxesOf(podUid: string): SandboxRecord[] {
    return pick(this.sandboxes, this.#ofPod.get(podUid));
  }

  containersIn(sandboxId: string): ContainerRecord[] {
    return pick(this.containers, this.#inSandbox.get(sandboxId));
  }

  containersOf(podUid: string): ContainerRecord[] {
    return this.sandboxesOf(podUid).flatMap(({ id }) => this.containersIn(id));
  }

  logPath({ sandboxId, config }: ContainerRecord): string {
    return `${this.sandboxes.get(sandboxId)?.config.logDirectory}/${config.logPath}`;
  }

  saveSandbox(record: SandboxRecord): void {
    const { config, ...status } = record;
    this.#save('sandboxes', record.id, this.sandboxes.has(record.id) ? undefined : config, status);
    this.sandboxes.set(record.id, record);
    put(this.#ofPod, config.metadata.uid, record.id);
  }

  saveContainer(record: ContainerRecord): void {
    const { config, ...status } = record;
    this.#save('containers', record.id, this.containers.has(record.id) ? undefined : config, status);
    this.containers.set(record.id, record);
    put(this.#inSandbox, record.sandboxId, record.id);
  }

  removeSandbox(id: string): void {
    const uid = this.sandboxes.get(id)?.config.metadata.uid;
    if (uid !== undefined) drop(this.#ofPod, uid, id);
    this.#inSandbox.delete(id);
    this.sandboxes.delete(id);
    this.#fs.removeAll(`${ROOT}/sandboxes/${id}`);
  }

  removeContainer(id: string): void {
    const sandboxId = this.containers.get(id)?.sandboxId;
    if (sandboxId !== undefined) drop(this.#inSandbox, sandboxId, id);
    this.containers.delete(id);
    this.#fs.removeAll(`${ROOT}/containers/${id}`);
    this.#fs.removeAll(upperPath(id));
  }

  saveImages(): void {
    this.#fs.mkdirAll(IMAGES.slice(0, IMAGES.lastIndexOf('/')));
    this.#fs.write(IMAGES, JSON.stringify([...this.images].sort()), 0o600);
  }

  /** The directory of a sandbox, for the files that its containers share. */
  directory(sandboxId: string): string {
    return `${ROOT}/sandboxes/${sandboxId}`;
  }

  #save(kind: string, id: string, config: unknown, status: unknown): void {
    const directory = `${ROOT}/${kind}/${id}`;
    if (config !== undefined) {
      this.#fs.mkdirAll(directory, 0o711);
      this.#fs.write(`${directory}/config.json`, JSON.stringify(config), 0o600);
    }
    this.#fs.write(`${directory}/status`, JSON.stringify(status), 0o600);
  }

  #read<T>(kind: string, into: Map<string, T>): void {
    const directory = `${ROOT}/${kind}`;
    if (!this.#fs.isDirectory(directory)) return;
    for (const id of this.#fs.list(directory)) {
      if (!this.#fs.isFile(`${directory}/${id}/status`)) continue;
      const config: unknown = JSON.parse(this.#fs.read(`${directory}/${id}/config.json`));
      into.set(id, { ...JSON.parse(this.#fs.read(`${directory}/${id}/status`)), config } as T);
    }
  }
}

function put(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key) ?? new Set();
  index.set(key, ids.add(id));
}

function drop(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(key);
}

function pick<T>(records: ReadonlyMap<string, T>, ids: ReadonlySet<string> | undefined): T[] {
  return [...(ids ?? [])].flatMap((id) => records.get(id) ?? []);
}

/** Where what a container writes goes, on the host's disk. */
export function upperPath(containerId: string): string {
  return `/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/${containerId}/fs`;
}
