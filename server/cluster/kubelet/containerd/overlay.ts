import {
  type Disk,
  type FileSystem,
  type FrozenDisk,
  type Inode,
  type InodeChange,
  type NewInode,
  SystemError,
  type Usage,
} from '../../../host/index.ts';
import { WaitQueue } from '../../../sim/index.ts';

/** Inodes of the upper directory are shown with this added, so that they never meet those of the image. */
const UPPER = 2 ** 40;
/** As overlayfs does: a device of this name hides a file of the image. */
export const WHITEOUT = 'whiteout';
/** In a directory that replaces one of the image, so that they are not merged when mounted again. */
export const OPAQUE = '.wh..wh..opq';

/** Where changes go: a directory on the host's disk, made when the first change comes. */
export interface UpperDirectory {
  readonly disk: Disk;
  /** Undefined while nothing was changed. */
  find(): number | undefined;
  make(): number;
}

interface Parent {
  readonly directory: number;
  readonly name: string;
}

const parents = new WeakMap<FrozenDisk, ReadonlyMap<number, Parent>>();

/** Where each inode of an image lies. */
function parentsOf(image: FrozenDisk): ReadonlyMap<number, Parent> {
  let map = parents.get(image);
  if (!map) {
    const found = new Map<number, Parent>();
    for (const [directory, node] of image.inodes) {
      for (const [name, ino] of node.entries ?? []) if (!found.has(ino)) found.set(ino, { directory, name });
    }
    map = found;
    parents.set(image, map);
  }
  return map;
}

/**
 * A container's root: the image below, a directory of the host's disk above, as overlayfs has it. A container that
 * writes nothing costs nothing, and what it writes is as durable as the host's disk.
 */
export class OverlayFs implements FileSystem {
  readonly type = 'overlay';
  readonly root = 1;
  readonly readOnly: boolean;
  readonly #image: FrozenDisk;
  readonly #upper: UpperDirectory;
  /** Inodes of the image that were copied up, and back. */
  readonly #copies = new Map<number, number>();
  readonly #origins = new Map<number, number>();
  readonly #queues = new Map<number, WaitQueue>();
  readonly #merged = new WeakMap<Inode, Inode>();

  constructor(image: FrozenDisk, upper: UpperDirectory, readOnly = false) {
    this.#image = image;
    this.#upper = upper;
    this.readOnly = readOnly;
    const top = upper.find();
    if (top !== undefined) this.#adopt(this.root, top);
  }

  inode(id: number): Inode | undefined {
    if (id >= UPPER) return this.#ofUpper(id - UPPER, id);
    const copy = this.#copies.get(id);
    if (copy === undefined) return this.#image.inodes.get(id);
    return this.#ofUpper(copy, id);
  }

  lookup(directory: number, name: string): number | undefined {
    return this.#directory(directory).entries.get(name);
  }

  names(directory: number): string[] {
    return [...this.#directory(directory).entries.keys()];
  }

  create(directory: number, name: string, node: NewInode): number {
    this.#writable();
    if (this.#directory(directory).entries.has(name)) throw new SystemError('EEXIST');
    const above = this.#copyUp(directory);
    const hidden = this.#uncover(above, name);
    const ino = this.#disk.create(above, name, node);
    if (hidden && node.type === 'directory') {
      this.#disk.create(ino, OPAQUE, { type: 'file', mode: 0, uid: 0, gid: 0 });
    }
    this.#notify(directory);
    return ino + UPPER;
  }

  link(directory: number, name: string, id: number): void {
    this.#writable();
    const ino = this.#copyUp(id);
    const above = this.#copyUp(directory);
    this.#uncover(above, name);
    this.#disk.link(above, name, ino);
    this.#notify(directory);
  }

  unlink(directory: number, name: string): void {
    this.#writable();
    const id = this.lookup(directory, name);
    if (id === undefined) throw new SystemError('ENOENT');
    const node = this.inode(id) as Inode;
    if (node.entries && node.entries.size > 0) throw new SystemError('ENOTEMPTY');
    const above = this.#copyUp(directory);
    const ino = this.#disk.lookup(above, name);
    if (ino !== undefined) {
      if (node.entries) this.#empty(ino);
      this.#disk.unlink(above, name);
    }
    this.#cover(directory, above, name);
    this.#notify(directory);
    this.#notify(id);
  }

  rename(from: number, name: string, to: number, newName: string): void {
    this.#writable();
    const id = this.lookup(from, name);
    if (id === undefined) throw new SystemError('ENOENT');
    const node = this.inode(id) as Inode;
    // As overlayfs: directories of the image cannot be renamed, `mv` copies them.
    if (node.entries && id < UPPER) throw new SystemError('EXDEV');
    const target = this.lookup(to, newName);
    if (target === id) return;
    if (target !== undefined) {
      const old = this.inode(target) as Inode;
      if (old.entries && !node.entries) throw new SystemError('EISDIR');
      if (!old.entries && node.entries) throw new SystemError('ENOTDIR');
      this.unlink(to, newName);
    }
    this.#copyUp(id);
    const source = this.#copyUp(from);
    const destination = this.#copyUp(to);
    this.#uncover(destination, newName);
    this.#disk.rename(source, name, destination, newName);
    this.#cover(from, source, name);
    this.#notify(from);
    this.#notify(to);
  }

  set(id: number, change: InodeChange): void {
    this.#writable();
    this.#disk.set(this.#copyUp(id), change);
    this.#notify(id);
  }

  append(id: number, text: string): void {
    this.#writable();
    this.#disk.append(this.#copyUp(id), text);
    this.#notify(id);
  }

  changed(id: number): WaitQueue {
    if (id >= UPPER) return this.#disk.changed(id - UPPER);
    let queue = this.#queues.get(id);
    if (!queue) {
      queue = new WaitQueue();
      this.#queues.set(id, queue);
    }
    return queue;
  }

  usage(): Usage {
    return this.#disk.usage();
  }

  get #disk(): Disk {
    return this.#upper.disk;
  }

  #ofUpper(ino: number, id: number): Inode | undefined {
    const node = this.#disk.inode(ino);
    if (!node) return undefined;
    let shown = this.#merged.get(node);
    if (!shown || shown.ino !== id) {
      shown = node.entries
        ? { ...node, ino: id, entries: this.#mergeEntries(node, id) }
        : { ...node, ino: id };
      this.#merged.set(node, shown);
    }
    return shown;
  }

  #mergeEntries(node: Inode, id: number): Map<string, number> {
    const below = id < UPPER ? this.#image.inodes.get(id)?.entries : undefined;
    const entries = new Map<string, number>(below);
    for (const [name, ino] of node.entries ?? []) {
      if (name === OPAQUE) continue;
      if (this.#isWhiteout(ino)) entries.delete(name);
      else entries.set(name, this.#origins.get(ino) ?? ino + UPPER);
    }
    return entries;
  }

  #isWhiteout(ino: number): boolean {
    const node = this.#disk.inode(ino);
    return node?.type === 'char' && node.data === WHITEOUT;
  }

  #directory(id: number): Inode & { entries: ReadonlyMap<string, number> } {
    const node = this.inode(id);
    if (!node) throw new SystemError('ENOENT');
    if (!node.entries) throw new SystemError('ENOTDIR');
    return node as Inode & { entries: ReadonlyMap<string, number> };
  }

  /** The inode on the host's disk that holds `id`, copied from the image if need be. */
  #copyUp(id: number): number {
    if (id >= UPPER) return id - UPPER;
    const known = this.#copies.get(id);
    if (known !== undefined) return known;
    if (id === this.root) {
      const top = this.#upper.make();
      this.#remember(id, top);
      return top;
    }
    const node = this.#image.inodes.get(id);
    const place = parentsOf(this.#image).get(id);
    if (!node || !place) throw new SystemError('ENOENT');
    const above = this.#copyUp(place.directory);
    const { type, mode, uid, gid, data, mtimeMs } = node;
    const ino = this.#disk.create(above, place.name, { type, mode, uid, gid, data });
    this.#disk.set(ino, { mtimeMs });
    this.#remember(id, ino);
    return ino;
  }

  #remember(id: number, ino: number): void {
    this.#copies.set(id, ino);
    this.#origins.set(ino, id);
  }

  /** Takes a whiteout away. True when there was one. */
  #uncover(above: number, name: string): boolean {
    const ino = this.#disk.lookup(above, name);
    if (ino === undefined || !this.#isWhiteout(ino)) return false;
    this.#disk.unlink(above, name);
    return true;
  }

  /** Hides a name of the image. */
  #cover(directory: number, above: number, name: string): void {
    if (directory >= UPPER || !this.#image.inodes.get(directory)?.entries?.has(name)) return;
    this.#disk.create(above, name, { type: 'char', mode: 0, uid: 0, gid: 0, data: WHITEOUT });
  }

  /** Removes the marks in a directory that looks empty. */
  #empty(ino: number): void {
    for (const name of this.#disk.names(ino)) this.#disk.unlink(ino, name);
  }

  /** Finds what was copied up before this mount. */
  #adopt(id: number, ino: number): void {
    this.#remember(id, ino);
    const below = this.#image.inodes.get(id)?.entries;
    for (const [name, child] of this.#disk.inode(ino)?.entries ?? []) {
      const origin = below?.get(name);
      if (origin === undefined || this.#isWhiteout(child)) continue;
      const here = this.#disk.inode(child);
      const isDirectory = here?.entries !== undefined;
      const wasDirectory = this.#image.inodes.get(origin)?.entries !== undefined;
      if (isDirectory !== wasDirectory || here?.entries?.has(OPAQUE)) continue;
      this.#adopt(origin, child);
    }
  }

  #writable(): void {
    if (this.readOnly) throw new SystemError('EROFS');
  }

  #notify(id: number): void {
    this.#queues.get(id)?.notify();
  }
}
