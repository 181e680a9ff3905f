import { charge } from '../../../sim/index.ts';
import { MAX_ITEMS, OutOfMemory } from './operators.ts';
import {
  carry,
  compare,
  equal,
  isArray,
  isNumber,
  isObject,
  JqError,
  type Json,
  numberOf,
  typeName,
} from './values.ts';

/** Values that are compared in the time of one step. */
const COMPARED_PER_STEP = 8;
/** Largest index that an array can be given a value at. */
const MAX_INDEX = 536_870_911;

/** Models jq src/jv_aux.c jv_get. */
export function getAt(value: Json, key: Json): Json {
  if (isObject(value) && typeof key === 'string') return value.get(key) ?? null;
  if (isArray(value)) {
    if (isNumber(key)) return itemAt(value, numberOf(key));
    if (isObject(key)) return sliceOf(value, key);
    if (isArray(key)) return indexesOf(value, key);
  }
  if (typeof value === 'string' && isObject(key)) return sliceOf(value, key);
  if (value === null && (typeof key === 'string' || isNumber(key) || isObject(key))) return null;
  if (typeof key === 'string' && new TextEncoder().encode(key).length < 30)
    throw new JqError(`Cannot index ${typeName(value)} with string "${key}"`);
  throw new JqError(`Cannot index ${typeName(value)} with ${typeName(key)}`);
}

function itemAt(items: readonly Json[], index: number): Json {
  const at = Math.floor(index);
  return items[at < 0 ? at + items.length : at] ?? null;
}

/** Where a slice begins and ends in something of that length. */
function bounds(length: number, key: ReadonlyMap<string, Json>, of: string): [number, number] {
  const [from, to] = [key.get('start') ?? 0, key.get('end') ?? length];
  if (!isNumber(from) || !isNumber(to))
    throw new JqError(`Start and end indices of an ${of} slice must be numbers`);
  const start = clamp(Math.floor(fromEnd(numberOf(from), length)), length);
  const end = clamp(Math.ceil(fromEnd(numberOf(to), length)), length);
  return [start, Math.max(start, end)];
}

const fromEnd = (at: number, length: number) => (at < 0 ? at + length : at);
const clamp = (at: number, length: number) => Math.min(Math.max(Number.isNaN(at) ? 0 : at, 0), length);

function sliceOf(value: string | readonly Json[], key: ReadonlyMap<string, Json>): Json {
  if (typeof value !== 'string') {
    const [start, end] = bounds(value.length, key, 'array');
    return value.slice(start, end);
  }
  const characters = [...value];
  const [start, end] = bounds(characters.length, key, 'string');
  return characters.slice(start, end).join('');
}

/** Where one array stands in another. */
export function indexesOf(items: readonly Json[], wanted: readonly Json[]): Json {
  if (wanted.length === 0) return null;
  charge((items.length * wanted.length) / COMPARED_PER_STEP);
  const out: number[] = [];
  for (let i = 0; i + wanted.length <= items.length; i++)
    if (wanted.every((item, k) => equal(items[i + k] as Json, item))) out.push(i);
  return out;
}

/** Models jq src/jv_aux.c jv_set. */
function setAt(value: Json, key: Json, item: Json): Json {
  if (typeof key === 'string' && (value === null || isObject(value)))
    return carry(value, new Map(value ?? []).set(key, item));
  if (isNumber(key) && (value === null || isArray(value))) return setItem(value ?? [], numberOf(key), item);
  if (isObject(key) && (value === null || isArray(value))) {
    const items = value ?? [];
    const [start, end] = bounds(items.length, key, 'array');
    if (!isArray(item)) throw new JqError('A slice of an array can only be assigned another array');
    return [...items.slice(0, start), ...item, ...items.slice(end)];
  }
  throw new JqError(`Cannot update field at ${typeName(key)} index of ${typeName(value)}`);
}

function setItem(items: readonly Json[], index: number, item: Json): Json {
  const at = Math.floor(index < 0 ? index + items.length : index);
  if (at < 0) throw new JqError('Out of bounds negative array index');
  if (at > MAX_INDEX) throw new JqError('Array index too large');
  if (at > MAX_ITEMS) throw new OutOfMemory();
  const out = items.slice();
  while (out.length < at) out.push(null);
  out[at] = item;
  return carry(items, out);
}

export function getPath(value: Json, path: readonly Json[]): Json {
  let at = value;
  for (const key of path) {
    if (at === null) return null;
    at = getAt(at, key);
  }
  return at;
}

export function setPath(value: Json, path: readonly Json[], item: Json, from = 0): Json {
  if (from === path.length) return item;
  const key = path[from] as Json;
  return setAt(value, key, setPath(getAt(value, key), path, item, from + 1));
}

export function demandPath(path: Json): readonly Json[] {
  if (!isArray(path)) throw new JqError('Path must be specified as an array');
  return path;
}

/** Models jq src/jv_aux.c jv_delpaths: the longest and last paths first, so that the others stay true. */
export function deletePaths(value: Json, paths: Json): Json {
  if (!isArray(paths)) throw new JqError('Paths must be specified as an array');
  for (const path of paths)
    if (!isArray(path)) throw new JqError(`Path must be specified as array, not ${typeName(path)}`);
  const sorted = (paths as readonly (readonly Json[])[]).slice().sort(compare);
  if (sorted[0]?.length === 0) return null;
  return deleteSorted(value, sorted, 0);
}

function deleteSorted(value: Json, paths: readonly (readonly Json[])[], depth: number): Json {
  const whole: Json[] = [];
  let out = value;
  /** Whether `out` is a copy that was made here: one is enough for all paths. */
  let isOwn = false;
  for (let i = 0; i < paths.length; ) {
    const key = (paths[i] as readonly Json[])[depth] as Json;
    let next = i;
    while (next < paths.length && equal((paths[next] as readonly Json[])[depth] as Json, key)) next++;
    if ((paths[i] as readonly Json[]).length === depth + 1) whole.push(key);
    else {
      const inner = getAt(out, key);
      const left = inner === null ? null : deleteSorted(inner, paths.slice(i, next), depth + 1);
      if (inner !== null && !(isOwn && setOwn(out, key, left))) {
        out = setAt(out, key, left);
        isOwn = true;
      }
    }
    i = next;
  }
  return deleteKeys(out, whole);
}

/** Sets an item that is there already. False: the key is of another sort. */
function setOwn(value: Json, key: Json, item: Json): boolean {
  if (isObject(value) && typeof key === 'string') (value as Map<string, Json>).set(key, item);
  else if (isArray(value) && isNumber(key) && Number.isInteger(numberOf(key)) && numberOf(key) >= 0)
    (value as Json[])[numberOf(key)] = item;
  else return false;
  return true;
}

function deleteKeys(value: Json, keys: readonly Json[]): Json {
  if (value === null || keys.length === 0) return value;
  if (isArray(value)) return deleteItems(value, keys);
  if (!isObject(value))
    throw new JqError(`Cannot delete field at ${keyKind(keys[0] as Json)} index of ${typeName(value)}`);
  const out = new Map(value);
  for (const key of keys) {
    if (typeof key !== 'string') throw new JqError(`Cannot delete field at ${keyKind(key)} index of object`);
    out.delete(key);
  }
  return carry(value, out);
}

const keyKind = (key: Json) =>
  typeName(key) === 'string' ? 'object' : typeName(key) === 'number' ? 'array' : typeName(key);

function deleteItems(items: readonly Json[], keys: readonly Json[]): Json {
  const gone = new Set<number>();
  for (const key of keys) {
    if (isNumber(key)) {
      const at = numberOf(key);
      gone.add(Math.floor(at < 0 ? at + items.length : at));
    } else if (isObject(key)) {
      const [start, end] = bounds(items.length, key, 'array');
      for (let i = start; i < end; i++) gone.add(i);
    } else throw new JqError(`Cannot delete field at ${keyKind(key)} index of array`);
  }
  return items.filter((_, i) => !gone.has(i));
}
