import { equalValues } from '../../../objects/values.ts';

export function needsClusterIp({ type }: any): boolean {
  return type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer';
}

export function needsNodePort({ type }: any): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** Whether ports without a node port get one. */
export function allocatesNodePorts({ type, allocateLoadBalancerNodePorts }: any): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

export function needsHealthCheckPort({ type, externalTrafficPolicy }: any): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

export function isExternallyAccessible({ type, externalIPs = [] }: any): boolean {
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0);
}

export function prepareForCreate(service: any): void {
  service.status = { loadBalancer: {} };
  const { spec } = service;
  if (spec.clusterIP && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP];
}

/** Keeps what was allocated and drops what the new type has no use for. Models pkg/registry/core/service. */
export function prepareForUpdate(service: any, old: any): void {
  dropFieldsOfOldType(service.spec, old.spec);
  keepAllocated(service.spec, old.spec);
  normalizeClusterIps(service.spec, old.spec);
}

/** Models pkg/registry/core/service/strategy.go dropTypeDependentFields. */
function dropFieldsOfOldType(spec: any, old: any): void {
  const dropIfSame = (needs: (spec: any) => boolean, ...fields: string[]) => {
    if (!needs(old) || needs(spec)) return;
    for (const field of fields) if (equalValues(spec[field], old[field])) delete spec[field];
  };
  const hasBalancer = ({ type }: any) => type === 'LoadBalancer';
  if (needsClusterIp(old) && !needsClusterIp(spec) && sameClusterIps(spec, old)) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  }
  dropIfSame(needsClusterIp, 'ipFamilies', 'ipFamilyPolicy');
  if (needsNodePort(old) && !needsNodePort(spec) && addsNoNodePort(spec, old)) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  dropIfSame(needsHealthCheckPort, 'healthCheckNodePort');
  dropIfSame(hasBalancer, 'allocateLoadBalancerNodePorts', 'loadBalancerClass');
  dropIfSame(isExternallyAccessible, 'externalTrafficPolicy');
}

function sameClusterIps(spec: any, old: any): boolean {
  return (
    (spec.clusterIP ?? '') === (old.clusterIP ?? '') &&
    equalValues(spec.clusterIPs ?? [], old.clusterIPs ?? [])
  );
}

function addsNoNodePort(spec: any, old: any): boolean {
  const held = new Set((old.ports ?? []).map(({ nodePort }: any) => nodePort));
  return (spec.ports ?? []).every(({ nodePort }: any) => !nodePort || held.has(nodePort));
}

/** Models pkg/registry/core/service/storage patchAllocatedValues. */
function keepAllocated(spec: any, old: any): void {
  if (needsClusterIp(old) && needsClusterIp(spec)) {
    if (!spec.clusterIP) spec.clusterIP = old.clusterIP;
    if ((spec.clusterIPs ?? []).length === 0) spec.clusterIPs = old.clusterIPs;
  }
  if (needsNodePort(old) && needsNodePort(spec)) keepNodePorts(spec.ports ?? [], old.ports ?? []);
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec)) {
    spec.healthCheckNodePort ||= old.healthCheckNodePort;
  }
}

function keepNodePorts(ports: any[], old: any[]): void {
  const given = new Set(ports.map(({ nodePort }) => nodePort).filter(Boolean));
  const before = new Map(old.map(({ name = '', nodePort }) => [name, nodePort]));
  for (const port of ports) {
    const previous = before.get(port.name ?? '');
    if (!port.nodePort && previous && !given.has(previous)) port.nodePort = previous;
  }
}

/** Models pkg/registry/core/service/storage normalizeClusterIPs. */
function normalizeClusterIps(spec: any, old: any): void {
  const same = equalValues(spec.clusterIPs ?? [], old.clusterIPs ?? []);
  if (!spec.clusterIP && old.clusterIP && same) delete spec.clusterIPs;
  else if (spec.clusterIP && spec.clusterIP !== old.clusterIP && same) {
    spec.clusterIPs = [spec.clusterIP];
  }
}
