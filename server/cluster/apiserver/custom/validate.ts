import { parseGoDuration } from '../../../objects/decode.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import { itemElement } from '../../../objects/field-shape.ts';
import { matchesPart } from '../../../objects/linear-regex.ts';
import { equalValues, isObject } from '../../../objects/values.ts';
import { goJson } from '../../kinds/validation/go-values.ts';
import type { JsonSchema } from './json-schema.ts';
import { correlated } from './rules.ts';

/** A value at its place in an object, and what stood there before. */
interface Subject {
  readonly value: unknown;
  /** Undefined: nothing, or nothing that can be compared. */
  readonly old?: unknown;
  readonly schema: JsonSchema;
  readonly path: string;
}

/**
 * Checks a value against a structural schema; what did not change is not looked at. Models
 * kube-openapi/pkg/validation/validate, and how apiextensions-apiserver/pkg/apiserver/validation words its findings.
 */
export function validateSchema(subject: Subject, errors: FieldErrors): void {
  const { value, old, schema, path } = subject;
  if (value === null && schema.nullable) return;
  if (old !== undefined && equalValues(value, old)) return;
  if (!checkType(value, schema, path, errors)) return;
  checkEnum(value, schema, path, errors);
  if (typeof value === 'string') checkString(value, schema, path, errors);
  else if (typeof value === 'number') checkNumber(value, schema, path, errors);
  else if (Array.isArray(value)) checkArray(value, subject, errors);
  else if (isObject(value)) checkObject(value, subject, errors);
  checkJunctors(value, schema, path, errors);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkType(value: unknown, schema: JsonSchema, path: string, errors: FieldErrors): boolean {
  const actual = typeName(value);
  if (schema['x-kubernetes-int-or-string']) {
    if (actual === 'integer' || actual === 'string') return true;
    errors.typeInvalid(path, actual, `${path} in body must be of type integer,string: "${actual}"`);
    return false;
  }
  const { type } = schema;
  if (!type || type === actual || (type === 'number' && actual === 'integer')) return true;
  errors.typeInvalid(path, actual, `${path} in body must be of type ${type}: "${actual}"`);
  return false;
}

function checkEnum(value: unknown, schema: JsonSchema, path: string, errors: FieldErrors): void {
  if (!schema.enum || schema.enum.some((allowed) => equalValues(allowed, value))) return;
  const texts = schema.enum.map((allowed) =>
    typeof allowed === 'string' ? allowed : JSON.stringify(allowed),
  );
  errors.notSupported(path, value, texts);
}

const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  'date-time': (value) => /^\d{4}-\d\d-\d\d[tT ]\d\d:\d\d:\d\d(\.\d+)?([zZ]|[+-]\d\d:\d\d)$/.test(value),
  date: (value) => /^\d{4}-\d\d-\d\d$/.test(value),
  duration: (value) => parseGoDuration(value) !== undefined,
  email: (value) => /^[^@\s]+@[^@\s]+$/.test(value),
  ipv4: (value) => /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(value),
  ipv6: (value) => value.includes(':') && /^[0-9a-fA-F:.]+$/.test(value),
  cidr: (value) => /^[0-9a-fA-F.:]+\/\d+$/.test(value),
  mac: (value) => /^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$/.test(value),
  uuid: (value) => /^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/.test(value),
  byte: (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0,
  hostname: (value) => /^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$/.test(value) && value.length <= 253,
  uri: (value) => URL.canParse(value),
};

function checkString(value: string, schema: JsonSchema, path: string, errors: FieldErrors): void {
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) errors.tooLong(path, schema.maxLength);
  if (schema.minLength !== undefined && length < schema.minLength) {
    errors.invalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`);
  }
  if (schema.pattern !== undefined) checkPattern(value, schema.pattern, path, errors);
  const format = schema.format === undefined ? undefined : FORMATS[schema.format];
  if (format && !format(value)) {
    errors.typeInvalid(
      path,
      value,
      `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`,
    );
  }
}

function checkPattern(value: string, pattern: string, path: string, errors: FieldErrors): void {
  let wanted = pattern;
  try {
    if (matchesPart(pattern, value)) return;
  } catch (error) {
    wanted = `${pattern}, but pattern is invalid: ${(error as Error).message}`;
  }
  errors.invalid(path, value, `${path} in body should match '${wanted}'`);
}

function checkNumber(value: number, schema: JsonSchema, path: string, errors: FieldErrors): void {
  const { minimum, maximum, multipleOf } = schema;
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    const relation = schema.exclusiveMaximum ? 'less than' : 'less than or equal to';
    errors.invalid(path, value, `${path} in body should be ${relation} ${maximum}`);
  }
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    const relation = schema.exclusiveMinimum ? 'greater than' : 'greater than or equal to';
    errors.invalid(path, value, `${path} in body should be ${relation} ${minimum}`);
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    errors.invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`);
  }
}

function checkArray(value: readonly unknown[], { schema, path, old }: Subject, errors: FieldErrors): void {
  const { minItems, maxItems, items } = schema;
  if (maxItems !== undefined && value.length > maxItems) errors.tooMany(path, value.length, maxItems);
  if (minItems !== undefined && value.length < minItems) {
    errors.invalid(path, value.length, `${path} in body should have at least ${minItems} items`);
  }
  if (
    schema.uniqueItems &&
    value.some((item, i) => value.slice(0, i).some((other) => equalValues(item, other)))
  ) {
    errors.invalid(path, value, `${path} in body shouldn't contain duplicates`);
  }
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const before = correlated(old, keys);
  value.forEach((item, i) => {
    const same = before?.get(itemElement(item, keys, undefined));
    if (items) validateSchema({ value: item, old: same, schema: items, path: `${path}[${i}]` }, errors);
  });
  checkListType(value, schema, path, errors);
}

function checkListType(
  value: readonly unknown[],
  schema: JsonSchema,
  path: string,
  errors: FieldErrors,
): void {
  const kind = schema['x-kubernetes-list-type'];
  if (kind !== 'set' && kind !== 'map') return;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const keyOf = (item: unknown) =>
    kind === 'set' || !isObject(item) ? item : Object.fromEntries(keys.map((key) => [key, item[key]]));
  const seen: unknown[] = [];
  value.forEach((item, i) => {
    const key = keyOf(item);
    if (seen.some((other) => equalValues(other, key))) errors.duplicate(`${path}[${i}]`, goJson(key));
    else seen.push(key);
  });
}

function checkObject(
  value: Record<string, unknown>,
  { schema, path, old }: Subject,
  errors: FieldErrors,
): void {
  const count = Object.keys(value).length;
  const { minProperties, maxProperties, properties = {}, additionalProperties } = schema;
  if (maxProperties !== undefined && count > maxProperties) errors.tooMany(path, count, maxProperties);
  if (minProperties !== undefined && count < minProperties) {
    errors.invalid(path, count, `${path} in body should have at least ${minProperties} properties`);
  }
  const inside = (key: string) => (path === '' ? key : `${path}.${key}`);
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(value, key) || value[key] === undefined) errors.required(inside(key));
  }
  for (const key of Object.keys(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const part = known ?? (isObject(additionalProperties) ? (additionalProperties as JsonSchema) : undefined);
    const before = isObject(old) ? old[key] : undefined;
    if (part) validateSchema({ value: value[key], old: before, schema: part, path: inside(key) }, errors);
  }
  if (schema['x-kubernetes-embedded-resource']) checkEmbedded(value, path, errors);
}

/** An object inside an object has to say what it is. Models apiserver/schema/objectmeta ValidateEmbeddedResource. */
function checkEmbedded(value: Record<string, unknown>, path: string, errors: FieldErrors): void {
  for (const name of ['apiVersion', 'kind']) {
    if (!value[name]) errors.required(`${path}.${name}`, 'must not be empty');
  }
}

/** What an alternative says of a value. */
function findings(value: unknown, schema: JsonSchema, path: string): FieldErrors {
  const found = new FieldErrors();
  validateSchema({ value, schema, path }, found);
  return found;
}

/** Several schemas in one. Of alternatives none of which fits, the first says why. Models schema_props.go. */
function checkJunctors(value: unknown, schema: JsonSchema, path: string, errors: FieldErrors): void {
  const shown = JSON.stringify(path);
  const refuse = (why: string) => errors.invalid('<nil>', '', `${shown} must ${why}`);
  for (const one of schema.allOf ?? []) validateSchema({ value, schema: one, path }, errors);
  const anyOf = (schema.anyOf ?? []).map((one) => findings(value, one, path));
  if (anyOf.length > 0 && !anyOf.some(({ empty }) => empty)) {
    refuse('validate at least one schema (anyOf)');
    errors.list.push(...(anyOf[0] as FieldErrors).list);
  }
  const oneOf = (schema.oneOf ?? []).map((one) => findings(value, one, path));
  const valid = oneOf.filter(({ empty }) => empty).length;
  if (oneOf.length > 0 && valid !== 1) {
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    refuse(`validate one and only one schema (oneOf). ${found}`);
    if (valid === 0) errors.list.push(...(oneOf[0] as FieldErrors).list);
  }
  if (schema.not && findings(value, schema.not, path).empty) refuse('not validate the schema (not)');
}
