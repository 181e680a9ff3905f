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
    const exact = bucketOf(prefix);
    if (exact !== '') return under(this.#buckets.get(exact), prefix);
    const found: Stored[] = [];
    for (const [name, bucket] of this.#buckets) {
      if (name.startsWith(prefix) || name === '') found.push(...under(bucket, prefix));
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  count(prefix: string): number {
    const exact = bucketOf(prefix);
    if (exact === '') return this.list(prefix).length;
    const keys = this.#buckets.get(exact)?.keys ?? [];
    return position(keys, `${prefix}\uffff`) - position(keys, prefix);
  }

  copy(): KeySpace {
    const copy = new KeySpace();
    for (const [name, { keys, values }] of this.#buckets) {
      copy.#buckets.set(name, { keys: [...keys], values: new Map(values) });
    }
    return copy;
  }
}

interface Bucket {
  /** Sorted. */
  readonly keys: string[];
  readonly values: Map<string, Stored>;
}

function under(bucket: Bucket | undefined, prefix: string): Stored[] {
  if (!bucket) return [];
  const { keys, values } = bucket;
  const found: Stored[] = [];
  for (let i = position(keys, prefix); i < keys.length; i++) {
    const key = keys[i] as string;
    if (!key.startsWith(prefix)) break;
    found.push(values.get(key) as Stored);
  }
  return found;
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
