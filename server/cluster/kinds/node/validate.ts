import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { validateTaintEffect } from '../pod/validation/scheduling.ts';
import { labelName, report } from '../validation/fields.ts';
import { goStruct } from '../validation/go-values.ts';
import { cidr, labelValue } from '../validation/names.ts';
import { resourceQuantity } from '../validation/resources.ts';
import { ofStatus } from '../validation/status.ts';

/** Models pkg/apis/core/validation ValidateNode. */
export function validate({ spec = {}, status = {} }: any, errors: FieldErrors): void {
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
  validateResources(errors, status);
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

/** Models pkg/apis/core/validation ValidateNodeUpdate, as far as it is about the status. */
export const validateStatus = ofStatus((status, errors, node, old) => {
  validateResources(errors, status);
  const seen = new Set<string>();
  (status.addresses ?? []).forEach(({ type, address }: any, i: number) => {
    const shown = goStruct('core.NodeAddress', {
      Type: JSON.stringify(type),
      Address: JSON.stringify(address),
    });
    if (seen.has(shown.text)) errors.duplicate(`status.addresses[${i}]`, shown);
    seen.add(shown.text);
  });
  validateUpdate(node, old, errors);
});

/** Models ValidateNodeResources. */
function validateResources(errors: FieldErrors, status: any): void {
  for (const list of ['capacity', 'allocatable']) {
    for (const [name, amount] of Object.entries<string>(status[list] ?? {}))
      resourceQuantity(errors, `status.${list}.${name}`, name, amount);
  }
}
