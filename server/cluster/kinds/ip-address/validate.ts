import type { FieldErrors } from '../../../objects/field-error.ts';
import { immutable, report } from '../validation/fields.ts';
import { dnsSubdomain, ipAddress, pathSegment } from '../validation/names.ts';

/** Models pkg/apis/networking/validation ValidateIPAddress. */
export function validate({ metadata, spec = {} }: any, errors: FieldErrors): void {
  report(errors, 'metadata.name', metadata.name, ipAddress(metadata.name ?? ''));
  const { parentRef } = spec;
  if (!parentRef) {
    errors.required('spec.parentRef');
    return;
  }
  const { group, resource, namespace, name } = parentRef;
  if (group) report(errors, 'spec.parentRef.group', group, dnsSubdomain(group));
  if (!resource) errors.required('spec.parentRef.resource');
  else report(errors, 'spec.parentRef.resource', resource, pathSegment(resource));
  if (!name) errors.required('spec.parentRef.name');
  else report(errors, 'spec.parentRef.name', name, pathSegment(name));
  if (namespace) report(errors, 'spec.parentRef.namespace', namespace, pathSegment(namespace));
}

export function validateUpdate({ spec }: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'spec.parentRef', spec?.parentRef, old.spec?.parentRef);
}
