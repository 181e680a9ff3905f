import { SystemError } from '../errors.ts';
import { byteLength } from '../text.ts';
import type { FileSystem, Inode, InodeChange, NewInode, Usage } from './filesystem.ts';

export interface PartOptions {
  /** What it is said to be: `tmpfs`, `proc`. */
  readonly type: string;
  /** Its size, at which writing fails; none: as much as lies below. */
  readonly bytes?: number;
}

const PAGE_BYTES = 4096;

const parts = new WeakMap<FileSystem, Map<number, PartFs>>();

/**
 * A directory of another file system as a file system of its own: a tmpfs whose files must outlive a restored world, and
 * so lie on the disk. There is one for a directory, whoever mounts it.
 */
export function partOf(below: FileSystem, root: number, options: PartOptions): FileSystem {
  let known = parts.get(below);
  if (!known) {
    known = new Map();
    parts.set(below, known);
  }
  let part = known.get(root);
  if (part?.type !== options.type || part.bytes !== options.bytes) {
    part = new PartFs(below, root, options);
    known.set(root, part);
  }
  return part;
}

class PartFs implements FileSystem {
  readonly type: string;
  readonly root: number;
  readonly bytes: number | undefined;
  readonly #below: FileSystem;
  /** What may be written before the files have to be counted again. */
  #room = 0;

  constructor(below: FileSystem, root: number, { type, bytes }: PartOptions) {
    this.#below = below;
    this.root = root;
    this.type = type;
    this.bytes = bytes;
  }

  get readOnly(): boolean {
    return this.#below.readOnly ?? false;
  }

  inode(ino: number): Inode | undefined {
    return this.#below.inode(ino);
  }

  lookup(directory: number, name: string): number | undefined {
    return this.#below.lookup(directory, name);
  }

  names(directory: number): string[] {
    return this.#below.names(directory);
  }

  create(directory: number, name: string, node: NewInode): number {
    this.#take(pages(byteLength(node.data ?? '')));
    return this.#below.create(directory, name, node);
  }

  link(directory: number, name: string, ino: number): void {
    this.#below.link(directory, name, ino);
  }

  unlink(directory: number, name: string): void {
    this.#below.unlink(directory, name);
  }

  rename(from: number, name: string, to: number, newName: string): void {
    this.#below.rename(from, name, to, newName);
  }

  set(ino: number, change: InodeChange): void {
    if (change.data !== undefined || change.zeros !== undefined)
      this.#take(byteLength(change.data ?? '') + (change.zeros ?? 0) - sizeOf(this.inode(ino)));
    this.#below.set(ino, change);
  }

  append(ino: number, text: string): void {
    this.#take(byteLength(text));
    this.#below.append(ino, text);
  }

  changed(ino: number) {
    return this.#below.changed(ino);
  }

  usage(): Usage {
    const all = this.#below.usage();
    const { bytes, inodes } = this.#count(this.root);
    const size = this.bytes ?? all.bytes;
    const most = Math.max(Math.floor(size / PAGE_BYTES), inodes);
    return { bytes: size, usedBytes: Math.min(bytes, size), inodes: most, usedInodes: inodes };
  }

  #take(bytes: number): void {
    if (this.bytes === undefined || bytes <= 0) return;
    if (bytes > this.#room) this.#room = this.bytes - this.#count(this.root).bytes;
    if (bytes > this.#room) throw new SystemError('ENOSPC');
    this.#room -= bytes;
  }

  #count(ino: number): { bytes: number; inodes: number } {
    const node = this.inode(ino);
    const sum = { bytes: node?.type === 'file' ? pages(sizeOf(node)) : 0, inodes: 1 };
    for (const child of node?.entries?.values() ?? []) {
      const { bytes, inodes } = this.#count(child);
      sum.bytes += bytes;
      sum.inodes += inodes;
    }
    return sum;
  }
}

function sizeOf(node: Inode | undefined): number {
  return node ? byteLength(node.data) + (node.zeros ?? 0) : 0;
}

function pages(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
