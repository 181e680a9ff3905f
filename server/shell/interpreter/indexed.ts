import { allocate, charge } from '../../sim/index.ts';

/** Bytes that an element takes beside its text. */
export const ELEMENT_BYTES = 80;
/** Elements that are copied for one step of work. */
export const COPIED_PER_STEP = 32;
/** How far behind the last element the next may be, beside as many as there are, for the list to have gaps. */
const GAP = 64;

/** The elements by subscript: a list, which may have gaps, or a table where they are far apart. */
type Items = (string | undefined)[] | Map<number, string>;

/** An indexed array: elements by subscript. Its last subscript is known at once, as `+=` and negative subscripts ask for it. */
export class Indexed {
  #items: Items = [];
  /** Whether a clone has the same elements: whoever changes them first takes a copy. */
  #shared = false;
  /** Bytes of the texts. */
  #bytes = 0;
  #size = 0;
  #last = -1;

  static of(items: readonly string[]): Indexed {
    const array = new Indexed();
    for (const item of items) array.push(item);
    return array;
  }

  /** The largest subscript in use; -1 when there is none. */
  get last(): number {
    return this.#last;
  }

  get size(): number {
    return this.#size;
  }

  get(index: number): string | undefined {
    return Array.isArray(this.#items) ? this.#items[index] : this.#items.get(index);
  }

  set(index: number, value: string): void {
    const items = this.#own(index);
    const before = this.get(index);
    if (before === undefined) this.#size++;
    this.#bytes += value.length - (before?.length ?? 0);
    allocate(ELEMENT_BYTES + value.length);
    if (index > this.#last) this.#last = index;
    if (!Array.isArray(items)) {
      items.set(index, value);
      return;
    }
    while (items.length < index) items.push(undefined);
    items[index] = value;
  }

  push(value: string): void {
    this.set(this.#last + 1, value);
  }

  delete(index: number): void {
    const before = this.get(index);
    if (before === undefined) return;
    const items = this.#own(index);
    this.#size--;
    this.#bytes -= before.length;
    if (Array.isArray(items)) items[index] = undefined;
    else items.delete(index);
    if (index !== this.#last) return;
    // Most often the neighbour is the last one now.
    if (index === 0 || this.get(index - 1) !== undefined) this.#last = index - 1;
    else this.#last = this.keys().at(-1) ?? -1;
    if (Array.isArray(items)) items.length = this.#last + 1;
  }

  /** Subscripts in ascending order. */
  keys(): number[] {
    if (!Array.isArray(this.#items)) return [...this.#items.keys()].sort((a, b) => a - b);
    const keys: number[] = [];
    this.#items.forEach((item, i) => {
      if (item !== undefined) keys.push(i);
    });
    return keys;
  }

  /** Elements in the order of their subscripts. */
  values(): string[] {
    const items = this.#items;
    if (!Array.isArray(items)) return this.keys().map((index) => items.get(index) as string);
    return this.#size === items.length
      ? (items.slice() as string[])
      : items.filter((item) => item !== undefined);
  }

  clone(): Indexed {
    const copy = new Indexed();
    copy.#items = this.#items;
    copy.#bytes = this.#bytes;
    copy.#size = this.#size;
    copy.#last = this.#last;
    copy.#shared = true;
    this.#shared = true;
    return copy;
  }

  /** The memory that is its own: what is shared counts for nobody. */
  get bytes(): number {
    return this.#shared ? 0 : this.#bytes + this.#size * ELEMENT_BYTES;
  }

  /** The elements, to be changed at a subscript: a copy of shared ones, a table where that is far from the others. */
  #own(index: number): Items {
    if (this.#shared) {
      charge(this.#size / COPIED_PER_STEP);
      allocate(this.#size * ELEMENT_BYTES);
      this.#items = Array.isArray(this.#items) ? this.#items.slice() : new Map(this.#items);
      this.#shared = false;
    }
    if (Array.isArray(this.#items) && index > 2 * this.#items.length + GAP)
      this.#items = this.#table(this.#items);
    return this.#items;
  }

  #table(list: readonly (string | undefined)[]): Map<number, string> {
    charge(list.length / COPIED_PER_STEP);
    const table = new Map<number, string>();
    list.forEach((item, i) => {
      if (item !== undefined) table.set(i, item);
    });
    return table;
  }
}
