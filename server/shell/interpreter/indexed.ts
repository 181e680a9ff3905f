import { allocate, charge } from '../../sim/index.ts';

/** Bytes that an element takes beside its text. */
export const ELEMENT_BYTES = 80;
/** Elements that are copied for one step of work. */
export const COPIED_PER_STEP = 32;

/** An indexed array: elements by subscript. Its last subscript is known at once, as `+=` and negative subscripts ask for it. */
export class Indexed {
  #items = new Map<number, string>();
  /** Whether a clone has the same elements: whoever changes them first takes a copy. */
  #shared = false;
  /** Bytes of the texts. */
  #bytes = 0;
  #last = -1;
  /** Whether elements were added in ascending order. */
  #ascending = true;

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
    return this.#items.size;
  }

  get(index: number): string | undefined {
    return this.#items.get(index);
  }

  set(index: number, value: string): void {
    if (index > this.#last) this.#last = index;
    else if (!this.#items.has(index)) this.#ascending = false;
    this.#own();
    const before = this.#items.get(index);
    this.#bytes += value.length - (before?.length ?? 0);
    allocate(ELEMENT_BYTES + value.length);
    this.#items.set(index, value);
  }

  push(value: string): void {
    this.set(this.#last + 1, value);
  }

  delete(index: number): void {
    this.#own();
    this.#bytes -= this.#items.get(index)?.length ?? 0;
    if (!this.#items.delete(index) || index !== this.#last) return;
    // Most often the neighbour is the last one now.
    if (index === 0 || this.#items.has(index - 1)) this.#last = index - 1;
    else this.#last = this.keys().at(-1) ?? -1;
  }

  /** Subscripts in ascending order. */
  keys(): number[] {
    const keys = [...this.#items.keys()];
    return this.#ascending ? keys : keys.sort((a, b) => a - b);
  }

  /** Elements in the order of their subscripts. */
  values(): string[] {
    return this.#ascending
      ? [...this.#items.values()]
      : this.keys().map((index) => this.#items.get(index) as string);
  }

  clone(): Indexed {
    const copy = new Indexed();
    copy.#items = this.#items;
    copy.#bytes = this.#bytes;
    copy.#last = this.#last;
    copy.#ascending = this.#ascending;
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
