import { AGE, age, NAME, text, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { nodeRoles } from './roles.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

export const NODE: Kind = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  schema: 'io.k8s.api.core.v1.Node',
  storagePrefix: 'minions',
  hasStatus: true,
  columns: [
    NAME,
    text('Status'),
    text('Roles'),
    AGE,
    text('Version'),
    wide('Internal-IP'),
    wide('External-IP'),
    wide('OS-Image'),
    wide('Kernel-Version'),
    wide('Container-Runtime'),
  ],
  row,
  setDefaults,
  fieldSelectors: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  validate,
  validateUpdate,
  validateSubresource: validateStatus,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {}, status = {} } = object;
  const info = status.nodeInfo ?? {};
  return [
    metadata.name,
    nodeState(spec, status),
    nodeRoles(metadata.labels).join(',') || '<none>',
    age(object, context),
    info.kubeletVersion ?? '',
    address(status, 'InternalIP'),
    address(status, 'ExternalIP'),
    info.osImage || '<unknown>',
    info.kernelVersion || '<unknown>',
    info.containerRuntimeVersion || '<unknown>',
  ];
}

function nodeState(spec: any, status: any): string {
  const ready = (status.conditions ?? []).find(({ type }: any) => type === 'Ready');
  const state = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec.unschedulable ? `${state},SchedulingDisabled` : state;
}

function address(status: any, wanted: string): string {
  return (status.addresses ?? []).find(({ type }: any) => type === wanted)?.address ?? '<none>';
}

function setDefaults(object: any): void {
  const { spec = {}, status = {} } = object;
  object.spec = spec;
  object.status = status;
  if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
  if (spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
  if (status.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
}
