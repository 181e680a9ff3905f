import { type FieldError, FieldErrors } from '../../../objects/field-error.ts';
import { linearRegex } from '../../../objects/linear-regex.ts';

const MAX_DEPTH = 50;
const MISSING = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};
type Level = keyof typeof MISSING;
const META =
  'must not specify anything other than name and generateName, but metadata is implicitly specified';
/** What value validations under allOf and the like may not say, and what it would have to be. */
const NESTED: readonly (readonly [name: string, why: string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
];

/** A schema says of every field what it is, in the order of the messages. Models schema.ValidateStructural */
export function structuralErrors(field: string, schema: any): FieldError[] {
  const errors = new FieldErrors();
  checkPart(errors, field, schema, { level: 'root', depth: 0 });
  const text = ({ field: at, body }: FieldError) => `${at}: ${body}`;
  return [...errors.list].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

interface Place {
  readonly level: Level;
  readonly depth: number;
}

/** Models validateStructuralInvariants */
function checkPart(errors: FieldErrors, field: string, schema: any, { level, depth }: Place): void {
  if (depth > MAX_DEPTH || typeof schema !== 'object' || schema === null) return;
  const below = (to: Level): Place => ({ level: to, depth: depth + 1 });
  if (schema.type === 'array' && !schema.items) errors.required(`${field}.items`, 'must be specified');
  checkPart(errors, `${field}.items`, schema.items, below('item'));
  for (const [name, part] of Object.entries<any>(schema.properties ?? {}))
    checkPart(errors, `${field}.properties[${name}]`, part, below('field'));
  if (schema.additionalProperties !== undefined && level === 'root')
    errors.forbidden(`${field}.additionalProperties`, 'must not be used at the root');
  checkPart(errors, `${field}.additionalProperties`, schema.additionalProperties, below('field'));
  checkValues(errors, field, schema, depth);
  checkType(errors, field, schema, level);
  if (level === 'root' || schema['x-kubernetes-embedded-resource']) checkMeta(errors, field, schema, level);
}

function checkType(errors: FieldErrors, field: string, schema: any, level: Level): void {
  const free = schema['x-kubernetes-preserve-unknown-fields'] || schema['x-kubernetes-int-or-string'];
  if (schema['x-kubernetes-embedded-resource'] && schema.type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    if (!schema.type) errors.required(`${field}.type`, why);
    else errors.invalid(`${field}.type`, schema.type, why);
  } else if (!schema.type && !free) errors.required(`${field}.type`, MISSING[level]);
  if (level === 'root' && schema.type && schema.type !== 'object')
    errors.invalid(`${field}.type`, schema.type, 'must be object at the root');
}

/** What every object has is known already. */
function checkMeta(errors: FieldErrors, field: string, schema: any, level: Level): void {
  const { properties = {} } = schema;
  for (const [name, type] of [
    ['kind', 'string'],
    ['apiVersion', 'string'],
    ['metadata', 'object'],
  ] as const) {
    const part = properties[name];
    if (part && part.type !== type)
      errors.invalid(`${field}.properties[${name}].type`, part.type ?? '', `must be ${type}`);
  }
  const { type: _, default: __, properties: named = {}, ...others } = properties.metadata ?? {};
  const strange = Object.keys(named).some((name) => name !== 'name' && name !== 'generateName');
  if (level === 'root' && (strange || Object.keys(others).length > 0))
    errors.forbidden(`${field}.properties[metadata]`, META);
}

/** Models validateValueValidation */
function checkValues(errors: FieldErrors, field: string, schema: any, depth: number): void {
  if (schema.pattern) checkPattern(errors, `${field}.pattern`, schema.pattern);
  for (const name of ['anyOf', 'allOf', 'oneOf']) {
    (schema[name] ?? []).forEach((part: any, i: number) => {
      const known = name === 'anyOf' && schema['x-kubernetes-int-or-string'];
      if (!known) checkNested(errors, `${field}.${name}[${i}]`, part, depth + 1);
    });
  }
  if (schema.not) checkNested(errors, `${field}.not`, schema.not, depth + 1);
}

/** Models validateNestedValueValidation */
function checkNested(errors: FieldErrors, field: string, schema: any, depth: number): void {
  if (depth > MAX_DEPTH || typeof schema !== 'object' || schema === null) return;
  checkValues(errors, field, schema, depth);
  if (schema.items) checkNested(errors, `${field}.items`, schema.items, depth + 1);
  for (const [name, part] of Object.entries<any>(schema.properties ?? {}))
    checkNested(errors, `${field}.properties[${name}]`, part, depth + 1);
  for (const [name, why] of NESTED) if (schema[name]) errors.forbidden(`${field}.${name}`, why);
  if (schema.properties?.metadata)
    errors.forbidden(`${field}.properties[metadata]`, 'must not be specified in a nested context');
}

function checkPattern(errors: FieldErrors, field: string, pattern: string): void {
  try {
    linearRegex(pattern);
  } catch (error) {
    const why = `must be a valid regular expression, but isn't: ${(error as Error).message}`;
    errors.invalid(field, pattern, why);
  }
}
