import { type CelShape, celCost } from '../../../objects/cel-cost.ts';
import type { FieldErrors } from '../../../objects/field-error.ts';
import { celName } from './cel-types.ts';

/** Models apiserver/pkg/apis/cel/config.go and cel/common/schemas.go */
const RULE_LIMIT = 10_000_000;
const SCHEMA_LIMIT = 100_000_000;
const REQUEST_BYTES = 3 * 1024 * 1024;
/** A character may take as many bytes. */
const CHARACTER_BYTES = 4;
/** Quotes around a field's name, a colon and a comma. */
const FIELD_BYTES = 4;

/** The bytes that a value of the schema takes at least. Models cel/common estimateMinSizeJSON */
function leastBytes(schema: any): number {
  if (typeof schema !== 'object' || schema === null) return 1;
  if (schema['x-kubernetes-int-or-string'] || schema.type === 'integer' || schema.type === 'number') return 1;
  if (schema.type === 'boolean') return 4;
  if (schema.type !== 'object') return 2;
  return (schema.required ?? []).reduce((sum: number, name: string) => {
    const part = schema.properties?.[name];
    if (!part || part.default !== undefined) return sum;
    return sum + name.length + FIELD_BYTES + leastBytes(part);
  }, 2);
}

/** What values of a schema may grow to, as rules see them. Models SchemaDeclType */
export function celShapeOf(schema: any): CelShape {
  if (typeof schema !== 'object' || schema === null) return { type: 'other', most: 0 };
  const { type, items, additionalProperties: extra, properties = {} } = schema;
  if (schema['x-kubernetes-int-or-string']) return { type: 'other', most: REQUEST_BYTES - 2 };
  if (type === 'array') {
    const most = schema.maxItems ?? Math.floor((REQUEST_BYTES - 2) / (leastBytes(items) + 1));
    return { type: 'list', most, of: celShapeOf(items) };
  }
  if (type === 'string') return { type: 'string', most: longest(schema) };
  if (type !== 'object') return { type: 'other', most: 0 };
  if (typeof extra === 'object' && extra !== null) {
    const most = schema.maxProperties ?? Math.floor((REQUEST_BYTES - 2) / (leastBytes(extra) + 6));
    return { type: 'map', most, of: celShapeOf(extra) };
  }
  const fields = Object.entries(properties).map(([name, part]) => [celName(name), celShapeOf(part)]);
  return { type: 'object', most: 0, fields: Object.fromEntries(fields) };
}

function longest({ enum: values, maxLength, format }: any): number {
  if (maxLength !== undefined) return maxLength * CHARACTER_BYTES;
  if (Array.isArray(values)) return Math.max(0, ...values.map((value) => String(value).length));
  if (format === 'date-time') return 33;
  if (format === 'date') return 12;
  if (format === 'duration') return 32;
  return REQUEST_BYTES - 2;
}

/** How often a schema's values may occur in an object; undefined: nothing limits it but their size. */
export type Occurrences = number | undefined;

/** Below a part that repeats. Models CELSchemaContext.MaxCardinality */
export function occurrencesIn(schema: any, outer: Occurrences): Occurrences {
  const most = schema.type === 'array' ? schema.maxItems : schema.maxProperties;
  return outer === undefined || most === undefined ? undefined : outer * most;
}

/** The rules of a schema that cost most, and what all cost. Models TotalCost */
export class RuleCosts {
  #total = 0;
  readonly #most: { readonly field: string; readonly cost: number }[] = [];

  observe(field: string, cost: number): void {
    if (cost === 0) return;
    this.#total += cost;
    this.#most.push({ field, cost });
    this.#most.sort((a, b) => b.cost - a.cost);
    this.#most.splice(4);
  }

  /** Says which rules cost too much together. */
  report(errors: FieldErrors, field: string): void {
    if (this.#total <= SCHEMA_LIMIT) return;
    for (const { field: place } of this.#most)
      errors.forbidden(
        place,
        'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
      );
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    errors.forbidden(field, tooCostly(what, this.#total, SCHEMA_LIMIT));
  }
}

interface CostedRule {
  readonly field: string;
  readonly rule: any;
  readonly schema: any;
  readonly occurrences: Occurrences;
}

/** Refuses a rule that may cost too much. Models getExpressionCost */
export function checkRuleCost(
  errors: FieldErrors,
  { field, rule, schema, occurrences }: CostedRule,
  costs: RuleCosts,
): void {
  const self = celShapeOf(schema);
  const times = occurrences ?? Math.floor(REQUEST_BYTES / (leastBytes(schema) + 1));
  const cost = celCost(rule.rule, { self, oldSelf: self }) * times;
  if (cost > RULE_LIMIT)
    errors.forbidden(`${field}.rule`, tooCostly('estimated rule cost', cost, RULE_LIMIT));
  costs.observe(`${field}.rule`, cost);
  const said = rule.messageExpression ? celCost(rule.messageExpression, { self, oldSelf: self }) * times : 0;
  if (said > RULE_LIMIT)
    errors.forbidden(
      `${field}.messageExpression`,
      tooCostly('estimated messageExpression cost', said, RULE_LIMIT),
    );
  costs.observe(`${field}.messageExpression`, said);
}

/** Models getCostErrorMessage */
function tooCostly(what: string, cost: number, limit: number): string {
  const by = cost / limit;
  const factor = by > 100 ? 'more than 100x' : by < 1.5 ? `${by.toFixed(6)}x` : `${by.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
