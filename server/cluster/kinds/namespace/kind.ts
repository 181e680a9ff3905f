import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';

export const NAMESPACE: Kind = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  schema: 'io.k8s.api.core.v1.Namespace',
  hasStatus: true,
  columns: [NAME, text('Status'), AGE],
  row,
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, object.status?.phase ?? '', age(object, context)];
}
