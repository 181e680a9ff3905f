import { ApiError } from '../../../objects/api-error.ts';
import { annotationLines, eventLines, labelLines } from '../describe/common.ts';
import { type DescribeContext, ENDPOINT_SLICES, SERVICES } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { sliceAddresses } from '../endpoint-slice/addresses.ts';

/** Models kubectl pkg/describe describeIngressV1. */
export function describeIngress(ingress: any, context: DescribeContext): string {
  const { metadata, spec = {}, status = {} } = ingress;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    labelLines(w, 'Labels', metadata.labels);
    w.line(0, `Namespace:\t${metadata.namespace}`);
    const addresses = (status.loadBalancer?.ingress ?? []).map(
      ({ ip, hostname }: any) => ip || hostname || '',
    );
    w.line(0, `Address:\t${addresses.join(',')}`);
    w.line(0, `Ingress Class:\t${spec.ingressClassName ?? '<none>'}`);
    const backend = spec.defaultBackend;
    w.line(
      0,
      `Default backend:\t${backend ? backendText(backend, metadata.namespace, context) : '<default>'}`,
    );
    tlsLines(w, spec.tls);
    w.line(0, 'Rules:\n  Host\tPath\tBackends');
    w.line(1, '----\t----\t--------');
    const rules: any[] = spec.rules ?? [];
    for (const { host, http } of rules) {
      if (!http) continue;
      w.line(1, `${host || '*'}\t`);
      for (const path of http.paths ?? []) {
        w.line(2, `\t${path.path ?? ''} \t${backendText(path.backend, metadata.namespace, context)}`);
      }
    }
    if (rules.length === 0)
      w.line(1, `*\t*\t${backend ? backendText(backend, metadata.namespace, context) : '<default>'}`);
    annotationLines(w, 'Annotations', metadata.annotations);
    eventLines(w, ingress, context);
  });
}

function tlsLines(w: DescribeWriter, tls: readonly any[] = []): void {
  if (tls.length === 0) return;
  w.line(0, 'TLS:');
  for (const { secretName, hosts = [] } of tls) {
    if (secretName) w.line(1, `${secretName} terminates ${hosts.join(',')}`);
    else w.line(1, `SNI routes ${hosts.join(',')}`);
  }
}

function backendText({ service, resource }: any = {}, namespace: string, context: DescribeContext): string {
  if (service) {
    const port = service.port?.number || service.port?.name || 0;
    return `${service.name}:${port} (${endpointsText(service, namespace, context)})`;
  }
  if (!resource) return '';
  const group = resource.apiGroup ?? '<none>';
  return `APIGroup: ${group}, Kind: ${resource.kind}, Name: ${resource.name}`;
}

function endpointsText({ name, port = {} }: any, namespace: string, context: DescribeContext): string {
  try {
    const service: any = context.get(SERVICES, namespace, name);
    const labelSelector = `kubernetes.io/service-name=${name}`;
    const slices = context.list(ENDPOINT_SLICES, { namespace, labelSelector });
    const found = (service.spec.ports ?? []).find(
      (one: any) => (port.name && one.name === port.name) || (port.number && one.port === port.number),
    );
    return sliceAddresses(slices, found?.name ?? '');
  } catch (error) {
    return `<error: ${error instanceof ApiError ? error.message : String((error as Error).message)}>`;
  }
}
