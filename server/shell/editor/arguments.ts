/** Functions that are their opposites' with a negative number, and are done as often as a number says. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['backward-char', 'forward-char'],
  ['backward-word', 'forward-word'],
  ['backward-kill-word', 'kill-word'],
  ['previous-history', 'next-history'],
  ['menu-complete', 'menu-complete-backward'],
];
/** Those that a negative number turns round, and a positive one leaves as they are. */
const TURNED: readonly (readonly [string, string])[] = [['backward-kill-line', 'kill-line']];
const REPEATED = new Set([
  ...PAIRS.flat(),
  'undo',
  'unix-word-rubout',
  'upcase-word',
  'downcase-word',
  'capitalize-word',
]);

const OPPOSITES = new Map(
  [...PAIRS, ...TURNED].flatMap(
    ([a, b]) =>
      [
        [a, b],
        [b, a],
      ] as const,
  ),
);

const MOST = 1_000_000;

/** The number that is typed before a command: `M-3`, `M--`, `M--2`. */
export class NumericArgument {
  #sign = 1;
  #digits: number | undefined;
  #typed = false;
  /** The number is `universal-argument`'s: a digit begins another one. */
  #multiplied = false;

  get typed(): boolean {
    return this.#typed;
  }

  get value(): number {
    return this.#sign * (this.#digits ?? 1);
  }

  /** Takes a key that belongs to a number; false: it is another's. */
  take(key: string): boolean {
    const meta = /^M-([0-9-])$/.exec(key)?.[1];
    const next = meta ?? (this.#typed && /^[0-9-]$/.test(key) ? key : undefined);
    if (next === undefined || (next === '-' && this.#digits !== undefined)) return false;
    if (next === '-') this.#sign = -1;
    else this.#digits = Math.min(MOST, (this.#multiplied ? 0 : (this.#digits ?? 0)) * 10 + Number(next));
    this.#multiplied = false;
    this.#typed = true;
    return true;
  }

  /** `universal-argument`: four, and four times as many with each more. */
  multiply(): void {
    this.#digits = Math.min(MOST, (this.#digits ?? 1) * 4);
    this.#typed = true;
    this.#multiplied = true;
  }

  clear(): void {
    this.#multiplied = false;
    this.#sign = 1;
    this.#digits = undefined;
    this.#typed = false;
  }
}

/** Which function a number makes of another, and how often it is done. */
export function counted(name: string, { typed, value }: NumericArgument): readonly [string, number] {
  if (!typed) return [name, 1];
  const done = value < 0 ? OPPOSITES.get(name) : name;
  if (done === undefined) return [name, 1];
  return [done, REPEATED.has(done) ? Math.abs(value) : 1];
}
