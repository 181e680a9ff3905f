import { NAME, text } from '../columns.ts';
import type { Cell, Kind } from '../kind.ts';

export const COMPONENT_STATUS: Kind = {
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  namespaced: false,
  verbs: ['get', 'list'],
  schema: 'io.k8s.api.core.v1.ComponentStatus',
  stored: false,
  columns: [NAME, text('Status'), text('Message'), text('Error')],
  row,
};

function row(object: any): Cell[] {
  const healthy = (object.conditions ?? []).find(({ type }: any) => type === 'Healthy');
  const state = !healthy ? 'Unknown' : healthy.status === 'True' ? 'Healthy' : 'Unhealthy';
  return [object.metadata.name, state, healthy?.message ?? '', healthy?.error ?? ''];
}
