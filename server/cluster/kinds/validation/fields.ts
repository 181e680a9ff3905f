import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { goIntOrString, goLabelSelector, goMap } from './go-values.ts';
import { labelValue, percent, portName, portNumber, qualifiedName } from './names.ts';

export const NEGATIVE = 'must be greater than or equal to 0';
export const IMMUTABLE = 'field is immutable';

/** One error for each problem. */
export function report(
  errors: FieldErrors,
  field: string,
  value: unknown,
  problems: readonly string[],
): void {
  for (const problem of problems) errors.invalid(field, value, problem);
}

export function nonNegative(errors: FieldErrors, field: string, value: number | undefined): void {
  if (value !== undefined && value < 0) errors.invalid(field, value, NEGATIVE);
}

/** A required value out of a set. */
export function oneOf(
  errors: FieldErrors,
  field: string,
  value: string | undefined,
  all: readonly string[],
): void {
  if (!value) errors.required(field);
  else if (!all.includes(value)) errors.notSupported(field, value, all);
}

/** A value out of a set, if there is one. */
export function oneOfIfSet(
  errors: FieldErrors,
  field: string,
  value: string | undefined,
  all: readonly string[],
) {
  if (value !== undefined && !all.includes(value)) errors.notSupported(field, value, all);
}

export function immutable(
  errors: FieldErrors,
  field: string,
  value: unknown,
  old: unknown,
  shown = value,
): void {
  if (!equalValues(value, old)) errors.invalid(field, shown, IMMUTABLE);
}

export function labelName(errors: FieldErrors, field: string, value: string | undefined): void {
  report(errors, field, value ?? '', qualifiedName(value ?? ''));
}

export function labels(errors: FieldErrors, field: string, map: Readonly<Record<string, string>> = {}): void {
  for (const key of Object.keys(map).sort()) {
    report(errors, field, key, qualifiedName(key));
    report(errors, field, map[key], labelValue(map[key] ?? ''));
  }
}

export function annotations(
  errors: FieldErrors,
  field: string,
  map: Readonly<Record<string, string>> = {},
): void {
  for (const key of Object.keys(map).sort()) report(errors, field, key, qualifiedName(key.toLowerCase()));
}

/** Models apimachinery/pkg/apis/meta/v1/validation ValidateLabelSelector. */
export function labelSelector(errors: FieldErrors, field: string, selector: any): void {
  if (!selector) return;
  labels(errors, `${field}.matchLabels`, selector.matchLabels);
  selector.matchExpressions?.forEach((one: any, i: number) => {
    selectorRequirement(errors, `${field}.matchExpressions[${i}]`, one);
  });
}

function selectorRequirement(errors: FieldErrors, field: string, { key, operator, values = [] }: any): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.forbidden(
        `${field}.values`,
        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      );
    }
  } else errors.invalid(`${field}.operator`, operator ?? '', 'not a valid selector operator');
  labelName(errors, `${field}.key`, key);
  values.forEach((value: string, i: number) => {
    report(errors, `${field}.values[${i}]`, value, labelValue(value));
  });
}

/** True when the selector can be turned into requirements, as Go's LabelSelectorAsSelector does. */
export function isUsableSelector(selector: any): boolean {
  return (selector?.matchExpressions ?? []).every(({ operator, values = [], key }: any) => {
    if (qualifiedName(key ?? '').length > 0) return false;
    if (operator === 'In' || operator === 'NotIn') return values.length > 0;
    return (operator === 'Exists' || operator === 'DoesNotExist') && values.length === 0;
  });
}

export function isEmptySelector(selector: any): boolean {
  return (
    Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0
  );
}

/** The selector of a workload: required, sound, not empty. */
export function workloadSelector(errors: FieldErrors, field: string, selector: any, kind: string): void {
  if (!selector) {
    errors.required(field);
    return;
  }
  labelSelector(errors, field, selector);
  if (isEmptySelector(selector)) {
    errors.invalid(field, goLabelSelector(selector), `empty selector is invalid for ${kind}`);
  }
}

export function mismatchedLabels(errors: FieldErrors, field: string, found: any): void {
  errors.invalid(field, goMap(found), '`selector` does not match template `labels`');
}

/** Models pkg/apis/core/validation ValidatePortNumOrName. */
export function portNumberOrName(
  errors: FieldErrors,
  field: string,
  port: number | string | undefined,
): void {
  if (typeof port === 'string') report(errors, field, port, portName(port));
  else report(errors, field, port ?? 0, portNumber(port ?? 0));
}

/** Models pkg/apis/apps/validation ValidatePositiveIntOrPercent. */
export function positiveIntOrPercent(
  errors: FieldErrors,
  field: string,
  value: number | string | undefined,
): void {
  if (value === undefined) return;
  if (typeof value === 'string') report(errors, field, goIntOrString(value), percent(value));
  else nonNegative(errors, field, value);
}

export function atMostHundredPercent(
  errors: FieldErrors,
  field: string,
  value: number | string | undefined,
): void {
  if (typeof value !== 'string' || percent(value).length > 0) return;
  if (Number(value.slice(0, -1)) > 100) {
    errors.invalid(field, goIntOrString(value), 'must not be greater than 100%');
  }
}

/** The number in front of the percent sign, or the number itself; anything else is 0. */
export function intOrPercentValue(value: number | string | undefined): number {
  if (typeof value !== 'string') return value ?? 0;
  return percent(value).length === 0 ? Number(value.slice(0, -1)) : 0;
}

const FINALIZERS = ['foregroundDeletion', 'kubernetes', 'orphan'];

/** Models pkg/apis/core/validation validateKubeFinalizerName. */
export function kubeFinalizerName(errors: FieldErrors, field: string, name: string): void {
  if (name.includes('/') || FINALIZERS.includes(name)) return;
  const why = 'name is neither a standard finalizer name nor is it fully qualified';
  errors.invalid(field, name, why);
}

export function finalizerName(errors: FieldErrors, field: string, name: string): void {
  report(errors, field, name, qualifiedName(name));
  kubeFinalizerName(errors, field, name);
}
