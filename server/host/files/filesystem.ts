import type { WaitQueue } from '../../sim/index.ts';

export type FileType = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'char' | 'block';

/** What a file is, without its name. Treat as read-only; change through `FileSystem.set`. */
export interface Inode {
  readonly ino: number;
  readonly type: FileType;
  /** Permission bits, set-id and sticky bits included (`0o7777`). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly links: number;
  /** Content of a regular file (see `host/text.ts`), target of a symlink, name of a device (`null`, `tty`, `sda`). */
  readonly data: string;
  /** Directory entries by name, in order of creation. */
  readonly entries?: ReadonlyMap<string, number>;
}

export type InodeChange = Partial<Pick<Inode, 'mode' | 'uid' | 'gid' | 'mtimeMs' | 'ctimeMs' | 'data'>>;

export interface NewInode {
  type: FileType;
  mode: number;
  uid: number;
  gid: number;
  data?: string;
}

/** Size and use of a file system, in bytes and inodes. */
export interface Usage {
  bytes: number;
  usedBytes: number;
  inodes: number;
  usedInodes: number;
}

/**
 * Inodes below one root, without permissions or paths: what a mount shows. Implemented by `Disk` (ext4, tmpfs,
 * overlay) and by the synthetic systems (`proc`, `sysfs`, `cgroup2`). Errors are `SystemError`s without a path.
 */
export interface FileSystem {
  /** As in the third column of `/proc/mounts`. */
  readonly type: string;
  readonly root: number;
  readonly readOnly?: boolean;
  inode(ino: number): Inode | undefined;
  lookup(directory: number, name: string): number | undefined;
  names(directory: number): string[];
  create(directory: number, name: string, node: NewInode): number;
  link(directory: number, name: string, ino: number): void;
  unlink(directory: number, name: string): void;
  rename(from: number, name: string, to: number, newName: string): void;
  set(ino: number, change: InodeChange): void;
  /** Adds to the end of a file, at a cost that does not depend on its length. */
  append(ino: number, text: string): void;
  /** Notified when the inode (of a directory: its entries) changes. */
  changed(ino: number): WaitQueue;
  usage(): Usage;
}
