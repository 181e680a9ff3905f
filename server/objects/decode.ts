import { canonicalQuantity, canonicalResource, QUANTITY_ERROR } from './quantity.ts';
import { type Field, type FieldType, goType, type ObjectType } from './schema.ts';
import { copyValue, isObject, setOwn } from './values.ts';

/** A value of a type that the schema does not allow; worded as Go's decoder does. */
export class DecodeError extends Error {
  override name = 'DecodeError';
  /** The same, in the words of the converter that strategic merge patches go through. */
  readonly restored: string;

  constructor(message: string, restored = message) {
    super(message);
    this.restored = restored;
  }
}

type Fields = Record<string, unknown>;

export interface Decoded {
  readonly value: Record<string, unknown>;
  /** Paths of fields that the type does not have: `spec.containers[0].imagee`. */
  readonly unknown: readonly string[];
}

/** Levels of nesting that are read. Models the limit of Go's decoder, scaled to our stack. */
const MAX_DEPTH = 500;

/**
 * Reads a JSON value as an object of `type`: a private copy with known fields only, quantities and times in canonical
 * form, zero values dropped and always-present fields added, as a Go server would write it back. Fields that are the
 * very ones of `known`, an object that was read before, are copied as they are.
 */
export function decodeObject(value: unknown, type: ObjectType, known: Readonly<Fields> = {}): Decoded {
  const reader = new Reader(known);
  const decoded = reader.object(value, type, type.name, '', '');
  if (reader.error !== undefined) throw firstError(value, type);
  return { value: decoded ?? {}, unknown: reader.unknown };
}

/** Clients marshal maps with sorted keys, and the first error in that order is the one told. */
function firstError(value: unknown, type: ObjectType): DecodeError {
  const reader = new Reader({});
  reader.object(sortedKeys(value), type, type.name, '', '');
  return new DecodeError(reader.error ?? '', reader.restored);
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) setOwn(sorted, key, sortedKeys(value[key]));
  return sorted;
}

/** `path` is Go's (`spec.containers.name`), `place` the strict decoder's (`spec.containers[0].name`). */
class Reader {
  /** The first type error; Go reads on and reports only that. */
  error: string | undefined;
  restored: string | undefined;
  readonly unknown: string[] = [];
  readonly #known: Readonly<Fields>;
  #depth = 0;

  constructor(known: Readonly<Fields>) {
    this.#known = known;
  }

  object(
    value: unknown,
    type: ObjectType,
    owner: string,
    path: string,
    place: string,
  ): Record<string, unknown> | undefined {
    if (!isObject(value)) {
      this.#mismatch(value, { is: 'object', type }, owner, path);
      return undefined;
    }
    if (++this.#depth > MAX_DEPTH) throw new DecodeError('exceeded max depth');
    const result: Record<string, unknown> = {};
    const { fields } = type;
    for (const key in value) {
      const part = value[key];
      const field = fields.get(key);
      if (!field) {
        if (type.open) setOwn(result, key, copyValue(part));
        else if (this.unknown.length < 100) this.unknown.push(place === '' ? key : `${place}.${key}`);
        continue;
      }
      if (part === null || part === undefined) continue;
      if (this.#depth === 1 && typeof part === 'object' && part === this.#known[key]) {
        result[key] = copyValue(part);
        continue;
      }
      const read = this.#field(part, field, type, path, place);
      if (read !== undefined) result[key] = read;
    }
    for (const field of type.always) if (result[field.name] === undefined) addAlways(result, field);
    this.#depth--;
    return result;
  }

  #field(value: unknown, field: Field, owner: ObjectType, path: string, place: string): unknown {
    const { type, name } = field;
    let read: unknown;
    // Scalars first: most fields are, and their paths need not be built.
    if (type.is === 'string' && typeof value === 'string') read = value;
    else if (type.is === 'boolean' && typeof value === 'boolean') read = value;
    else {
      const inner = path === '' ? name : `${path}.${name}`;
      read = this.value(value, type, owner.name, inner, place === '' ? name : `${place}.${name}`);
    }
    return field.omitZero && isZero(read) ? undefined : read;
  }

  value(value: unknown, type: FieldType, owner: string, path: string, place: string): unknown {
    switch (type.is) {
      case 'object':
        return this.object(value, type.type, owner, path, place);
      case 'array':
        return this.#array(value, type, owner, path, place);
      case 'map':
        return this.#map(value, type, owner, path, place);
      case 'any':
        return copyValue(value);
      case 'string':
      case 'boolean':
        return typeof value === type.is ? value : this.#mismatch(value, type, owner, path);
      case 'integer':
        return this.#integer(value, type, owner, path);
      case 'number':
        return typeof value === 'number' ? value : this.#mismatch(value, type, owner, path);
      default:
        return this.#special(value, type, owner, path);
    }
  }

  #array(
    value: unknown,
    type: FieldType & { is: 'array' },
    owner: string,
    path: string,
    place: string,
  ): unknown {
    if (!Array.isArray(value)) return this.#mismatch(value, type, owner, path);
    const { items } = type;
    const result = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (items.is === 'string' && typeof item === 'string') result[i] = item;
      else if (item === null) result[i] = zeroOf(items);
      else result[i] = this.value(item, items, owner, path, `${place}[${i}]`);
    }
    return result;
  }

  #map(value: unknown, type: FieldType & { is: 'map' }, owner: string, path: string, place: string): unknown {
    if (!isObject(value)) return this.#mismatch(value, type, owner, path);
    const result: Record<string, unknown> = {};
    const { values } = type;
    for (const key in value) {
      const item = value[key];
      if (values.is === 'string' && typeof item === 'string') setOwn(result, key, item);
      else if (item === null) setOwn(result, key, zeroOf(values));
      else if (values.is === 'quantity') setOwn(result, key, this.#quantity(item, canonicalResource));
      else setOwn(result, key, this.value(item, values, owner, path, `${place}.${key}`));
    }
    return result;
  }

  #integer(value: unknown, type: FieldType & { is: 'integer' }, owner: string, path: string): unknown {
    if (typeof value !== 'number') return this.#mismatch(value, type, owner, path);
    const limit = type.bits === 32 ? 2 ** 31 : 2 ** 63;
    if (Number.isInteger(value) && value < limit && value >= -limit) return value;
    return this.#mismatch(value, type, owner, path, `number ${goNumber(value)}`);
  }

  #quantity(value: unknown, canonical: (text: string | number) => string | undefined): unknown {
    const text = typeof value === 'string' || typeof value === 'number' ? canonical(value) : undefined;
    return text ?? this.#fail(QUANTITY_ERROR);
  }

  #special(value: unknown, type: FieldType, owner: string, path: string): unknown {
    switch (type.is) {
      case 'quantity':
        return this.#quantity(value, canonicalQuantity);
      case 'int-or-string':
        if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))) return value;
        return this.#fail(`json: cannot unmarshal ${jsonName(value)} into Go value of type int32`);
      case 'bytes':
        return this.#bytes(value, type, owner, path);
      case 'time':
      case 'micro-time':
        return this.#time(value, type.is === 'micro-time');
      case 'duration':
        if (typeof value !== 'string')
          return this.#fail(`json: cannot unmarshal ${jsonName(value)} into Go value of type string`);
        return goDuration(value) ? value : this.#fail(`time: invalid duration ${JSON.stringify(value)}`);
      default:
        return this.#mismatch(value, type, owner, path);
    }
  }

  #bytes(value: unknown, type: FieldType, owner: string, path: string): unknown {
    if (typeof value !== 'string') return this.#mismatch(value, type, owner, path);
    const bad = badBase64(value);
    return bad < 0 ? value.replace(/[\r\n]/g, '') : this.#fail(`illegal base64 data at input byte ${bad}`);
  }

  #time(value: unknown, micro: boolean): unknown {
    if (typeof value !== 'string')
      return this.#fail(`json: cannot unmarshal ${jsonName(value)} into Go value of type string`);
    return canonicalTime(value, micro) ?? this.#fail(timeError(value, micro));
  }

  #mismatch(
    value: unknown,
    type: FieldType,
    owner: string,
    path: string,
    shown = jsonName(value),
  ): undefined {
    const target =
      path === ''
        ? `Go value of type ${goType(type)}`
        : `Go struct field ${owner}.${path} of type ${goType(type)}`;
    if (this.error === undefined) this.restored = restoreError(value, type);
    return this.#fail(`json: cannot unmarshal ${shown} into ${target}`);
  }

  #fail(message: string): undefined {
    this.error ??= message;
    return undefined;
  }
}

/** Times in canonical form by what was given: objects say again and again when something began. */
const times = { plain: new Map<string, string>(), micro: new Map<string, string>() };
const MAX_TIMES = 1000;
const LONGEST_TIME = 40;

function canonicalTime(text: string, micro: boolean): string | undefined {
  const known = micro ? times.micro : times.plain;
  const found = known.get(text);
  if (found !== undefined) return found;
  const ms = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) return undefined;
  const seconds = new Date(ms).toISOString().slice(0, 19);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const time = micro ? `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}Z` : `${seconds}Z`;
  if (text.length > LONGEST_TIME) return time;
  if (known.size >= MAX_TIMES) known.clear();
  known.set(text, time);
  return time;
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function timeError(value: string, micro: boolean): string {
  const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00';
  const shown = JSON.stringify(value);
  const wanted: [RegExp, string][] = [
    [/^\d{4}/, '2006'],
    [/^-/, '-'],
    [/^\d\d/, '01'],
    [/^-/, '-'],
    [/^\d\d/, '02'],
    [/^T/, 'T'],
    [/^\d\d/, '15'],
    [/^:/, ':'],
    [/^\d\d/, '04'],
    [/^:/, ':'],
    [/^\d\d(\.\d+)?/, '05'],
    [/^(Z|[+-]\d\d:\d\d)$/, 'Z07:00'],
  ];
  let rest = value;
  for (const [pattern, element] of wanted) {
    const match = pattern.exec(rest);
    if (!match)
      return `parsing time ${shown} as "${layout}": cannot parse ${JSON.stringify(rest)} as "${element}"`;
    rest = rest.slice(match[0].length);
  }
  return `parsing time ${shown}: day out of range`;
}

/** What Go calls a JSON value in its errors. */
function jsonName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** Models apimachinery/pkg/runtime/converter.go fromUnstructured. */
function restoreError(value: unknown, type: FieldType): string {
  const from = Array.isArray(value)
    ? 'slice'
    : typeof value === 'number'
      ? 'int64'
      : jsonName(value).replace('object', 'map');
  if (type.is === 'array') return `cannot restore slice from ${from}`;
  if (type.is === 'map') return `cannot restore map from ${from}`;
  if (type.is === 'object') return `cannot restore struct from: ${from}`;
  return `unrecognized type: ${goType(type)}`;
}

function goNumber(value: number): string {
  return Math.abs(value) >= 1e21 ? value.toExponential().replace('e+', 'e+') : String(value);
}

function isZero(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

function zeroOf(type: FieldType): unknown {
  switch (type.is) {
    case 'string':
    case 'bytes':
      return '';
    case 'integer':
    case 'number':
    case 'int-or-string':
      return 0;
    case 'boolean':
      return false;
    case 'quantity':
      return '0';
    case 'object':
      return {};
    default:
      return null;
  }
}

function addAlways(result: Record<string, unknown>, field: Field): void {
  const { type, name } = field;
  if (type.is !== 'object') {
    result[name] = copyValue(field.default);
    return;
  }
  const part: Record<string, unknown> = {};
  for (const inner of type.type.always) addAlways(part, inner);
  result[name] = part;
}

/** Where base64 text goes wrong, as Go counts it; -1: it does not. */
export function badBase64(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) continue;
    const alphabet =
      (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 43 || c === 47;
    if (alphabet) {
      count++;
      continue;
    }
    if (c !== 61 || count % 4 < 2) return i;
    return badPadding(text, i, count % 4);
  }
  return count % 4 === 0 ? -1 : text.length - (count % 4);
}

function badPadding(text: string, at: number, used: number): number {
  const rest = text.slice(at).replace(/[\r\n]/g, '');
  const wanted = used === 2 ? '==' : '=';
  if (rest === wanted) return -1;
  if (rest.startsWith(wanted)) return at + wanted.length;
  return rest.length < wanted.length ? text.length : at + 1;
}

/** A Go duration (`1h30m`, `2.5s`) in ms; undefined when it is none. */
export function parseGoDuration(text: string): number | undefined {
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.exec(text);
  if (text === '0') return 0;
  if (!match) return undefined;
  const units: Record<string, number> = {
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
  };
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(number) * (units[unit as string] as number);
  }
  return match[1] === '-' ? -total : total;
}

function goDuration(text: string): boolean {
  return parseGoDuration(text) !== undefined;
}
