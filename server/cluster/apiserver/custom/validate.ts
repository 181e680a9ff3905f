import { parseGoDuration } from '../../../objects/decode.ts';
import type { FieldErrors } from '../../../objects/field-error.ts';
import { matchesPart } from '../../../objects/linear-regex.ts';
import { equalValues, isObject } from '../../../objects/values.ts';
import type { JsonSchema } from './json-schema.ts';

/**
 * Checks a value against a structural schema. Models kube-openapi/pkg/validation/validate, and how
 * apiextensions-apiserver/pkg/apiserver/validation words its findings.
 */
export function validateSchema(value: unknown, schema: JsonSchema, path: string, errors: FieldErrors): void {
  if (value === null && schema.nullable) return;
  if (!checkType(value, schema, path, errors)) return;
  checkEnum(value, schema, path, errors);
  if (typeof value === 'string') checkString(value, schema, path, errors);
  else if (typeof value === 'number') checkNumber(value, schema, path, errors);
  else if (Array.isArray(value)) checkArray(value, schema, path, errors);
  else if (isObject(value)) checkObject(value, schema, path, errors);
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

function checkArray(value: readonly unknown[], schema: JsonSchema, path: string, errors: FieldErrors): void {
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
  value.forEach((item, i) => {
    if (items) validateSchema(item, items, `${path}[${i}]`, errors);
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
    if (seen.some((other) => equalValues(other, key))) errors.duplicate(`${path}[${i}]`, key);
    else seen.push(key);
  });
}

function checkObject(
  value: Record<string, unknown>,
  schema: JsonSchema,
  path: string,
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
    if (Object.hasOwn(properties, key))
      validateSchema(value[key], properties[key] as JsonSchema, inside(key), errors);
    else if (isObject(additionalProperties)) {
      validateSchema(value[key], additionalProperties as JsonSchema, `${path}.${key}`, errors);
    }
  }
}

function passes(value: unknown, schema: JsonSchema): boolean {
  const found: unknown[] = [];
  const probe = {
    required: add,
    invalid: add,
    typeInvalid: add,
    notSupported: add,
    tooLong: add,
    tooMany: add,
    duplicate: add,
  };
  function add(...problem: unknown[]): void {
    found.push(problem);
  }
  validateSchema(value, schema, '', probe as unknown as FieldErrors);
  return found.length === 0;
}

function checkJunctors(value: unknown, schema: JsonSchema, path: string, errors: FieldErrors): void {
  const shown = JSON.stringify(path);
  for (const one of schema.allOf ?? []) validateSchema(value, one, path, errors);
  if (schema.anyOf && !schema.anyOf.some((one) => passes(value, one))) {
    errors.invalid(path, value, `${shown} must validate at least one schema (anyOf)`);
  }
  if (schema.oneOf) {
    const valid = schema.oneOf.filter((one) => passes(value, one)).length;
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    if (valid !== 1)
      errors.invalid(path, value, `${shown} must validate one and only one schema (oneOf). ${found}`);
  }
  if (schema.not && passes(value, schema.not)) {
    errors.invalid(path, value, `${shown} must not validate the schema (not)`);
  }
}
