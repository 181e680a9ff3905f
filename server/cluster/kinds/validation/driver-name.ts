import type { FieldErrors } from '../../../objects/field-error.ts';
import { report } from './fields.ts';
import { dnsSubdomain } from './names.ts';

const MAX_LENGTH = 63;

/** The name of a CSI driver. Models pkg/apis/core/validation ValidateCSIDriverName. */
export function driverName(errors: FieldErrors, field: string, name = ''): void {
  if (name === '') errors.required(field);
  if (name.length > MAX_LENGTH) errors.tooLong(field, MAX_LENGTH);
  report(errors, field, name, dnsSubdomain(name.toLowerCase()));
}
