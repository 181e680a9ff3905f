import { formatLabels } from '../columns.ts';
import { eventLines, headLines } from '../describe/common.ts';
import { attempt, type DescribeContext, ENDPOINT_SLICES } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { sliceAddresses } from '../endpoint-slice/addresses.ts';

/** Models kubectl pkg/describe describeService. */
export function describeService(service: any, context: DescribeContext): string {
  const { metadata, spec, status = {} } = service;
  const { namespace } = metadata;
  const labelSelector = `kubernetes.io/service-name=${metadata.name}`;
  const slices = attempt(() => context.list(ENDPOINT_SLICES, { namespace, labelSelector })) ?? [];
  return described((w) => {
    headLines(w, service);
    w.line(0, `Selector:\t${formatLabels(spec.selector)}`);
    w.line(0, `Type:\t${spec.type}`);
    if (spec.ipFamilyPolicy) w.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
    w.line(0, `IP Families:\t${(spec.ipFamilies ?? []).join(',') || '<none>'}`);
    w.line(0, `IP:\t${spec.clusterIP ?? ''}`);
    w.line(0, `IPs:\t${(spec.clusterIPs ?? []).join(',') || '<none>'}`);
    addressLines(w, spec, status);
    for (const port of spec.ports ?? []) portLines(w, port, slices);
    w.line(0, `Session Affinity:\t${spec.sessionAffinity}`);
    if (spec.externalTrafficPolicy) w.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
    if (spec.internalTrafficPolicy) w.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
    if (spec.trafficDistribution) w.line(0, `Traffic Distribution:\t${spec.trafficDistribution}`);
    if (spec.healthCheckNodePort) w.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`);
    if ((spec.loadBalancerSourceRanges ?? []).length > 0) {
      w.line(0, `LoadBalancer Source Ranges:\t${spec.loadBalancerSourceRanges.join(',')}`);
    }
    eventLines(w, service, context);
  });
}

function addressLines(w: DescribeWriter, spec: any, status: any): void {
  if ((spec.externalIPs ?? []).length > 0) w.line(0, `External IPs:\t${spec.externalIPs.join(',')}`);
  if (spec.loadBalancerIP) w.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`);
  if (spec.externalName) w.line(0, `External Name:\t${spec.externalName}`);
  const ingress: any[] = status.loadBalancer?.ingress ?? [];
  if (ingress.length === 0) return;
  const list = ingress.map(
    ({ ip, hostname, ipMode }) => `${ip || hostname}${ip && ipMode ? ` (${ipMode})` : ''}`,
  );
  w.line(0, `LoadBalancer Ingress:\t${list.join(', ')}`);
}

function portLines(w: DescribeWriter, port: any, slices: readonly any[]): void {
  const name = port.name || '<unset>';
  w.line(0, `Port:\t${name}\t${port.port}/${port.protocol}`);
  w.line(0, `TargetPort:\t${port.targetPort}/${port.protocol}`);
  if (port.nodePort) w.line(0, `NodePort:\t${name}\t${port.nodePort}/${port.protocol}`);
  w.line(0, `Endpoints:\t${sliceAddresses(slices, port.name ?? '')}`);
}
