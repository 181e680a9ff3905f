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
  validateTopologies(allowedTopologies, errors);
}

function validateTopologies(topologies: readonly any[], errors: FieldErrors): void {
  // Upstream compares with as many empty terms too.
  const terms: object[] = topologies.map(() => ({}));
  topologies.forEach(({ matchLabelExpressions = [] }, i) => {
    const field = `allowedTopologies[${i}].matchLabelExpressions`;
    const term = topologyTerm(matchLabelExpressions, field, errors);
    for (const other of terms) if (equalValues(term, other)) errors.duplicate(field, '');
    terms.push(term);
  });
}

/** Models pkg/apis/core/validation ValidateTopologySelectorTerm; returns the values for each key. */
function topologyTerm(expressions: readonly any[], field: string, errors: FieldErrors): object {
  const term = new Map<string, string[]>();
  expressions.forEach(({ key = '', values = [] }, i) => {
    const place = `${field}[${i}]`;
    if (values.length === 0) errors.required(`${place}.values`);
    values.forEach((value: string, j: number) => {
      if (values.indexOf(value) < j) errors.duplicate(`${place}.values[${j}]`, value);
    });
    labelName(errors, `${place}.key`, key);
    if (term.has(key)) errors.duplicate(`${place}.key`, key);
    term.set(key, [...new Set<string>(values)].sort());
  });
  return Object.fromEntries(term);
}

/** Models pkg/apis/storage/validation ValidateStorageClassUpdate. */
export function validateUpdate(object: any, old: any, errors: FieldErrors): void {
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy']) {
    if (!equalValues(object[field], old[field]))
      errors.forbidden(field, `updates to ${field} are forbidden.`);
  }
  immutable(errors, 'volumeBindingMode', object.volumeBindingMode, old.volumeBindingMode);
}
