import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

export const RESOURCE_QUOTA: Kind = {
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ResourceQuota',
  hasStatus: true,
  columns: [NAME, text('Request'), text('Limit'), AGE],
  row,
  prepareForCreate,
  validate,
  validateUpdate,
  validateSubresource: validateStatus,
};

function row(object: any, context: RowContext): Cell[] {
  const { hard = {}, used = {} } = object.status ?? {};
  const cells = Object.keys(hard)
    .sort()
    .map((name) => ({
      limit: name.startsWith('limits.'),
      cell: `${name}: ${used[name] ?? '0'}/${hard[name]}`,
    }));
  const join = (limit: boolean) =>
    cells
      .filter((one) => one.limit === limit)
      .map(({ cell }) => cell)
      .join(', ');
  return [object.metadata.name, join(false), join(true), age(object, context)];
}

function prepareForCreate(object: any): void {
  object.status = {};
}
