import type { FieldErrors } from '../../../objects/field-error.ts';
import { nonNegative } from '../validation/fields.ts';

/** Models pkg/apis/coordination/validation ValidateLeaseSpec. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const seconds = spec.leaseDurationSeconds;
  if (seconds !== undefined && seconds <= 0) {
    errors.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0');
  }
  if (spec.leaseTransitions < 0) {
    nonNegative(errors, 'spec.leaseTransitions', spec.leaseTransitions);
  }
}
