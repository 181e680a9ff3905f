import { type FieldSet, isEmptySet, MEMBER, markSelf } from './field-set.ts';
import {
  type Below,
  fieldOf,
  itemElement,
  nameElement,
  type Shape,
  shapeOf,
  type Values,
} from './field-shape.ts';
import type { FieldType, ObjectType } from './schema.ts';
import { equalValues, isObject } from './values.ts';

/** Every field that a value sets. Models typed ToFieldSet. */
export function fieldsOf(value: Values, type: ObjectType | undefined): FieldSet {
  const set: FieldSet = {};
  collectStruct(value, type, set);
  return set;
}

function collectStruct(value: Values, type: ObjectType | undefined, set: FieldSet): void {
  for (const name of Object.keys(value)) {
    if (value[name] === undefined) continue;
    collect(value[name], fieldOf(type, name), set, nameElement(name));
  }
}

function collect(value: unknown, below: Below, set: FieldSet, element: string): void {
  const shape = shapeOf(value, below);
  if (shape.is === 'leaf') {
    set[element] = MEMBER;
    return;
  }
  const node: FieldSet = {};
  if (shape.is === 'struct') collectStruct(value as Values, shape.type, node);
  else if (shape.is === 'map') {
    for (const [key, item] of Object.entries(value as Values)) {
      collect(item, { type: shape.values, field: undefined }, node, nameElement(key));
      const below = node[nameElement(key)];
      if (isObject(item) && below) markSelf(below);
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
  for (const name in now) {
    if (now[name] === undefined || now[name] === before[name]) continue;
    const below = fieldOf(type, name);
    // A time that is always written is null before it is set.
    if (now[name] === null && before[name] === undefined && below.type?.is === 'time') continue;
    compare(before[name] ?? zeroOf(below), now[name], below, to, nameElement(name));
  }
  for (const name in before) {
    if (before[name] !== undefined && now[name] === undefined) {
      mark(before[name], fieldOf(type, name), to.removed, nameElement(name));
    }
  }
}

/** A struct that is no pointer, or a list that is always written, is there, if empty. */
function zeroOf({ type, field }: Below): unknown {
  if (type?.is === 'array') return field?.required ? [] : undefined;
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
    if (!equalValues(before, now)) to.modified[element] = MEMBER;
    return;
  }
  const inner: Comparison = { added: {}, modified: {}, removed: {} };
  if (shape.is === 'struct') compareStruct(before as Values, now as Values, shape.type, inner);
  else if (shape.is === 'map') compareMap(before as Values, now as Values, shape.values, inner);
  else compareItems(before as unknown[], now as unknown[], shape, inner);
  keep(inner, to, element);
}

/** Puts what was found below an element under it. */
function keep(inner: Comparison, to: Comparison, element: string): void {
  if (!isEmptySet(inner.added)) to.added[element] = inner.added;
  if (!isEmptySet(inner.modified)) to.modified[element] = inner.modified;
  if (!isEmptySet(inner.removed)) to.removed[element] = inner.removed;
}

function compareMap(before: Values, now: Values, values: FieldType | undefined, to: Comparison): void {
  const below = { type: values, field: undefined };
  for (const key in now) {
    if (now[key] !== before[key]) compare(before[key], now[key], below, to, nameElement(key));
  }
  for (const key in before) {
    if (now[key] === undefined) mark(before[key], below, to.removed, nameElement(key));
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
      keep(inner, to, name);
    }
  }
  for (const [name, item] of old) if (!seen.has(name)) markItem(item, shape, to.removed);
}

/** Something that came or went: itself and everything below. */
function mark(value: unknown, below: Below, set: FieldSet, element: string): void {
  const shape = shapeOf(value, below);
  if (shape.is === 'leaf') {
    set[element] = MEMBER;
    return;
  }
  const node: FieldSet = {};
  if (shape.is === 'struct') {
    for (const name in value as Values) {
      const part = (value as Values)[name];
      if (part !== undefined) mark(part, fieldOf(shape.type, name), node, nameElement(name));
    }
    markSelf(node);
  } else if (shape.is === 'map') {
    for (const [key, item] of Object.entries(value as Values)) {
      mark(item, { type: shape.values, field: undefined }, node, nameElement(key));
    }
    markSelf(node);
  } else if (shape.is === 'items') {
    for (const item of value as unknown[]) markItem(item, shape, node);
    markSelf(node);
  }
  set[element] = node;
}

function markItem(item: unknown, shape: Shape & { is: 'items' }, set: FieldSet): void {
  const element = itemElement(item, shape.keys, shape.items);
  const node: FieldSet = {};
  if (shape.keys.length > 0 && isObject(item)) {
    const type = shape.items?.is === 'object' ? shape.items.type : undefined;
    for (const name in item) {
      if (item[name] !== undefined) mark(item[name], fieldOf(type, name), node, nameElement(name));
    }
    markSelf(node);
  }
  set[element] = node;
}
