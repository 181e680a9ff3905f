import { contentOf, type Files } from '../../../host/index.ts';
import {
  type ContainerConfig,
  type ContainerState,
  type EngineImageConfig,
  IMAGES_FILE,
  type SandboxConfig,
} from '../../client/cri.ts';

/** Where containers of a containerd namespace are kept, and its images. */
const ROOTS = {
  'k8s.io': '/var/lib/containerd/io.containerd.grpc.v1.cri',
  moby: '/var/lib/containerd/io.containerd.runtime.v2.task/moby',
} as const;
const IMAGES = {
  'k8s.io': IMAGES_FILE,
  moby: '/var/lib/docker/image/overlay2/repositories.json',
} as const;

/** Images that were pushed: the registries of the outside world have no disk of their own. */
const PUSHED = '/var/lib/docker/image/overlay2/distribution/pushed.json';

/** Containers of different clients do not see each other. */
export type Namespace = keyof typeof ROOTS;

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

/** An image that no registry has: another one's files, and a directory of changes. */
export interface MadeImage {
  readonly reference: string;
  readonly id: string;
  /** Full name of the image of a registry that all began with. */
  readonly base: string;
  /** Directories of changes on the host's disk, the oldest first. */
  readonly layers: readonly string[];
  readonly config: EngineImageConfig;
  readonly sizeBytes: number;
}

/** Containers, sandboxes and images of a node, as containerd keeps them on the disk. */
export class Records {
  readonly #fs: Files;
  readonly #root: string;
  readonly #imagesFile: string;
  readonly sandboxes = new Map<string, SandboxRecord>();
  readonly containers = new Map<string, ContainerRecord>();
  /** Full names of the images on the node. */
  readonly images = new Set<string>();
  /** Those of them that were made here, or have a name that was given here. */
  readonly made = new Map<string, MadeImage>();
  /** Those that their registries were given. */
  readonly pushed = new Map<string, MadeImage>();
  /** Ids of sandboxes by the uid of their pod, and of containers by the id of their sandbox. */
  readonly #ofPod = new Map<string, Set<string>>();
  readonly #inSandbox = new Map<string, Set<string>>();

  readonly namespace: Namespace;

  constructor(fs: Files, namespace: Namespace = 'k8s.io') {
    this.#fs = fs;
    this.namespace = namespace;
    this.#root = ROOTS[namespace];
    this.#imagesFile = IMAGES[namespace];
    this.#read('sandboxes', this.sandboxes);
    this.#read('containers', this.containers);
    for (const { id, config } of this.sandboxes.values()) put(this.#ofPod, config.metadata.uid, id);
    for (const { id, sandboxId } of this.containers.values()) put(this.#inSandbox, sandboxId, id);
    this.#readImages();
    if (namespace === 'moby' && fs.isFile(PUSHED))
      for (const made of JSON.parse(fs.read(PUSHED)) as MadeImage[]) this.pushed.set(made.reference, made);
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

  /** What all containers of a sandbox have mounted. */
  makeShared({ id, config }: SandboxRecord): void {
    const directory = this.directory(id);
    this.#fs.write(`${directory}/resolv.conf`, config.resolvConf);
    this.#fs.write(`${directory}/hostname`, `${config.hostname}\n`);
    this.#fs.mkdirAll(`${directory}/shm`);
    this.#fs.chmod(`${directory}/shm`, 0o1777);
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
    this.#fs.removeAll(`${this.#root}/sandboxes/${id}`);
  }

  removeContainer(id: string): void {
    const sandboxId = this.containers.get(id)?.sandboxId;
    if (sandboxId !== undefined) drop(this.#inSandbox, sandboxId, id);
    this.containers.delete(id);
    this.#fs.removeAll(`${this.#root}/containers/${id}`);
    this.#fs.removeAll(upperPath(id));
  }

  /** Copies what a container has written to where images keep their layers; undefined: it has written nothing. */
  keepLayer(containerId: string, imageId: string): { path: string; bytes: number } | undefined {
    const from = upperPath(containerId);
    if (!this.#fs.isDirectory(from)) return undefined;
    const path = `/var/lib/docker/overlay2/${imageId}/diff`;
    this.#fs.mkdirAll(path);
    return { path, bytes: copyTree(this.#fs, from, path) };
  }

  saveImages(): void {
    const file = this.#imagesFile;
    const list = [...this.images].sort().map((name) => this.made.get(name) ?? name);
    this.#fs.mkdirAll(file.slice(0, file.lastIndexOf('/')));
    this.#fs.write(file, JSON.stringify(list), 0o600);
  }

  savePushed(): void {
    this.#fs.mkdirAll(PUSHED.slice(0, PUSHED.lastIndexOf('/')));
    this.#fs.write(PUSHED, JSON.stringify([...this.pushed.values()]), 0o600);
  }

  #readImages(): void {
    if (!this.#fs.isFile(this.#imagesFile)) return;
    for (const entry of JSON.parse(this.#fs.read(this.#imagesFile)) as (string | MadeImage)[]) {
      const name = typeof entry === 'string' ? entry : entry.reference;
      this.images.add(name);
      if (typeof entry !== 'string') this.made.set(name, entry);
    }
  }

  /** The directory of a sandbox, for the files that its containers share. */
  directory(sandboxId: string): string {
    return `${this.#root}/sandboxes/${sandboxId}`;
  }

  #save(kind: string, id: string, config: unknown, status: unknown): void {
    const directory = `${this.#root}/${kind}/${id}`;
    if (config !== undefined) {
      this.#fs.mkdirAll(directory, 0o711);
      this.#fs.write(`${directory}/config.json`, JSON.stringify(config), 0o600);
    }
    this.#fs.write(`${directory}/status`, JSON.stringify(status), 0o600);
  }

  #read<T>(kind: string, into: Map<string, T>): void {
    const directory = `${this.#root}/${kind}`;
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

/** Copies a directory's content with modes and owners; returns its bytes. */
function copyTree(fs: Files, from: string, to: string): number {
  let bytes = 0;
  for (const name of fs.list(from)) {
    const node = fs.lstat(`${from}/${name}`);
    const target = `${to}/${name}`;
    if (node.type === 'directory') {
      fs.mkdirAll(target);
      bytes += copyTree(fs, `${from}/${name}`, target);
    } else if (node.type === 'symlink') fs.symlink(node.data, target);
    else if (node.type === 'file') {
      fs.write(target, contentOf(node));
      bytes += node.shownSize;
    } else {
      fs.makeNode(target, node.type, 0, node.data);
    }
    if (node.type !== 'file' && node.type !== 'directory') continue;
    fs.chmod(target, node.mode & 0o7777);
    fs.chown(target, node.uid, node.gid);
  }
  return bytes;
}
