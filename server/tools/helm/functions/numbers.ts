import { GoFloat, isNothing, numeric } from '../../go-template/values.ts';
import { type Functions, fn, refuse } from './table.ts';

/** Models cast.ToFloat64. */
function toFloat(is: unknown): number {
  if (isNothing(is)) return 0;
  if (typeof is === 'boolean') return is ? 1 : 0;
  if (typeof is === 'string') return Number.isFinite(Number(is)) && is.trim() !== '' ? Number(is) : 0;
  return typeof is === 'object' && !(is instanceof GoFloat) ? 0 : numeric(is);
}

/** Models sprig toInt64: texts are read with their base, what is none gives 0. */
function toInt(is: unknown): number {
  if (typeof is !== 'string') return Math.trunc(toFloat(is));
  const digits = is.replace(/^([-+]?)0(?=\d)/, '$1');
  return /^[-+]?\d+$/.test(digits) ? Number(digits) : /^0x[\da-f]+$/i.test(is) ? Number(is) : 0;
}

const float = (value: number) => new GoFloat(value);
const ints = (call: (all: number[]) => number) =>
  fn('any any...', (...all: unknown[]) => call(all.map(toInt)));
const floats = (call: (all: number[]) => number) =>
  fn('any any...', (...all: unknown[]) => float(call(all.map(toFloat))));
const divided = (name: string, by: number) =>
  by === 0 ? refuse('runtime error: integer divide by zero') : name;

function quotient(a: number, b: number): number {
  divided('div', b);
  return Math.trunc(a / b);
}

function remainder(a: number, b: number): number {
  divided('mod', b);
  return a % b;
}

function round(is: unknown, places: number, on = 0.5): GoFloat {
  const scale = 10 ** places;
  const scaled = toFloat(is) * scale;
  const part = scaled - Math.trunc(scaled);
  return float((part >= on ? Math.ceil(scaled) : Math.floor(scaled)) / scale);
}

function atoi(text: string): bigint {
  return /^[-+]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : 0n;
}

const sum = (all: number[]) => all.reduce((a, b) => a + b, 0);
const product = (all: number[]) => all.reduce((a, b) => a * b, 1);
const difference = ([first = 0, ...others]: number[]) => others.reduce((a, b) => a - b, first);

/** Models sprig numeric.go. */
export const NUMBERS: Functions = {
  atoi: fn('string', atoi),
  int: fn('any', (is: unknown) => BigInt(toInt(is))),
  int64: fn('any', toInt),
  float64: fn('any', (is: unknown) => float(toFloat(is))),
  add: ints(sum),
  add1: fn('any', (is: unknown) => toInt(is) + 1),
  sub: ints(difference),
  mul: ints(product),
  div: fn('any any', (a: unknown, b: unknown) => quotient(toInt(a), toInt(b))),
  mod: fn('any any', (a: unknown, b: unknown) => remainder(toInt(a), toInt(b))),
  max: ints((all) => Math.max(...all)),
  biggest: ints((all) => Math.max(...all)),
  min: ints((all) => Math.min(...all)),
  addf: floats(sum),
  add1f: fn('any', (is: unknown) => float(toFloat(is) + 1)),
  subf: floats(difference),
  mulf: floats(product),
  divf: floats(([first = 0, ...others]) => others.reduce((a, b) => a / b, first)),
  maxf: floats((all) => Math.max(...all)),
  minf: floats((all) => Math.min(...all)),
  ceil: fn('any', (is: unknown) => float(Math.ceil(toFloat(is)))),
  floor: fn('any', (is: unknown) => float(Math.floor(toFloat(is)))),
  round: fn('any int any...', (is: unknown, places: number, on?: unknown) =>
    round(is, places, on === undefined ? undefined : toFloat(on)),
  ),
};
