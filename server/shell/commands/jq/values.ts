import { compareBytes } from '../core/numbers.ts';

/** An object keeps its keys in the order they came; a JavaScript object would put `"1"` before `"a"`. */
export type JsonObject = ReadonlyMap<string, Json>;
export type Json = null | boolean | number | NumberLiteral | string | readonly Json[] | JsonObject;

/** A number that is written otherwise than it would be computed, such as `1.000`; it is shown as it was written. */
export class NumberLiteral {
  readonly value: number;
  readonly text: string;

  constructor(value: number, text: string) {
    this.value = value;
    this.text = text;
  }
}

/** An error of a program, which `try` catches. */
export class JqError extends Error {
  override name = 'JqError';
  readonly value: Json;

  constructor(value: Json) {
    super(typeof value === 'string' ? value : 'error');
    this.value = value;
  }
}

export type TypeName = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export const isObject = (value: Json): value is JsonObject => value instanceof Map;
export const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
export const isNumber = (value: Json): value is number | NumberLiteral =>
  typeof value === 'number' || value instanceof NumberLiteral;

export function numberOf(value: number | NumberLiteral): number {
  return typeof value === 'number' ? value : value.value;
}

export function typeName(value: Json): TypeName {
  if (value === null) return 'null';
  if (isNumber(value)) return 'number';
  if (isArray(value)) return 'array';
  return typeof value === 'object' ? 'object' : (typeof value as 'boolean' | 'string');
}

export const isTrue = (value: Json): boolean => value !== null && value !== false;

/** What is known of arrays and objects beside their values: comments and styles of a file they came from. */
const notes = new WeakMap<object, object>();

export function noteOf(value: Json): object | undefined {
  return typeof value === 'object' && value !== null ? notes.get(value) : undefined;
}

export function annotate<T extends Json & object>(value: T, note: object | undefined): T {
  if (note) notes.set(value, note);
  return value;
}

/** What was made of another value keeps what was known of that one. */
export function carry<T extends Json & object>(from: Json, to: T): T {
  return annotate(to, noteOf(from));
}

/** The keys in the order of `keys` and of comparisons: by code points. */
export function sortedKeys(object: JsonObject): string[] {
  return [...object.keys()].sort(compareBytes);
}

/** null, false, true, numbers, strings, arrays, objects: the order of `sort` and of the comparisons. */
function rank(value: Json): number {
  if (value === null) return 0;
  if (value === false) return 1;
  if (value === true) return 2;
  if (isNumber(value)) return 3;
  if (typeof value === 'string') return 4;
  return isArray(value) ? 5 : 6;
}

export function compare(a: Json, b: Json): number {
  const order = rank(a) - rank(b);
  if (order !== 0) return order;
  if (typeof a === 'string') return compareBytes(a, b as string);
  if (isNumber(a)) return compareNumbers(numberOf(a), numberOf(b as number));
  if (isArray(a)) return compareArrays(a, b as readonly Json[]);
  if (isObject(a)) return compareObjects(a, b as JsonObject);
  return 0;
}

/** nan is below every number, itself included. */
function compareNumbers(a: number, b: number): number {
  if (a < b || Number.isNaN(a)) return -1;
  return a === b ? 0 : 1;
}

function compareArrays(a: readonly Json[], b: readonly Json[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i] as Json, b[i] as Json);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: JsonObject, b: JsonObject): number {
  const keys = sortedKeys(a);
  const order = compareArrays(keys, sortedKeys(b));
  if (order !== 0) return order;
  for (const key of keys) {
    const inner = compare(a.get(key) as Json, b.get(key) as Json);
    if (inner !== 0) return inner;
  }
  return 0;
}

export const equal = (a: Json, b: Json): boolean => a === b || compare(a, b) === 0;

/** The characters of a string, which jq counts by code points. */
export function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < text.length) i++;
    count++;
  }
  return count;
}

/** Places in a string, counted by code points from the last one that was asked for. */
export class Offsets {
  readonly #text: string;
  #at = 0;
  #points = 0;

  constructor(text: string) {
    this.#text = text;
  }

  of(at: number): number {
    if (at >= this.#at) this.#points += codePoints(this.#text.slice(this.#at, at));
    else this.#points -= codePoints(this.#text.slice(at, this.#at));
    this.#at = at;
    return this.#points;
  }
}
