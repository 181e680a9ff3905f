import { allocate, charge } from '../../sim/index.ts';
import { COPIED_PER_STEP, ELEMENT_BYTES } from './indexed.ts';

const BUCKETS = 1024;

/** The values of an associative array, listed in the order in which bash's hash table gives them. */
export class Associative {
  #items = new Map<string, string>();
  /** Whether a clone has the same elements: whoever changes them first takes a copy. */
  #shared = false;
  /** Bytes of the texts. */
  #bytes = 0;
  #order: string[] | undefined;

  get(key: string): string | undefined {
    return this.#items.get(key);
  }

  has(key: string): boolean {
    return this.#items.has(key);
  }

  set(key: string, value: string): void {
    if (!this.#items.has(key)) this.#order = undefined;
    this.#own();
    const before = this.#items.get(key);
    this.#bytes += value.length - (before?.length ?? -key.length);
    allocate(ELEMENT_BYTES + key.length + value.length);
    this.#items.set(key, value);
  }

  delete(key: string): void {
    this.#own();
    const before = this.#items.get(key);
    if (before !== undefined) this.#bytes -= key.length + before.length;
    if (this.#items.delete(key)) this.#order = undefined;
  }

  get size(): number {
    return this.#items.size;
  }

  keys(): string[] {
    this.#order ??= inTableOrder([...this.#items.keys()]);
    return this.#order;
  }

  clone(): Associative {
    const copy = new Associative();
    copy.#items = this.#items;
    copy.#bytes = this.#bytes;
    copy.#order = this.#order;
    copy.#shared = true;
    this.#shared = true;
    return copy;
  }

  /** The memory that is its own: what is shared counts for nobody. */
  get bytes(): number {
    return this.#shared ? 0 : this.#bytes + this.#items.size * ELEMENT_BYTES;
  }

  #own(): void {
    if (!this.#shared) return;
    charge(this.#items.size / COPIED_PER_STEP);
    allocate(this.#items.size * ELEMENT_BYTES);
    this.#items = new Map(this.#items);
    this.#shared = false;
  }
}

/** Buckets from the first to the last, in a bucket the newest first. */
function inTableOrder(keys: string[]): string[] {
  return keys
    .map((key, age) => ({ key, age, bucket: hash(key) & (BUCKETS - 1) }))
    .sort((a, b) => a.bucket - b.bucket || b.age - a.age)
    .map(({ key }) => key);
}

// Models bash lib hashlib.c hash_string
function hash(text: string): number {
  let h = 2166136261;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h, 16777619) ^ byte;
  return h >>> 0;
}
