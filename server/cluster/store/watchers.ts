import { bucketOf } from './key-space.ts';
import type { LogEntry, LogWatch } from './log.ts';

interface Watcher {
  readonly prefix: string;
  readonly onEntry: (entry: LogEntry) => void;
  closed: boolean;
}

/** Who wants to hear of new entries, by the resource they look at. */
export class Watchers {
  /** Lists are never changed, only replaced: who is told may add or close watches. */
  readonly #byBucket = new Map<string, readonly Watcher[]>();

  add(prefix: string, onEntry: (entry: LogEntry) => void): LogWatch {
    const bucket = bucketOf(prefix);
    const watcher: Watcher = { prefix, onEntry, closed: false };
    this.#byBucket.set(bucket, [...(this.#byBucket.get(bucket) ?? []), watcher]);
    return {
      close: () => {
        watcher.closed = true;
        const left = this.#byBucket.get(bucket)?.filter((other) => other !== watcher) ?? [];
        this.#byBucket.set(bucket, left);
      },
    };
  }

  tell(entry: LogEntry): void {
    const bucket = bucketOf(entry.key);
    tellAll(this.#byBucket.get(bucket), entry);
    if (bucket !== '') tellAll(this.#byBucket.get(''), entry);
  }
}

function tellAll(watchers: readonly Watcher[] = [], entry: LogEntry): void {
  for (const watcher of watchers) {
    if (!watcher.closed && entry.key.startsWith(watcher.prefix)) watcher.onEntry(entry);
  }
}
