import { mergePatch } from './merge-patch.ts';
import type { Field, FieldType, ObjectType } from './schema.ts';
import { copyValue, equalValues, isObject, setOwn } from './values.ts';

export class StrategicMergeError extends Error {
  override name = 'StrategicMergeError';
}

type Fields = Record<string, unknown>;

const ORDER = '$setElementOrder/';
const REMOVE = '$deleteFromPrimitiveList/';
const RETAIN = '$retainKeys';
const DIRECTIVE = '$patch';

/**
 * A strategic merge patch: as a merge patch, but lists merge by their key where the type says so, and directives
 * (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) are obeyed. Models
 * apimachinery/pkg/util/strategicpatch mergeMap. The result shares what the patch does not touch.
 */
export function strategicMerge(original: unknown, patch: Fields, type: ObjectType | undefined): unknown {
  return mergeMap(isObject(original) ? original : {}, patch, type);
}

function mergeMap(original: Fields, patch: Fields, type: ObjectType | undefined): Fields {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw new StrategicMergeError(`Unknown patch type found: ${String(directive)}`);
  }
  const result: Fields = { ...original };
  retainKeys(result, patch);
  for (const key of Object.keys(patch)) {
    if (key === DIRECTIVE || key === RETAIN) continue;
    if (key.startsWith(REMOVE)) removeFromList(result, key.slice(REMOVE.length), patch[key]);
    else if (key.startsWith(ORDER)) continue;
    else mergeField(result, key, patch[key], fieldTypeOf(type, key));
  }
  for (const key of Object.keys(patch)) {
    if (key.startsWith(ORDER)) reorder(result, original, key.slice(ORDER.length), patch, type);
  }
  return result;
}

interface Typed {
  readonly field: Field | undefined;
  readonly type: FieldType | undefined;
}

function fieldTypeOf(type: ObjectType | undefined, key: string): Typed {
  const field = type?.fields.get(key);
  return { field, type: field?.type };
}

function mergeField(result: Fields, key: string, value: unknown, typed: Typed): void {
  if (value === null) {
    delete result[key];
    return;
  }
  const before = Object.hasOwn(result, key) ? result[key] : undefined;
  if (isObject(value)) {
    if (typed.field?.replaces && !(DIRECTIVE in value)) {
      setOwn(result, key, copyValue(value));
      return;
    }
    setOwn(result, key, mergeValue(isObject(before) ? before : {}, value, typed.type));
  } else if (Array.isArray(value)) setOwn(result, key, mergeList(before, value, typed));
  else setOwn(result, key, value);
}

/** Objects merge by their type, maps by that of their values, anything untyped as a merge patch. */
function mergeValue(before: Fields, value: Fields, type: FieldType | undefined): unknown {
  if (type?.is === 'object') return mergeMap(before, value, type.type);
  if (type?.is !== 'map')
    return type === undefined ? mergeMap(before, value, undefined) : mergePatch(before, value);
  if (value[DIRECTIVE] === 'replace') return withoutDirectives(value);
  const result: Fields = { ...before };
  for (const key of Object.keys(value)) {
    if (key !== DIRECTIVE) mergeField(result, key, value[key], { field: undefined, type: type.values });
  }
  return result;
}

function mergeList(before: unknown, patch: unknown[], { field, type }: Typed): unknown[] {
  const original = Array.isArray(before) ? before : [];
  if (field?.mergeKey === undefined || type?.is !== 'array') {
    const directive = patch.find((item) => isObject(item) && item[DIRECTIVE] !== undefined);
    return directive ? patch.filter((item) => item !== directive).map(copyValue) : copyValue(patch);
  }
  if (type.items.is !== 'object') return mergeSets(original, patch);
  return mergeByKey(original, patch, field.mergeKey, type.items.type);
}

/** Plain values: those of the patch that are not there yet go to the end. */
function mergeSets(original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const added = patch.filter((item) => !original.some((known) => equalValues(known, item)));
  return patchFirst([...original, ...added], patch, original, (item) => item);
}

function mergeByKey(
  original: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  type: ObjectType,
): unknown[] {
  if (patch.some((item) => isObject(item) && item[DIRECTIVE] === 'replace' && !(key in item))) {
    return patch
      .filter((item) => !(isObject(item) && item[DIRECTIVE] === 'replace'))
      .map((item) => (isObject(item) ? withoutDirectives(item) : item));
  }
  let result = [...original];
  const keyOf = (item: unknown) => (isObject(item) ? item[key] : item);
  for (const item of patch) {
    if (!isObject(item)) continue;
    const value = item[key];
    if (value === undefined) {
      throw new StrategicMergeError(`map: ${goMap(item)} does not contain declared merge key: ${key}`);
    }
    const index = result.findIndex((known) => isObject(known) && equalValues(known[key], value));
    if (item[DIRECTIVE] === 'delete') {
      result = result.filter((known) => !(isObject(known) && equalValues(known[key], value)));
    } else if (item[DIRECTIVE] === 'replace') {
      if (index >= 0) result[index] = withoutDirectives(item);
      else result.push(withoutDirectives(item));
    } else if (index < 0) result.push(mergeMap({}, item, type));
    else result[index] = mergeMap(result[index] as Fields, item, type);
  }
  const kept = patch.filter((item) => isObject(item) && item[DIRECTIVE] === undefined);
  return patchFirst(result, kept, original, keyOf);
}

function retainKeys(result: Fields, patch: Fields): void {
  const keys = patch[RETAIN];
  if (!Array.isArray(keys)) return;
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
}

function removeFromList(result: Fields, key: string, values: unknown): void {
  const list = result[key];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  result[key] = list.filter((item) => !values.some((value) => equalValues(value, item)));
}

/**
 * Puts a merged list in the order that the patch gives; items of the server that it does not name keep their place
 * before the named one that followed them.
 */
function reorder(
  result: Fields,
  original: Fields,
  key: string,
  patch: Fields,
  type: ObjectType | undefined,
): void {
  const order = patch[`${ORDER}${key}`];
  const list = result[key];
  if (!Array.isArray(order) || !Array.isArray(list)) return;
  const mergeKey = type?.fields.get(key)?.mergeKey;
  const keyOf = (item: unknown) => (mergeKey && isObject(item) ? item[mergeKey] : item);
  result[key] = patchFirst(list, order, Array.isArray(original[key]) ? original[key] : [], keyOf);
}

/**
 * Items that a patch names in its order, those of the server among them where they were: new ones come first. Models
 * strategicpatch normalizeElementOrder.
 */
function patchFirst(
  merged: readonly unknown[],
  patch: readonly unknown[],
  original: readonly unknown[],
  keyOf: (item: unknown) => unknown,
): unknown[] {
  const placeIn = (list: readonly unknown[], item: unknown) =>
    list.findIndex((known) => equalValues(keyOf(known), keyOf(item)));
  const named = merged
    .filter((item) => placeIn(patch, item) >= 0)
    .sort((a, b) => placeIn(patch, a) - placeIn(patch, b));
  const serverOnly = merged.filter((item) => placeIn(patch, item) < 0);
  return interleave(named, serverOnly, (item) => placeIn(original, item));
}

/** Models strategicpatch mergeSortedSlice: a server-only item comes before the first named one that followed it there. */
function interleave(
  named: readonly unknown[],
  serverOnly: readonly unknown[],
  serverPlace: (item: unknown) => number,
): unknown[] {
  const result: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < named.length && j < serverOnly.length) {
    const left = serverPlace(named[i]);
    const right = serverPlace(serverOnly[j]);
    if (left >= 0 && right >= 0 && right < left) result.push(serverOnly[j++]);
    else result.push(named[i++]);
  }
  return [...result, ...named.slice(i), ...serverOnly.slice(j)];
}

function withoutDirectives(value: Fields): Fields {
  const { [DIRECTIVE]: _directive, [RETAIN]: _retain, ...rest } = value;
  return copyValue(rest);
}

/** A value as Go's `%v` prints it. */
export function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`;
  if (isObject(value)) {
    const parts = Object.keys(value).sort();
    return `map[${parts.map((key) => `${key}:${goMap(value[key])}`).join(' ')}]`;
  }
  return value === null ? '<nil>' : String(value);
}
