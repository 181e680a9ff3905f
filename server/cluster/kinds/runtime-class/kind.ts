import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { immutable, report } from '../validation/fields.ts';
import { dnsLabel } from '../validation/names.ts';

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
  validate: ({ handler = '' }: any, errors) => report(errors, 'handler', handler, dnsLabel(handler)),
  validateUpdate: ({ handler }: any, old: any, errors) => immutable(errors, 'handler', handler, old.handler),
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, object.handler ?? '', age(object, context)];
}
