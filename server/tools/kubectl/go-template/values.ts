import { goFloat, goPrint } from '../go-json.ts';

/** A float that a template says: JSON's numbers are float64 when they are not whole. */
export class GoFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/**
 * What an expression yields. Ints of templates are bigints, those of JSON (int64) are whole numbers. `boxed`: held in an
 * interface{}, as the items of maps and slices are.
 */
export interface Value {
  readonly is: unknown;
  readonly boxed: boolean;
}

/** No value at all, as of a key that a map does not have. */
export const INVALID: Value = { is: undefined, boxed: false };

export function plain(is: unknown): Value {
  return { is, boxed: false };
}

export function boxed(is: unknown): Value {
  return { is: is ?? null, boxed: true };
}

/** The value in an interface; none in an empty one. */
export function unboxed(value: Value): Value {
  if (!value.boxed) return value;
  return isNothing(value.is) ? INVALID : plain(value.is);
}

export function isValid(value: Value): boolean {
  return value.boxed || value.is !== undefined;
}

export function isNothing(is: unknown): boolean {
  return is === null || is === undefined;
}

export function isMap(is: unknown): is is Record<string, unknown> {
  return typeof is === 'object' && is !== null && !Array.isArray(is) && !(is instanceof GoFloat);
}

export function typeOf(is: unknown): string {
  if (isNothing(is)) return '<nil>';
  if (typeof is === 'bigint') return 'int';
  if (is instanceof GoFloat) return 'float64';
  if (typeof is === 'number') return Number.isInteger(is) ? 'int64' : 'float64';
  if (typeof is === 'boolean') return 'bool';
  if (typeof is === 'string') return 'string';
  return Array.isArray(is) ? '[]interface {}' : 'map[string]interface {}';
}

export type BasicKind = 'bool' | 'int' | 'float' | 'string';

/** What may be compared; undefined for all else. */
export function basicKind(is: unknown): BasicKind | undefined {
  const type = typeOf(is);
  if (type === 'int' || type === 'int64') return 'int';
  if (type === 'float64') return 'float';
  return type === 'bool' || type === 'string' ? type : undefined;
}

export function numeric(is: unknown): number {
  return is instanceof GoFloat ? is.value : Number(is);
}

/** What `if` makes of a value. */
export function truth(is: unknown): boolean {
  if (Array.isArray(is)) return is.length > 0;
  if (isMap(is)) return Object.keys(is).length > 0;
  return Boolean(is instanceof GoFloat ? is.value : is);
}

/** `%v` */
export function shown(is: unknown): string {
  return is instanceof GoFloat ? goFloat(is.value) : goPrint(is);
}

/** What an action prints. */
export function printed(is: unknown): string {
  return isNothing(is) ? '<no value>' : shown(is);
}

/** Bytes of a text. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
