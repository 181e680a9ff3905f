import type { Field, FieldType, ObjectType } from '../../../objects/schema.ts';
import { copyValue, isObject, setOwn } from '../../../objects/values.ts';
import { objectType } from '../../kinds/schema/types.ts';
import type { JsonSchema } from './json-schema.ts';

const METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** A custom resource's schema as a type, for server-side apply and field paths. */
export function typeOfSchema(schema: JsonSchema, name: string): ObjectType {
  const root = structType(schema, name);
  const fields = new Map(root.fields);
  fields.set('apiVersion', plainField('apiVersion', { is: 'string' }));
  fields.set('kind', plainField('kind', { is: 'string' }));
  fields.set('metadata', plainField('metadata', { is: 'object', type: objectType(METADATA) }));
  return { ...root, fields };
}

function structType(schema: JsonSchema, name: string): ObjectType {
  const required = schema.required ?? [];
  const entries = Object.entries(schema.properties ?? {});
  return {
    fullName: name,
    name,
    fields: new Map(entries.map(([key, value]) => [key, fieldOf(key, value, required.includes(key))])),
    always: [],
    required,
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    open: true,
  };
}

export function plainField(name: string, type: FieldType): Field {
  return {
    name,
    type,
    required: false,
    default: undefined,
    enum: undefined,
    mergeKey: undefined,
    replaces: false,
    retainsKeys: false,
    listType: 'atomic',
    listMapKeys: [],
    atomic: false,
    omitZero: false,
  };
}

function fieldOf(name: string, schema: JsonSchema, required: boolean): Field {
  return {
    ...plainField(name, fieldType(schema, name)),
    required,
    default: schema.default,
    listType: schema['x-kubernetes-list-type'] ?? 'atomic',
    listMapKeys: schema['x-kubernetes-list-map-keys'] ?? [],
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
  };
}

function fieldType(schema: JsonSchema, name: string): FieldType {
  if (schema['x-kubernetes-int-or-string']) return { is: 'int-or-string' };
  switch (schema.type) {
    case 'object':
      if (isObject(schema.additionalProperties)) {
        return { is: 'map', values: fieldType(schema.additionalProperties as JsonSchema, name) };
      }
      return schema.properties ? { is: 'object', type: structType(schema, name) } : { is: 'any' };
    case 'array':
      return { is: 'array', items: fieldType(schema.items ?? {}, name) };
    case 'string':
      return { is: 'string' };
    case 'boolean':
      return { is: 'boolean' };
    case 'integer':
      return { is: 'integer', bits: 64 };
    case 'number':
      return { is: 'number' };
    default:
      return { is: 'any' };
  }
}

/**
 * A copy with only what the schema knows; `unknown` gets the paths of what was dropped. Models
 * apiextensions-apiserver/pkg/apiserver/schema/pruning.
 */
export function prune(
  value: unknown,
  schema: JsonSchema | undefined,
  path: string,
  unknown: string[],
): unknown {
  if (!schema || typeof value !== 'object' || value === null) return copyValue(value);
  if (Array.isArray(value))
    return value.map((item, i) => prune(item, schema.items, `${path}[${i}]`, unknown));
  const result: Record<string, unknown> = {};
  const keepsAll = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const place = path === '' ? key : `${path}.${key}`;
    const known =
      schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (known) setOwn(result, key, prune(item, known, place, unknown));
    else if (isObject(schema.additionalProperties)) {
      setOwn(result, key, prune(item, schema.additionalProperties as JsonSchema, place, unknown));
    } else if (keepsAll || schema.additionalProperties === true || (embedded && EMBEDDED.has(key))) {
      setOwn(result, key, copyValue(item));
    } else unknown.push(place);
  }
  return result;
}

const EMBEDDED = new Set(['apiVersion', 'kind', 'metadata']);

/** Fills in defaults, in place. A null where null is not allowed counts as absent. Models schema/defaulting. */
export function applyDefaults(value: unknown, schema: JsonSchema | undefined): void {
  if (!schema || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) applyDefaults(item, schema.items);
    return;
  }
  const object = value as Record<string, unknown>;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.default === undefined) continue;
    if (object[key] === undefined || (object[key] === null && !property.nullable)) {
      setOwn(object, key, copyValue(property.default));
    }
  }
  for (const [key, item] of Object.entries(object)) {
    const known =
      schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    applyDefaults(
      item,
      known ??
        (isObject(schema.additionalProperties) ? (schema.additionalProperties as JsonSchema) : undefined),
    );
  }
}
