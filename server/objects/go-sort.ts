type Less<T> = (a: T, b: T) => boolean;

/** Shorter runs are sorted by insertion. */
const MAX_INSERTION = 12;
const SHORTEST_NINTHER = 50;
const MAX_SWAPS = 12;
const MAX_STEPS = 5;
const SHORTEST_SHIFTING = 50;

/**
 * Sorts in place as Go's sort.Sort does: what is equal comes out in Go's order, which is neither the given one nor any
 * other that is easily said. Models sort/zsortinterface.go.
 */
export function goSort<T>(items: T[], less: Less<T>): T[] {
  new PatternDefeating(items, less).sort(0, items.length, bitLength(items.length));
  return items;
}

function bitLength(n: number): number {
  return n === 0 ? 0 : 32 - Math.clz32(n);
}

class PatternDefeating<T> {
  readonly #items: T[];
  readonly #compare: Less<T>;
  #swaps = 0;

  constructor(items: T[], compare: Less<T>) {
    this.#items = items;
    this.#compare = compare;
  }

  sort(from: number, to: number, limit: number): void {
    let [a, b] = [from, to];
    let balanced = true;
    let partitioned = true;
    for (let left = limit; ; ) {
      const length = b - a;
      if (length <= MAX_INSERTION || left === 0) {
        if (length <= MAX_INSERTION) this.#insertionSort(a, b);
        else this.#heapSort(a, b);
        return;
      }
      if (!balanced) {
        this.#breakPatterns(a, b);
        left--;
      }
      let pivot = this.#choosePivot(a, b);
      if (this.#swaps === MAX_SWAPS) {
        this.#reverse(a, b);
        pivot = b - 1 - (pivot - a);
        this.#swaps = 0;
      }
      const increasing = this.#swaps === 0;
      if (balanced && partitioned && increasing && this.#partialInsertionSort(a, b)) return;
      if (a > 0 && !this.#less(a - 1, pivot)) {
        a = this.#partitionEqual(a, b, pivot);
        continue;
      }
      const parted = this.#partition(a, b, pivot);
      const { middle } = parted;
      partitioned = parted.already;
      balanced = Math.min(middle - a, b - middle) >= Math.floor(length / 8);
      if (middle - a < b - middle) {
        this.sort(a, middle, left);
        a = middle + 1;
      } else {
        this.sort(middle + 1, b, left);
        b = middle;
      }
    }
  }

  #less(i: number, j: number): boolean {
    return this.#compare(this.#items[i] as T, this.#items[j] as T);
  }

  #swap(i: number, j: number): void {
    const item = this.#items[i] as T;
    this.#items[i] = this.#items[j] as T;
    this.#items[j] = item;
  }

  #insertionSort(a: number, b: number): void {
    for (let i = a + 1; i < b; i++) for (let j = i; j > a && this.#less(j, j - 1); j--) this.#swap(j, j - 1);
  }

  #siftDown(low: number, high: number, first: number): void {
    for (let root = low; ; ) {
      let child = 2 * root + 1;
      if (child >= high) return;
      if (child + 1 < high && this.#less(first + child, first + child + 1)) child++;
      if (!this.#less(first + root, first + child)) return;
      this.#swap(first + root, first + child);
      root = child;
    }
  }

  #heapSort(a: number, b: number): void {
    const high = b - a;
    for (let i = Math.floor((high - 1) / 2); i >= 0; i--) this.#siftDown(i, high, a);
    for (let i = high - 1; i >= 0; i--) {
      this.#swap(a, a + i);
      this.#siftDown(0, i, a);
    }
  }

  /** Scatters some items, by chance that is always the same. */
  #breakPatterns(a: number, b: number): void {
    const length = b - a;
    if (length < 8) return;
    let random = BigInt(length);
    const mask = BigInt(2 ** bitLength(length) - 1);
    const middle = a + Math.floor(length / 4) * 2;
    for (let i = 0; i < 3; i++) {
      random = BigInt.asUintN(64, random ^ (random << 13n));
      random ^= random >> 7n;
      random = BigInt.asUintN(64, random ^ (random << 17n));
      let other = Number(random & mask);
      if (other >= length) other -= length;
      this.#swap(middle - 1 + i, a + other);
    }
  }

  /** Counts the swaps it would take: none is a sign of order, the most possible one of the reverse. */
  #choosePivot(a: number, b: number): number {
    this.#swaps = 0;
    const length = b - a;
    const quarter = Math.floor(length / 4);
    let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3];
    if (length < 8) return j;
    if (length >= SHORTEST_NINTHER) {
      i = this.#median(i - 1, i, i + 1);
      j = this.#median(j - 1, j, j + 1);
      k = this.#median(k - 1, k, k + 1);
    }
    return this.#median(i, j, k);
  }

  #order(a: number, b: number): [number, number] {
    if (!this.#less(b, a)) return [a, b];
    this.#swaps++;
    return [b, a];
  }

  #median(x: number, y: number, z: number): number {
    let [a, b] = this.#order(x, y);
    [b] = this.#order(b, z);
    [a, b] = this.#order(a, b);
    return b;
  }

  #reverse(a: number, b: number): void {
    for (let i = a, j = b - 1; i < j; i++, j--) this.#swap(i, j);
  }

  #partition(a: number, b: number, pivot: number): { middle: number; already: boolean } {
    this.#swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    for (let already = true; ; already = false) {
      while (i <= j && this.#less(i, a)) i++;
      while (i <= j && !this.#less(j, a)) j--;
      if (i > j) {
        this.#swap(j, a);
        return { middle: j, already };
      }
      this.#swap(i++, j--);
    }
  }

  /** What equals the pivot goes to the left of what is greater. */
  #partitionEqual(a: number, b: number, pivot: number): number {
    this.#swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    for (;;) {
      while (i <= j && !this.#less(a, i)) i++;
      while (i <= j && this.#less(a, j)) j--;
      if (i > j) return i;
      this.#swap(i++, j--);
    }
  }

  /** Mends a run that is nearly in order; false: it is not. */
  #partialInsertionSort(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < MAX_STEPS; step++) {
      while (i < b && !this.#less(i, i - 1)) i++;
      if (i === b) return true;
      if (b - a < SHORTEST_SHIFTING) return false;
      this.#swap(i, i - 1);
      if (i - a >= 2) for (let j = i - 1; j >= 1 && this.#less(j, j - 1); j--) this.#swap(j, j - 1);
      if (b - i >= 2) for (let j = i + 1; j < b && this.#less(j, j - 1); j++) this.#swap(j, j - 1);
    }
    return false;
  }
}
