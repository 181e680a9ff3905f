import type { Stored } from './log.ts';

/**
 * The live keys of a log, sorted, in buckets of one resource each (`/registry/pods/`), so that adding a key moves few
 * others and listing a resource touches no other.
 */
export class KeySpace {
  readonly #buckets = new Map<string, Bucket>();

  get(key: string): Stored | undefined {
    return this.#buckets.get(bucketOf(key))?.values.get(key);
  }

  put(stored: Stored): void {
    const name = bucketOf(stored.key);
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      bucket = { keys: [], values: new Map() };
      this.#buckets.set(name, bucket);
    }
    if (!bucket.values.has(stored.key)) bucket.keys.splice(position(bucket.keys, stored.key), 0, stored.key);
    bucket.values.set(stored.key, stored);
  }

  remove(key: string): void {
    const bucket = this.#buckets.get(bucketOf(key));
    if (!bucket?.values.delete(key)) return;
    bucket.keys.splice(position(bucket.keys, key), 1);
  }

  list(prefix: string): Stored[] {
    const found: Stored[] = [];
    const names = this.#bucketsUnder(prefix);
    for (const name of names) {
      const { keys, values } = this.#buckets.get(name) as Bucket;
      for (let i = position(keys, prefix); i < keys.length; i++) {
        const key = keys[i] as string;
        if (!key.startsWith(prefix)) break;
        found.push(values.get(key) as Stored);
      }
    }
    if (names.length > 1) found.sort((a, b) => (a.key < b.key ? -1 : 1));
    return found;
  }

  count(prefix: string): number {
    let count = 0;
    for (const name of this.#bucketsUnder(prefix)) {
      const { keys } = this.#buckets.get(name) as Bucket;
      const start = position(keys, prefix);
      count += position(keys, `${prefix}\uffff`) - start;
    }
    return count;
  }

  copy(): KeySpace {
    const copy = new KeySpace();
    for (const [name, { keys, values }] of this.#buckets) {
      copy.#buckets.set(name, { keys: [...keys], values: new Map(values) });
    }
    return copy;
  }

  #bucketsUnder(prefix: string): string[] {
    const exact = bucketOf(prefix);
    if (exact !== '') return this.#buckets.has(exact) ? [exact] : [];
    return [...this.#buckets.keys()].filter((name) => name.startsWith(prefix) || name === '');
  }
}

interface Bucket {
  /** Sorted. */
  readonly keys: string[];
  readonly values: Map<string, Stored>;
}

/** `/registry/pods/` of `/registry/pods/default/web`; '' when the key is not that deep. */
export function bucketOf(key: string): string {
  if (lastBucket !== '' && key.startsWith(lastBucket)) return lastBucket;
  lastBucket = findBucket(key);
  return lastBucket;
}

/** Mostly asked for again at once: by what reads, writes and watches the same key. */
let lastBucket = '';

function findBucket(key: string): string {
  if (!key.startsWith('/')) return '';
  const second = key.indexOf('/', 1);
  const third = second < 0 ? -1 : key.indexOf('/', second + 1);
  return third < 0 ? '' : key.slice(0, third + 1);
}

/** Where `key` is, or would go, in a sorted list. */
function position(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
