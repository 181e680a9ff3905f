import { AGE, age, integer, NAME } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateUpdate } from './validate.ts';

export const CSI_NODE: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  singular: 'csinode',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.CSINode',
  columns: [NAME, integer('Drivers'), AGE],
  row,
  validate,
  validateUpdate,
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, object.spec?.drivers?.length ?? 0, age(object, context)];
}
