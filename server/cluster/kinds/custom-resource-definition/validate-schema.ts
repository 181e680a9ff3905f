import { type CelType, checkCel, DYN } from '../../../objects/cel-check.ts';
import type { FieldErrors } from '../../../objects/field-error.ts';
import { goStruct } from '../validation/go-values.ts';
import { checkRuleCost, type Occurrences, occurrencesIn, RuleCosts } from './cel-cost.ts';
import { celTypeOf } from './cel-types.ts';
import { structuralErrors } from './structural.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const MAX_DEPTH = 50;

/** Fields that a schema may have at its root when the status is checked by itself. */
const AT_ROOT = [
  'Description',
  'Type',
  'Format',
  'Title',
  'Maximum',
  'ExclusiveMaximum',
  'Minimum',
  'ExclusiveMinimum',
  'MaxLength',
  'MinLength',
  'Pattern',
  'MaxItems',
  'MinItems',
  'UniqueItems',
  'MultipleOf',
  'Required',
  'Items',
  'Properties',
  'ExternalDocs',
  'Example',
  'XPreserveUnknownFields',
  'XValidations',
];
const NOT_AT_ROOT = ['allOf', 'anyOf', 'oneOf', 'not', 'enum', 'additionalProperties', 'default', 'nullable'];

/** The schema of a version. Models apiextensions/validation validateCustomResourceDefinitionValidation. */
export function validateSchema(errors: FieldErrors, field: string, schema: any, withStatus: boolean): void {
  if (withStatus) validateRoot(errors, field, schema);
  if (schema.nullable) errors.forbidden(`${field}.nullable`, 'nullable cannot be true at the root');
  const wrong = structuralErrors(field, schema);
  errors.list.push(...wrong);
  const before = errors.list.length;
  if (wrong.length === 0) validateDefaults(errors, field, schema, 0);
  const compiles = wrong.length === 0 && errors.list.length === before;
  const costs = new RuleCosts();
  validatePart(errors, field, schema, { depth: 0, structural: compiles, occurrences: 1, costs });
  costs.report(errors, field);
}

/** Models structuraldefaulting.ValidateDefaults */
function validateDefaults(errors: FieldErrors, field: string, schema: any, depth: number): void {
  if (depth > MAX_DEPTH || typeof schema !== 'object' || schema === null) return;
  validateDefault(errors, field, schema);
  for (const [name, part] of Object.entries<any>(schema.properties ?? {}))
    validateDefaults(errors, `${field}.properties[${name}]`, part, depth + 1);
  for (const name of ['items', 'additionalProperties'])
    validateDefaults(errors, `${field}.${name}`, schema[name], depth + 1);
}

function validateRoot(errors: FieldErrors, field: string, schema: any): void {
  if (schema.type !== undefined && schema.type !== 'object') {
    const why =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    errors.invalid(`${field}.type`, schema.type, why);
  } else if (NOT_AT_ROOT.some((name) => schema[name] !== undefined)) {
    const why = `only [${AT_ROOT.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`;
    errors.invalid(
      field,
      goStruct('apiextensions.JSONSchemaProps', { ID: '""', Ref: '(*string)(0xc000123456)' }),
      why,
    );
  }
}

/** Where a part of a schema is, and whether its expressions can be compiled. */
interface Place {
  readonly depth: number;
  readonly structural: boolean;
  readonly occurrences: Occurrences;
  readonly costs: RuleCosts;
}

/** Models ValidateCustomResourceDefinitionOpenAPISchema */
function validatePart(errors: FieldErrors, field: string, schema: any, place: Place): void {
  if (place.depth > MAX_DEPTH || typeof schema !== 'object' || schema === null) return;
  if (schema.type && !TYPES.includes(schema.type)) errors.notSupported(`${field}.type`, schema.type, TYPES);
  if (schema.uniqueItems) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.forbidden(`${field}.uniqueItems`, why);
  }
  const { properties = {}, additionalProperties: extra } = schema;
  if (extra !== undefined && extra !== true && Object.keys(properties).length > 0) {
    const why = 'additionalProperties and properties are mutual exclusive';
    errors.forbidden(`${field}.additionalProperties`, why);
  }
  const inner = { ...place, depth: place.depth + 1 };
  const repeated = { ...inner, occurrences: occurrencesIn(schema, place.occurrences) };
  validatePart(errors, `${field}.additionalProperties`, extra, repeated);
  for (const [name, part] of Object.entries<any>(properties))
    validatePart(errors, `${field}.properties[${name}]`, part, inner);
  validatePart(errors, `${field}.items`, schema.items, repeated);
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.invalid(`${field}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined');
  validateListType(errors, field, schema);
  validateRules(errors, `${field}.x-kubernetes-validations`, schema, place);
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

function validateRules(errors: FieldErrors, field: string, schema: any, place: Place): void {
  const rules: any[] = schema['x-kubernetes-validations'] ?? [];
  rules.forEach((rule, i) => {
    const text: string = rule.rule ?? '';
    if (text.trim() === '') {
      errors.required(`${field}[${i}].rule`, 'rule is not specified');
      return;
    }
    const found = errors.list.length;
    if (place.structural) compileRule(errors, `${field}[${i}]`, rule, celTypeOf(schema, place.depth === 0));
    if (place.structural && errors.list.length === found) {
      const { occurrences, costs } = place;
      checkRuleCost(errors, { field: `${field}[${i}]`, rule, schema, occurrences }, costs);
    }
    const message: string = rule.message ?? '';
    if (/[\n\r]/.test(message.trim()))
      errors.invalid(`${field}[${i}].message`, message, 'message must not contain line breaks');
  });
}

/** Models apiextensions-apiserver/pkg/apiserver/schema/cel Compile. */
function compileRule(errors: FieldErrors, field: string, rule: any, self: CelType): void {
  const variables = { self, oldSelf: rule.optionalOldSelf ? DYN : self };
  const { problem, type } = checkCel(rule.rule, variables);
  if (problem !== undefined) errors.invalid(`${field}.rule`, goRule(rule), `compilation failed: ${problem}`);
  else if (type !== 'bool' && type !== 'dyn')
    errors.invalid(`${field}.rule`, goRule(rule), 'cel expression must evaluate to a bool');
  if (!rule.messageExpression) return;
  const said = checkCel(rule.messageExpression, variables);
  const wrong =
    said.problem !== undefined
      ? `messageExpression compilation failed: ${said.problem}`
      : said.type !== 'string' && said.type !== 'dyn'
        ? 'messageExpression must evaluate to a string'
        : undefined;
  if (wrong) errors.invalid(`${field}.messageExpression`, goRule(rule), wrong);
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
