import type { FieldErrors } from '../../../objects/field-error.ts';
import { labels, oneOf, oneOfIfSet, portNumberOrName, report } from '../validation/fields.ts';
import { goServicePort, goStrings } from '../validation/go-values.ts';
import { cidr, dnsLabel, dnsSubdomain, ipAddress, portNumber, qualifiedName } from '../validation/names.ts';
import { isExternallyAccessible, needsHealthCheckPort } from './strategy.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Models pkg/apis/core/validation ValidateService. */
export function validate({ spec }: any, errors: FieldErrors): void {
  const ports: any[] = spec.ports ?? [];
  const headless = spec.clusterIP === 'None';
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName') errors.required('spec.ports');
  validateType(errors, spec, headless);
  const names = new Set<string>();
  ports.forEach((port, i) => {
    validatePort(errors, `spec.ports[${i}]`, port, { named: ports.length > 1, names });
  });
  labels(errors, 'spec.selector', spec.selector);
  oneOf(errors, 'spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']);
  validateAffinity(errors, spec);
  validateAddresses(errors, spec);
  oneOf(errors, 'spec.type', spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']);
  validateUniquePorts(errors, spec.type, ports);
  validateBalancer(errors, spec);
  validatePolicies(errors, spec);
}

function validateType(errors: FieldErrors, spec: any, headless: boolean): void {
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && headless) {
    errors.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`);
  }
  if (spec.type !== 'ExternalName') return;
  if ((spec.clusterIPs ?? []).length > 0) {
    errors.forbidden('spec.clusterIPs', 'may not be set for ExternalName services');
  }
  if ((spec.ipFamilies ?? []).length > 0) {
    errors.forbidden('spec.ipFamilies', 'may not be set for ExternalName services');
  }
  if (spec.ipFamilyPolicy !== undefined) {
    errors.forbidden('spec.ipFamilyPolicy', 'may not be set for ExternalName services');
  }
  const name: string = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.required('spec.externalName');
  else report(errors, 'spec.externalName', name, dnsSubdomain(name));
}

function validatePort(
  errors: FieldErrors,
  field: string,
  port: any,
  { named, names }: { named: boolean; names: Set<string> },
): void {
  if (port.name) {
    report(errors, `${field}.name`, port.name, dnsLabel(port.name));
    if (names.has(port.name)) errors.duplicate(`${field}.name`, port.name);
    names.add(port.name);
  } else if (named) errors.required(`${field}.name`);
  report(errors, `${field}.port`, port.port ?? 0, portNumber(port.port ?? 0));
  oneOf(errors, `${field}.protocol`, port.protocol, PROTOCOLS);
  portNumberOrName(errors, `${field}.targetPort`, port.targetPort);
  if (port.appProtocol !== undefined) {
    report(errors, `${field}.appProtocol`, port.appProtocol, qualifiedName(port.appProtocol));
  }
}

function validateAffinity(errors: FieldErrors, { sessionAffinity, sessionAffinityConfig }: any): void {
  const field = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None' && sessionAffinityConfig) {
    errors.forbidden(field, 'must not be set when session affinity is None');
  }
  if (sessionAffinity !== 'ClientIP') return;
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined) {
    errors.required(field, 'when session affinity type is ClientIP');
  } else if (seconds <= 0 || seconds > 86400) {
    const why = 'must be greater than 0 and less than 86400';
    errors.invalid(`${field}.clientIP.timeoutSeconds`, seconds, why);
  }
}

function validateAddresses(errors: FieldErrors, spec: any): void {
  if (spec.type !== 'ExternalName') validateClusterIps(errors, spec);
  (spec.externalIPs ?? []).forEach((ip: string, i: number) => {
    const field = `spec.externalIPs[${i}]`;
    const problems = ipAddress(ip);
    report(errors, field, ip, problems);
    if (problems.length === 0) report(errors, field, ip, specialIp(ip));
  });
}

/** Models pkg/apis/core/validation ValidateServiceClusterIPsRelatedFields. */
export function validateClusterIps(errors: FieldErrors, spec: any): void {
  const field = 'spec.clusterIPs';
  const ips: string[] = spec.clusterIPs ?? [];
  const all = goStrings(ips);
  if (!spec.clusterIP) {
    if (ips.length > 0) errors.invalid(field, all, 'must be empty when `clusterIP` is not specified');
  } else if (ips.length === 0) errors.required(field);
  else if (spec.clusterIP !== ips[0]) errors.invalid(field, all, 'first value must match `clusterIP`');
  validateFamilies(errors, spec);
  const before = errors.list.length;
  ips.forEach((ip, i) => {
    if (i > 0 || ip !== 'None') report(errors, `${field}[${i}]`, ip, ipAddress(ip));
    else if (ips.length > 1) errors.invalid(field, all, "'None' must be the first and only value");
  });
  const wrong = errors.list.length > before;
  if (ips.length > 2) errors.invalid(field, all, 'may only hold up to 2 values');
  if (wrong) return;
  const families = ips.map((ip) => (ip.includes(':') ? 'IPv6' : 'IPv4'));
  if (ips.length > 1 && new Set(families).size < ips.length) {
    errors.invalid(field, all, 'may specify no more than one IP for each IP family');
  }
  if (ips[0] === 'None') return;
  ips.forEach((ip, i) => {
    const wanted = spec.ipFamilies?.[i];
    if (wanted === undefined || wanted === families[i]) return;
    const why = `expected an ${wanted} value as indicated by \`ipFamilies[${i}]\``;
    errors.invalid(`${field}[${i}]`, ip, why);
  });
}

function validateFamilies(errors: FieldErrors, { ipFamilies = [], ipFamilyPolicy }: any): void {
  ipFamilies.forEach((family: string, i: number) => {
    const place = `spec.ipFamilies[${i}]`;
    if (family !== 'IPv4' && family !== 'IPv6') errors.notSupported(place, family, ['IPv4', 'IPv6']);
    if (ipFamilies.indexOf(family) < i) errors.duplicate(place, family);
  });
  const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
  oneOfIfSet(errors, 'spec.ipFamilyPolicy', ipFamilyPolicy, policies);
}

function specialIp(ip: string): string[] {
  if (ip === '0.0.0.0' || ip === '::') return [`may not be unspecified (${ip})`];
  if (ip.startsWith('127.') || ip === '::1')
    return ['may not be in the loopback range (127.0.0.0/8, ::1/128)'];
  if (ip.startsWith('169.254.')) return ['may not be in the link-local range (169.254.0.0/16, fe80::/10)'];
  if (ip.startsWith('224.0.0.'))
    return ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'];
  return [];
}

function validateUniquePorts(errors: FieldErrors, type: string, ports: any[]): void {
  if (type === 'ClusterIP') {
    ports.forEach(({ nodePort }, i) => {
      if (!nodePort) return;
      errors.forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'");
    });
  }
  const nodePorts = new Set<string>();
  ports.forEach(({ nodePort, protocol }, i) => {
    if (!nodePort) return;
    const key = `${protocol}/${nodePort}`;
    if (nodePorts.has(key)) errors.duplicate(`spec.ports[${i}].nodePort`, nodePort);
    nodePorts.add(key);
  });
  const seen = new Set<string>();
  ports.forEach(({ port, protocol }, i) => {
    const key = `${protocol}/${port}`;
    if (seen.has(key)) errors.duplicate(`spec.ports[${i}]`, goServicePort(protocol, port));
    seen.add(key);
  });
}

function validateBalancer(errors: FieldErrors, spec: any): void {
  const { type, loadBalancerSourceRanges: ranges = [], allocateLoadBalancerNodePorts: allocate } = spec;
  if (ranges.length > 0) {
    if (type !== 'LoadBalancer') {
      errors.forbidden('spec.LoadBalancerSourceRanges', "may only be used when `type` is 'LoadBalancer'");
    }
    ranges.forEach((range: string, i: number) => {
      report(errors, `spec.LoadBalancerSourceRanges[${i}]`, range, cidr(range.trim()));
    });
  }
  if (type !== 'LoadBalancer' && allocate !== undefined) {
    errors.forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'");
  }
  if (type !== 'LoadBalancer' && spec.loadBalancerClass !== undefined) {
    errors.forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'");
  } else if (spec.loadBalancerClass !== undefined) {
    report(errors, 'spec.loadBalancerClass', spec.loadBalancerClass, qualifiedName(spec.loadBalancerClass));
  }
}

function validatePolicies(errors: FieldErrors, spec: any): void {
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal, healthCheckNodePort } = spec;
  if (external) {
    if (!isExternallyAccessible(spec)) {
      const why = 'may only be set for externally-accessible services';
      errors.invalid('spec.externalTrafficPolicy', external, why);
    } else oneOfIfSet(errors, 'spec.externalTrafficPolicy', external, ['Cluster', 'Local']);
  }
  if (healthCheckNodePort && needsHealthCheckPort(spec)) {
    report(errors, 'spec.healthCheckNodePort', healthCheckNodePort, portNumber(healthCheckNodePort));
  } else if (healthCheckNodePort) {
    errors.invalid(
      'spec.healthCheckNodePort',
      healthCheckNodePort,
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    );
  }
  oneOfIfSet(errors, 'spec.internalTrafficPolicy', internal, ['Cluster', 'Local']);
  oneOfIfSet(errors, 'spec.trafficDistribution', spec.trafficDistribution, ['PreferClose']);
}

/** Models pkg/apis/core/validation ValidateServiceUpdate. */
export function validateUpdate({ spec }: any, { spec: old }: any, errors: FieldErrors): void {
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') validateKept(errors, spec, old);
  if (spec.type === 'LoadBalancer' && old.type === 'LoadBalancer') {
    const { loadBalancerClass: now } = spec;
    if (now !== old.loadBalancerClass) {
      errors.invalid('spec.loadBalancerClass', now ?? null, 'may not change once set');
    }
  }
  if (!needsHealthCheckPort(spec) || !needsHealthCheckPort(old)) return;
  if (spec.healthCheckNodePort === old.healthCheckNodePort) return;
  errors.forbidden('spec.healthCheckNodePort', 'field is immutable');
}

/** The first address and family stay, but for headless services. */
function validateKept(errors: FieldErrors, spec: any, old: any): void {
  const [now, before] = [spec.clusterIPs?.[0], old.clusterIPs?.[0]];
  if (before && before !== now && !(before === 'None' && now === 'None')) {
    const why = now === undefined ? 'primary clusterIP can not be unset' : 'may not change once set';
    errors.invalid('spec.clusterIPs[0]', goStrings(spec.clusterIPs), why);
  }
  if (before === 'None' || now === 'None') return;
  const family = old.ipFamilies?.[0];
  if (family && spec.ipFamilies && family !== spec.ipFamilies[0]) {
    const shown = goStrings(spec.ipFamilies, 'core.IPFamily');
    errors.invalid('spec.ipFamilies[0]', shown, 'may not change once set');
  }
}
