import { SystemError } from '../errors.ts';
import type { FileSystem, Inode } from './filesystem.ts';

/** A file system, or a part of it (bind mount), shown at a path. */
export interface Mount {
  /** Canonical absolute path; `/` for the root. */
  readonly path: string;
  readonly fs: FileSystem;
  /** The inode shown at `path`. */
  readonly root: number;
  /** As in the first column of `/proc/mounts`: `/dev/vda1`, `tmpfs`, `proc`. */
  readonly source: string;
  readonly readOnly: boolean;
  /** How it is mounted beside that, where its type does not say it. */
  readonly options?: string;
}

/** A file found by walking a path. */
export interface Place {
  readonly mount: Mount;
  readonly ino: number;
  /** Canonical absolute path, without symlinks. */
  readonly path: string;
}

/** A place that need not exist: the directory, the last name, and the inode if there is one. */
export interface Entry {
  readonly parent: Place;
  readonly name: string;
  readonly place: Place | undefined;
}

/** The path of what is there, or would be. */
export function entryPath({ parent, name }: Entry): string {
  return parent.path === '/' ? `/${name}` : `${parent.path}/${name}`;
}

export interface WalkOptions {
  /** Canonical path that relative paths start at. */
  cwd: string;
  /** Follow a symlink in the last component. Default true. */
  follow?: boolean;
  /** Called for each directory that is searched; throws EACCES. */
  check?: (directory: Inode) => void;
}

const SYMLINK_LIMIT = 40;

/** The mounts of one mount namespace, and how a path is walked over them. */
export class MountTable {
  #mounts: Mount[] = [];
  /** The topmost mount at each path. */
  #tops = new Map<string, Mount>();

  constructor(root: FileSystem, source = '/dev/vda1') {
    this.#show([{ path: '/', fs: root, root: root.root, source, readOnly: false }]);
  }

  #show(mounts: Mount[]): void {
    this.#mounts = mounts;
    this.#tops = new Map(mounts.map((mount) => [mount.path, mount]));
  }

  list(): readonly Mount[] {
    return this.#mounts;
  }

  get root(): Mount {
    return this.#mounts[0] as Mount;
  }

  /** Mounts over `path`, which must be canonical. A later mount hides an earlier one at the same path. */
  mount(mount: Omit<Mount, 'root' | 'readOnly'> & { root?: number; readOnly?: boolean }): void {
    const made = { ...mount, root: mount.root ?? mount.fs.root, readOnly: mount.readOnly ?? false };
    this.#mounts.push(made);
    this.#tops.set(made.path, made);
  }

  /** Takes away the topmost mount at `path`. False when nothing is mounted there. */
  unmount(path: string): boolean {
    const index = this.#mounts.findLastIndex((mount) => mount.path === path);
    if (index <= 0) return false;
    this.#show(this.#mounts.toSpliced(index, 1));
    return true;
  }

  /** A copy that changes on its own: what `unshare -m` gives. */
  clone(): MountTable {
    const copy = new MountTable(this.root.fs, this.root.source);
    copy.#show([...this.#mounts]);
    return copy;
  }

  /** What is mounted below a directory. */
  below(path: string): Mount[] {
    const prefix = path === '/' ? '/' : `${path}/`;
    return this.#mounts.filter((mount) => mount.path !== '/' && mount.path.startsWith(prefix));
  }

  /** A directory and all below it as a tree of its own: what `chroot` gives. `path` must be canonical. */
  rooted(path: string): MountTable {
    const { mount, ino } = this.resolve(path, { cwd: '/' });
    if (this.inode({ mount, ino, path }).type !== 'directory') throw new SystemError('ENOTDIR', path);
    const table = new MountTable(mount.fs, mount.source);
    const cut = path === '/' ? 0 : path.length;
    table.#show([
      { ...mount, path: '/', root: ino },
      ...this.below(path).map((lower) => ({ ...lower, path: lower.path.slice(cut) })),
    ]);
    return table;
  }

  /** The mount that shows `path` itself. */
  at(path: string): Mount | undefined {
    return this.#tops.get(path);
  }

  inode(place: Place): Inode {
    const node = place.mount.fs.inode(place.ino);
    if (!node) throw new SystemError('ENOENT', place.path);
    return node;
  }

  /** Walks to an existing file. Throws ENOENT, ENOTDIR, ELOOP, EACCES with `path`. */
  resolve(path: string, options: WalkOptions): Place {
    const entry = this.walk(path, options);
    if (!entry.place) throw new SystemError('ENOENT', path);
    return entry.place;
  }

  /** Walks to a file whose last component may be missing. */
  walk(path: string, options: WalkOptions): Entry {
    if (path === '') throw new SystemError('ENOENT', path);
    const todo = split(path.startsWith('/') ? path : `${options.cwd}/${path}`);
    const mustBeDirectory = /\/\.?$/.test(path);
    let here: Place = this.#rootPlace();
    let links = 0;
    let entry: Entry = { parent: here, name: '.', place: here };
    while (todo.length > 0) {
      const name = todo.shift() as string;
      const node = this.inode(here);
      if (!node.entries) throw new SystemError('ENOTDIR', path);
      options.check?.(node);
      if (name.length > 255) throw new SystemError('ENAMETOOLONG', path);
      const found = this.#step(here, name);
      const last = todo.length === 0;
      if (!found) {
        if (!last) throw new SystemError('ENOENT', path);
        return { parent: here, name, place: undefined };
      }
      const target = this.inode(found);
      if (target.type === 'symlink' && (!last || options.follow !== false || mustBeDirectory)) {
        if (++links > SYMLINK_LIMIT) throw new SystemError('ELOOP', path);
        if (target.tree instanceof MountTable) {
          // Who may not look at the process may not look through its eyes.
          options.check?.({ ...target, type: 'directory', mode: 0o500 });
          return seenThrough(found.path, target.tree.walk(`/${todo.join('/')}`, options));
        }
        todo.unshift(...split(target.data));
        if (target.data.startsWith('/')) here = this.#rootPlace();
        entry = { parent: here, name, place: here };
        continue;
      }
      entry = { parent: here, name, place: found };
      here = found;
    }
    if (mustBeDirectory && entry.place && this.inode(entry.place).type !== 'directory') {
      throw new SystemError('ENOTDIR', path);
    }
    return entry;
  }

  #rootPlace(): Place {
    const mount = this.at('/') as Mount;
    return { mount, ino: mount.root, path: '/' };
  }

  #step(here: Place, name: string): Place | undefined {
    if (name === '.') return here;
    if (name === '..') return this.#above(here);
    const ino = here.mount.fs.lookup(here.ino, name);
    const path = here.path === '/' ? `/${name}` : `${here.path}/${name}`;
    const over = this.at(path);
    if (over) return { mount: over, ino: over.root, path };
    return ino === undefined ? undefined : { mount: here.mount, ino, path };
  }

  #above(here: Place): Place {
    if (here.path === '/') return here;
    const path = here.path.slice(0, here.path.lastIndexOf('/')) || '/';
    return this.resolve(path, { cwd: '/', follow: false });
  }
}

/** What another tree has, under names that lead through the link to it. */
function seenThrough(link: string, { parent, name, place }: Entry): Entry {
  const here = (one: Place): Place => ({ ...one, path: one.path === '/' ? link : `${link}${one.path}` });
  return { parent: here(parent), name, place: place && here(place) };
}

function split(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** `path` made absolute and free of `.` and `..`, by text alone (symlinks are not looked at). */
export function normalizePath(path: string, cwd = '/'): string {
  const out: string[] = [];
  for (const part of split(path.startsWith('/') ? path : `${cwd}/${path}`)) {
    if (part === '..') out.pop();
    else if (part !== '.') out.push(part);
  }
  return `/${out.join('/')}`;
}

/** What comes before permissions: the kernel asks for write access to the mount first. */
export function isReadOnly({ readOnly, fs }: Mount): boolean {
  return readOnly || fs.readOnly === true;
}
