import type { FieldErrors } from '../../../objects/field-error.ts';
import { immutable, oneOfIfSet } from '../validation/fields.ts';

const HIGHEST = 1_000_000_000;
/** The classes that the system itself needs. */
export const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

/** Models pkg/apis/scheduling/validation ValidatePriorityClass. */
export function validateCreate({ metadata, value, preemptionPolicy }: any, errors: FieldErrors): void {
  if (metadata.name?.startsWith('system-')) {
    const known = SYSTEM_CLASSES[metadata.name];
    const why =
      known === undefined
        ? `${metadata.name} is not a known system priority class`
        : known !== value
          ? `value of ${metadata.name} PriorityClass must be ${known}`
          : '';
    if (why !== '') {
      errors.forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`,
      );
    }
  } else if (value > HIGHEST) {
    errors.forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST}`);
  }
  oneOfIfSet(errors, 'preemptionPolicy', preemptionPolicy, ['PreemptLowerPriority', 'Never']);
}

export function validateUpdate(object: any, old: any, errors: FieldErrors): void {
  if (object.value !== old.value) errors.forbidden('value', 'may not be changed in an update.');
  immutable(errors, 'preemptionPolicy', object.preemptionPolicy, old.preemptionPolicy);
}
