import type { FieldErrors } from '../../../objects/field-error.ts';
import { immutable, report } from '../validation/fields.ts';
import { cidr } from '../validation/names.ts';

/** Models pkg/apis/networking/validation ValidateServiceCIDR. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const cidrs: string[] = spec.cidrs ?? [];
  if (cidrs.length === 0) errors.required('spec.cidrs', 'at least one CIDR required');
  else if (cidrs.length > 2) errors.invalid('spec.cidrs', spec, 'may only hold up to 2 values');
  else if (cidrs.length === 2 && isIp6(cidrs[0]) === isIp6(cidrs[1])) {
    const why = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96';
    errors.invalid('spec.cidrs', spec, why);
  }
  cidrs.forEach((one, i) => {
    report(errors, `spec.cidrs[${i}]`, one, cidr(one));
  });
}

function isIp6(one: string | undefined): boolean {
  return one?.includes(':') ?? false;
}

export function validateUpdate({ spec }: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'spec.cidrs', spec?.cidrs, old.spec?.cidrs);
}
