import {
  add,
  divide,
  isZero,
  multiply,
  type Num,
  negate,
  num,
  ONE,
  power10,
  withScale,
  ZERO,
} from './number.ts';

/** Digits that are worked with beyond those asked for. */
const GUARD = 12;

/** The functions of `bc -l`, worked out with more digits than wanted and cut off. */
export const FUNCTIONS: Readonly<Record<string, (args: readonly Num[], scale: number) => Num>> = {
  s: ([x = ZERO], scale) => sine(x, scale),
  c: ([x = ZERO], scale) =>
    cut(sine(add(withScale(x, scale + GUARD), halfPi(scale + GUARD)), scale + GUARD), scale),
  a: ([x = ZERO], scale) => cut(arctangent(x, scale + GUARD), scale),
  l: ([x = ZERO], scale) => logarithm(x, scale),
  e: ([x = ZERO], scale) => exponential(x, scale),
  j: ([n = ZERO, x = ZERO], scale) => bessel(n, x, scale),
};

const cut = withScale;

/** Adds terms until they are too small to count. */
function series(first: Num, scale: number, next: (term: Num, index: number) => Num): Num {
  let [sum, term] = [first, first];
  for (let i = 1; !isZero(term); i++) {
    term = cut(next(term, i), scale);
    sum = add(sum, term);
  }
  return sum;
}

function times(a: Num, b: Num, scale: number): Num {
  return cut(multiply(a, b, a.scale + b.scale), scale);
}

function halfPi(scale: number): Num {
  return times(arctangent(ONE, scale + 4), num(2), scale);
}

function sine(x: Num, scale: number): Num {
  const work = scale + GUARD + wholeDigits(x);
  const turn = times(halfPi(work), num(4), work);
  const turns = divide(x, turn, 0);
  const angle = add(withScale(x, work), negate(times(turns, turn, work)));
  const square = times(angle, angle, work);
  const sum = series(angle, work, (term, i) =>
    divide(negate(times(term, square, work)), num(2 * i * (2 * i + 1)), work),
  );
  return cut(sum, scale);
}

function wholeDigits(x: Num): number {
  return Math.max(0, x.digits.toString().length - x.scale);
}

/** By halving the angle until the series is quick. */
function arctangent(x: Num, scale: number): Num {
  const work = scale + GUARD + wholeDigits(x);
  let [value, doubled] = [withScale(x, work), 0];
  for (; !isZero(value) && absolute(value) * 10n > power10(work) * 2n; doubled++) {
    const square = times(value, value, work);
    const root = withScale(
      { digits: squareRootOf(add(withScale(ONE, work), square).digits * power10(work)), scale: work },
      work,
    );
    value = divide(value, add(ONE, root), work);
  }
  const square = times(value, value, work);
  let power = value;
  let sum = value;
  for (let i = 1; !isZero(power); i++) {
    power = negate(times(power, square, work));
    sum = add(sum, divide(power, num(2 * i + 1), work));
  }
  return cut(times(sum, num(2n ** BigInt(doubled)), work), scale);
}

function absolute({ digits }: Num): bigint {
  return digits < 0n ? -digits : digits;
}

function squareRootOf(value: bigint): bigint {
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** e ^ x: the series for a small part of x, squared again. */
function exponential(x: Num, scale: number): Num {
  const magnitude = Number(absolute(withScale(x, 0)));
  const work = scale + GUARD + Math.ceil(magnitude * 0.44) + wholeDigits(x);
  let [value, halved] = [withScale({ ...x, digits: absolute(x) }, work), 0];
  for (; value.digits > power10(work) / 2n; halved++) value = divide(value, num(2), work);
  let result = series(withScale(ONE, work), work, (term, i) =>
    divide(times(term, value, work), num(i), work),
  );
  for (; halved > 0; halved--) result = times(result, result, work);
  return x.digits < 0n ? divide(ONE, result, scale) : cut(result, scale);
}

function logarithm(x: Num, scale: number): Num {
  if (x.digits <= 0n) return { digits: (1n - power10(scale)) * power10(scale), scale };
  const work = scale + GUARD + wholeDigits(x);
  let [value, roots] = [withScale(x, work), 0];
  const unit = power10(work);
  for (; value.digits > unit * 2n || value.digits * 2n < unit; roots++)
    value = { digits: squareRootOf(value.digits * unit), scale: work };
  const ratio = divide(add(value, negate(ONE)), add(value, ONE), work);
  const square = times(ratio, ratio, work);
  let [power, sum] = [ratio, ratio];
  for (let i = 3; !isZero(power); i += 2) {
    power = times(power, square, work);
    sum = add(sum, divide(power, num(i), work));
  }
  return cut(times(sum, num(2n ** BigInt(roots + 1)), work), scale);
}

function bessel(order: Num, x: Num, scale: number): Num {
  const n = Math.min(500, Math.abs(Number(order.digits / power10(order.scale))));
  const work = scale + GUARD + 2 * wholeDigits(x) + n;
  let first = withScale(ONE, work);
  for (let i = 1; i <= n; i++) first = divide(times(first, x, work), num(2 * i), work);
  const quarter = divide(times(x, x, work), num(4), work);
  const sum = series(first, work, (term, i) =>
    divide(negate(times(term, quarter, work)), num(i * (n + i)), work),
  );
  return cut(order.digits < 0n && n % 2 === 1 ? negate(sum) : sum, scale);
}
