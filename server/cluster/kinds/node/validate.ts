import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { validateTaintEffect } from '../pod/validation/scheduling.ts';
import { labelName, report } from '../validation/fields.ts';
import { goStruct } from '../validation/go-values.ts';
import { cidr, labelValue } from '../validation/names.ts';

/** Models pkg/apis/core/validation ValidateNode. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const seen = new Set<string>();
  (spec.taints ?? []).forEach(({ key = '', value = '', effect = '' }: any, i: number) => {
    // The real one tells it so, although taints stand in the spec.
    const place = `metadata.taints[${i}]`;
    labelName(errors, `${place}.key`, key);
    const problems = labelValue(value);
    if (problems.length > 0) errors.invalid(`${place}.value`, value, problems.join(';'));
    validateTaintEffect(errors, `${place}.effect`, effect);
    const pair = `${key}/${effect}`;
    if (seen.has(pair)) duplicateTaint(errors, place, { key, value, effect });
    seen.add(pair);
  });
  (spec.podCIDRs ?? []).forEach((block: string, i: number) => {
    report(errors, `spec.podCIDRs[${i}]`, block, cidr(block));
  });
}

function duplicateTaint(errors: FieldErrors, field: string, { key, value, effect }: any): void {
  const shown = goStruct('core.Taint', {
    Key: JSON.stringify(key),
    Value: JSON.stringify(value),
    Effect: JSON.stringify(effect),
    TimeAdded: '<nil>',
  });
  errors.duplicate(field, shown, 'taints must be unique by key and effect pair');
}

/** Models pkg/apis/core/validation ValidateNodeUpdate. */
export function validateUpdate({ spec = {} }: any, { spec: old = {} }: any, errors: FieldErrors): void {
  const before: string[] = old.podCIDRs ?? [];
  if (before.length > 0 && !equalValues(spec.podCIDRs ?? [], before)) {
    errors.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
  }
  if (old.providerID && old.providerID !== spec.providerID) {
    errors.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid');
  }
  const rest = ({ podCIDR, podCIDRs, providerID, taints, unschedulable, ...others }: any) => others;
  if (!equalValues(rest(spec), rest(old))) {
    errors.forbidden(
      'spec',
      'node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)',
    );
  }
}
