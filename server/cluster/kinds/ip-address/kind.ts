import { NAME, text } from '../columns.ts';
import type { Cell, Kind } from '../kind.ts';
import { earlierVersions } from '../schema/earlier.ts';
import { validate, validateUpdate } from './validate.ts';

export const IP_ADDRESS: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  singular: 'ipaddress',
  shortNames: ['ip'],
  namespaced: false,
  schema: 'io.k8s.api.networking.v1.IPAddress',
  otherVersions: earlierVersions('networking.k8s.io', 'IPAddress'),
  columns: [NAME, text('ParentRef')],
  row,
  validate,
  validateUpdate,
};

function row(object: any): Cell[] {
  const { parentRef } = object.spec ?? {};
  if (!parentRef) return [object.metadata.name, '<none>'];
  const { group = '', resource, namespace, name } = parentRef;
  const type = `${resource}${group === '' ? '' : `.${group}`}`.toLowerCase();
  return [object.metadata.name, [type, namespace, name].filter(Boolean).join('/')];
}
