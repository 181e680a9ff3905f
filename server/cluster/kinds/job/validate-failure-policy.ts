import { type FieldErrors, NO_VALUE } from '../../../objects/field-error.ts';
import { report } from '../validation/fields.ts';
import { goIntegers } from '../validation/go-values.ts';
import { qualifiedName } from '../validation/names.ts';

const MAX_PATTERNS = 20;

/** Models pkg/apis/batch/validation validatePodFailurePolicy. */
export function validatePodFailurePolicy(errors: FieldErrors, field: string, spec: any): void {
  const rules: any[] = spec.podFailurePolicy.rules ?? [];
  if (rules.length > 20) errors.tooMany(`${field}.rules`, rules.length, 20);
  const template = spec.template?.spec ?? {};
  const names = [...(template.containers ?? []), ...(template.initContainers ?? [])].map(
    ({ name }: any) => name,
  );
  rules.forEach((rule, i) => {
    validateRule(errors, `${field}.rules[${i}]`, rule, spec, names);
  });
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function validateRule(errors: FieldErrors, field: string, rule: any, spec: any, containers: string[]): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  if (action !== 'FailIndex') namedOneOf(errors, `${field}.action`, action, ACTIONS);
  else if (spec.backoffLimitPerIndex === undefined) {
    errors.invalid(`${field}.action`, action, 'requires the backoffLimitPerIndex to be set');
  }
  if (onExitCodes) validateExitCodes(errors, `${field}.onExitCodes`, onExitCodes, containers);
  if (onPodConditions.length > MAX_PATTERNS) {
    errors.tooMany(`${field}.onPodConditions`, onPodConditions.length, MAX_PATTERNS);
  }
  onPodConditions.forEach(({ type = '', status }: any, i: number) => {
    const place = `${field}.onPodConditions[${i}]`;
    report(errors, `${place}.type`, type, qualifiedName(type));
    namedOneOf(errors, `${place}.status`, status, ['False', 'True', 'Unknown']);
  });
  if (onExitCodes && onPodConditions.length > 0) {
    errors.invalid(field, NO_VALUE, 'specifying both OnExitCodes and OnPodConditions is not supported');
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    errors.invalid(field, NO_VALUE, 'specifying one of OnExitCodes and OnPodConditions is required');
  }
}

/** One out of a set, which a missing one is told of. */
function namedOneOf(errors: FieldErrors, field: string, value: string | undefined, all: string[]): void {
  if (!value) errors.required(field, `valid values: [${all.map((one) => JSON.stringify(one)).join(' ')}]`);
  else if (!all.includes(value)) errors.notSupported(field, value, all);
}

function validateExitCodes(errors: FieldErrors, field: string, codes: any, containers: string[]): void {
  const { operator, containerName, values = [] } = codes;
  namedOneOf(errors, `${field}.operator`, operator, ['In', 'NotIn']);
  if (containerName !== undefined && !containers.includes(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    errors.invalid(`${field}.containerName`, containerName, why);
  }
  const shown = goIntegers(values);
  if (values.length === 0) errors.invalid(`${field}.values`, shown, 'at least one value is required');
  else if (values.length > 255) errors.tooMany(`${field}.values`, values.length, 255);
  values.forEach((value: number, i: number) => {
    const place = `${field}.values[${i}]`;
    if (operator === 'In' && value === 0) errors.invalid(place, value, 'must not be 0 for the In operator');
    if (values.indexOf(value) !== i) errors.duplicate(place, value);
  });
  if (values.some((value: number, i: number) => i > 0 && values[i - 1] > value)) {
    errors.invalid(`${field}.values`, shown, 'must be ordered');
  }
}
