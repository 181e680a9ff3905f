import { pathsOf } from './field-set.ts';
import { type Below, fieldOf, itemElement } from './field-shape.ts';
import type { FieldType } from './schema.ts';
import { goMap } from './strategic-merge.ts';
import { isObject } from './values.ts';

/** Levels that are looked at. */
const MAX_DEPTH = 500;

/**
 * What is wrong with a configuration that is to be applied, in the words of structured-merge-diff: fields that are not
 * declared, values of the wrong type, items with the same key. Models typed/validate.go.
 */
export function typedProblems(value: unknown, type: FieldType): string[] {
  const problems: string[] = [];
  check(value, { type, field: undefined }, '', problems, 0);
  return problems;
}

function check(value: unknown, below: Below, path: string, problems: string[], depth: number): void {
  const { type } = below;
  if (value === null || value === undefined || !type || depth > MAX_DEPTH) return;
  const say = (what: string) => problems.push(`${path}: ${what}`);
  if (type.is === 'string' || type.is === 'bytes') {
    if (typeof value !== 'string') say(`expected string, got ${goValue(value)}`);
  } else if (type.is === 'boolean') {
    if (typeof value !== 'boolean') say(`expected boolean, got ${goValue(value)}`);
  } else if (type.is === 'integer' || type.is === 'number') {
    if (typeof value !== 'number') say(`expected numeric (int or float), got ${goTypeOf(value)}`);
  } else if (type.is === 'object' || type.is === 'map') {
    if (isObject(value)) checkFields(value, type, path, problems, depth);
    else say(`expected map, got &{${goMap(value)}}`);
  } else if (type.is === 'array') {
    if (Array.isArray(value)) checkItems(value, below, type, path, problems, depth);
    else say(`expected list, got &{${goMap(value)}}`);
  }
}

function checkFields(
  value: Readonly<Record<string, unknown>>,
  type: FieldType & { is: 'object' | 'map' },
  path: string,
  problems: string[],
  depth: number,
): void {
  for (const name of Object.keys(value)) {
    const place = `${path}.${name}`;
    if (type.is === 'map') {
      check(value[name], { type: type.values, field: undefined }, place, problems, depth + 1);
      continue;
    }
    const below = fieldOf(type.type, name);
    if (below.field) check(value[name], below, place, problems, depth + 1);
    else if (!type.type.open) problems.push(`${place}: field not declared in schema`);
  }
}

function checkItems(
  items: readonly unknown[],
  { field }: Below,
  type: FieldType & { is: 'array' },
  path: string,
  problems: string[],
  depth: number,
): void {
  const keyed = field !== undefined && field.listType !== 'atomic';
  const seen = new Set<string>();
  items.forEach((item, i) => {
    const element = keyed
      ? itemElement(item, field.listType === 'map' ? field.listMapKeys : [], type.items)
      : '';
    const shown = keyed ? (pathsOf({ [element]: {} })[0] ?? '') : `[${i}]`;
    if (keyed && seen.has(element)) problems.push(`${path}: duplicate entries for key ${shown}`);
    seen.add(element);
    check(item, { type: type.items, field: undefined }, path + shown, problems, depth + 1);
  });
}

/** As `%T` and `%#v` and `%v` of Go show what came out of JSON. */
function goTypeOf(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

function goValue(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goValue).join(', ')}}`;
  if (!isObject(value)) return JSON.stringify(value);
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${goValue(value[key])}`);
  return `map[string]interface {}{${pairs.join(', ')}}`;
}
