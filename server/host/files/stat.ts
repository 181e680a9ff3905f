import { binarySize } from '../program.ts';
import { size } from './disk.ts';
import { attributesOf, type Inode } from './filesystem.ts';
import type { MountTable, Place } from './mounts.ts';

const BLOCK_BYTES = 4096;

/** What `stat` shows. `path` is canonical. */
export interface Stat extends Omit<Inode, 'entries' | 'statedSize'> {
  readonly path: string;
  readonly size: number;
  /** As listings show it: programs are larger than what is held of them. */
  readonly shownSize: number;
  /** Identifies the file system, so that (device, ino) identifies the file. */
  readonly device: string;
}

/** What stands at a place. What costs something to tell is told when it is asked for. */
export function statOf(mounts: MountTable, place: Place): Stat {
  const node = mounts.inode(place);
  return {
    ...attributesOf(node),
    get data() {
      return node.data;
    },
    path: place.path,
    size: node.statedSize ?? (node.type === 'directory' ? BLOCK_BYTES : size(node)),
    get shownSize() {
      return binarySize(node.data) ?? this.size;
    },
    device: `${place.mount.source}:${place.mount.fs.type}`,
  };
}
