import { charge, WaitQueue } from '../../sim/index.ts';
import { SystemError } from '../errors.ts';
import type { FileSystem, Inode, InodeChange, Usage } from './filesystem.ts';

/** A file that is made up when it is looked at. */
export type SyntheticNode =
  | {
      readonly type: 'directory';
      readonly names: () => string[];
      readonly mode?: number;
      readonly uid?: number;
    }
  | {
      readonly type: 'file';
      readonly read: () => string;
      readonly write?: (text: string) => void;
      readonly mode?: number;
      readonly uid?: number;
    }
  | {
      readonly type: 'symlink';
      readonly target: () => string;
      /** What it leads into, where that is not what its text says. */
      readonly tree?: object;
      readonly uid?: number;
    }
  | {
      readonly type: 'char';
      readonly device: string;
      readonly mode?: number;
      readonly uid?: number;
      readonly gid?: number;
    };

const NEVER = new WaitQueue();
/** What making a file up costs, in steps of the program that looks at it. */
const DESCRIBE_STEPS = 0.5;
/** What files under `/sys` claim to hold; those of other such file systems say that they are empty. */
const PAGE_BYTES = 4096;

/** A file system computed from functions: `proc`, `sysfs`, `cgroup2`, `devpts`. Paths start with `/`. */
export class SyntheticFs implements FileSystem {
  readonly type: string;
  readonly root = 1;
  readonly #describe: (path: string) => SyntheticNode | undefined;
  readonly #now: () => number;
  readonly #paths = new Map<number, string>([[1, '/']]);
  readonly #inos = new Map<string, number>([['/', 1]]);

  constructor(type: string, now: () => number, describe: (path: string) => SyntheticNode | undefined) {
    this.type = type;
    this.#now = now;
    this.#describe = (path) => {
      charge(DESCRIBE_STEPS);
      return describe(path);
    };
  }

  inode(ino: number): Inode | undefined {
    const path = this.#paths.get(ino);
    const node = path === undefined ? undefined : this.#describe(path);
    if (!node) return undefined;
    const now = this.#now();
    const common = { ino, uid: node.uid ?? 0, gid: 0, mtimeMs: now, ctimeMs: now, links: 1, statedSize: 0 };
    const entries = (names: string[]) => this.#entries(path as string, names);
    switch (node.type) {
      case 'directory':
        return {
          ...common,
          type: 'directory',
          links: 2,
          mode: node.mode ?? 0o555,
          data: '',
          get entries() {
            return entries(node.names());
          },
        };
      case 'symlink':
        return {
          ...common,
          type: 'symlink',
          mode: 0o777,
          data: node.target(),
          ...(node.tree ? { tree: node.tree } : {}),
        };
      case 'char':
        return { ...common, type: 'char', mode: node.mode ?? 0o620, gid: node.gid ?? 5, data: node.device };
      default:
        return {
          ...common,
          type: 'file',
          mode: node.mode ?? (node.write ? 0o644 : 0o444),
          ...(this.type === 'sysfs' ? { statedSize: PAGE_BYTES } : {}),
          get data() {
            return node.read();
          },
        };
    }
  }

  lookup(directory: number, name: string): number | undefined {
    const path = join(this.#paths.get(directory) as string, name);
    return this.#describe(path) ? this.#ino(path) : undefined;
  }

  names(directory: number): string[] {
    const node = this.#describe(this.#paths.get(directory) as string);
    if (node?.type !== 'directory') throw new SystemError('ENOTDIR');
    return node.names();
  }

  set(ino: number, change: InodeChange): void {
    const node = this.#describe(this.#paths.get(ino) as string);
    if (change.data === undefined) throw new SystemError('EPERM');
    if (node?.type !== 'file' || !node.write) throw new SystemError('EACCES');
    if (change.data !== '') node.write(change.data);
  }

  append(ino: number, text: string): void {
    this.set(ino, { data: text });
  }

  create(): number {
    throw new SystemError('EACCES');
  }

  link(): void {
    throw new SystemError('EPERM');
  }

  unlink(): void {
    throw new SystemError('EPERM');
  }

  rename(): void {
    throw new SystemError('EPERM');
  }

  changed(): WaitQueue {
    return NEVER;
  }

  usage(): Usage {
    return { bytes: 0, usedBytes: 0, inodes: 0, usedInodes: 0 };
  }

  #entries(path: string, names: readonly string[]): Map<string, number> {
    return new Map(names.map((name) => [name, this.#ino(join(path, name))]));
  }

  #ino(path: string): number {
    let ino = this.#inos.get(path);
    if (ino === undefined) {
      ino = this.#inos.size + 1;
      this.#inos.set(path, ino);
      this.#paths.set(ino, path);
    }
    return ino;
  }
}

function join(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}
