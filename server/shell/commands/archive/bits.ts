/** Bits put one after the other, the most significant first. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #last = 0;
  #free = 8;

  put(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#last = (this.#last << 1) | (Math.floor(value / 2 ** bit) & 1);
      if (--this.#free > 0) continue;
      this.#bytes.push(this.#last);
      this.#last = 0;
      this.#free = 8;
    }
  }

  finish(): Uint8Array {
    if (this.#free < 8) this.put(0, this.#free);
    return Uint8Array.from(this.#bytes);
  }
}

/** Reads what such a writer wrote. Past the end it throws a RangeError. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError('the data ends too early');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at++;
    }
    return value;
  }

  /** To the next whole byte. */
  align(): void {
    this.#at = (this.#at + 7) & ~7;
  }

  get atEnd(): boolean {
    return this.#at >> 3 >= this.#bytes.length;
  }
}
