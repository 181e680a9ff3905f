import { MEMBER } from '../../objects/field-set.ts';
import type { KubeObject } from '../../objects/object.ts';
import { deepFreeze } from '../../objects/object.ts';
import { isObject } from '../../objects/values.ts';
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
    if (value === undefined) this.#bytes -= sizeOf(before?.value);
    else this.#account(settle(before?.value, stamped));
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
      log.#bytes += sizeOf(stored.value);
    }
    return log;
  }

  #after(revision: number): LogEntry[] {
    return this.#entries.slice(Math.max(0, revision - this.#compacted));
  }

  #account(growth: number): void {
    if (this.#bytes + growth > this.#limitBytes) throw new SpaceExceededError();
    this.#bytes += growth;
  }
}

/** A value with its new resourceVersion. A deletion is the last state with the revision of its end, frozen. */
function stamp(value: KubeObject, revision: number, deleted: boolean): KubeObject {
  if (typeof value !== 'object' || value.metadata === undefined) return value;
  const resourceVersion = String(revision);
  if (deleted) return deepFreeze({ ...value, metadata: { ...value.metadata, resourceVersion } });
  if (Object.isFrozen(value.metadata) || Object.isFrozen(value)) {
    return { ...value, metadata: { ...value.metadata, resourceVersion } };
  }
  value.metadata.resourceVersion = resourceVersion;
  return value;
}

/** A past value with the counters that can still be known. */
function past(key: string, value: KubeObject): Stored {
  const modRevision = Number(value.metadata?.resourceVersion ?? 0);
  return { key, value, createRevision: modRevision, modRevision, version: 1 };
}

/**
 * Freezes a value through and through, and returns by how much it is longer than the one before. Parts that stayed are
 * not looked at: they are frozen and counted.
 */
function settle(before: unknown, now: unknown): number {
  if (typeof now !== 'object' || now === null) return sizeOf(now) - sizeOf(before);
  // The most frequent part of all: the end of a path of managed fields.
  if (now === MEMBER && before === undefined) return 2;
  if (Array.isArray(now)) return settleItems(before, now);
  const old = isObject(before) ? before : undefined;
  let growth = old ? 0 : 2 - sizeOf(before);
  for (const key in now) {
    const part = (now as Values)[key];
    const was = old?.[key];
    if (part === was || part === undefined) continue;
    growth += settle(was, part);
    if (was === undefined) growth += key.length + 4;
  }
  for (const key in old) {
    if ((now as Values)[key] === undefined) growth -= sizeOf(old[key]) + key.length + 4;
  }
  Object.freeze(now);
  return growth;
}

function settleItems(before: unknown, now: readonly unknown[]): number {
  const old: readonly unknown[] | undefined = Array.isArray(before) ? before : undefined;
  let growth = old ? now.length - old.length : 2 + now.length - sizeOf(before);
  for (let i = 0; i < now.length; i++) {
    const was = old?.[i];
    if (now[i] !== was) growth += settle(was, now[i]);
  }
  if (old) for (let i = now.length; i < old.length; i++) growth -= sizeOf(old[i]);
  Object.freeze(now);
  return growth;
}

type Values = Readonly<Record<string, unknown>>;

/** Characters of the value as JSON, roughly; cheaper than writing it. Nothing has none. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (value === undefined) return 0;
  if (typeof value !== 'object' || value === null) return 5;
  if (Array.isArray(value)) {
    let length = 2 + value.length;
    for (const item of value) length += sizeOf(item);
    return length;
  }
  let size = 2;
  for (const key in value) {
    const part = (value as Values)[key];
    if (part !== undefined) size += key.length + 4 + sizeOf(part);
  }
  return size;
}
