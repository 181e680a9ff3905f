import type { FieldErrors } from '../../../objects/field-error.ts';
import { equalValues } from '../../../objects/values.ts';
import { immutable, labelName, oneOf, oneOfIfSet, report } from '../validation/fields.ts';
import { qualifiedName } from '../validation/names.ts';

const MAX_PARAMETERS = 512;

/** Models pkg/apis/storage/validation ValidateStorageClass. */
export function validate(object: any, errors: FieldErrors): void {
  const { provisioner, parameters = {}, reclaimPolicy, volumeBindingMode, allowedTopologies = [] } = object;
  if (!provisioner) errors.required('provisioner');
  else report(errors, 'provisioner', provisioner, qualifiedName(provisioner.toLowerCase()));
  if (Object.keys(parameters).length > MAX_PARAMETERS) {
    errors.tooLong('Provisioner Parameters Length', MAX_PARAMETERS);
  }
  for (const key of Object.keys(parameters)) {
    if (key === '') errors.invalid('parameters', key, 'field can not be empty.');
  }
  oneOfIfSet(errors, 'reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']);
  oneOf(errors, 'volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']);
  allowedTopologies.forEach(({ matchLabelExpressions = [] }: any, i: number) => {
    matchLabelExpressions.forEach(({ key, values = [] }: any, j: number) => {
      const place = `allowedTopologies[${i}].matchLabelExpressions[${j}]`;
      if (values.length === 0) errors.required(`${place}.values`);
      labelName(errors, `${place}.key`, key);
    });
  });
}

/** Models pkg/apis/storage/validation ValidateStorageClassUpdate. */
export function validateUpdate(object: any, old: any, errors: FieldErrors): void {
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy']) {
    if (!equalValues(object[field], old[field]))
      errors.forbidden(field, `updates to ${field} are forbidden.`);
  }
  immutable(errors, 'volumeBindingMode', object.volumeBindingMode, old.volumeBindingMode);
}
