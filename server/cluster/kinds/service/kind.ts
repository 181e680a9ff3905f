import { AGE, age, formatLabels, NAME, text, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { isExternallyAccessible, prepareForCreate, prepareForUpdate } from './strategy.ts';
import { validate, validateUpdate } from './validate.ts';
import { validateStatus } from './validate-status.ts';
import { serviceWarnings } from './warnings.ts';

export const SERVICE: Kind = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Service',
  storagePrefix: 'services/specs',
  hasStatus: true,
  columns: [
    NAME,
    text('Type'),
    text('Cluster-IP'),
    text('External-IP'),
    text('Port(s)'),
    AGE,
    wide('Selector'),
  ],
  row,
  setDefaults,
  prepareForCreate,
  fieldSelectors: {
    'spec.clusterIP': ({ spec }) => spec?.clusterIP ?? '',
    'spec.type': ({ spec }) => spec?.type ?? '',
  },
  prepareForUpdate,
  nameRule: 'label1035',
  validate,
  validateUpdate,
  validateSubresource: validateStatus,
  warnings: serviceWarnings,
  updateErrorsFirst: true,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {} } = object;
  return [
    metadata.name,
    spec.type ?? '',
    spec.clusterIPs?.[0] ?? '<none>',
    externalIp(object) || '<none>',
    portCell(spec.ports ?? []),
    age(object, context),
    formatLabels(spec.selector),
  ];
}

/** Models pkg/printers/internalversion getServiceExternalIP. */
function externalIp({ spec = {}, status = {} }: any): string {
  const external: string[] = spec.externalIPs ?? [];
  if (spec.type === 'ExternalName') return spec.externalName ?? '';
  if (spec.type !== 'LoadBalancer') return external.length > 0 ? external.join(',') : '<none>';
  const balanced: string[] = (status.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }: any) => ip || hostname || '')
    .filter((address: string) => address !== '');
  return [...balanced, ...external].join(',') || '<pending>';
}

function portCell(ports: { port: number; protocol?: string; nodePort?: number }[]): string {
  if (ports.length === 0) return '<none>';
  return ports
    .map(({ port, protocol, nodePort }) =>
      nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    )
    .join(',');
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= {};
    spec.sessionAffinityConfig.clientIP ??= {};
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= 10800;
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    port.targetPort ||= port.port;
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster';
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}
