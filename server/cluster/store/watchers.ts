import { bucketOf } from './key-space.ts';
import type { LogEntry, LogWatch } from './log.ts';

interface Watcher {
  readonly prefix: string;
  readonly onEntry: (entry: LogEntry) => void;
  closed: boolean;
}

/** Who wants to hear of new entries, by the resource they look at. */
export class Watchers {
  readonly #byBucket = new Map<string, Set<Watcher>>();

  add(prefix: string, onEntry: (entry: LogEntry) => void): LogWatch {
    const bucket = bucketOf(prefix);
    const watcher: Watcher = { prefix, onEntry, closed: false };
    const set = this.#byBucket.get(bucket) ?? new Set();
    this.#byBucket.set(bucket, set.add(watcher));
    return {
      close: () => {
        watcher.closed = true;
        set.delete(watcher);
      },
    };
  }

  tell(entry: LogEntry): void {
    const bucket = bucketOf(entry.key);
    this.#tellSet(this.#byBucket.get(bucket), entry);
    if (bucket !== '') this.#tellSet(this.#byBucket.get(''), entry);
  }

  #tellSet(set: Set<Watcher> | undefined, entry: LogEntry): void {
    if (!set || set.size === 0) return;
    for (const watcher of [...set]) {
      if (!watcher.closed && entry.key.startsWith(watcher.prefix)) watcher.onEntry(entry);
    }
  }
}
