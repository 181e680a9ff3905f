import type { FieldErrors } from '../../../objects/field-error.ts';
import { oneOf, report } from '../validation/fields.ts';
import { dnsLabel, ipAddress, portNumber } from '../validation/names.ts';

/** Models pkg/apis/core/validation ValidateEndpoints. */
export function validate({ subsets = [] }: any, errors: FieldErrors): void {
  subsets.forEach(({ addresses = [], notReadyAddresses = [], ports = [] }: any, i: number) => {
    const place = `subsets[${i}]`;
    if (addresses.length + notReadyAddresses.length === 0) {
      errors.required(place, 'must specify `addresses` or `notReadyAddresses`');
    }
    validateAddresses(errors, `${place}.addresses`, addresses);
    validateAddresses(errors, `${place}.notReadyAddresses`, notReadyAddresses);
    ports.forEach(({ name, port = 0, protocol }: any, j: number) => {
      const field = `${place}.ports[${j}]`;
      if (name) report(errors, `${field}.name`, name, dnsLabel(name));
      else if (ports.length > 1) errors.required(`${field}.name`);
      report(errors, `${field}.port`, port, portNumber(port));
      oneOf(errors, `${field}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']);
    });
  });
}

function validateAddresses(errors: FieldErrors, field: string, addresses: any[]): void {
  addresses.forEach(({ ip = '', hostname }, i) => {
    report(errors, `${field}[${i}].ip`, ip, ipAddress(ip));
    if (hostname) report(errors, `${field}[${i}].hostname`, hostname, dnsLabel(hostname));
    if (ip.startsWith('127.')) {
      errors.invalid(`${field}[${i}].ip`, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
    } else if (ip.startsWith('169.254.')) {
      errors.invalid(
        `${field}[${i}].ip`,
        ip,
        'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      );
    }
  });
}
