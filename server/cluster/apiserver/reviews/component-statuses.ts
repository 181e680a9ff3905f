import type { KubeList, KubeObject } from '../../../objects/object.ts';
import type { ResourceCall } from '../call.ts';
import { notFound } from '../errors.ts';

const NAMES = ['controller-manager', 'etcd-0', 'scheduler'];

/** The health of the control plane as an old kind of object, made up when asked for. */
export function componentStatuses(call: ResourceCall): KubeObject | KubeList {
  const items = NAMES.map(component);
  if (call.info.name === '') {
    return { kind: 'ComponentStatusList', apiVersion: 'v1', metadata: { resourceVersion: '' }, items };
  }
  const found = items.find(({ metadata }) => metadata.name === call.info.name);
  if (!found) throw notFound(call.served, call.info.name);
  return found;
}

function component(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ComponentStatus',
    metadata: { name, uid: '', resourceVersion: '', creationTimestamp: null as unknown as string },
    conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
  };
}
