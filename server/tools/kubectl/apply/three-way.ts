import type { Field, FieldType, ObjectType } from '../../../objects/schema.ts';
import { equalValues, isObject } from '../../../objects/values.ts';
import { goJson } from '../go-json.ts';

type Fields = Record<string, any>;

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
    const inner = diffMaps(before, after, { ...options, type: objectOf(field?.type) });
    if (Object.keys(inner).length > 0) {
      if (field?.retainsKeys && options.strategic && options.changes)
        inner['$retainKeys'] = Object.keys(after).sort();
      patch[key] = inner;
    }
  } else if (options.strategic && Array.isArray(before) && Array.isArray(after) && mergesLists(field)) {
    diffLists(patch, key, { before, after, field: field as Field, options });
  } else if (options.changes && !equalValues(before, after)) patch[key] = after;
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
  if (mergeKey === '') {
    diffPlainLists(patch, key, diff);
    return;
  }
  const type = objectOf(field.type);
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
    const inner = diffMaps(old, item, { ...options, type });
    if (Object.keys(inner).length > 0) list.push({ ...inner, [mergeKey]: item[mergeKey] });
  }
  if (options.deletions) {
    for (const item of before) {
      if (!after.some((other) => other[mergeKey] === item[mergeKey]))
        list.push({ $patch: 'delete', [mergeKey]: item[mergeKey] });
    }
  }
  if (list.length > 0) patch[key] = list;
  const keys = (items: any[]) => items.map((item) => item[mergeKey]);
  const order = keys(after);
  const kept = keys(before).filter((value) => order.includes(value));
  const moved = !equalValues(
    kept,
    order.filter((value) => kept.includes(value)),
  );
  if (options.changes && (list.length > 0 || moved))
    patch[`$setElementOrder/${key}`] = order.map((value) => ({ [mergeKey]: value }));
}

function diffPlainLists(patch: Fields, key: string, { before, after, options }: ListDiff): void {
  const added = after.filter((value) => !before.includes(value));
  const removed = before.filter((value) => !after.includes(value));
  if (options.changes && added.length > 0) patch[key] = added;
  if (options.deletions && removed.length > 0) patch[`$deleteFromPrimitiveList/${key}`] = removed;
  if (options.changes && added.length > 0) patch[`$setElementOrder/${key}`] = after;
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
