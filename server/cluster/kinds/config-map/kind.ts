import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateUpdate } from './validate.ts';

export const CONFIG_MAP: Kind = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ConfigMap',
  columns: [NAME, text('Data'), AGE],
  row,
  validate,
  validateUpdate,
  updateErrorsFirst: true,
};

function row(object: any, context: RowContext): Cell[] {
  const entries = Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length;
  return [object.metadata.name, entries, age(object, context)];
}
