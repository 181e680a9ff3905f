import type { FieldErrors } from '../../../objects/field-error.ts';
import { immutable, oneOf, report } from '../validation/fields.ts';
import { dnsLabel, dnsSubdomain, ipAddress, portNumber } from '../validation/names.ts';

/** Models pkg/apis/discovery/validation ValidateEndpointSlice. */
export function validate({ addressType, endpoints, ports }: any, errors: FieldErrors): void {
  oneOf(errors, 'addressType', addressType, ['FQDN', 'IPv4', 'IPv6']);
  if ((endpoints ?? []).length > 1000) errors.tooMany('endpoints', endpoints.length, 1000);
  (endpoints ?? []).forEach(({ addresses = [], hostname }: any, i: number) => {
    const place = `endpoints[${i}]`;
    if (addresses.length === 0) errors.required(`${place}.addresses`, 'must contain at least 1 address');
    addresses.forEach((address: string, j: number) => {
      const problems = addressType === 'FQDN' ? dnsSubdomain(address) : ipAddress(address);
      report(errors, `${place}.addresses[${j}]`, address, problems);
    });
    if (hostname !== undefined) report(errors, `${place}.hostname`, hostname, dnsLabel(hostname));
  });
  const names = new Set<string>();
  (ports ?? []).forEach(({ name = '', protocol, port }: any, i: number) => {
    const place = `ports[${i}]`;
    if (name !== '') report(errors, `${place}.name`, name, dnsLabel(name));
    if (names.has(name)) errors.duplicate(`${place}.name`, name);
    names.add(name);
    oneOf(errors, `${place}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']);
    if (port !== undefined) report(errors, `${place}.port`, port, portNumber(port));
  });
}

export function validateUpdate({ addressType }: any, old: any, errors: FieldErrors): void {
  immutable(errors, 'addressType', addressType, old.addressType);
}
