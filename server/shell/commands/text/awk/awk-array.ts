import { encode } from '../../../../host/index.ts';
import { allocate } from '../../../../sim/index.ts';
import type { Value } from './syntax.ts';

/** Buckets that a table starts with, and how many keys each may hold on average before there are twice as many. */
const BUCKETS = 64;
const PER_BUCKET = 12;

/** About what a key and its value take. */
export const ENTRY_BYTES = 200;

/** An array of awk. Its keys are kept in the order of their last use, which `for (key in array)` depends on. */
export class AwkArray extends Map<string, Value> {
  /** Whether all keys were numbers when they were made: those are kept in another table. */
  #byNumber = true;

  /** The value of a key, which is used now; it is there afterwards. */
  use(key: string, isNumber: boolean): Value {
    const value = this.get(key);
    this.put(key, value, isNumber);
    return value;
  }

  put(key: string, value: Value, isNumber: boolean): void {
    if (!isNumber) this.#byNumber = false;
    this.delete(key);
    this.set(key, value);
    allocate(ENTRY_BYTES);
  }

  /** Keys as mawk's loops meet them. Models mawk array.c assign_keys: tables of lists, what was used last in front. */
  ordered(): string[] {
    let buckets = BUCKETS;
    while (this.size > buckets * PER_BUCKET) buckets *= 2;
    const keys = [...this.keys()];
    const numbers = () => intoLists(keys, buckets, (key) => (Number(key) >>> 0) % buckets);
    return intoLists(this.#byNumber ? numbers() : keys, buckets, (key) => hash(key) % buckets);
  }
}

function intoLists(keys: readonly string[], buckets: number, bucketOf: (key: string) => number): string[] {
  const lists = Array.from({ length: buckets }, (): string[] => []);
  for (const key of keys) lists[bucketOf(key)]?.push(key);
  return lists.flatMap((list) => list.reverse());
}

/** FNV-1a. */
function hash(key: string): number {
  let value = 2_166_136_261;
  for (const byte of encode(key)) value = Math.imul(value ^ byte, 16_777_619);
  return value >>> 0;
}
