import type { KubeObject } from '../../objects/object.ts';
import { deepFreeze } from '../../objects/object.ts';
import { LIMITS } from '../../sim/limits.ts';
import { KeySpace } from './key-space.ts';
import {
  type Change,
  CompactedError,
  type Log,
  type LogEntry,
  type LogWatch,
  SpaceExceededError,
  type Stored,
} from './log.ts';
import { Watchers } from './watchers.ts';

/** A log as plain data. */
export interface LogState {
  readonly revision: number;
  readonly compacted: number;
  readonly entries: readonly LogEntry[];
  readonly live: readonly Stored[];
}

/** The log in memory. */
export class MemoryLog implements Log {
  #revision = 0;
  #compacted = 0;
  #bytes = 0;
  /** Entry `i` has revision `#first + i`. */
  #entries: LogEntry[] = [];
  #live = new KeySpace();
  readonly #watchers = new Watchers();
  readonly #sizes = new WeakMap<KubeObject, number>();
  readonly #limitBytes: number;

  constructor(limitBytes: number = LIMITS.storeBytes) {
    this.#limitBytes = limitBytes;
  }

  get revision(): number {
    return this.#revision;
  }

  get compacted(): number {
    return this.#compacted;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Stored | undefined {
    return this.#live.get(key);
  }

  list(prefix: string): Stored[] {
    return this.#live.list(prefix);
  }

  count(prefix: string): number {
    return this.#live.count(prefix);
  }

  listAt(prefix: string, revision: number): Stored[] {
    if (revision < this.#compacted) throw new CompactedError();
    const state = new Map(this.#live.list(prefix).map((stored) => [stored.key, stored]));
    const later = this.#after(revision).filter((entry) => entry.key.startsWith(prefix));
    for (const { key, previous } of later.reverse()) {
      if (previous) state.set(key, past(key, previous));
      else state.delete(key);
    }
    return [...state.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  append({ key, value, expected }: Change): Stored | undefined {
    const before = this.#live.get(key);
    if (expected !== undefined && (before?.modRevision ?? 0) !== expected) return undefined;
    if (value === undefined && !before) return undefined;
    const revision = this.#revision + 1;
    const stamped = stamp(value ?? (before as Stored).value, revision, value === undefined);
    this.#account(value === undefined ? undefined : stamped, before?.value);
    this.#revision = revision;
    const stored: Stored = {
      key,
      value: stamped,
      createRevision: before?.createRevision ?? revision,
      modRevision: revision,
      version: (before?.version ?? 0) + 1,
    };
    if (value === undefined) this.#live.remove(key);
    else this.#live.put(stored);
    const entry = { revision, key, value: value && stamped, previous: before?.value };
    this.#entries.push(entry);
    this.#watchers.tell(entry);
    return stored;
  }

  since(revision: number, prefix: string): LogEntry[] {
    if (revision < this.#compacted) throw new CompactedError();
    return this.#after(revision).filter((entry) => entry.key.startsWith(prefix));
  }

  watch(prefix: string, revision: number, onEntry: (entry: LogEntry) => void): LogWatch {
    for (const entry of this.since(revision, prefix)) onEntry(entry);
    return this.#watchers.add(prefix, onEntry);
  }

  compact(revision: number): void {
    if (revision <= this.#compacted) return;
    const upTo = Math.min(revision, this.#revision);
    this.#entries.splice(0, upTo - this.#compacted);
    this.#compacted = upTo;
  }

  /** A log that starts with the same content and goes its own way; nothing is copied but the indexes. */
  fork(): MemoryLog {
    const copy = new MemoryLog(this.#limitBytes);
    copy.#revision = this.#revision;
    copy.#compacted = this.#compacted;
    copy.#bytes = this.#bytes;
    copy.#entries = [...this.#entries];
    copy.#live = this.#live.copy();
    return copy;
  }

  /** Everything in it as plain data, to be stored; `MemoryLog.load` takes it back. */
  dump(): LogState {
    return {
      revision: this.#revision,
      compacted: this.#compacted,
      entries: [...this.#entries],
      live: this.#live.list(''),
    };
  }

  static load(state: LogState): MemoryLog {
    const log = new MemoryLog();
    log.#revision = state.revision;
    log.#compacted = state.compacted;
    log.#entries = state.entries.map((entry) => deepFreeze(entry));
    for (const stored of state.live) {
      log.#live.put(deepFreeze(stored));
      log.#account(stored.value, undefined);
    }
    return log;
  }

  #after(revision: number): LogEntry[] {
    return this.#entries.slice(Math.max(0, revision - this.#compacted));
  }

  #account(value: KubeObject | undefined, before: KubeObject | undefined): void {
    const added = value ? sizeOf(value) : 0;
    const bytes = this.#bytes + added - ((before && this.#sizes.get(before)) ?? 0);
    if (value && bytes > this.#limitBytes) throw new SpaceExceededError();
    if (value) this.#sizes.set(value, added);
    this.#bytes = bytes;
  }
}

/** Freezes a value with its new resourceVersion. A deletion is the last state with the revision of its end. */
function stamp(value: KubeObject, revision: number, deleted: boolean): KubeObject {
  if (typeof value !== 'object' || value.metadata === undefined) return deepFreeze(value);
  const resourceVersion = String(revision);
  if (deleted || Object.isFrozen(value.metadata) || Object.isFrozen(value)) {
    return deepFreeze({ ...value, metadata: { ...value.metadata, resourceVersion } });
  }
  value.metadata.resourceVersion = resourceVersion;
  return deepFreeze(value);
}

/** A past value with the counters that can still be known. */
function past(key: string, value: KubeObject): Stored {
  const modRevision = Number(value.metadata?.resourceVersion ?? 0);
  return { key, value, createRevision: modRevision, modRevision, version: 1 };
}

/** Characters of the value as JSON, roughly; cheaper than writing it. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  let size = 2;
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key];
    size += key.length + 4 + (typeof part === 'string' ? part.length + 2 : sizeOf(part));
  }
  return size;
}
