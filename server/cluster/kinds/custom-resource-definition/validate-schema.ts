import { compileProblem } from '../../../objects/cel.ts';
import type { FieldErrors } from '../../../objects/field-error.ts';
import { linearRegex } from '../../../objects/linear-regex.ts';
import { goStruct } from '../validation/go-values.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const MAX_DEPTH = 50;

/** The schema of a version. Models apiextensions/validation ValidateCustomResourceDefinitionOpenAPISchema. */
export function validateSchema(errors: FieldErrors, field: string, schema: any): void {
  if (schema.type === undefined) errors.required(`${field}.type`, 'must not be empty at the root');
  else if (schema.type !== 'object')
    errors.invalid(`${field}.type`, schema.type, 'must be object at the root');
  validateParts(errors, field, schema, 0);
}

/** Structural schemas need a type everywhere. */
function validateParts(errors: FieldErrors, field: string, schema: any, depth: number): void {
  if (depth > MAX_DEPTH || typeof schema !== 'object' || schema === null) return;
  validatePattern(errors, `${field}.pattern`, schema.pattern);
  validateDefault(errors, field, schema);
  validateListType(errors, field, schema);
  validateRules(errors, `${field}.x-kubernetes-validations`, schema['x-kubernetes-validations']);
  const part = (place: string, inner: any) => {
    requireType(errors, place, inner);
    validateParts(errors, place, inner, depth + 1);
  };
  for (const [name, inner] of Object.entries<any>(schema.properties ?? {}))
    part(`${field}.properties[${name}]`, inner);
  if (schema.items && typeof schema.items === 'object') part(`${field}.items`, schema.items);
  else if (schema.type === 'array') errors.required(`${field}.items`, 'must be specified');
  if (typeof schema.additionalProperties !== 'object') return;
  if (schema.properties && Object.keys(schema.properties).length > 0) {
    const why = 'additionalProperties and properties are mutual exclusive';
    errors.forbidden(`${field}.additionalProperties`, why);
  }
  part(`${field}.additionalProperties`, schema.additionalProperties);
}

function requireType(errors: FieldErrors, field: string, schema: any): void {
  const free = schema?.['x-kubernetes-preserve-unknown-fields'] || schema?.['x-kubernetes-int-or-string'];
  if (!schema?.type) {
    if (!free) errors.required(`${field}.type`, 'must not be empty for specified object fields');
  } else if (!TYPES.includes(schema.type)) errors.notSupported(`${field}.type`, schema.type, TYPES);
}

function validatePattern(errors: FieldErrors, field: string, pattern: string | undefined): void {
  if (!pattern) return;
  try {
    linearRegex(pattern);
  } catch (error) {
    const why = `must be a valid regular expression, but isn't: ${(error as Error).message}`;
    errors.invalid(field, pattern, why);
  }
}

/** What a default is, in the words of its schema. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function validateDefault(errors: FieldErrors, field: string, schema: any): void {
  const value = schema.default;
  if (value === undefined || schema['x-kubernetes-int-or-string']) return;
  const found = typeOf(value);
  const fits = found === schema.type || (found === 'integer' && schema.type === 'number');
  if (schema.type && !fits) {
    const why = `default in body must be of type ${schema.type}: "${found}"`;
    errors.typeInvalid(`${field}.default`, found, why);
  } else if (schema.enum && !schema.enum.includes(value)) {
    errors.notSupported(`${field}.default`, value, schema.enum.map(String));
  }
}

/** Models apiextensions/validation of x-kubernetes-list-type and its keys. */
function validateListType(errors: FieldErrors, field: string, schema: any): void {
  const type = schema['x-kubernetes-list-type'];
  const keys: string[] = schema['x-kubernetes-list-map-keys'] ?? [];
  const place = `${field}.x-kubernetes-list-map-keys`;
  if (type !== undefined) {
    if (!['atomic', 'map', 'set'].includes(type))
      errors.notSupported(`${field}.x-kubernetes-list-type`, type, ['atomic', 'map', 'set']);
    if (schema.type !== 'array')
      errors.invalid(
        `${field}.type`,
        schema.type ?? '',
        'must be array if x-kubernetes-list-type is specified',
      );
  }
  if (type !== 'map') {
    if (keys.length > 0)
      errors.invalid(
        `${field}.x-kubernetes-list-type`,
        type ?? '',
        'must be map if x-kubernetes-list-map-keys is non-empty',
      );
    return;
  }
  if (keys.length === 0) errors.required(place, 'must not be empty if x-kubernetes-list-type is map');
  const { properties = {}, required = [] } = schema.items ?? {};
  keys.forEach((key, i) => {
    const property = properties[key];
    if (!property) errors.invalid(`${place}[${i}]`, key, 'must be the name of an item property');
    else if (!required.includes(key) && property.default === undefined) {
      const why =
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      errors.required(`${field}.items.properties[${key}].default`, why);
    }
  });
}

function validateRules(errors: FieldErrors, field: string, rules: any[] = []): void {
  rules.forEach((rule, i) => {
    const text: string = rule.rule ?? '';
    if (text.trim() === '') {
      errors.required(`${field}[${i}].rule`, 'rule is not specified');
      return;
    }
    const problem = compileProblem(text);
    if (problem !== undefined)
      errors.invalid(`${field}[${i}].rule`, goRule(rule), `compilation failed: ${problem}`);
    const message: string = rule.message ?? '';
    if (/[\n\r]/.test(message.trim()))
      errors.invalid(`${field}[${i}].message`, message, 'message must not contain line breaks');
  });
}

function goRule(rule: any): unknown {
  const text = (name: string) => JSON.stringify(rule[name] ?? '');
  return goStruct('apiextensions.ValidationRule', {
    Rule: text('rule'),
    Message: text('message'),
    MessageExpression: text('messageExpression'),
    Reason: '(*apiextensions.FieldValueErrorReason)(nil)',
    FieldPath: text('fieldPath'),
    OptionalOldSelf: '(*bool)(nil)',
  });
}
