import { type FieldSet, isMember } from './field-set.ts';
import {
  type Below,
  fieldOf,
  itemElement,
  nameElement,
  type Shape,
  shapeOf,
  UNTYPED,
  type Values,
} from './field-shape.ts';
import type { ObjectType } from './schema.ts';
import { isObject } from './values.ts';

/** A value without the fields of a set, and what became empty because of that kept as it was. */
export function withoutFields(value: Values, type: ObjectType | undefined, set: FieldSet): Values {
  const result: Values = {};
  for (const name of Object.keys(value)) {
    const below = set[nameElement(name)];
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
    const inner = set[nameElement(name)];
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

/**
 * Items of both, in the order of the applied ones; those of the live list alone keep their place before them. Models
 * structured-merge-diff typed visitListItems.
 */
function mergedItems(
  live: readonly unknown[],
  applied: readonly unknown[],
  shape: Shape & { is: 'items' },
): unknown[] {
  const element = (item: unknown) => itemElement(item, shape.keys, shape.items);
  const [liveNames, names] = [live.map(element), applied.map(element)];
  const liveByName = new Map(live.map((item, i) => [liveNames[i] as string, item]));
  const wanted = new Set(names);
  const shared = names.filter((name) => liveByName.has(name));
  const type = shape.items?.is === 'object' ? shape.items.type : undefined;
  const result: unknown[] = [];
  let l = 0;
  for (let r = 0, s = 0; l < live.length || r < applied.length; ) {
    const [liveName = '', name] = [liveNames[l], names[r]];
    const isShared = wanted.has(liveName);
    const elsewhere = isShared && liveName !== name && shared[s] !== liveName;
    if (l < live.length && (name === undefined ? isShared : elsewhere && shared[s] !== undefined)) l++;
    else if (l < live.length && !isShared) result.push(live[l++]);
    else {
      const before = liveByName.get(name as string);
      const item = applied[r++];
      result.push(isObject(before) && isObject(item) ? mergeApplied(before, item, type) : item);
      if (liveName === name) l++;
      if (shared[s] === name) s++;
    }
  }
  return result;
}
