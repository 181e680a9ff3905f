import { AGE, age, boolean, integer, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validateCreate, validateUpdate } from './validate.ts';

export const PRIORITY_CLASS: Kind = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  schema: 'io.k8s.api.scheduling.v1.PriorityClass',
  hasGeneration: true,
  columns: [NAME, integer('Value'), boolean('Global-Default'), AGE, text('PreemptionPolicy')],
  row,
  setDefaults,
  validateCreate,
  validateUpdate,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, value = 0, globalDefault = false, preemptionPolicy = '' } = object;
  return [metadata.name, value, globalDefault, age(object, context), preemptionPolicy];
}

function setDefaults(object: any): void {
  object.preemptionPolicy ??= 'PreemptLowerPriority';
  object.value ??= 0;
}
