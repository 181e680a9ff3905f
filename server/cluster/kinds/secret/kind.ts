import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateUpdate } from './validate.ts';

export const SECRET: Kind = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Secret',
  columns: [NAME, text('Type'), text('Data'), AGE],
  row,
  setDefaults,
  fieldSelectors: { type: ({ type }) => type ?? '' },
  validate,
  validateUpdate,
  updateErrorsFirst: true,
};

function row(object: any, context: RowContext): Cell[] {
  const entries = Object.keys(object.data ?? {}).length;
  return [object.metadata.name, object.type ?? '', entries, age(object, context)];
}

function setDefaults(object: any): void {
  object.type ||= 'Opaque';
  if (!object.stringData) return;
  const encoded = Object.entries<string>(object.stringData).map(([key, text]) => [key, toBase64(text)]);
  object.data = { ...object.data, ...Object.fromEntries(encoded) };
  delete object.stringData;
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
