import { celError, celMessage, celOptional, celValue, compileCel } from '../../../objects/cel.ts';
import { type CelBudget, CelBudgetError, CelCostError } from '../../../objects/cel-meter.ts';
import type { FieldErrors } from '../../../objects/field-error.ts';
import { itemElement } from '../../../objects/field-shape.ts';
import { equalValues, isObject } from '../../../objects/values.ts';
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

/** Where findings go. */
export interface Findings {
  readonly errors: FieldErrors;
  /** Of values that are as bad as they were before. */
  readonly ratcheted: FieldErrors;
  /** What the rules of the object may cost yet. */
  readonly budget: CelBudget;
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
  findings: Findings,
): void {
  if (value === undefined || value === null || findings.budget.left < 0) return;
  for (const rule of schema['x-kubernetes-validations'] ?? [])
    checkRule(rule, { value, old, schema, path }, findings);
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items) return;
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    const before = correlated(old, keys);
    value.forEach((item, i) => {
      checkRules(item, before?.get(itemElement(item, keys, undefined)), items, `${path}[${i}]`, findings);
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
    if (part) checkRules(value[key], isObject(old) ? old[key] : undefined, part, place, findings);
  }
}

/** Items of lists that are maps can be followed from one state to the next; those of others cannot. */
export function correlated(old: unknown, keys: readonly string[]): Map<string, unknown> | undefined {
  if (!Array.isArray(old) || keys.length === 0) return undefined;
  return new Map(old.map((item) => [itemElement(item, keys, undefined), item]));
}

/** Models schema/cel validation.go validateExpressions. */
function evaluationError(why: string, rule: string): string {
  if (why.startsWith('no such overload')) {
    return `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`;
  }
  if (why.startsWith('operation cancelled: actual cost limit exceeded')) {
    return `'${why}': no further validation rules will be run due to call cost exceeds limit for rule: ${rule}`;
  }
  return `${why} evaluating rule: ${rule}`;
}

interface Subject {
  readonly value: unknown;
  readonly old: unknown;
  readonly schema: JsonSchema;
  readonly path: string;
}

function checkRule(rule: ValidationRule, subject: Subject, findings: Findings): void {
  const { value, old, schema, path } = subject;
  const { message, messageExpression, reason, fieldPath, optionalOldSelf } = rule;
  const transition = /\boldSelf\b/.test(rule.rule);
  if (transition && old === undefined && !optionalOldSelf) return;
  const before = optionalOldSelf ? celOptional(old) : celValue(old);
  const context = { self: celValue(value), ...(transition ? { oldSelf: before } : {}) };
  const place = fieldPath ? `${path}${fieldPath}` : path;
  const shown = schema.type ?? 'object';
  // Who changes something else need not mend what was wrong before.
  const known = !transition && old !== undefined && equalValues(value, old);
  const errors = known ? findings.ratcheted : findings.errors;
  try {
    if (findings.budget.left < 0 || compileCel(rule.rule)(context, findings.budget) === true) return;
  } catch (error) {
    if (error instanceof CelBudgetError) {
      errors.invalid(place, shown, error.message);
      return;
    }
    // What stops one rule stops those that would come after it.
    if (error instanceof CelCostError) findings.budget.left = -1;
    errors.invalid(place, shown, evaluationError(celError(error), (message ?? rule.rule).trim()));
    return;
  }
  const text = celMessage(messageExpression, context) ?? message ?? `failed rule: ${rule.rule}`;
  if (reason === 'FieldValueForbidden') errors.forbidden(place, text);
  else if (reason === 'FieldValueRequired') errors.required(place, text);
  else if (reason === 'FieldValueDuplicate') errors.duplicate(place, shown);
  else errors.invalid(place, shown, text);
}
