import { greatest } from '../../../sim/index.ts';
import { deletePaths, demandPath, getPath, indexesOf, setPath } from './access.ts';
import { type Builtins, computed } from './builtin.ts';
import { formatText, toText } from './formats.ts';
import { JsonError, onlyOne, parseJson } from './json-parse.ts';
import { toJson } from './json-text.ts';
import { described, lengthOf, OPERATORS, OutOfMemory, split } from './operators.ts';
import {
  compare,
  equal,
  isArray,
  isNumber,
  isObject,
  isTrue,
  JqError,
  type Json,
  numberOf,
  Offsets,
  typeName,
} from './values.ts';

export function demandArray(value: Json, what: string): readonly Json[] {
  if (!isArray(value)) throw new JqError(`${described(value)} cannot be ${what}, as it is not an array`);
  return value;
}

function demandText(value: Json, what: string): string {
  if (typeof value !== 'string') throw new JqError(`${what} input must be a string`);
  return value;
}

function unsortedKeys(value: Json): Json {
  if (isArray(value)) return value.map((_, i) => i);
  if (isObject(value)) return [...value.keys()];
  throw new JqError(`${described(value)} has no keys`);
}

function has(value: Json, key: Json): Json {
  if (isObject(value) && typeof key === 'string') return value.has(key);
  if (isArray(value) && isNumber(key)) return numberOf(key) >= 0 && numberOf(key) < value.length;
  throw new JqError(`Cannot check whether ${typeName(value)} has a ${typeName(key)} key`);
}

/** Of equal ones the first is the least and the last the greatest. */
function extreme(items: Json, byKey: Json, greatest: boolean): Json {
  const list = demandArray(items, 'iterated over');
  const order = byKey as readonly Json[];
  let best = -1;
  list.forEach((_, i) => {
    const by = best < 0 ? 0 : compare(order[i] as Json, order[best] as Json);
    if (best < 0 || (greatest ? by >= 0 : by < 0)) best = i;
  });
  return best < 0 ? null : (list[best] as Json);
}

/** What JSON that cannot be read is to a program. */
export function unreadable(error: unknown, text: string): unknown {
  return error instanceof JsonError ? new JqError(`${error.message} (while parsing '${text}')`) : error;
}

function parsed(text: string): Json {
  try {
    return onlyOne(parseJson(text));
  } catch (error) {
    throw unreadable(error, text);
  }
}

function tonumber(value: Json): Json {
  if (isNumber(value)) return value;
  if (typeof value !== 'string') throw new JqError(`${described(value)} cannot be parsed as a number`);
  const found = parsed(value);
  if (isNumber(found)) return found;
  throw new JqError(`${described(value)} cannot be parsed as a number`);
}

function implode(value: Json): Json {
  const codes = demandArray(value, 'imploded');
  let text = '';
  for (const code of codes) {
    if (!isNumber(code)) throw new JqError('Unicode codepoint must be numeric');
    const point = numberOf(code);
    text +=
      point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) || point < 0
        ? '\ufffd'
        : String.fromCodePoint(Math.trunc(point));
  }
  return text;
}

function indices(value: Json, wanted: Json): Json {
  if (value === null) return null;
  if (typeof value === 'string' && typeof wanted === 'string') return stringIndices(value, wanted);
  if (isArray(value)) return indexesOf(value, isArray(wanted) ? wanted : [wanted]);
  throw new JqError(
    `Cannot index ${typeName(value)} with ${typeof wanted === 'string' ? `string ${toJson(wanted)}` : typeName(wanted)}`,
  );
}

/** Characters that are taken apart at once. */
const MAX_EXPLODED = 500_000;

/** A loop: a list of characters would be made of long texts before it is mapped. */
function codePoints(text: string): number[] {
  if (text.length > MAX_EXPLODED) throw new OutOfMemory();
  const out: number[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) as number;
    out.push(code);
    at += code > 0xffff ? 2 : 1;
  }
  return out;
}

function stringIndices(text: string, wanted: string): Json {
  if (wanted === '') return null;
  const out: number[] = [];
  const offsets = new Offsets(text);
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) out.push(offsets.of(at));
  return out;
}

function flatten(value: Json, depth: number): Json[] {
  if (depth < 0) throw new JqError('flatten depth must not be negative');
  const items = isObject(value) ? [...value.values()] : value;
  if (!isArray(items)) throw new JqError(`Cannot iterate over ${described(value)}`);
  return items.flatMap((item) => (isArray(item) && depth > 0 ? flatten(item, depth - 1) : [item]));
}

function join(value: Json, separator: Json): Json {
  const items = isObject(value) ? [...value.values()] : value;
  if (!isArray(items)) throw new JqError(`Cannot iterate over ${described(value)}`);
  const add = OPERATORS['+'] as (a: Json, b: Json) => Json;
  let text: Json = null;
  for (const item of items) {
    const piece: Json = isNumber(item) || typeof item === 'boolean' ? toJson(item) : (item ?? '');
    text = add(text === null ? '' : add(text, separator), piece);
  }
  return text ?? '';
}

function entry(key: Json, value: Json): Json {
  return new Map<string, Json>([
    ['key', key],
    ['value', value],
  ]);
}

function entries(value: Json): Json {
  if (isArray(value)) return value.map((item, i) => entry(i, item));
  if (isObject(value)) return [...value].map(([key, item]) => entry(key, item));
  throw new JqError(`${described(value)} has no keys`);
}

/** Names that a key may have instead of `key`. */
const KEY_NAMES = ['k', 'name', 'Name', 'K', 'Key'];

function fromEntries(value: Json): Json {
  const list = isObject(value) ? [...value.values()] : value;
  if (!isArray(list)) throw new JqError(`Cannot iterate over ${described(value)}`);
  const out = new Map<string, Json>();
  for (const one of list) {
    if (!isObject(one)) throw new JqError(`Cannot index ${typeName(one)} with string "key"`);
    const other = KEY_NAMES.map((name) => one.get(name) ?? null).find(isTrue);
    const key = one.get('key') ?? other ?? null;
    const item = one.has('value') ? one.get('value') : one.has('v') ? one.get('v') : one.get('Value');
    out.set(toText(key), item ?? null);
  }
  return out;
}

function sum(value: Json): Json {
  const add = OPERATORS['+'] as (a: Json, b: Json) => Json;
  const items = isObject(value) ? [...value.values()] : value;
  if (!isArray(items)) throw new JqError(`Cannot iterate over ${described(value)}`);
  if (items.length > 0 && items.every((item) => typeof item === 'string')) return items.join('');
  if (items.length > 0 && items.every(isArray)) return items.flat(1) as Json[];
  return items.reduce((total: Json, item) => add(total, item), null);
}

function trimmed(value: Json, pattern: RegExp): Json {
  if (typeof value !== 'string') throw new JqError(`${described(value)} cannot be trimmed`);
  return value.replace(pattern, '');
}

function transpose(value: Json): Json {
  const rows = demandArray(value, 'transposed') as readonly (readonly Json[])[];
  const width = greatest(
    rows.map((one) => one.length),
    0,
  );
  return Array.from({ length: width }, (_, i) => rows.map((one) => one[i] ?? null));
}

function bsearch(value: Json, wanted: Json): Json {
  const items = demandArray(value, 'searched from');
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(items[middle] as Json, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low < items.length && equal(items[low] as Json, wanted) ? low : -1 - low;
}

function affix(name: 'startswith' | 'endswith'): (value: Json, part: Json) => Json {
  return (value, part) => {
    if (typeof value !== 'string' || typeof part !== 'string')
      throw new JqError(`${name}() requires string inputs`);
    return name === 'startswith' ? value.startsWith(part) : value.endsWith(part);
  };
}

/** Functions over values, without dates, regular expressions and numbers. */
export const VALUE_BUILTINS: Builtins = computed({
  'keys_unsorted/0': unsortedKeys,
  'not/0': (value) => !isTrue(value),
  'type/0': (value) => typeName(value),
  'length/0': (value) => lengthOf(value),
  'utf8bytelength/0': (value) => {
    if (typeof value !== 'string')
      throw new JqError(`${described(value)} only strings have UTF-8 byte length`);
    return new TextEncoder().encode(value).length;
  },
  'has/1': has,
  'add/0': sum,
  'getpath/1': (value, path) => getPath(value, demandPath(path)),
  'setpath/2': (value, path, item) => setPath(value, demandPath(path), item),
  'delpaths/1': deletePaths,
  'to_entries/0': entries,
  'from_entries/0': fromEntries,
  'min/0': (value) => extreme(value, value, false),
  'max/0': (value) => extreme(value, value, true),
  '_min_by/1': (value, by) => extreme(value, by, false),
  '_max_by/1': (value, by) => extreme(value, by, true),
  'reverse/0': (value) => {
    if (typeof value === 'string') return [...value].reverse().join('');
    if (value === null) return [];
    if (!isArray(value)) throw new JqError(`Cannot reverse ${described(value)}`);
    return [...value].reverse();
  },
  'flatten/0': (value) => flatten(value, Number.POSITIVE_INFINITY),
  'flatten/1': (value, depth) => flatten(value, isNumber(depth) ? numberOf(depth) : 0),
  'indices/1': indices,
  '_indices/1': indices,
  'index/1': (value, wanted) => (indices(value, wanted) as readonly Json[] | null)?.[0] ?? null,
  'rindex/1': (value, wanted) => (indices(value, wanted) as readonly Json[] | null)?.at(-1) ?? null,
  'join/1': join,
  'transpose/0': transpose,
  'bsearch/1': bsearch,
  'tonumber/0': tonumber,
  'ascii_downcase/0': (value) =>
    demandText(value, 'ascii_downcase').replace(/[A-Z]/g, (c) => c.toLowerCase()),
  'ascii_upcase/0': (value) => demandText(value, 'ascii_upcase').replace(/[a-z]/g, (c) => c.toUpperCase()),
  'explode/0': (value) => {
    if (typeof value !== 'string') throw new JqError(`${described(value)} cannot be exploded`);
    return codePoints(value);
  },
  'implode/0': implode,
  'split/1': (value, separator) => {
    if (typeof value !== 'string' || typeof separator !== 'string')
      throw new JqError('split input and separator must be strings');
    return split(value, separator);
  },
  'startswith/1': affix('startswith'),
  'endswith/1': affix('endswith'),
  'ltrimstr/1': (value, part) =>
    typeof value === 'string' && typeof part === 'string' && value.startsWith(part)
      ? value.slice(part.length)
      : value,
  'rtrimstr/1': (value, part) =>
    typeof value === 'string' && typeof part === 'string' && part !== '' && value.endsWith(part)
      ? value.slice(0, -part.length)
      : value,
  'trim/0': (value) => trimmed(value, /^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g),
  'ltrim/0': (value) => trimmed(value, /^[ \t\n\r\f\v]+/),
  'rtrim/0': (value) => trimmed(value, /[ \t\n\r\f\v]+$/),
  'format/1': (value, name) => {
    if (typeof name !== 'string') throw new JqError(`${described(name)} is not a valid format`);
    return formatText(name, value);
  },
});
