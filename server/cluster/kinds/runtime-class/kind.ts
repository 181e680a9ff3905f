import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';

export const RUNTIME_CLASS: Kind = {
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  singular: 'runtimeclass',
  namespaced: false,
  schema: 'io.k8s.api.node.v1.RuntimeClass',
  columns: [NAME, text('Handler'), AGE],
  row,
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, object.handler ?? '', age(object, context)];
}
