import type { FieldErrors } from '../../../objects/field-error.ts';
import { report } from '../validation/fields.ts';
import { goName } from '../validation/go-values.ts';
import {
  dns1035Label,
  dnsSubdomain,
  isIp,
  pathSegment,
  portName,
  portNumber,
  wildcardSubdomain,
} from '../validation/names.ts';
import { balancerHost, ipOrNone, ofStatus } from '../validation/status.ts';

/** Models pkg/apis/networking/validation ValidateIngressSpec. */
export function validate({ spec = {} }: any, errors: FieldErrors): void {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  if (rules.length === 0 && !defaultBackend) {
    const shown = goName('[]networking.IngressRule(nil)');
    errors.invalid('spec', shown, 'either `defaultBackend` or `rules` must be specified');
  }
  if (defaultBackend) validateBackend(errors, 'spec.defaultBackend', defaultBackend);
  rules.forEach((rule: any, i: number) => {
    validateRule(errors, `spec.rules[${i}]`, rule);
  });
  tls.forEach(({ hosts = [], secretName }: any, i: number) => {
    hosts.forEach((host: string, j: number) => {
      const problems = host.includes('*') ? wildcardSubdomain(host) : dnsSubdomain(host);
      report(errors, `spec.tls[${i}].hosts[${j}]`, host, problems);
    });
    if (secretName) report(errors, `spec.tls[${i}].secretName`, secretName, dnsSubdomain(secretName));
  });
  if (ingressClassName !== undefined) {
    report(errors, 'spec.ingressClassName', ingressClassName, dnsSubdomain(ingressClassName));
  }
}

function validateRule(errors: FieldErrors, field: string, { host, http }: any): void {
  if (host) {
    if (isIp(host)) errors.invalid(`${field}.host`, host, 'must be a DNS name, not an IP address');
    report(errors, `${field}.host`, host, host.includes('*') ? wildcardSubdomain(host) : dnsSubdomain(host));
  }
  if (!http) return;
  const paths: any[] = http.paths ?? [];
  if (paths.length === 0) errors.required(`${field}.http.paths`);
  paths.forEach((path, i) => {
    validatePath(errors, `${field}.http.paths[${i}]`, path);
  });
}

/** Models pkg/apis/networking/validation validateHTTPIngressPath. */
function validatePath(errors: FieldErrors, field: string, { path = '', pathType, backend = {} }: any): void {
  if (pathType === undefined) {
    errors.required(`${field}.pathType`, 'pathType must be specified');
    return;
  }
  const place = `${field}.path`;
  const absolute = () => {
    if (!path.startsWith('/')) errors.invalid(place, path, 'must be an absolute path');
  };
  if (pathType === 'Exact' || pathType === 'Prefix') {
    absolute();
    for (const part of ['//', '/./', '/../', '%2f', '%2F']) {
      if (path.includes(part)) errors.invalid(place, path, `must not contain '${part}'`);
    }
    for (const end of ['/..', '/.']) {
      if (path.endsWith(end)) errors.invalid(place, path, `cannot end with '${end}'`);
    }
  } else if (pathType === 'ImplementationSpecific') {
    if (path !== '') absolute();
  } else {
    errors.notSupported(`${field}.pathType`, pathType, ['Exact', 'ImplementationSpecific', 'Prefix']);
  }
  validateBackend(errors, `${field}.backend`, backend);
}

function validateBackend(errors: FieldErrors, field: string, { service, resource }: any): void {
  if (service && resource) {
    errors.invalid(field, '', 'cannot set both resource and service backends');
  } else if (resource) {
    for (const name of ['kind', 'name']) {
      if (!resource[name]) errors.required(`${field}.resource.${name}`, `${name} is required`);
      else report(errors, `${field}.resource.${name}`, resource[name], pathSegment(resource[name]));
    }
  } else if (service) validateServiceBackend(errors, field, service);
  else errors.invalid(field, '', 'resource or service backend is required');
}

function validateServiceBackend(errors: FieldErrors, field: string, { name, port = {} }: any): void {
  if (!name) errors.required(`${field}.service.name`);
  else report(errors, `${field}.service.name`, name, dns1035Label(name));
  if (port.name && port.number) errors.invalid(field, '', 'cannot set both port name & port number');
  else if (port.name) report(errors, `${field}.service.port.name`, port.name, portName(port.name));
  else if (port.number) report(errors, `${field}.service.port.number`, port.number, portNumber(port.number));
  else errors.required(field, 'port name or number is required');
}

/** Models pkg/apis/networking/validation ValidateIngressStatusUpdate. */
export const validateStatus = ofStatus(({ loadBalancer = {} }, errors) => {
  (loadBalancer.ingress ?? []).forEach((one: any, i: number) => {
    const place = `status.loadBalancer.ingress[${i}]`;
    ipOrNone(errors, `${place}.ip`, one.ip);
    balancerHost(errors, `${place}.hostname`, one.hostname);
  });
});
