import { LIMITS } from '../../../sim/index.ts';
import { jsonPieces, toJson } from './json-text.ts';
import {
  carry,
  codePoints,
  compare,
  equal,
  isArray,
  isNumber,
  isObject,
  JqError,
  type Json,
  type JsonObject,
  numberOf,
  typeName,
} from './values.ts';

/** Bytes of a value that error messages show. */
const SHOWN = 11;

/** `number (1)`: a value in an error message, cut short. */
export function described(value: Json, most = SHOWN): string {
  // The first piece of a long text is more than is shown.
  const text = jsonPieces(value).next().value ?? '';
  const bytes = new TextEncoder().encode(text);
  if (bytes.length < most + 4) return `${typeName(value)} (${text})`;
  const cut = new TextDecoder().decode(bytes.slice(0, most)).replace(/\ufffd+$/, '');
  return `${typeName(value)} (${cut}...)`;
}

/** A program that asks for more memory than the machine has ends; it cannot catch that. */
export class OutOfMemory extends Error {
  override name = 'OutOfMemory';
}

/** Items of one array. */
export const MAX_ITEMS = 3_000_000;

export function demandString(length: number): void {
  if (length > LIMITS.stringBytes) throw new OutOfMemory();
}

type Operator = (a: Json, b: Json) => Json;

function refuse(a: Json, b: Json, what: string): never {
  throw new JqError(`${described(a)} and ${described(b)} cannot be ${what}`);
}

const add: Operator = (a, b) => {
  if (a === null) return b;
  if (b === null) return a;
  if (isNumber(a) && isNumber(b)) return numberOf(a) + numberOf(b);
  if (typeof a === 'string' && typeof b === 'string') {
    demandString(a.length + b.length);
    return a + b;
  }
  if (isArray(a) && isArray(b)) {
    if (a.length + b.length > MAX_ITEMS) throw new OutOfMemory();
    return b.length === 0 ? a : a.concat(b);
  }
  if (isObject(a) && isObject(b)) return new Map([...a, ...b]);
  return refuse(a, b, 'added');
};

const subtract: Operator = (a, b) => {
  if (isNumber(a) && isNumber(b)) return numberOf(a) - numberOf(b);
  if (isArray(a) && isArray(b)) return without(a, b);
  return refuse(a, b, 'subtracted');
};

/** The items of `a` that are not in `b`: only those of the same text are compared, as there may be many of both. */
function without(a: readonly Json[], b: readonly Json[]): Json[] {
  const textOf = (value: Json) => toJson(value, { sort: true, computed: true });
  const taken = new Map<string, Json>();
  for (const item of b) taken.set(textOf(item), item);
  return a.filter((item) => {
    const other = taken.get(textOf(item));
    return other === undefined || !equal(item, other);
  });
}

const multiply: Operator = (a, b) => {
  if (isNumber(a) && isNumber(b)) return numberOf(a) * numberOf(b);
  if (typeof a === 'string' && isNumber(b)) return repeat(a, numberOf(b));
  if (isNumber(a) && typeof b === 'string') return repeat(b, numberOf(a));
  if (isObject(a) && isObject(b)) return merge(a, b);
  return refuse(a, b, 'multiplied');
};

/** Models jq 1.7 binop_multiply: below one half no text at all, else at least one copy. */
function repeat(text: string, count: number): Json {
  if (!(count > 0)) return null;
  const times = count < 1 ? 1 : Math.floor(count);
  demandString(text.length * times);
  return text.repeat(times);
}

function merge(a: JsonObject, b: JsonObject): JsonObject {
  const out = new Map(a);
  for (const [key, value] of b) {
    const old = out.get(key);
    out.set(key, old !== undefined && isObject(old) && isObject(value) ? merge(old, value) : value);
  }
  return carry(a, out);
}

const divide: Operator = (a, b) => {
  if (isNumber(a) && isNumber(b)) {
    if (numberOf(b) === 0) refuse(a, b, 'divided because the divisor is zero');
    return numberOf(a) / numberOf(b);
  }
  if (typeof a === 'string' && typeof b === 'string') return split(a, b);
  return refuse(a, b, 'divided');
};

export function split(text: string, separator: string): Json[] {
  if (text === '') return [];
  return separator === '' ? [...text] : text.split(separator);
}

const modulo: Operator = (a, b) => {
  if (!isNumber(a) || !isNumber(b)) return refuse(a, b, 'divided');
  const [x, y] = [numberOf(a), numberOf(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const [whole, by] = [toInteger(x), toInteger(y)];
  if (by === 0n) refuse(a, b, 'divided (remainder) because the divisor is zero');
  const rest = Number((whole < 0n ? -whole : whole) % (by < 0n ? -by : by));
  return x < 0 && rest !== 0 ? -rest : rest;
};

function toInteger(value: number): bigint {
  const most = 2 ** 63;
  if (value >= most) return 2n ** 63n - 1n;
  return value <= -most ? -(2n ** 63n) : BigInt(Math.trunc(value));
}

export const OPERATORS: Readonly<Record<string, Operator>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': modulo,
  '==': (a, b) => equal(a, b),
  '!=': (a, b) => !equal(a, b),
  '<': (a, b) => compare(a, b) < 0,
  '<=': (a, b) => compare(a, b) <= 0,
  '>': (a, b) => compare(a, b) > 0,
  '>=': (a, b) => compare(a, b) >= 0,
};

export function negate(value: Json): Json {
  if (!isNumber(value)) throw new JqError(`${described(value)} cannot be negated`);
  return -numberOf(value);
}

export function lengthOf(value: Json): Json {
  if (value === null) return 0;
  if (typeof value === 'string') return codePoints(value);
  if (isNumber(value)) return Math.abs(numberOf(value));
  if (isArray(value)) return value.length;
  if (isObject(value)) return value.size;
  throw new JqError(`${described(value)} has no length`);
}
