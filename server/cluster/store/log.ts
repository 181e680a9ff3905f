import type { KubeObject } from '../../objects/object.ts';

/** One change: an object put at a key, or taken away (`value` undefined). */
export interface LogEntry {
  readonly revision: number;
  readonly key: string;
  readonly value: KubeObject | undefined;
  /** The value before; undefined when the key was created. */
  readonly previous: KubeObject | undefined;
}

/** What is at a key, with etcd's counters. */
export interface Stored {
  readonly key: string;
  readonly value: KubeObject;
  readonly createRevision: number;
  readonly modRevision: number;
  /** Changes since the key was created, from 1. */
  readonly version: number;
}

/** A change to be made; `expected` is the modRevision that must be there now (0: the key must not exist). */
export interface Change {
  readonly key: string;
  readonly value: KubeObject | undefined;
  readonly expected?: number;
}

/** A subscription to changes. */
export interface LogWatch {
  close(): void;
}

export class CompactedError extends Error {
  override name = 'CompactedError';
}

export class SpaceExceededError extends Error {
  override name = 'SpaceExceededError';
}

/**
 * The store: an append-only log whose revision is the resourceVersion. Values are frozen and shared, never cloned;
 * `metadata.resourceVersion` is set by `append` from the new revision. Every implementation passes
 * `log.contract.ts`.
 */
export interface Log {
  /** The last revision; 0 when nothing was ever written. */
  readonly revision: number;
  /** Entries up to and including this revision are gone. */
  readonly compacted: number;
  /** Bytes of all live values as JSON, roughly. */
  readonly bytes: number;
  get(key: string): Stored | undefined;
  /** Live keys that start with `prefix`, in key order. */
  list(prefix: string): Stored[];
  /** The live state as it was at `revision`. Throws CompactedError. */
  listAt(prefix: string, revision: number): Stored[];
  count(prefix: string): number;
  /** Makes one change as one revision and returns what is stored, or undefined when `expected` does not hold. */
  append(change: Change): Stored | undefined;
  /** Entries after `revision` whose key starts with `prefix`, in order. Throws CompactedError. */
  since(revision: number, prefix: string): LogEntry[];
  /** Calls `onEntry` for each entry after `revision`, the past ones at once, the coming ones as they are made. */
  watch(prefix: string, revision: number, onEntry: (entry: LogEntry) => void): LogWatch;
  compact(revision: number): void;
  /** True where a value lies in another form than one would be written in now. Default: never. */
  isStale?(key: string): boolean;
}
