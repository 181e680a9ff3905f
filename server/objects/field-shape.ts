import type { Field, FieldType, ObjectType } from './schema.ts';
import { isObject } from './values.ts';

export type Values = Record<string, unknown>;

/** The type of what lies below: a struct's field, a map's value, anything. */
export interface Below {
  readonly type: FieldType | undefined;
  readonly field: Field | undefined;
}

export const UNTYPED: Below = { type: undefined, field: undefined };

export function fieldOf(type: ObjectType | undefined, name: string): Below {
  const field = type?.fields.get(name);
  return { type: field?.type, field };
}

/** Elements of names that are met again and again: a key made anew each time has to be hashed anew, too. */
const elements = new Map<string, string>();
const MAX_ELEMENTS = 20_000;
/** Of texts that are remembered; anybody may send longer ones. */
const MAX_LENGTH = 253;

/** The path element of a field or a key: `f:spec`. */
export function nameElement(name: string): string {
  const known = elements.get(name);
  if (known !== undefined) return known;
  const made = `f:${name}`;
  if (name.length > MAX_LENGTH) return made;
  if (elements.size >= MAX_ELEMENTS) elements.clear();
  elements.set(name, made);
  return made;
}

/** How values of a place are compared and owned: as a whole, field by field, item by item. */
export type Shape =
  | { readonly is: 'leaf' }
  | { readonly is: 'struct'; readonly type: ObjectType | undefined }
  | { readonly is: 'map'; readonly values: FieldType | undefined }
  | { readonly is: 'items'; readonly keys: readonly string[]; readonly items: FieldType | undefined };

export function shapeOf(value: unknown, { type, field }: Below): Shape {
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

/** Elements of items by the name and the value of their only key: conditions, containers and volumes. */
const keyElements = new Map<string, Map<string, string>>();
const MAX_KEY_ELEMENTS = 1000;

function keyElement(name: string, value: string): string {
  let ofName = keyElements.get(name);
  if (!ofName) {
    ofName = new Map();
    keyElements.set(name, ofName);
  }
  let element = ofName.get(value);
  if (element !== undefined) return element;
  element = `k:{"${name}":${JSON.stringify(value)}}`;
  if (value.length > MAX_LENGTH) return element;
  if (ofName.size >= MAX_KEY_ELEMENTS) ofName.clear();
  ofName.set(value, element);
  return element;
}

/** The path element of a list's item: `k:{"name":"web"}`, or `v:"value"`. */
export function itemElement(item: unknown, keys: readonly string[], items: FieldType | undefined): string {
  if (keys.length === 0) return `v:${JSON.stringify(item)}`;
  const [only] = keys;
  if (keys.length === 1 && isObject(item)) {
    const value = item[only as string];
    if (typeof value === 'string') return keyElement(only as string, value);
  }
  const parts: string[] = [];
  const object = isObject(item) ? item : {};
  const type = items?.is === 'object' ? items.type : undefined;
  for (const key of [...keys].sort()) {
    const value = object[key] ?? type?.fields.get(key)?.default;
    if (value !== undefined && value !== null) parts.push(`${JSON.stringify(key)}:${JSON.stringify(value)}`);
  }
  return `k:{${parts.join(',')}}`;
}
