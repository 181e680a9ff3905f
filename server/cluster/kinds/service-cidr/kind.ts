import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { earlierVersions } from '../schema/earlier.ts';
import { validate, validateUpdate } from './validate.ts';

export const SERVICE_CIDR: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  singular: 'servicecidr',
  namespaced: false,
  schema: 'io.k8s.api.networking.v1.ServiceCIDR',
  otherVersions: earlierVersions('networking.k8s.io', 'ServiceCIDR'),
  hasStatus: true,
  columns: [NAME, text('CIDRs'), AGE],
  row,
  prepareForCreate,
  validate,
  validateUpdate,
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, (object.spec?.cidrs ?? []).join(','), age(object, context)];
}

function prepareForCreate(object: any): void {
  object.status = {};
}
