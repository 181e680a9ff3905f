import { byBytes, goFloat, goPrint } from '../kubectl/go-json.ts';

/** A float that a template says: JSON's numbers are float64 when they are not whole. */
export class GoFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Something with a Go type of its own: fields and methods that templates may name. */
export class GoStruct {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Take what stands behind them. */
  readonly methods: Readonly<Record<string, (...args: any[]) => unknown>>;
  /** As it prints itself. */
  readonly text: string | undefined;
  /** What `range` goes through, where it is a map. */
  readonly items: Readonly<Record<string, unknown>> | undefined;

  constructor(
    type: string,
    fields: Readonly<Record<string, unknown>>,
    { methods = {}, text, items }: Partial<Pick<GoStruct, 'methods' | 'text' | 'items'>> = {},
  ) {
    this.type = type;
    this.fields = fields;
    this.methods = methods;
    this.text = text;
    this.items = items;
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
  return (
    typeof is === 'object' &&
    is !== null &&
    !Array.isArray(is) &&
    !(is instanceof GoFloat) &&
    !(is instanceof GoStruct)
  );
}

export function typeOf(is: unknown): string {
  if (isNothing(is)) return '<nil>';
  if (typeof is === 'bigint') return 'int';
  if (is instanceof GoFloat) return 'float64';
  if (typeof is === 'number') return Number.isInteger(is) ? 'int64' : 'float64';
  if (typeof is === 'boolean') return 'bool';
  if (typeof is === 'string') return 'string';
  if (is instanceof GoStruct) return is.type;
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
  if (is instanceof GoStruct && is.items) return Object.keys(is.items).length > 0;
  return Boolean(is instanceof GoFloat ? is.value : is);
}

/** `%v` */
export function shown(is: unknown): string {
  if (is instanceof GoFloat) return goFloat(is.value);
  if (is instanceof GoStruct) return is.text ?? `{${Object.values(is.fields).map(shown).join(' ')}}`;
  if (Array.isArray(is)) return `[${is.map(shown).join(' ')}]`;
  if (!isMap(is)) return goPrint(is);
  const keys = Object.keys(is).sort(byBytes);
  return `map[${keys.map((key) => `${key}:${shown(is[key])}`).join(' ')}]`;
}

/** What an action prints. */
export function printed(is: unknown): string {
  return isNothing(is) ? '<no value>' : shown(is);
}

/** Bytes of a text. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
