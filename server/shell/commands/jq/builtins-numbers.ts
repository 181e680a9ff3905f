import { type Builtins, computed } from './builtin.ts';
import { described } from './operators.ts';
import { isNumber, JqError, type Json, numberOf } from './values.ts';

function demand(value: Json): number {
  if (!isNumber(value)) throw new JqError(`${described(value)} number required`);
  return numberOf(value);
}

const one = (compute: (x: number) => number) => (input: Json) => compute(demand(input));
const two = (compute: (x: number, y: number) => number) => (_input: Json, x: Json, y: Json) =>
  compute(demand(x), demand(y));

/** To the nearest, ties to the even one. */
function nearestEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

const roundAway = (x: number) => (x < 0 ? -Math.round(-x) : Math.round(x));

/** A number as a fraction in [0.5, 1) and a power of two. */
function frexp(x: number): [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let power = Math.max(-1023, Math.floor(Math.log2(Math.abs(x))) + 1);
  let fraction = x * 2 ** -power;
  while (Math.abs(fraction) < 0.5) {
    fraction *= 2;
    power--;
  }
  while (Math.abs(fraction) >= 1) {
    fraction /= 2;
    power++;
  }
  return [fraction, power];
}

/** Lanczos' approximation. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const factors = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  const t = x + 6.5;
  const series = factors.reduce((total, factor, i) => total + factor / (x + i), 0.9999999999998099);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

function gamma(x: number): number {
  if (Number.isInteger(x) && x > 0 && x < 171) {
    let product = 1;
    for (let i = 2; i < x; i++) product *= i;
    return product;
  }
  return x < 0.5 ? Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x)) : Math.exp(logGamma(x));
}

const ONE_ARGUMENT: Readonly<Record<string, (x: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundAway,
  trunc: Math.trunc,
  rint: nearestEven,
  nearbyint: nearestEven,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  fabs: Math.abs,
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  exp10: (x) => 10 ** x,
  pow10: (x) => 10 ** x,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  gamma: logGamma,
  lgamma: logGamma,
  tgamma: gamma,
  significand: (x) => (x === 0 ? 0 : frexp(x)[0] * 2),
  logb: (x) => (x === 0 ? Number.NEGATIVE_INFINITY : frexp(x)[1] - 1),
};

const TWO_ARGUMENTS: Readonly<Record<string, (x: number, y: number) => number>> = {
  pow: Math.pow,
  atan2: Math.atan2,
  fmin: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y)),
  fmax: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y)),
  fmod: (x, y) => x % y,
  hypot: Math.hypot,
  ldexp: (x, y) => x * 2 ** y,
  scalb: (x, y) => x * 2 ** y,
  scalbln: (x, y) => x * 2 ** y,
  copysign: (x, y) => (Object.is(Math.sign(y), -0) || y < 0 ? -Math.abs(x) : Math.abs(x)),
  fdim: (x, y) => Math.max(x - y, 0),
  drem: (x, y) => x - y * nearestEven(x / y),
};

const rename = <T, U>(
  table: Readonly<Record<string, T>>,
  arity: number,
  wrap: (value: T) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [`${name}/${arity}`, wrap(value)]));

export const NUMBER_BUILTINS: Builtins = computed({
  ...rename(ONE_ARGUMENT, 0, one),
  ...rename(TWO_ARGUMENTS, 2, two),
  'frexp/0': (input) => frexp(demand(input)),
  'modf/0': (input) => {
    const x = demand(input);
    return [Number.isFinite(x) ? x - Math.trunc(x) : 0, Math.trunc(x)];
  },
  'fma/3': (_input, x, y, z) => demand(x) * demand(y) + demand(z),
  'infinite/0': () => Number.POSITIVE_INFINITY,
  'nan/0': () => Number.NaN,
  'isinfinite/0': (input) => Math.abs(demand(input)) === Number.POSITIVE_INFINITY,
  'isnan/0': (input) => Number.isNaN(demand(input)),
  'isnormal/0': (input) =>
    Number.isFinite(demand(input)) && Math.abs(demand(input)) >= 2.2250738585072014e-308,
  'have_literal_numbers/0': () => true,
  'have_decnum/0': () => true,
});
