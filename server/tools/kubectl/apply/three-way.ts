import type { Field, FieldType, ObjectType } from '../../../objects/schema.ts';
import { equalValues, isObject } from '../../../objects/values.ts';
import { goJson } from '../go-json.ts';

type Fields = Record<string, any>;

const ORDER = '$setElementOrder/';

interface DiffOptions {
  readonly type: ObjectType | undefined;
  readonly deletions: boolean;
  readonly changes: boolean;
  /** Lists merge by key, as in a strategic merge patch. */
  readonly strategic: boolean;
}

/**
 * The patch that brings `current` to `modified`, and takes away what `original` had and `modified` has not. Models
 * strategicpatch.CreateThreeWayMergePatch; without a type, jsonmergepatch.CreateThreeWayJSONMergePatch.
 */
export function threeWayPatch(
  objects: { original: Fields | undefined; modified: Fields; current: Fields },
  type: ObjectType | undefined,
): Fields {
  const strategic = type !== undefined;
  const delta = diffMaps(objects.current, objects.modified, {
    type,
    strategic,
    deletions: false,
    changes: true,
  });
  const gone = diffMaps(objects.original ?? {}, objects.modified, {
    type,
    strategic,
    deletions: true,
    changes: false,
  });
  return mergePatches(gone, delta, type);
}

/** The patch from one object to another. Models CreateTwoWayMergePatch. */
export function twoWayPatch(from: Fields, to: Fields, type: ObjectType | undefined): Fields {
  return diffMaps(from, to, { type, strategic: type !== undefined, deletions: true, changes: true });
}

function diffMaps(from: Fields, to: Fields, options: DiffOptions): Fields {
  const patch: Fields = {};
  for (const key of Object.keys(to)) diffField(patch, key, [from, to], options);
  if (options.deletions) {
    for (const key of Object.keys(from)) if (!(key in to) || to[key] === undefined) patch[key] = null;
  }
  return patch;
}

function diffField(patch: Fields, key: string, [from, to]: [Fields, Fields], options: DiffOptions): void {
  const before = from[key];
  const after = to[key];
  if (after === undefined) return;
  const field = options.type?.fields.get(key);
  if (isObject(before) && isObject(after) && !field?.replaces) {
    const inner = diffValues([before, after], field, options);
    if (Object.keys(inner).length > 0) patch[key] = inner;
  } else if (options.strategic && Array.isArray(before) && Array.isArray(after) && mergesLists(field)) {
    diffLists(patch, key, { before, after, field: field as Field, options });
  } else if (options.changes && !equalValues(before, after)) patch[key] = after;
}

/** What differs, and which keys alone may stay where only one of them makes sense. */
function diffValues(
  [before, after]: [Fields, Fields],
  field: Field | undefined,
  options: DiffOptions,
): Fields {
  const inner = diffMaps(before, after, { ...options, type: objectOf(field?.type) });
  if (!field?.retainsKeys || !options.strategic || !options.changes) return inner;
  const hasMore = Object.keys(before).some((key) => before[key] != null && !(key in after));
  if (Object.keys(inner).length > 0 || hasMore) inner['$retainKeys'] = Object.keys(after).sort();
  return inner;
}

function mergesLists(field: Field | undefined): boolean {
  return field?.mergeKey !== undefined && !field.replaces;
}

function objectOf(type: FieldType | undefined): ObjectType | undefined {
  if (type?.is === 'object') return type.type;
  if (type?.is === 'array' && type.items.is === 'object') return type.items.type;
  return type?.is === 'map' && type.values.is === 'object' ? type.values.type : undefined;
}

interface ListDiff {
  before: any[];
  after: any[];
  field: Field;
  options: DiffOptions;
}

function diffLists(patch: Fields, key: string, diff: ListDiff): void {
  const { before, after, field, options } = diff;
  const mergeKey = field.mergeKey as string;
  if (before.length === 0) {
    if (options.changes && after.length > 0) patch[key] = after;
    return;
  }
  if (mergeKey === '') {
    diffPlainLists(patch, key, diff);
    return;
  }
  const list: Fields[] = [];
  const paired = new Set<unknown>();
  for (const item of [...after].sort((a, b) => compare(a[mergeKey], b[mergeKey]))) {
    // Several of one key (a port of TCP and of UDP) are compared in pairs.
    const old = before.find((other) => other[mergeKey] === item[mergeKey] && !paired.has(other));
    if (old) paired.add(old);
    if (old === undefined) {
      if (options.changes) list.push(item);
      continue;
    }
    const inner = diffValues([old, item], field, options);
    if (Object.keys(inner).length > 0) list.push({ ...inner, [mergeKey]: item[mergeKey] });
  }
  if (options.deletions) {
    for (const item of before) {
      if (!after.some((other) => other[mergeKey] === item[mergeKey]))
        list.push({ $patch: 'delete', [mergeKey]: item[mergeKey] });
    }
  }
  if (list.length > 0) patch[key] = inOrder(list, after, mergeKey);
  const keys = (items: any[]) => items.map((item) => item[mergeKey]);
  const order = keys(after);
  const moved = options.changes && !equalValues(keys(before), order);
  if (list.length > 0 || moved) patch[ORDER + key] = order.map((value) => ({ [mergeKey]: value }));
}

/** As the new list has them; what goes stands last. Models strategicpatch normalizeSliceOrder. */
function inOrder(list: readonly Fields[], order: readonly Fields[], mergeKey: string): Fields[] {
  const place = (item: Fields) => {
    const at = order.findIndex((other) => other[mergeKey] === item[mergeKey]);
    return at < 0 || item['$patch'] === 'delete' ? order.length : at;
  };
  return [...list].sort((a, b) => place(a) - place(b));
}

function diffPlainLists(patch: Fields, key: string, { before, after, options }: ListDiff): void {
  const added = after.filter((value) => !before.includes(value));
  const removed = before.filter((value) => !after.includes(value)).sort(compare);
  if (options.changes && added.length > 0) patch[key] = added;
  if (options.deletions && removed.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = removed;
  // The old list has been sorted by then: a new one in that order is not told of.
  const moved = options.changes && !equalValues([...before].sort(compare), after);
  if (moved || (options.deletions && removed.length > 0)) patch[ORDER + key] = after;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

/** Lays the changes over the deletions; lists that merge by key are joined. */
function mergePatches(gone: Fields, delta: Fields, type: ObjectType | undefined): Fields {
  const out: Fields = { ...gone };
  for (const [key, value] of Object.entries(delta)) {
    const field = type?.fields.get(key);
    const old = out[key];
    if (isObject(old) && isObject(value)) out[key] = mergePatches(old, value, objectOf(field?.type));
    else if (Array.isArray(old) && Array.isArray(value) && field?.mergeKey)
      out[key] = joinLists(old, value, field);
    else out[key] = value;
  }
  for (const [directive, order] of Object.entries(out)) {
    const key = directive.slice(ORDER.length);
    const mergeKey = type?.fields.get(key)?.mergeKey;
    if (directive.startsWith(ORDER) && mergeKey && out[key]) out[key] = inOrder(out[key], order, mergeKey);
  }
  return out;
}

function joinLists(gone: any[], delta: any[], field: Field): any[] {
  const mergeKey = field.mergeKey as string;
  const out = [...gone];
  for (const item of delta) {
    const at = out.findIndex((other) => other[mergeKey] === item[mergeKey]);
    if (at < 0) out.push(item);
    else out[at] = mergePatches(out[at], item, objectOf(field.type));
  }
  return out;
}

/** A patch as it is sent and shown. */
export function patchText(patch: Fields): string {
  return goJson(patch);
}
