import type { FieldErrors } from '../../../objects/field-error.ts';
import { labelSelector, report } from '../validation/fields.ts';
import { goStrings } from '../validation/go-values.ts';
import { cidr, portName, portNumber } from '../validation/names.ts';

/** Models pkg/apis/networking/validation ValidateNetworkPolicySpec. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  labelSelector(errors, 'spec.podSelector', spec.podSelector);
  (spec.ingress ?? []).forEach(({ ports, from }: any, i: number) => {
    validateRule(errors, `spec.ingress[${i}]`, ports, from, 'from');
  });
  (spec.egress ?? []).forEach(({ ports, to }: any, i: number) => {
    validateRule(errors, `spec.egress[${i}]`, ports, to, 'to');
  });
  const types: string[] = spec.policyTypes ?? [];
  if (types.length > 2) {
    const shown = goStrings(types, 'networking.PolicyType');
    errors.invalid('spec.policyTypes', shown, 'may not specify more than two policyTypes');
    return;
  }
  types.forEach((type, i) => {
    if (type === 'Ingress' || type === 'Egress') return;
    errors.notSupported(`spec.policyTypes[${i}]`, type, ['Ingress', 'Egress']);
  });
}

function validateRule(
  errors: FieldErrors,
  field: string,
  ports: any[] = [],
  peers: any[] = [],
  name: string,
): void {
  ports.forEach((port, i) => {
    validatePort(errors, `${field}.ports[${i}]`, port);
  });
  peers.forEach((peer, i) => {
    validatePeer(errors, `${field}.${name}[${i}]`, peer);
  });
}

function validatePort(errors: FieldErrors, field: string, { protocol, port, endPort }: any): void {
  if (protocol !== undefined && !['TCP', 'UDP', 'SCTP'].includes(protocol)) {
    errors.notSupported(`${field}.protocol`, protocol, ['TCP', 'UDP', 'SCTP']);
  }
  if (port === undefined) {
    if (endPort !== undefined) {
      errors.invalid(`${field}.endPort`, endPort, 'may not be specified when `port` is not specified');
    }
  } else if (typeof port === 'string') {
    if (endPort !== undefined) {
      errors.invalid(`${field}.endPort`, endPort, 'may not be specified when `port` is non-numeric');
    }
    report(errors, `${field}.port`, port, portName(port));
  } else {
    report(errors, `${field}.port`, port, portNumber(port));
    if (endPort === undefined) return;
    if (endPort < port) errors.invalid(`${field}.endPort`, port, 'must be greater than or equal to `port`');
    report(errors, `${field}.endPort`, endPort, portNumber(endPort));
  }
}

function validatePeer(
  errors: FieldErrors,
  field: string,
  { podSelector, namespaceSelector, ipBlock }: any,
): void {
  labelSelector(errors, `${field}.podSelector`, podSelector);
  labelSelector(errors, `${field}.namespaceSelector`, namespaceSelector);
  if (ipBlock) validateBlock(errors, `${field}.ipBlock`, ipBlock);
  if (!podSelector && !namespaceSelector && !ipBlock) errors.required(field, 'must specify a peer');
  else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.forbidden(field, 'may not specify both ipBlock and another peer');
  }
}

function validateBlock(errors: FieldErrors, field: string, { cidr: block, except = [] }: any): void {
  if (!block) {
    errors.required(`${field}.cidr`);
    return;
  }
  const problems = cidr(block);
  report(errors, `${field}.cidr`, block, problems);
  if (problems.length > 0) return;
  except.forEach((inner: string, i: number) => {
    const place = `${field}.except[${i}]`;
    const wrong = cidr(inner);
    report(errors, place, inner, wrong);
    if (wrong.length === 0 && !isStrictlyWithin(inner, block)) {
      errors.invalid(place, inner, 'must be a strict subset of `cidr`');
    }
  });
}

function isStrictlyWithin(inner: string, outer: string): boolean {
  const [innerIp = '', innerBits = '0'] = inner.split('/');
  const [outerIp = '', outerBits = '0'] = outer.split('/');
  if (innerIp.includes(':') || outerIp.includes(':')) return innerIp.includes(':') === outerIp.includes(':');
  const mask = 2 ** (32 - Number(outerBits));
  return Number(innerBits) > Number(outerBits) && network(innerIp, mask) === network(outerIp, mask);
}

function network(ip: string, size: number): number {
  const value = ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.floor(value / size);
}
