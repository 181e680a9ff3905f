/** Seeded randomness (xoshiro128**), splittable by name so that one part's draws do not shift another's. */
export class Random {
  #s: [number, number, number, number];
  readonly #seed: string;

  constructor(seed: string | number) {
    this.#seed = String(seed);
    const next = splitmix(hash(this.#seed));
    this.#s = [next(), next(), next(), next()];
  }

  /** An independent stream for the part called `name`; the same name gives the same stream. */
  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`);
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    const s = this.#s;
    const result = Math.imul(rotl(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.bits() / 2 ** 32;
  }

  /** Uniform integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('random: nothing to pick from');
    return items[this.below(items.length)] as T;
  }

  /** `length` characters of `alphabet`. */
  text(length: number, alphabet: string): string {
    let out = '';
    for (let i = 0; i < length; i++) out += alphabet[this.below(alphabet.length)];
    return out;
  }

  /** Lower-case hexadecimal digits. */
  hex(length: number): string {
    return this.text(length, '0123456789abcdef');
  }

  /** A version 4 UUID. */
  uuid(): string {
    const variant = '89ab'[this.below(4)];
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${variant}${this.hex(3)}-${this.hex(12)}`;
  }

  /** The state, to be given to `restore` of a stream with the same seed. */
  save(): number[] {
    return [...this.#s];
  }

  restore(state: readonly number[]): void {
    const [a, b, c, d] = state;
    if (a === undefined || b === undefined || c === undefined || d === undefined) {
      throw new RangeError('random: a state has four numbers');
    }
    this.#s = [a, b, c, d];
  }
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

function splitmix(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x9e3779b9) | 0;
    let t = a ^ (a >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return t ^ (t >>> 15);
  };
}
