/** A decimal number of bc: `digits` / 10 ^ `scale`. */
export interface Num {
  readonly digits: bigint;
  readonly scale: number;
}

/** More digits than a number may have: real memory ends as well. */
const MAX_DIGITS = 20_000;

/** A number that this machine has no room for. */
export class TooLarge extends Error {
  override name = 'TooLarge';
}

export const ZERO: Num = { digits: 0n, scale: 0 };
export const ONE: Num = { digits: 1n, scale: 0 };

export function num(value: number | bigint): Num {
  return { digits: BigInt(value), scale: 0 };
}

export function power10(exponent: number): bigint {
  if (exponent > MAX_DIGITS) throw new TooLarge();
  return 10n ** BigInt(exponent);
}

/** The same number with more digits after the point, or with those behind cut off. */
export function withScale({ digits, scale }: Num, wanted: number): Num {
  if (wanted === scale) return { digits, scale };
  if (wanted > scale) return { digits: digits * power10(wanted - scale), scale: wanted };
  return { digits: digits / power10(scale - wanted), scale: wanted };
}

export function isZero({ digits }: Num): boolean {
  return digits === 0n;
}

export function negate({ digits, scale }: Num): Num {
  return { digits: -digits, scale };
}

export function add(a: Num, b: Num): Num {
  const scale = Math.max(a.scale, b.scale);
  return { digits: withScale(a, scale).digits + withScale(b, scale).digits, scale };
}

export function subtract(a: Num, b: Num): Num {
  return add(a, negate(b));
}

export function compare(a: Num, b: Num): number {
  const { digits } = subtract(a, b);
  return digits < 0n ? -1 : digits > 0n ? 1 : 0;
}

export function multiply(a: Num, b: Num, scale: number): Num {
  const full = a.scale + b.scale;
  const product = { digits: bounded(a.digits * b.digits), scale: full };
  return withScale(product, Math.min(full, Math.max(scale, a.scale, b.scale)));
}

/** Models lib/number.c bc_divide: cut off, not rounded. */
export function divide(a: Num, b: Num, scale: number): Num {
  const shift = scale + b.scale - a.scale;
  const top = shift >= 0 ? a.digits * power10(shift) : a.digits / power10(-shift);
  return { digits: top / b.digits, scale };
}

/** Models lib/number.c bc_modulo: what the division at that scale leaves. */
export function modulo(a: Num, b: Num, scale: number): Num {
  const whole = Math.max(a.scale, b.scale + scale);
  const quotient = divide(a, b, scale);
  return withScale(subtract(a, multiply(quotient, b, whole)), whole);
}

/** Models lib/number.c bc_raise; the exponent is a whole number. */
export function raise(base: Num, exponent: number, scale: number): Num {
  if (exponent === 0) return ONE;
  const count = Math.abs(exponent);
  const length = base.digits.toString().length;
  if (base.digits !== 0n && base.digits !== 1n && length * count > MAX_DIGITS) throw new TooLarge();
  const full = { digits: base.digits ** BigInt(count), scale: base.scale * count };
  if (exponent < 0) return divide(ONE, full, scale);
  return withScale(full, Math.min(full.scale, Math.max(scale, base.scale)));
}

/** Undefined: there is none. */
export function squareRoot(a: Num, scale: number): Num | undefined {
  if (a.digits < 0n) return undefined;
  const wanted = Math.max(scale, a.scale);
  return { digits: integerRoot(withScale(a, wanted * 2).digits), scale: wanted };
}

function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

function bounded(digits: bigint): bigint {
  // A bit is about 0.3 digits; asked this way because writing a number down takes long.
  if (digits >> BigInt(Math.ceil(MAX_DIGITS / 0.3)) > 0n) throw new TooLarge();
  return digits;
}

/** How many digits a number has, and how many of them stand behind the point. Models bc's `length`. */
export function length({ digits, scale }: Num): number {
  const text = (digits < 0n ? -digits : digits).toString();
  return digits === 0n ? Math.max(scale, 1) : Math.max(text.length, scale);
}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Reads a literal in a base. Models execute.c push_constant: one digit counts as itself, in more a digit counts at most base - 1. */
export function parse(text: string, base: number): Num {
  const [whole = '', fraction = ''] = text.split('.');
  const value = (letter: string, single: boolean) => {
    const digit = LETTERS.indexOf(letter);
    return BigInt(digit >= base && !single ? base - 1 : digit);
  };
  const single = whole.length + fraction.length === 1;
  let digits = 0n;
  for (const letter of whole) digits = digits * BigInt(base) + value(letter, single);
  if (!text.includes('.')) return { digits, scale: 0 };
  if (base === 10) {
    for (const letter of fraction) digits = digits * 10n + value(letter, false);
    return { digits, scale: fraction.length };
  }
  let below = 0n;
  for (const letter of fraction) below = below * BigInt(base) + value(letter, false);
  const scale = fraction.length;
  return {
    digits: digits * power10(scale) + (below * power10(scale)) / BigInt(base) ** BigInt(scale),
    scale,
  };
}

/** A number as bc prints it in a base. Models lib/number.c bc_out_num. */
export function show(value: Num, base: number): string {
  if (value.digits === 0n) return '0';
  const sign = value.digits < 0n ? '-' : '';
  const digits = value.digits < 0n ? -value.digits : value.digits;
  const unit = power10(value.scale);
  const whole = digits / unit;
  const rest = digits % unit;
  if (base === 10) {
    const fraction = value.scale > 0 ? `.${rest.toString().padStart(value.scale, '0')}` : '';
    return `${sign}${whole === 0n ? '' : whole}${fraction}` || '0';
  }
  return sign + wholeIn(whole, base) + fractionIn(rest, unit, base, value.scale);
}

function wholeIn(whole: bigint, base: number): string {
  if (base <= 16) return whole === 0n ? '' : whole.toString(base).toUpperCase();
  const out: string[] = [];
  for (let rest = whole; rest > 0n; rest /= BigInt(base))
    out.unshift(digitIn(Number(rest % BigInt(base)), base));
  return out.join('');
}

/** As many digits as tell numbers of this scale apart. */
function fractionIn(rest: bigint, unit: bigint, base: number, scale: number): string {
  if (scale === 0) return '';
  let out = '.';
  let at = rest;
  for (let reached = 1n; reached < unit; reached *= BigInt(base)) {
    at *= BigInt(base);
    const digit = digitIn(Number(at / unit), base);
    out += base > 16 && out === '.' ? digit.slice(1) : digit;
    at %= unit;
  }
  return out;
}

/** Digits of large bases are numbers themselves, a blank before each. */
function digitIn(value: number, base: number): string {
  if (base <= 16) return LETTERS[value] as string;
  return ` ${String(value).padStart(String(base - 1).length, '0')}`;
}
