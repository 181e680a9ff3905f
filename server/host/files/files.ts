import type { WaitQueue } from '../../sim/index.ts';
import type { FileAccess } from '../apparmor/profile.ts';
import { type Capability, capable } from '../capabilities.ts';
import { type Access, allows, type Credentials } from '../credentials.ts';
import { type ErrorCode, isSystemError, SystemError } from '../errors.ts';
import { descriptorNumber } from './descriptor-path.ts';
import { size } from './disk.ts';
import { contentOf, type FileType, type Inode, type InodeChange } from './filesystem.ts';
import { type Entry, entryPath, isReadOnly, type MountTable, normalizePath, type Place } from './mounts.ts';
import { type OpenFile, type OpenFlags, RegularFile, readNow } from './open-file.ts';
import { type Stat, statOf } from './stat.ts';

/** Opens a device, fifo or socket file: the host knows what stands behind it. */
export type OpenSpecial = (place: Place, node: Inode, flags: OpenFlags) => OpenFile;

/** Whose eyes the files are seen with. The process's own context implements it. */
export interface FilesOwner {
  readonly mounts: MountTable;
  readonly credentials: Credentials;
  readonly cwd: string;
  readonly umask: number;
  readonly openSpecial: OpenSpecial;
  /** The process's own descriptor, for `/dev/stdin` and `/proc/self/fd/3`. */
  descriptor?(number: number): OpenFile;
}

/**
 * Files by path, as one process sees them: its mounts, working directory, user and umask. Every call is a system call
 * and fails with a `SystemError` that carries the path as it was given.
 */
export class Files {
  readonly #owner: FilesOwner;

  constructor(owner: FilesOwner) {
    this.#owner = owner;
  }

  exists(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  stat(path: string): Stat {
    return this.#piped(path) ?? this.#stat(this.#resolve(path));
  }

  /** Like `stat`, of a symlink itself. */
  lstat(path: string): Stat {
    return this.#stat(this.#resolve(path, false));
  }

  /** Like `stat`, but undefined when there is no such file or it cannot be reached. */
  tryStat(path: string, follow = true): Stat | undefined {
    const piped = follow ? this.#piped(path) : undefined;
    const place = piped ? undefined : this.#find(path, follow);
    return piped ?? (place && this.#stat(place));
  }

  isDirectory(path: string): boolean {
    return this.tryStat(path)?.type === 'directory';
  }

  isFile(path: string): boolean {
    return this.tryStat(path)?.type === 'file';
  }

  /** The canonical absolute path, symlinks followed. */
  realpath(path: string): string {
    return this.#resolve(path).path;
  }

  /** Throws EACCES when the user may not. */
  access(path: string, access: Access): void {
    const node = this.#owner.mounts.inode(this.#resolve(path));
    if (!allows(node, this.#owner.credentials, access)) throw new SystemError('EACCES', path);
  }

  /** Throws EACCES when the user's AppArmor profile does not let it be run. */
  demandExecution(path: string): void {
    const profile = this.#owner.credentials.confinement?.appArmor;
    if (profile && !profile.isOpen) this.#confine(this.realpath(path), 'x');
  }

  can(path: string, access: Access): boolean {
    try {
      this.access(path, access);
      return true;
    } catch (error) {
      if (isSystemError(error)) return false;
      throw error;
    }
  }

  /** Names in a directory, without `.` and `..`, unsorted. */
  list(path: string): string[] {
    const place = this.#resolve(path);
    const node = this.#owner.mounts.inode(place);
    if (!node.entries && node.type !== 'directory') throw new SystemError('ENOTDIR', path);
    this.#demand(node, 'read', path);
    this.#confine(place.path === '/' ? '/' : `${place.path}/`, 'r');
    return place.mount.fs.names(place.ino);
  }

  readlink(path: string): string {
    const node = this.#owner.mounts.inode(this.#resolve(path, false));
    if (node.type !== 'symlink') throw new SystemError('EINVAL', path);
    return node.data;
  }

  /** The whole content of a regular file. */
  read(path: string): string {
    const place = this.#resolve(path);
    const node = this.#owner.mounts.inode(place);
    if (node.type === 'directory') throw new SystemError('EISDIR', path);
    this.#demand(node, 'read', path);
    this.#confine(place.path, 'r');
    return node.type === 'file' ? contentOf(node) : readNow(this.open(path, { read: true }));
  }

  /** Replaces the content, creating the file when it is not there. `mode` is before the umask. */
  write(path: string, data: string, mode = 0o666): void {
    this.#opened(path, { truncate: true, mode }, (file) => data === '' || file.write(data));
  }

  append(path: string, data: string, mode = 0o666): void {
    this.#opened(path, { append: true, mode }, (file) => file.write(data));
  }

  /** Replaces the content by that of another file, of which nothing needs to be read when both are regular ones. */
  copyContent(from: string, to: string, mode = 0o666): void {
    const source = this.#owner.mounts.inode(this.#resolve(from));
    this.#demand(source, 'read', from);
    if (source.type !== 'file') this.write(to, this.read(from), mode);
    else this.#opened(to, { truncate: true, mode }, (file) => file.takeContent(source));
  }

  #opened(path: string, flags: OpenFlags, use: (file: OpenFile) => void): void {
    const file = this.open(path, { write: true, create: true, ...flags }).retain();
    try {
      use(file);
    } finally {
      file.release();
    }
  }

  open(path: string, flags: OpenFlags): OpenFile {
    return this.#named(path, () => {
      const number = descriptorNumber(path);
      if (number !== undefined && this.#owner.descriptor) return this.#owner.descriptor(number);
      const entry = this.#owner.mounts.walk(path, this.#walkOptions());
      const place = entry.place ?? this.#createForOpen(entry, path, flags);
      if (entry.place && flags.create && flags.exclusive) throw new SystemError('EEXIST', path);
      return this.#openPlace(place, path, flags, entry.place === undefined);
    });
  }

  mkdir(path: string, mode = 0o777): void {
    this.#named(path, () => {
      const entry = this.#newEntry(path.replace(/(.)\/+$/, '$1'), path);
      this.#create(entry, 'directory', mode & ~this.#owner.umask, '');
    });
  }

  /** Makes the directory and all that lead to it; those that exist are left alone. */
  mkdirAll(path: string, mode = 0o777): void {
    const full = normalizePath(path, this.#owner.cwd);
    let at = '';
    for (const part of full.split('/').slice(1)) {
      at += `/${part}`;
      if (part !== '' && !this.isDirectory(at)) this.mkdir(at, mode);
    }
  }

  symlink(target: string, path: string): void {
    this.#named(path, () => this.#create(this.#newEntry(path, path), 'symlink', 0o777, target));
  }

  /** A hard link at `path` to `target` (a symlink itself, not what it points to). */
  link(target: string, path: string): void {
    const place = this.#resolve(target, false);
    this.#named(path, () => {
      const entry = this.#newEntry(path, path);
      if (entry.parent.mount.fs !== place.mount.fs) throw new SystemError('EXDEV', path);
      place.mount.fs.link(entry.parent.ino, entry.name, place.ino);
    });
  }

  /** A fifo, socket or device file. `data` names the device. */
  makeNode(path: string, type: Exclude<FileType, 'directory' | 'symlink'>, mode: number, data = ''): void {
    this.#named(path, () => {
      this.#create(this.#newEntry(path, path), type, mode & ~this.#owner.umask, data);
    });
  }

  /** Removes a name that is not a directory. */
  unlink(path: string): void {
    this.#named(path, () => {
      const entry = this.#existing(path);
      if (this.#owner.mounts.inode(entry.place).type === 'directory') throw new SystemError('EISDIR', path);
      this.#mayRemove(entry, path);
      entry.parent.mount.fs.unlink(entry.parent.ino, entry.name);
    });
  }

  /** Removes an empty directory. */
  rmdir(path: string): void {
    this.#named(path, () => {
      const entry = this.#existing(path.replace(/(.)\/+$/, '$1'));
      if (this.#owner.mounts.inode(entry.place).type !== 'directory') throw new SystemError('ENOTDIR', path);
      this.#mayRemove(entry, path);
      if (entry.place.mount !== entry.parent.mount) throw new SystemError('EBUSY', path);
      entry.parent.mount.fs.unlink(entry.parent.ino, entry.name);
    });
  }

  /** Removes a file or a whole tree, without an error when it is not there. */
  removeAll(path: string): void {
    const stat = this.tryStat(path, false);
    if (!stat) return;
    if (stat.type !== 'directory') {
      this.unlink(path);
      return;
    }
    for (const name of this.list(path)) this.removeAll(`${path}/${name}`);
    this.rmdir(path);
  }

  rename(from: string, to: string): void {
    this.#named(from, () => {
      const source = this.#existing(from.replace(/(.)\/+$/, '$1'));
      const target = this.#owner.mounts.walk(to.replace(/(.)\/+$/, '$1'), this.#walkOptions(false));
      this.#mayRemove(source, from);
      this.#demand(this.#owner.mounts.inode(target.parent), 'write', to);
      this.#confine(entryPath(target), 'w');
      if (source.place.mount !== source.parent.mount) throw new SystemError('EBUSY', from);
      const { fs } = source.parent.mount;
      if (fs !== target.parent.mount.fs || target.parent.mount.readOnly) throw new SystemError('EXDEV', to);
      fs.rename(source.parent.ino, source.name, target.parent.ino, target.name);
    });
  }

  chmod(path: string, mode: number): void {
    this.#owned(path, 'FOWNER', () => ({ mode: mode & 0o7777 }));
  }

  /** Changes owner and group; undefined leaves one as it is. Only root may change the owner. */
  chown(path: string, uid: number | undefined, gid: number | undefined, follow = true): void {
    const who = this.#owner.credentials;
    this.#owned(
      path,
      'CHOWN',
      (node) => {
        const foreign = gid !== undefined && gid !== who.gid && !who.groups.includes(gid);
        if (!capable(who, 'CHOWN') && ((uid !== undefined && uid !== node.uid) || foreign))
          throw new SystemError('EPERM', path);
        return { uid: uid ?? node.uid, gid: gid ?? node.gid };
      },
      follow,
    );
  }

  /** Sets the modification time, in ms since the epoch. */
  utimes(path: string, mtimeMs: number): void {
    this.#owned(path, 'FOWNER', () => ({ mtimeMs }));
  }

  /** Notified when the file changes, or the entries of the directory do. */
  changed(path: string): WaitQueue {
    const place = this.#resolve(path);
    return place.mount.fs.changed(place.ino);
  }

  #walkOptions(follow = true) {
    const who = this.#owner.credentials;
    return {
      cwd: this.#owner.cwd,
      follow,
      check: (directory: Inode) => {
        if (!allows(directory, who, 'execute')) throw new SystemError('EACCES');
      },
    };
  }

  #resolve(path: string, follow = true): Place {
    return this.#named(path, () => this.#owner.mounts.resolve(path, this.#walkOptions(follow)));
  }

  /** A file that may well not be there: a miss costs no exception. */
  #find(path: string, follow = true): Place | undefined {
    try {
      return this.#owner.mounts.walk(path, this.#walkOptions(follow)).place;
    } catch (error) {
      if (isSystemError(error)) return undefined;
      throw error;
    }
  }

  /** Runs a system call so that its errors carry the path as the caller gave it. */
  #named<T>(path: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      if (isSystemError(error) && error.path === undefined)
        throw new SystemError(error.code as ErrorCode, path);
      throw error;
    }
  }

  #stat(place: Place): Stat {
    return statOf(this.#owner.mounts, place);
  }

  /** A pipe behind `/dev/fd/63`, which has no name that could be followed. */
  #piped(path: string): Stat | undefined {
    const number = descriptorNumber(path);
    if (number === undefined || !this.#owner.descriptor) return undefined;
    const { name } = this.#owner.descriptor(number);
    if (!name.startsWith('pipe:[')) return undefined;
    const device = this.#stat(this.#resolve('/dev/null'));
    return { ...device, type: 'fifo', mode: 0o600, path, size: 0, device: 'pipefs' };
  }

  #demand(node: Inode, access: Access, path: string): void {
    if (!allows(node, this.#owner.credentials, access)) throw new SystemError('EACCES', path);
  }

  #confine(path: string, access: FileAccess): void {
    if (this.#owner.credentials.confinement?.appArmor?.file(path, access) === false)
      throw new SystemError('EACCES', path);
  }

  #existing(path: string): Entry & { place: Place } {
    const entry = this.#owner.mounts.walk(path, this.#walkOptions(false));
    if (!entry.place) throw new SystemError('ENOENT', path);
    return entry as Entry & { place: Place };
  }

  #newEntry(path: string, shown: string): Entry {
    const entry = this.#owner.mounts.walk(path, this.#walkOptions(false));
    if (entry.place) throw new SystemError('EEXIST', shown);
    return entry;
  }

  #create(entry: Entry, type: FileType, mode: number, data: string): Place {
    const { parent, name } = entry;
    if (isReadOnly(parent.mount)) throw new SystemError('EROFS');
    const directory = this.#owner.mounts.inode(parent);
    this.#demand(directory, 'write', name);
    const path = entryPath(entry);
    this.#confine(path, 'w');
    const { uid, gid } = this.#owner.credentials;
    const inherited = (directory.mode & 0o2000) !== 0 ? directory.gid : gid;
    const ino = parent.mount.fs.create(parent.ino, name, { type, mode, uid, gid: inherited, data });
    return { mount: parent.mount, ino, path };
  }

  #createForOpen(entry: Entry, path: string, flags: OpenFlags): Place {
    if (!flags.create) throw new SystemError('ENOENT', path);
    if (path.endsWith('/')) throw new SystemError('EISDIR', path);
    return this.#create(entry, 'file', (flags.mode ?? 0o666) & ~this.#owner.umask, '');
  }

  #openPlace(place: Place, path: string, flags: OpenFlags, created: boolean): OpenFile {
    const node = this.#owner.mounts.inode(place);
    if (node.type === 'directory' && flags.write) throw new SystemError('EISDIR', path);
    if (!created) {
      if (flags.read) this.#demand(node, 'read', path);
      if (flags.write) this.#demand(node, 'write', path);
    }
    if (flags.read) this.#confine(place.path, 'r');
    if (flags.write) this.#confine(place.path, 'w');
    if (node.type !== 'file' && node.type !== 'directory') return this.#owner.openSpecial(place, node, flags);
    if (flags.write && place.mount.readOnly) throw new SystemError('EROFS', path);
    if (flags.truncate && flags.write && size(node) > 0) place.mount.fs.set(place.ino, { data: '' });
    return new RegularFile(place, flags);
  }

  #mayRemove(entry: Entry & { place: Place }, path: string): void {
    const directory = this.#owner.mounts.inode(entry.parent);
    if (isReadOnly(entry.parent.mount)) throw new SystemError('EROFS', path);
    this.#demand(directory, 'write', path);
    this.#confine(entry.place.path, 'w');
    const who = this.#owner.credentials;
    const sticky = (directory.mode & 0o1000) !== 0;
    const owns = this.#owner.mounts.inode(entry.place).uid === who.uid || directory.uid === who.uid;
    if (sticky && !capable(who, 'FOWNER') && !owns) throw new SystemError('EPERM', path);
  }

  /** Changes what only the owner may change, or who is capable of it. */
  #owned(path: string, by: Capability, change: (node: Inode) => InodeChange, follow = true): void {
    const place = this.#resolve(path, follow);
    const node = this.#owner.mounts.inode(place);
    const who = this.#owner.credentials;
    if (!capable(who, by) && who.uid !== node.uid) throw new SystemError('EPERM', path);
    if (place.mount.readOnly) throw new SystemError('EROFS', path);
    this.#confine(place.path, 'w');
    this.#named(path, () => place.mount.fs.set(place.ino, change(node)));
  }
}
