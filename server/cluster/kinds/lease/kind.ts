import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate } from './validate.ts';

export const LEASE: Kind = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  schema: 'io.k8s.api.coordination.v1.Lease',
  columns: [NAME, text('Holder'), AGE],
  row,
  validate,
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, object.spec?.holderIdentity ?? '', age(object, context)];
}
