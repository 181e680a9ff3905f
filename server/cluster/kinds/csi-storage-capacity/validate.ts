import type { FieldErrors } from '../../../objects/field-error.ts';
import { quantityValue } from '../../../objects/quantity.ts';
import { immutable, labelSelector, NEGATIVE, report } from '../validation/fields.ts';
import { dnsSubdomain } from '../validation/names.ts';

/** Models pkg/apis/storage/validation ValidateCSIStorageCapacity. */
export function validate(object: any, errors: FieldErrors): void {
  const { storageClassName = '', nodeTopology, capacity, maximumVolumeSize } = object;
  report(errors, 'storageClassName', storageClassName, dnsSubdomain(storageClassName));
  labelSelector(errors, 'nodeTopology', nodeTopology);
  if (capacity !== undefined && quantityValue(capacity) < 0) errors.invalid('capacity', capacity, NEGATIVE);
  if (maximumVolumeSize !== undefined && quantityValue(maximumVolumeSize) < 0)
    errors.invalid('maximumVolumeSize', maximumVolumeSize, NEGATIVE);
}

export function validateUpdate(object: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'nodeTopology', object.nodeTopology, old.nodeTopology);
  immutable(errors, 'storageClassName', object.storageClassName, old.storageClassName);
}
