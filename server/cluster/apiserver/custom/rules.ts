import { celError, celMessage, celValue, compileCel } from '../../../objects/cel.ts';
import type { FieldErrors } from '../../../objects/field-error.ts';
import { itemElement } from '../../../objects/field-shape.ts';
import { isObject } from '../../../objects/values.ts';
import type { JsonSchema, ValidationRule } from './json-schema.ts';

/** True when the schema has rules anywhere. */
export function hasRules(schema: JsonSchema): boolean {
  if ((schema['x-kubernetes-validations'] ?? []).length > 0) return true;
  const parts = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(isObject(schema.additionalProperties) ? [schema.additionalProperties as JsonSchema] : []),
  ];
  return parts.some(hasRules);
}

/**
 * Evaluates the CEL rules of a schema on a value and, for transition rules, on the value before. Models
 * apiextensions-apiserver/pkg/apiserver/schema/cel.
 */
export function checkRules(
  value: unknown,
  old: unknown,
  schema: JsonSchema,
  path: string,
  errors: FieldErrors,
): void {
  if (value === undefined || value === null) return;
  for (const rule of schema['x-kubernetes-validations'] ?? [])
    checkRule(rule, value, old, schema, path, errors);
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items) return;
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    const before = correlated(old, keys);
    value.forEach((item, i) => {
      checkRules(item, before?.get(itemElement(item, keys, undefined)), items, `${path}[${i}]`, errors);
    });
    return;
  }
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    const known =
      schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const part =
      known ??
      (isObject(schema.additionalProperties) ? (schema.additionalProperties as JsonSchema) : undefined);
    const place = path === '' ? key : `${path}.${key}`;
    if (part) checkRules(value[key], isObject(old) ? old[key] : undefined, part, place, errors);
  }
}

/** Items of lists that are maps can be followed from one state to the next; those of others cannot. */
function correlated(old: unknown, keys: readonly string[]): Map<string, unknown> | undefined {
  if (!Array.isArray(old) || keys.length === 0) return undefined;
  return new Map(old.map((item) => [itemElement(item, keys, undefined), item]));
}

function checkRule(
  { rule, message, messageExpression, reason, fieldPath }: ValidationRule,
  value: unknown,
  old: unknown,
  schema: JsonSchema,
  path: string,
  errors: FieldErrors,
): void {
  const transition = /\boldSelf\b/.test(rule);
  if (transition && old === undefined) return;
  const context = { self: celValue(value), ...(transition ? { oldSelf: celValue(old) } : {}) };
  const place = fieldPath ? `${path}${fieldPath}` : path;
  const shown = schema.type ?? 'object';
  try {
    if (compileCel(rule)(context) === true) return;
  } catch (error) {
    errors.invalid(place, shown, `rule evaluation error: ${celError(error)}`);
    return;
  }
  const text = celMessage(messageExpression, context) ?? message ?? `failed rule: ${rule}`;
  if (reason === 'FieldValueForbidden') errors.forbidden(place, text);
  else if (reason === 'FieldValueRequired') errors.required(place, text);
  else if (reason === 'FieldValueDuplicate') errors.duplicate(place, shown);
  else errors.invalid(place, shown, text);
}
