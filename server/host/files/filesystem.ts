import { LIMITS, type WaitQueue } from '../../sim/index.ts';
import { SystemError } from '../errors.ts';
import { zeros } from '../text.ts';

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
  /** Zero bytes that follow `data` and are not held: what fills a disk is mostly that. */
  readonly zeros?: number;
  /** What `stat` says where it is not how much there is to read. */
  readonly statedSize?: number;
  /** The mounts that a link leads into, whatever its text says: `/proc/<pid>/root`. */
  readonly tree?: object;
  /** Directory entries by name, in order of creation. */
  readonly entries?: ReadonlyMap<string, number>;
}

/** All but the content, which may be made up when it is asked for. */
export function attributesOf({ ino, type, mode, uid, gid, mtimeMs, ctimeMs, links, zeros = 0 }: Inode) {
  return { ino, type, mode, uid, gid, mtimeMs, ctimeMs, links, zeros };
}

/** New `data` replaces all there was; `zeros` are then those that follow it. */
export type InodeChange = Partial<
  Pick<Inode, 'mode' | 'uid' | 'gid' | 'mtimeMs' | 'ctimeMs' | 'data' | 'zeros'>
>;

/** The whole content of a file. Throws EFBIG where nothing here could hold it. */
export function contentOf({ data, zeros: run = 0 }: Inode): string {
  if (run === 0) return data;
  if (data.length + run > LIMITS.fileBytes) throw new SystemError('EFBIG');
  return data + zeros(run);
}

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
