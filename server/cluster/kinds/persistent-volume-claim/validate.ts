import type { FieldErrors } from '../../../objects/field-error.ts';
import { compareQuantities } from '../../../objects/quantity.ts';
import { equalValues } from '../../../objects/values.ts';
import { validateAccessModes } from '../persistent-volume/validate.ts';
import { immutable, labelSelector, oneOfIfSet, report } from '../validation/fields.ts';
import { goDiff } from '../validation/go-diff.ts';
import { goDump } from '../validation/go-values.ts';
import { dnsSubdomain } from '../validation/names.ts';
import { basicResource, positiveQuantity } from '../validation/resources.ts';
import { ofStatus } from '../validation/status.ts';

export function validate({ spec = {} }: any, errors: FieldErrors): void {
  validateClaimSpec(errors, 'spec', spec);
}

/** Models pkg/apis/core/validation ValidatePersistentVolumeClaimSpec. */
export function validateClaimSpec(errors: FieldErrors, field: string, spec: any): void {
  const modes: string[] = spec.accessModes ?? [];
  if (modes.length === 0) errors.required(`${field}.accessModes`, 'at least 1 access mode is required');
  labelSelector(errors, `${field}.selector`, spec.selector);
  validateAccessModes(errors, modes, field);
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.required(`${field}.resources[storage]`);
  else positiveQuantity(errors, `${field}.resources[storage]`, storage);
  const name = spec.storageClassName;
  if (name) report(errors, `${field}.storageClassName`, name, dnsSubdomain(name));
  oneOfIfSet(errors, `${field}.volumeMode`, spec.volumeMode, ['Block', 'Filesystem']);
  for (const reference of ['dataSource', 'dataSourceRef']) {
    if (spec[reference]) validateDataSource(errors, `${field}.${reference}`, spec[reference]);
  }
  const { dataSource: source, dataSourceRef: ref } = spec;
  if (!source || !ref) return;
  const parts = ({ apiGroup, kind, name }: any) => ({ apiGroup, kind, name });
  const shown = goDump('field.Path', { name: 'dataSource', index: '' });
  if (ref.namespace) {
    errors.invalid(field, shown, 'may not be specified when dataSourceRef.namespace is specified');
  } else if (!equalValues(parts(source), parts(ref))) {
    errors.invalid(field, shown, 'must match dataSourceRef');
  }
}

/** Models pkg/apis/core/validation validateDataSource. */
function validateDataSource(errors: FieldErrors, field: string, { name, kind = '', apiGroup }: any): void {
  if (!name) errors.required(`${field}.name`);
  if (!kind) errors.required(`${field}.kind`);
  if (apiGroup) report(errors, `${field}.apiGroup`, apiGroup, dnsSubdomain(apiGroup));
  else if (kind !== 'PersistentVolumeClaim') {
    const why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.invalid(field, kind, why);
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
  // Told without the spec.
  immutable(errors, 'volumeMode', spec.volumeMode, old.spec.volumeMode);
}

const RESIZE_STATES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].sort();

/** Models pkg/apis/core/validation ValidatePersistentVolumeClaimStatusUpdate. */
export const validateStatus = ofStatus((status, errors, claim) => {
  if ((claim.spec?.accessModes ?? []).length === 0) errors.required('Spec.accessModes');
  for (const [name, amount] of Object.entries<string>(status.capacity ?? {}))
    basicResource(errors, `status.capacity[${name}]`, amount);
  const field = 'status.allocatedResourceStatus';
  for (const [name, state] of Object.entries<string>(status.allocatedResourceStatuses ?? {}))
    if (!RESIZE_STATES.includes(state)) errors.notSupported(field, name, RESIZE_STATES);
  for (const [name, amount] of Object.entries<string>(status.allocatedResources ?? {}))
    basicResource(errors, `status.allocatedResources[${name}]`, amount);
});
