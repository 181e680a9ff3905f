import type { FieldErrors } from '../../../objects/field-error.ts';
import { driverName } from '../validation/driver-name.ts';
import { immutable, report } from '../validation/fields.ts';
import { dnsSubdomain } from '../validation/names.ts';

/** Models pkg/apis/storage/validation ValidateVolumeAttachment. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  driverName(errors, 'spec.attacher', spec.attacher);
  const { inlineVolumeSpec, persistentVolumeName } = spec.source ?? {};
  const both = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (!inlineVolumeSpec && persistentVolumeName === undefined) errors.required('spec.source', both);
  else if (inlineVolumeSpec && persistentVolumeName !== undefined) errors.forbidden('spec.source', both);
  else if (persistentVolumeName === '')
    errors.required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName');
  if (!spec.nodeName) errors.required('spec.nodeName');
  else report(errors, 'spec.nodeName', spec.nodeName, dnsSubdomain(spec.nodeName));
}

export function validateUpdate({ spec }: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'spec', spec, old.spec);
}
