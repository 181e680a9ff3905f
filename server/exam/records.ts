import type { FrozenDisk, Inode } from '../host/index.ts';
import type { KubeObject } from '../objects/object.ts';
import type { TaskStart } from './task.ts';

export type { FrozenDisk, Inode, KubeObject };

/** What has happened in a world since it was last saved. */
export interface WorldChange {
  /** Virtual ms. */
  readonly now: number;
  readonly log: readonly LogRow[];
  readonly inodes: readonly InodeRow[];
}

export interface LogRow {
  /** Id of the log in its world. */
  readonly log: string;
  readonly revision: number;
  readonly key: string;
  /** Undefined: deleted. */
  readonly value: KubeObject | undefined;
}

export interface InodeRow {
  readonly host: string;
  readonly ino: number;
  /** Undefined: deleted. */
  readonly inode: Inode | undefined;
}

/** A world as it was last saved: its start, and everything that differs from it. */
export interface SavedWorld {
  readonly startId: string;
  /** How often it was resumed, so that its random numbers go on instead of repeating themselves. */
  readonly wakes: number;
  readonly now: number;
  readonly log: readonly LogRow[];
  readonly inodes: readonly InodeRow[];
}

/** Where worlds are kept. A call that returns has made its change durable. */
export interface WorldRecords {
  start(id: string): StoredStart | undefined;
  saveStart(id: string, start: StoredStart): void;
  /** Makes a world, or takes an old one back to its start. */
  createWorld(id: string, startId: string, now: number): void;
  /** What was saved of a world; counts the wake. */
  wakeWorld(id: string): SavedWorld | undefined;
  saveWorld(id: string, change: WorldChange): void;
  close(): void;
}

/** A task's start without its lab, which is read from the disk. */
export type StoredStart = Omit<TaskStart, 'lab'>;
