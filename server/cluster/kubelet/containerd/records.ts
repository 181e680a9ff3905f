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

  constructor(fs: Files) {
    this.#fs = fs;
    this.#read('sandboxes', this.sandboxes);
    this.#read('containers', this.containers);
    if (fs.isFile(IMAGES)) for (const name of JSON.parse(fs.read(IMAGES)) as string[]) this.images.add(name);
  }

  saveSandbox(record: SandboxRecord): void {
    const { config, ...status } = record;
    this.#save('sandboxes', record.id, this.sandboxes.has(record.id) ? undefined : config, status);
    this.sandboxes.set(record.id, record);
  }

  saveContainer(record: ContainerRecord): void {
    const { config, ...status } = record;
    this.#save('containers', record.id, this.containers.has(record.id) ? undefined : config, status);
    this.containers.set(record.id, record);
  }

  removeSandbox(id: string): void {
    this.sandboxes.delete(id);
    this.#fs.removeAll(`${ROOT}/sandboxes/${id}`);
  }

  removeContainer(id: string): void {
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

/** Where what a container writes goes, on the host's disk. */
export function upperPath(containerId: string): string {
  return `/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/${containerId}/fs`;
}
