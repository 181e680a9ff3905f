import type { FieldErrors } from '../../../objects/field-error.ts';
import { compareQuantities } from '../../../objects/quantity.ts';
import { equalValues } from '../../../objects/values.ts';
import { validateAccessModes } from '../persistent-volume/validate.ts';
import { immutable, labelSelector, oneOfIfSet, report } from '../validation/fields.ts';
import { goDiff } from '../validation/go-diff.ts';
import { dnsSubdomain } from '../validation/names.ts';
import { positiveQuantity } from '../validation/resources.ts';

/** Models pkg/apis/core/validation ValidatePersistentVolumeClaimSpec. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const modes: string[] = spec.accessModes ?? [];
  if (modes.length === 0) errors.required('spec.accessModes', 'at least 1 access mode is required');
  labelSelector(errors, 'spec.selector', spec.selector);
  validateAccessModes(errors, modes);
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.required('spec.resources[storage]');
  else positiveQuantity(errors, 'spec.resources[storage]', storage);
  const name = spec.storageClassName;
  if (name) report(errors, 'spec.storageClassName', name, dnsSubdomain(name));
  oneOfIfSet(errors, 'spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']);
  for (const reference of ['dataSource', 'dataSourceRef']) {
    if (spec[reference] && !spec[reference].name) errors.required(`spec.${reference}.name`);
    if (spec[reference] && !spec[reference].kind) errors.required(`spec.${reference}.kind`);
  }
}

const SPEC_FIELDS = [
  'accessModes',
  'selector',
  'resources',
  'volumeName',
  'storageClassName',
  'volumeMode',
  'dataSource',
  'dataSourceRef',
  'volumeAttributesClassName',
];
const IMMUTABLE =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** Models pkg/apis/core/validation ValidatePersistentVolumeClaimUpdate. */
export function validateUpdate(claim: any, old: any, errors: FieldErrors): void {
  const { spec } = claim;
  const changed = { ...spec };
  if (!old.spec.volumeName) changed.volumeName = old.spec.volumeName;
  if (old.spec.storageClassName === undefined) delete changed.storageClassName;
  const size = spec.resources?.requests?.storage;
  const before = old.spec.resources?.requests?.storage;
  if (old.status?.phase === 'Bound') changed.resources = old.spec.resources;
  if (old.status?.phase === 'Bound') changed.volumeAttributesClassName = old.spec.volumeAttributesClassName;
  if (!equalValues(changed, old.spec)) {
    errors.forbidden(
      'spec',
      `${IMMUTABLE}\n${goDiff('core.PersistentVolumeClaimSpec', SPEC_FIELDS, old.spec, changed)}`,
    );
  }
  if (size !== undefined && before !== undefined && compareQuantities(size, before) < 0) {
    if (compareQuantities(size, old.status?.capacity?.storage ?? '0') <= 0) {
      errors.forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity');
    }
  }
  immutable(errors, 'spec.volumeMode', spec.volumeMode, old.spec.volumeMode);
}
