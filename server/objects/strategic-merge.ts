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
  return mergeMap(isObject(original) ? original : {}, patch, fieldsOf(type));
}

interface Typed {
  readonly field: Field | undefined;
  readonly type: FieldType | undefined;
}

/** What is known of the values of an object or a map, by their keys. */
type Lookup = (key: string) => Typed;

function fieldsOf(type: ObjectType | undefined): Lookup {
  return (key) => {
    const field = type?.fields.get(key);
    return { field, type: field?.type };
  };
}

function mergeMap(original: Fields, patch: Fields, lookup: Lookup): Fields {
  const { [DIRECTIVE]: directive, ...said } = patch;
  if (directive === 'replace') return copyValue(said);
  if (directive === 'delete') return {};
  if (directive !== undefined) throw unknownDirective(directive, patch);
  const result: Fields = { ...original };
  retainKeys(result, patch);
  const ordered = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ORDER)) continue;
    const list = key.slice(ORDER.length);
    if (mergeOrdered(result, list, patch, lookup(list))) ordered.add(list);
  }
  for (const key of Object.keys(patch)) {
    if (key === RETAIN || key.startsWith(ORDER) || ordered.has(key)) continue;
    if (key.startsWith(REMOVE)) removeFromList(result, key.slice(REMOVE.length), patch[key]);
    else mergeField(result, key, patch[key], lookup(key));
  }
  return result;
}

function unknownDirective(directive: unknown, patch: Fields): StrategicMergeError {
  return new StrategicMergeError(`unknown patch type: ${String(directive)} in map: ${goMap(patch)}`);
}

/** What was not there, or was something else, is taken as the patch has it, but for what it deletes. */
function mergeField(result: Fields, key: string, value: unknown, typed: Typed): void {
  if (value === null) {
    delete result[key];
    return;
  }
  const before = Object.hasOwn(result, key) ? result[key] : undefined;
  if (typed.field?.replaces) setOwn(result, key, copyValue(value));
  else if (isObject(value) && isObject(before)) setOwn(result, key, mergeValue(before, value, typed.type));
  else if (Array.isArray(value) && Array.isArray(before))
    setOwn(result, key, mergeList(before, value, typed));
  else if (!hasDirective(value)) setOwn(result, key, plain(value, true));
}

/** A new value without what only says how to merge it, and without nulls. Models strategicpatch dropDirectives. */
function plain(value: unknown, dropsNulls: boolean): unknown {
  if (Array.isArray(value))
    return value.filter((item) => !hasDirective(item)).map((item) => plain(item, dropsNulls));
  if (!isObject(value)) return value;
  const kept: Fields = {};
  for (const [key, inner] of Object.entries(value)) {
    if ((inner === null && dropsNulls) || hasDirective(inner)) continue;
    setOwn(kept, key, plain(inner, dropsNulls));
  }
  return kept;
}

/** Objects merge by their type, maps by that of their values, what is neither as a merge patch. */
function mergeValue(before: Fields, value: Fields, type: FieldType | undefined): unknown {
  if (type === undefined) return mergeMap(before, value, fieldsOf(undefined));
  if (type.is === 'object') return mergeMap(before, value, fieldsOf(type.type));
  if (type.is === 'map') return mergeMap(before, value, () => ({ field: undefined, type: type.values }));
  return mergePatch(before, value);
}

function mergeList(
  original: readonly unknown[],
  patch: readonly unknown[],
  { field, type }: Typed,
): readonly unknown[] {
  if (field?.mergeKey === undefined || type?.is !== 'array') return copyValue(patch);
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
  const kept = patch.filter((item) => isObject(item) && item[DIRECTIVE] === undefined);
  // One element that says so replaces the whole list, whatever else it says.
  if (patch.some((item) => isObject(item) && item[DIRECTIVE] === 'replace')) return copyValue(kept);
  let result = [...original];
  const keyOf = (item: unknown) => (isObject(item) ? item[key] : item);
  for (const item of patch) {
    if (!isObject(item)) continue;
    const directive = item[DIRECTIVE];
    if (directive === 'merge')
      throw new StrategicMergeError('merging lists cannot yet be specified in the patch');
    if (directive !== undefined && directive !== 'delete') throw unknownDirective(directive, item);
    const value = item[key];
    if (value === undefined) {
      throw new StrategicMergeError(`map: ${goMap(item)} does not contain declared merge key: ${key}`);
    }
    const index = result.findIndex((known) => isObject(known) && equalValues(known[key], value));
    if (directive === 'delete')
      result = result.filter((known) => !(isObject(known) && equalValues(known[key], value)));
    else if (index < 0) result.push(copyValue(item));
    else result[index] = mergeMap(result[index] as Fields, item, fieldsOf(type));
  }
  return patchFirst(result, kept, original, keyOf);
}

function retainKeys(result: Fields, patch: Fields): void {
  const keys = patch[RETAIN];
  if (keys === undefined) return;
  const named = (key: string) =>
    patch[key] === null || key.startsWith('$') || (keys as unknown[]).includes(key);
  if (!Array.isArray(keys) || !Object.keys(patch).every(named))
    throw new StrategicMergeError('invalid patch format of retainKeys');
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
}

function removeFromList(result: Fields, key: string, values: unknown): void {
  const list = result[key];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  result[key] = list.filter((item) => !values.some((value) => equalValues(value, item)));
}

/**
 * Merges a list and puts it in the order that the patch gives; items of the server that it does not name keep their
 * place before the named one that followed them. False when there is no such list. Models strategicpatch
 * mergePatchIntoOriginal.
 */
function mergeOrdered(result: Fields, key: string, patch: Fields, typed: Typed): boolean {
  const order = patch[`${ORDER}${key}`];
  const mergeKey = typed.field?.mergeKey;
  const before = result[key];
  const said = patch[key];
  const original = listOf(before);
  const changes = listOf(said);
  if (!Array.isArray(order) || !original || !changes)
    throw new StrategicMergeError('invalid patch format of setElementOrder list');
  const keyOf = (item: unknown) => (mergeKey && isObject(item) ? item[mergeKey] : item);
  checkOrder(changes, order, keyOf);
  if (before === undefined && said === undefined) return false;
  const merged =
    before === undefined
      ? (plain(changes, false) as unknown[])
      : said === undefined
        ? original
        : mergeList(original, changes, typed);
  result[key] = patchFirst(merged, order, placesAfter(original, changes, keyOf), keyOf);
  return true;
}

/**
 * The list by which the server's order is told. Go's merge works in place on the same memory: what is deleted moves the
 * rest forward, and what is added takes the places that became free at the end.
 */
function placesAfter(
  original: readonly unknown[],
  patch: readonly unknown[],
  keyOf: (item: unknown) => unknown,
): unknown[] {
  const places = [...original];
  let length = places.length;
  const find = (item: unknown) =>
    places.slice(0, length).findIndex((known) => equalValues(keyOf(known), keyOf(item)));
  for (const item of patch.filter(hasDirective))
    for (let at = find(item); at >= 0; at = find(item)) places.copyWithin(at, at + 1, length--);
  for (const item of patch) {
    if (hasDirective(item) || find(item) >= 0) continue;
    if (length < places.length) places[length] = item;
    length++;
  }
  return places;
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : undefined;
}

function hasDirective(item: unknown): boolean {
  return isObject(item) && DIRECTIVE in item;
}

/** Models strategicpatch validatePatchWithSetOrderList. */
function checkOrder(
  list: readonly unknown[],
  order: readonly unknown[],
  keyOf: (item: unknown) => unknown,
): void {
  if (list.length === 0 || order.length === 0) return;
  const named = list.filter((item) => !(isObject(item) && item[DIRECTIVE] === 'delete'));
  let matched = 0;
  for (const item of order) {
    while (matched < named.length && hasDirective(named[matched])) matched++;
    if (matched < named.length && equalValues(keyOf(named[matched]), keyOf(item))) matched++;
  }
  if (matched === named.length) return;
  throw new StrategicMergeError(
    `The order in patch list:\n${goMap(list)}\n doesn't match $setElementOrder list:\n${goMap(order)}\n`,
  );
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

/** A value as Go's `%v` prints it. */
export function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`;
  if (isObject(value)) {
    const parts = Object.keys(value).sort();
    return `map[${parts.map((key) => `${key}:${goMap(value[key])}`).join(' ')}]`;
  }
  return value === null ? '<nil>' : String(value);
}
