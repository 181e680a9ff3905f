import type { FieldErrors } from '../../../objects/field-error.ts';
import { oneOf } from '../validation/fields.ts';

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

function validateRule(errors: FieldErrors, field: string, rule: any, spec: any, containers: string[]): void {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const actions =
    spec.backoffLimitPerIndex === undefined
      ? ['Count', 'FailJob', 'Ignore']
      : ['Count', 'FailIndex', 'FailJob', 'Ignore'];
  oneOf(errors, `${field}.action`, action, actions);
  if (onExitCodes) validateExitCodes(errors, `${field}.onExitCodes`, onExitCodes, containers);
  onPodConditions.forEach(({ type, status }: any, i: number) => {
    const place = `${field}.onPodConditions[${i}]`;
    if (!type) errors.required(`${place}.type`);
    oneOf(errors, `${place}.status`, status, ['False', 'True', 'Unknown']);
  });
  if (onExitCodes && onPodConditions.length > 0) {
    errors.invalid(field, '', 'specifying both OnExitCodes and OnPodConditions is not supported');
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    errors.invalid(field, '', 'specifying one of OnExitCodes and OnPodConditions is required');
  }
}

function validateExitCodes(errors: FieldErrors, field: string, codes: any, containers: string[]): void {
  const { operator, containerName, values = [] } = codes;
  oneOf(errors, `${field}.operator`, operator, ['In', 'NotIn']);
  if (containerName !== undefined && !containers.includes(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    errors.invalid(`${field}.containerName`, containerName, why);
  }
  if (values.length === 0) errors.invalid(`${field}.values`, values, 'at least one value is required');
  else if (values.length > 255) errors.tooMany(`${field}.values`, values.length, 255);
  values.forEach((value: number, i: number) => {
    const place = `${field}.values[${i}]`;
    if (operator === 'In' && value === 0) errors.invalid(place, value, 'must not be 0 for the In operator');
    if (values.indexOf(value) !== i) errors.duplicate(place, value);
    if (i > 0 && values[i - 1] > value) errors.invalid(`${field}.values`, values, 'must be ordered');
  });
}
