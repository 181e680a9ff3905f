import type { Field, FieldType, ObjectType } from './schema.ts';
import { equalValues, isObject } from './values.ts';

/**
 * A set of field paths in the form of `fieldsV1`: `{"f:spec": {"f:replicas": {}}}`. An empty node is a member; a node
 * with `"."` is a member that also has members below it. Models structured-merge-diff fieldpath.Set.
 */
export interface FieldSet {
  [element: string]: FieldSet;
}

type Values = Record<string, unknown>;

const SELF = '.';

/** The type of what lies below: a struct's field, a map's value, anything. */
interface Below {
  readonly type: FieldType | undefined;
  readonly field: Field | undefined;
}

const UNTYPED: Below = { type: undefined, field: undefined };

function fieldOf(type: ObjectType | undefined, name: string): Below {
  const field = type?.fields.get(name);
  return { type: field?.type, field };
}

/** How values of a place are compared and owned: as a whole, field by field, item by item. */
type Shape =
  | { readonly is: 'leaf' }
  | { readonly is: 'struct'; readonly type: ObjectType | undefined }
  | { readonly is: 'map'; readonly values: FieldType | undefined }
  | { readonly is: 'items'; readonly keys: readonly string[]; readonly items: FieldType | undefined };

function shapeOf(value: unknown, { type, field }: Below): Shape {
  if (typeof value !== 'object' || value === null || field?.atomic) return LEAF;
  if (Array.isArray(value)) {
    if (!field || field.listType === 'atomic') return LEAF;
    const items = type?.is === 'array' ? type.items : undefined;
    return { is: 'items', keys: field.listType === 'map' ? field.listMapKeys : [], items };
  }
  if (type?.is === 'object') return type.type.atomic ? LEAF : { is: 'struct', type: type.type };
  if (type?.is === 'map') return { is: 'map', values: type.values };
  if (type?.is === 'any' || type === undefined) return { is: 'map', values: undefined };
  return LEAF;
}

const LEAF: Shape = { is: 'leaf' };

/** The path element of a list's item: `k:{"name":"web"}`, or `v:"value"`. */
export function itemElement(item: unknown, keys: readonly string[], items: FieldType | undefined): string {
  if (keys.length === 0) return `v:${JSON.stringify(item)}`;
  const parts: string[] = [];
  const object = isObject(item) ? item : {};
  const type = items?.is === 'object' ? items.type : undefined;
  for (const key of [...keys].sort()) {
    const value = object[key] ?? type?.fields.get(key)?.default;
    if (value !== undefined && value !== null) parts.push(`${JSON.stringify(key)}:${JSON.stringify(value)}`);
  }
  return `k:{${parts.join(',')}}`;
}

function child(set: FieldSet, element: string): FieldSet {
  const found = set[element];
  if (found) return found;
  const made: FieldSet = {};
  set[element] = made;
  return made;
}

/** Makes the node a member whatever else is below it. */
function markSelf(node: FieldSet): void {
  if (!isEmptySet(node)) node[SELF] = {};
}

/** Every field that a value sets. Models typed ToFieldSet. */
export function fieldsOf(value: Values, type: ObjectType | undefined): FieldSet {
  const set: FieldSet = {};
  collectStruct(value, type, set);
  return set;
}

function collectStruct(value: Values, type: ObjectType | undefined, set: FieldSet): void {
  for (const name of Object.keys(value)) {
    if (value[name] === undefined) continue;
    collect(value[name], fieldOf(type, name), set, `f:${name}`);
  }
}

function collect(value: unknown, below: Below, set: FieldSet, element: string): void {
  const shape = shapeOf(value, below);
  const node: FieldSet = {};
  if (shape.is === 'struct') collectStruct(value as Values, shape.type, node);
  else if (shape.is === 'map') {
    for (const [key, item] of Object.entries(value as Values)) {
      collect(item, { type: shape.values, field: undefined }, node, `f:${key}`);
      if (isObject(item)) markSelf(child(node, `f:${key}`));
    }
  } else if (shape.is === 'items') {
    if ((value as unknown[]).length === 0) return;
    for (const item of value as unknown[]) collectItem(item, shape, node);
  }
  set[element] = node;
}

function collectItem(item: unknown, shape: Shape & { is: 'items' }, node: FieldSet): void {
  const element = itemElement(item, shape.keys, shape.items);
  const inner: FieldSet = {};
  if (shape.keys.length > 0 && isObject(item)) {
    collectStruct(item, shape.items?.is === 'object' ? shape.items.type : undefined, inner);
    markSelf(inner);
  }
  node[element] = inner;
}

/** What a change did, as sets of paths. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two states of an object. Models typed Compare. */
export function compareFields(before: Values, now: Values, type: ObjectType | undefined): Comparison {
  const result = { added: {}, modified: {}, removed: {} };
  compareStruct(before, now, type, result);
  return result;
}

function compareStruct(before: Values, now: Values, type: ObjectType | undefined, to: Comparison): void {
  for (const name of Object.keys(now)) {
    if (now[name] === undefined || now[name] === before[name]) continue;
    const below = fieldOf(type, name);
    compare(before[name] ?? emptyStruct(below), now[name], below, to, `f:${name}`);
  }
  for (const name of Object.keys(before)) {
    if (before[name] !== undefined && now[name] === undefined) {
      mark(before[name], fieldOf(type, name), to.removed, `f:${name}`);
    }
  }
}

/** A struct that is no pointer is always there, if empty. */
function emptyStruct({ type, field }: Below): unknown {
  return type?.is === 'object' && isObject(field?.default) ? {} : undefined;
}

function compare(before: unknown, now: unknown, below: Below, to: Comparison, element: string): void {
  if (before === undefined) {
    mark(now, below, to.added, element);
    return;
  }
  const shape = shapeOf(now, below);
  const sameForm = Array.isArray(before) === Array.isArray(now) && isObject(before) === isObject(now);
  if (shape.is === 'leaf' || !sameForm) {
    if (!equalValues(before, now)) to.modified[element] = {};
    return;
  }
  const inner: Comparison = { added: {}, modified: {}, removed: {} };
  if (shape.is === 'struct') compareStruct(before as Values, now as Values, shape.type, inner);
  else if (shape.is === 'map') compareMap(before as Values, now as Values, shape.values, inner);
  else compareItems(before as unknown[], now as unknown[], shape, inner);
  for (const part of ['added', 'modified', 'removed'] as const) {
    if (Object.keys(inner[part]).length > 0) to[part][element] = inner[part];
  }
}

function compareMap(before: Values, now: Values, values: FieldType | undefined, to: Comparison): void {
  const below = { type: values, field: undefined };
  for (const key of Object.keys(now)) {
    if (now[key] !== before[key]) compare(before[key], now[key], below, to, `f:${key}`);
  }
  for (const key of Object.keys(before)) {
    if (now[key] === undefined) mark(before[key], below, to.removed, `f:${key}`);
  }
}

function compareItems(
  before: readonly unknown[],
  now: readonly unknown[],
  shape: Shape & { is: 'items' },
  to: Comparison,
): void {
  const element = (item: unknown) => itemElement(item, shape.keys, shape.items);
  const old = new Map(before.map((item) => [element(item), item]));
  const type = shape.items?.is === 'object' ? shape.items.type : undefined;
  const seen = new Set<string>();
  for (const item of now) {
    const name = element(item);
    seen.add(name);
    const previous = old.get(name);
    if (previous === undefined) markItem(item, shape, to.added);
    else if (shape.keys.length > 0 && isObject(previous) && isObject(item)) {
      const inner: Comparison = { added: {}, modified: {}, removed: {} };
      compareStruct(previous, item, type, inner);
      for (const part of ['added', 'modified', 'removed'] as const) {
        if (Object.keys(inner[part]).length > 0) to[part][name] = inner[part];
      }
    }
  }
  for (const [name, item] of old) if (!seen.has(name)) markItem(item, shape, to.removed);
}

/** Something that came or went: itself, unless it is a list, and everything below. */
function mark(value: unknown, below: Below, set: FieldSet, element: string): void {
  const shape = shapeOf(value, below);
  const node: FieldSet = {};
  if (shape.is === 'struct') {
    for (const name of Object.keys(value as Values)) {
      const part = (value as Values)[name];
      if (part !== undefined) mark(part, fieldOf(shape.type, name), node, `f:${name}`);
    }
    markSelf(node);
  } else if (shape.is === 'map') {
    for (const [key, item] of Object.entries(value as Values)) {
      mark(item, { type: shape.values, field: undefined }, node, `f:${key}`);
    }
    markSelf(node);
  } else if (shape.is === 'items') {
    if ((value as unknown[]).length === 0) return;
    for (const item of value as unknown[]) markItem(item, shape, node);
  }
  set[element] = node;
}

function markItem(item: unknown, shape: Shape & { is: 'items' }, set: FieldSet): void {
  const element = itemElement(item, shape.keys, shape.items);
  const node: FieldSet = {};
  if (shape.keys.length > 0 && isObject(item)) {
    const type = shape.items?.is === 'object' ? shape.items.type : undefined;
    for (const name of Object.keys(item)) {
      if (item[name] !== undefined) mark(item[name], fieldOf(type, name), node, `f:${name}`);
    }
    markSelf(node);
  }
  set[element] = node;
}

const isMember = (node: FieldSet) => SELF in node || isEmptySet(node);

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Builds a node from whether it is a member and what is below it; undefined when nothing is left. */
function node(member: boolean, below: FieldSet): FieldSet | undefined {
  if (isEmptySet(below)) return member ? {} : undefined;
  return member ? { [SELF]: {}, ...below } : below;
}

/** Combines what both sets have; `alone` says what of only one of them stays, which is then shared, not copied. */
function combine(
  a: FieldSet,
  b: FieldSet,
  member: (inA: boolean, inB: boolean) => boolean,
  alone: { readonly a: boolean; readonly b: boolean },
): FieldSet {
  const result: FieldSet = {};
  for (const element in a) {
    if (element === SELF) continue;
    const left = a[element] as FieldSet;
    const right = b[element];
    if (right === undefined) {
      if (alone.a) result[element] = left;
      continue;
    }
    const below = combine(left, right, member, alone);
    const made = node(member(isMember(left), isMember(right)), below);
    if (made) result[element] = made;
  }
  if (!alone.b) return result;
  for (const element in b) {
    if (element !== SELF && a[element] === undefined) result[element] = b[element] as FieldSet;
  }
  return result;
}

export function unionSets(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  return isEmptySet(b) ? a : combine(a, b, (x, y) => x || y, { a: true, b: true });
}

export function differenceSets(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(b) || isEmptySet(a) ? a : combine(a, b, (x, y) => x && !y, { a: true, b: false });
}

export function intersectSets(a: FieldSet, b: FieldSet): FieldSet {
  return isEmptySet(a) || isEmptySet(b) ? {} : combine(a, b, (x, y) => x && y, { a: false, b: false });
}

/** The member paths as errors show them: `.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const paths: string[] = [];
  for (const element of Object.keys(set).sort()) {
    if (element === SELF) continue;
    const below = set[element] as FieldSet;
    const path = prefix + showElement(element);
    if (isMember(below)) paths.push(path);
    paths.push(...pathsOf(below, path));
  }
  return paths;
}

function showElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Values).map(
    ([key, value]) => `${key}=${JSON.stringify(value)}`,
  );
  return `[${keys.join(',')}]`;
}

/** A value without the fields of a set, and what became empty because of that kept as it was. */
export function withoutFields(value: Values, type: ObjectType | undefined, set: FieldSet): Values {
  const result: Values = {};
  for (const name of Object.keys(value)) {
    const below = set[`f:${name}`];
    if (!below) {
      result[name] = value[name];
      continue;
    }
    const kept = without(value[name], fieldOf(type, name), below);
    if (kept !== undefined) result[name] = kept;
  }
  return result;
}

function without(value: unknown, below: Below, set: FieldSet): unknown {
  const shape = shapeOf(value, below);
  const gone = isMember(set);
  if (shape.is === 'leaf') return gone ? undefined : value;
  if (shape.is === 'items') {
    const kept = (value as unknown[]).flatMap((item) => {
      const inner = set[itemElement(item, shape.keys, shape.items)];
      if (!inner) return [item];
      if (isMember(inner) || !isObject(item)) return [];
      return [withoutFields(item, shape.items?.is === 'object' ? shape.items.type : undefined, inner)];
    });
    return kept.length === 0 && (value as unknown[]).length > 0 ? undefined : kept;
  }
  const type = shape.is === 'struct' ? shape.type : undefined;
  const values = shape.is === 'map' ? shape.values : undefined;
  const kept: Values = {};
  for (const [name, part] of Object.entries(value as Values)) {
    const inner = set[`f:${name}`];
    const partBelow = shape.is === 'struct' ? fieldOf(type, name) : { type: values, field: undefined };
    const left = inner ? without(part, partBelow, inner) : part;
    if (left !== undefined) kept[name] = left;
  }
  const emptied = Object.keys(kept).length === 0 && (gone || Object.keys(value as Values).length > 0);
  return emptied ? undefined : kept;
}

/** Puts an applied configuration over a live object. Models typed Merge. Shares what it does not change. */
export function mergeApplied(live: Values, applied: Values, type: ObjectType | undefined): Values {
  const result = { ...live };
  for (const name of Object.keys(applied)) {
    if (applied[name] === undefined || applied[name] === null) continue;
    result[name] = merged(live[name], applied[name], fieldOf(type, name));
  }
  return result;
}

function merged(live: unknown, applied: unknown, below: Below): unknown {
  const shape = shapeOf(applied, below);
  if (shape.is === 'leaf' || live === undefined || live === null) return applied;
  if (shape.is === 'items')
    return Array.isArray(live) ? mergedItems(live, applied as unknown[], shape) : applied;
  if (!isObject(live)) return applied;
  if (shape.is === 'struct') return mergeApplied(live, applied as Values, shape.type);
  const result: Values = { ...live };
  for (const [key, item] of Object.entries(applied as Values)) {
    result[key] = merged(live[key], item, { ...UNTYPED, type: shape.values });
  }
  return result;
}

/** Items of both, in the order of the applied ones; those of the live list alone keep their place among them. */
function mergedItems(
  live: readonly unknown[],
  applied: readonly unknown[],
  shape: Shape & { is: 'items' },
): unknown[] {
  const element = (item: unknown) => itemElement(item, shape.keys, shape.items);
  const liveByName = new Map(live.map((item) => [element(item), item]));
  const names = new Set(applied.map(element));
  const type = shape.items?.is === 'object' ? shape.items.type : undefined;
  const result: unknown[] = [];
  let next = 0;
  const takeLiveOnly = (until: string | undefined) => {
    for (; next < live.length; next++) {
      const name = element(live[next]);
      if (name === until) {
        next++;
        return;
      }
      if (!names.has(name)) result.push(live[next]);
      else if (until !== undefined) return;
    }
  };
  for (const item of applied) {
    const name = element(item);
    const before = liveByName.get(name);
    if (before !== undefined) takeLiveOnly(name);
    result.push(isObject(before) && isObject(item) ? mergeApplied(before, item, type) : item);
  }
  takeLiveOnly(undefined);
  return result;
}
