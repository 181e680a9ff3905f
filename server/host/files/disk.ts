import { type Clock, charge, LIMITS, WaitQueue } from '../../sim/index.ts';
import { SystemError } from '../errors.ts';
import { byteLength, isZeros } from '../text.ts';
import {
  contentOf,
  type FileSystem,
  type Inode,
  type InodeChange,
  type NewInode,
  type Usage,
} from './filesystem.ts';

/** The inodes of a disk that no longer change; shared by every disk that is built on it. */
export interface FrozenDisk {
  readonly inodes: ReadonlyMap<number, Inode>;
  readonly next: number;
}

export interface DiskOptions {
  clock: Clock;
  /** What the disk shows until it is written to: costs nothing. */
  base?: FrozenDisk;
  type?: string;
  /** Size as `df` shows it, and at which writing fails. What is held of it in memory has a limit of its own. */
  bytes?: number;
  readOnly?: boolean;
}

const ROOT = 1;
/** Entries of a directory that are copied in the time of one step of a program. */
const ENTRIES_PER_STEP = 20;
/** Into how many steps the filling of a disk is divided: of a megabyte, where it holds twenty gigabytes. */
const STEPS = 20_000;

/**
 * A file system in memory with copy-on-write over a frozen base: only inodes that differ from the base are held, so a
 * booted disk is forked for nothing. `changes` tells what to store.
 */
export class Disk implements FileSystem {
  readonly type: string;
  readonly root = ROOT;
  readonly readOnly: boolean;
  /** Notified when the space in use crosses the border of a step. */
  readonly filled = new WaitQueue();
  readonly #clock: Clock;
  readonly #base: ReadonlyMap<number, Inode>;
  /** Inodes that differ from the base; undefined: deleted. */
  readonly #upper = new Map<number, Inode | undefined>();
  readonly #dirty = new Set<number>();
  readonly #queues = new Map<number, WaitQueue>();
  readonly #size: number;
  /** Directory entries that nobody else has been given: they change in place. */
  #own = new WeakSet<ReadonlyMap<string, number>>();
  #next: number;
  #upperBytes = 0;
  /** Of these, what is not mere zeros. */
  #heldBytes = 0;
  readonly #occupied = new Map<string, number>();
  #baseBytes: number | undefined;

  constructor(options: DiskOptions) {
    this.#clock = options.clock;
    this.type = options.type ?? 'ext4';
    this.readOnly = options.readOnly ?? false;
    this.#size = options.bytes ?? LIMITS.diskBytes;
    this.#base = options.base?.inodes ?? new Map();
    this.#next = options.base?.next ?? ROOT + 1;
    if (!this.#base.has(ROOT)) this.#put(directory(ROOT, 0o755, options.clock.now));
  }

  inode(ino: number): Inode | undefined {
    return this.#upper.has(ino) ? this.#upper.get(ino) : this.#base.get(ino);
  }

  lookup(dir: number, name: string): number | undefined {
    return this.#directory(dir).entries.get(name);
  }

  names(dir: number): string[] {
    return [...this.#directory(dir).entries.keys()];
  }

  create(dir: number, name: string, node: NewInode): number {
    this.#writable();
    const parent = this.#directory(dir);
    if (parent.entries.has(name)) throw new SystemError('EEXIST');
    const ino = this.#next++;
    const now = this.#clock.now;
    const isDirectory = node.type === 'directory';
    this.#put({
      ino,
      type: node.type,
      mode: node.mode & 0o7777,
      uid: node.uid,
      gid: node.gid,
      mtimeMs: now,
      ctimeMs: now,
      links: isDirectory ? 2 : 1,
      data: node.data ?? '',
      ...(isDirectory ? { entries: new Map<string, number>() } : {}),
    });
    this.#enter(parent, name, ino, isDirectory ? 1 : 0);
    return ino;
  }

  link(dir: number, name: string, ino: number): void {
    this.#writable();
    const parent = this.#directory(dir);
    if (parent.entries.has(name)) throw new SystemError('EEXIST');
    const node = this.#node(ino);
    if (node.entries) throw new SystemError('EPERM');
    this.#put({ ...node, links: node.links + 1, ctimeMs: this.#clock.now });
    this.#enter(parent, name, ino, 0);
  }

  unlink(dir: number, name: string): void {
    this.#writable();
    const parent = this.#directory(dir);
    const ino = parent.entries.get(name);
    if (ino === undefined) throw new SystemError('ENOENT');
    const node = this.#node(ino);
    if (node.entries && node.entries.size > 0) throw new SystemError('ENOTEMPTY');
    const entries = this.#entriesOf(parent);
    entries.delete(name);
    this.#touch(parent, entries, node.entries ? -1 : 0);
    this.#drop(node);
  }

  rename(from: number, name: string, to: number, newName: string): void {
    this.#writable();
    const source = this.#directory(from);
    const ino = source.entries.get(name);
    if (ino === undefined) throw new SystemError('ENOENT');
    const node = this.#node(ino);
    const replaced = this.#directory(to).entries.get(newName);
    if (replaced === ino) return;
    if (node.entries && this.#isInside(to, ino)) throw new SystemError('EINVAL');
    if (replaced !== undefined) this.#replace(to, newName, node, this.#node(replaced));
    const entries = this.#entriesOf(this.#directory(from));
    entries.delete(name);
    this.#touch(this.#directory(from), entries, node.entries ? -1 : 0);
    this.#enter(this.#directory(to), newName, ino, node.entries ? 1 : 0);
    this.#put({ ...this.#node(ino), ctimeMs: this.#clock.now });
  }

  set(ino: number, change: InodeChange): void {
    this.#writable();
    const node = this.#node(ino);
    const now = this.#clock.now;
    const stamps = change.data === undefined ? {} : { mtimeMs: now };
    const run = change.data === undefined ? {} : { zeros: 0 };
    const changed = { ...node, ...stamps, ...run, ctimeMs: now, ...change };
    if (change.data === undefined) sizes.set(changed, size(node));
    this.#put(changed);
    this.#notify(ino);
  }

  append(ino: number, text: string): void {
    this.#writable();
    if (text === '') return;
    const node = this.#node(ino);
    const now = this.#clock.now;
    const isRun = isZeros(text);
    const content = isRun
      ? { zeros: (node.zeros ?? 0) + text.length }
      : { data: contentOf(node) + text, zeros: 0 };
    const longer = { ...node, ...content, mtimeMs: now, ctimeMs: now };
    sizes.set(longer, size(node) + (isRun ? text.length : byteLength(text)));
    this.#put(longer);
    this.#notify(ino);
  }

  changed(ino: number): WaitQueue {
    let queue = this.#queues.get(ino);
    if (!queue) {
      queue = new WaitQueue();
      this.#queues.set(ino, queue);
    }
    return queue;
  }

  usage(): Usage {
    this.#baseBytes ??= sum(this.#base);
    const usedBytes = this.#baseBytes + this.#usedAbove();
    return {
      bytes: this.#size,
      usedBytes,
      inodes: 6_553_600,
      usedInodes: this.#base.size + this.#upper.size,
    };
  }

  /** Space that something takes whose files are not there: an installed system, layers of images. */
  occupy(what: string, bytes: number): void {
    this.#occupied.set(what, bytes);
    this.filled.notify();
  }

  #usedAbove(): number {
    let bytes = this.#upperBytes;
    for (const taken of this.#occupied.values()) bytes += taken;
    return bytes;
  }

  /** Everything on the disk now, to build other disks on. */
  freeze(): FrozenDisk {
    this.#own = new WeakSet();
    if (this.#upper.size === 0) return { inodes: this.#base, next: this.#next };
    const inodes = new Map(this.#base);
    for (const [ino, node] of this.#upper) {
      if (node) inodes.set(ino, node);
      else inodes.delete(ino);
    }
    return { inodes, next: this.#next };
  }

  /** Whether `takeChanges` has anything to give. */
  get hasChanges(): boolean {
    return this.#dirty.size > 0;
  }

  /** Inodes changed since the last call (undefined: deleted), to be stored. */
  takeChanges(): Map<number, Inode | undefined> {
    this.#own = new WeakSet();
    const changes = new Map<number, Inode | undefined>();
    for (const ino of this.#dirty) changes.set(ino, this.#upper.get(ino));
    this.#dirty.clear();
    return changes;
  }

  /** Every difference from the base, as `takeChanges` has given them over time. */
  differences(): ReadonlyMap<number, Inode | undefined> {
    this.#own = new WeakSet();
    return this.#upper;
  }

  /** Puts stored differences back, on a disk with the same base. */
  restore(changes: Iterable<readonly [number, Inode | undefined]>): void {
    for (const [ino, node] of changes) {
      if (node) this.#put(node);
      else this.#delete(ino);
      this.#next = Math.max(this.#next, ino + 1);
      this.#dirty.delete(ino);
    }
  }

  #writable(): void {
    if (this.readOnly) throw new SystemError('EROFS');
  }

  #node(ino: number): Inode {
    const node = this.inode(ino);
    if (!node) throw new SystemError('ENOENT');
    return node;
  }

  #directory(ino: number): Inode & { entries: ReadonlyMap<string, number> } {
    const node = this.#node(ino);
    if (!node.entries) throw new SystemError('ENOTDIR');
    return node as Inode & { entries: ReadonlyMap<string, number> };
  }

  #enter(parent: Inode, name: string, ino: number, links: number): void {
    const entries = this.#entriesOf(parent);
    entries.set(name, ino);
    this.#touch(parent, entries, links);
  }

  /** The entries of a directory, to be changed. The first change of a large one is dear, and whoever makes it pays. */
  #entriesOf({ entries = new Map() }: Inode): Map<string, number> {
    if (this.#own.has(entries)) return entries as Map<string, number>;
    charge(entries.size / ENTRIES_PER_STEP);
    const copy = new Map(entries);
    this.#own.add(copy);
    return copy;
  }

  #touch(parent: Inode, entries: Map<string, number>, links: number): void {
    const now = this.#clock.now;
    this.#put({ ...parent, entries, links: parent.links + links, mtimeMs: now, ctimeMs: now });
    this.#notify(parent.ino);
  }

  #replace(dir: number, name: string, node: Inode, old: Inode): void {
    if (old.entries && !node.entries) throw new SystemError('EISDIR');
    if (!old.entries && node.entries) throw new SystemError('ENOTDIR');
    this.unlink(dir, name);
  }

  #isInside(ino: number, ancestor: number): boolean {
    if (ino === ancestor) return true;
    const node = this.inode(ancestor);
    for (const child of node?.entries?.values() ?? []) {
      if (this.inode(child)?.entries && this.#isInside(ino, child)) return true;
    }
    return false;
  }

  /** One name less; a file without names is gone (open files keep their content themselves). */
  #drop(node: Inode): void {
    if (node.entries || node.links <= 1) this.#delete(node.ino);
    else this.#put({ ...node, links: node.links - 1, ctimeMs: this.#clock.now });
    this.#notify(node.ino);
  }

  #put(node: Inode): void {
    const old = this.#upper.get(node.ino);
    const grown = size(node) - size(old);
    const held = this.#heldBytes + heldOf(node) - heldOf(old);
    if (grown > 0 && (held > LIMITS.diskBytes || this.#usedAbove() + grown > this.#size))
      throw new SystemError('ENOSPC');
    this.#use(this.#upperBytes + grown, held);
    this.#upper.set(node.ino, node);
    this.#dirty.add(node.ino);
  }

  #delete(ino: number): void {
    const old = this.#upper.get(ino);
    this.#use(this.#upperBytes - size(old), this.#heldBytes - heldOf(old));
    if (this.#base.has(ino)) this.#upper.set(ino, undefined);
    else this.#upper.delete(ino);
    this.#dirty.add(ino);
  }

  #use(bytes: number, held: number): void {
    this.#heldBytes = held;
    const step = this.#size / STEPS;
    const crossed = Math.floor(bytes / step) !== Math.floor(this.#upperBytes / step);
    this.#upperBytes = bytes;
    if (crossed) this.filled.notify();
  }

  #notify(ino: number): void {
    this.#queues.get(ino)?.notify();
  }
}

const sizes = new WeakMap<Inode, number>();

/** Bytes of a file's content, remembered with the inode. */
export function size(node: Inode | undefined): number {
  if (!node || (node.type !== 'file' && node.type !== 'symlink')) return 0;
  let bytes = sizes.get(node);
  if (bytes === undefined) {
    bytes = byteLength(node.data) + (node.zeros ?? 0);
    sizes.set(node, bytes);
  }
  return bytes;
}

function heldOf(node: Inode | undefined): number {
  return size(node) - (node?.zeros ?? 0);
}

/** What files take; links lie in their inodes. */
function sum(inodes: ReadonlyMap<number, Inode>): number {
  let bytes = 0;
  for (const node of inodes.values()) if (node.type === 'file') bytes += size(node);
  return bytes;
}

function directory(ino: number, mode: number, now: number): Inode {
  const stamps = { mtimeMs: now, ctimeMs: now };
  return { ino, type: 'directory', mode, uid: 0, gid: 0, links: 2, data: '', entries: new Map(), ...stamps };
}
