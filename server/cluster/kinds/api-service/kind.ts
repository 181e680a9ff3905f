import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateStatus } from './validate.ts';

export const API_SERVICE: Kind = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  singular: 'apiservice',
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
  storagePrefix: 'apiregistration.k8s.io/apiservices',
  hasStatus: true,
  nameRule: 'path-segment',
  columns: [NAME, text('Service'), text('Available'), AGE],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateSubresource: validateStatus,
};

function row(object: any, context: RowContext): Cell[] {
  const { service } = object.spec ?? {};
  return [
    object.metadata.name,
    service ? `${service.namespace}/${service.name}` : 'Local',
    availability(object.status?.conditions ?? []),
    age(object, context),
  ];
}

function availability(conditions: any[]): string {
  const available = conditions.find(({ type }) => type === 'Available');
  if (!available) return 'Unknown';
  return available.status === 'True' ? 'True' : `${available.status} (${available.reason})`;
}

function setDefaults(object: any): void {
  if (object.spec?.service) object.spec.service.port ??= 443;
}

function prepareForCreate(object: any): void {
  object.status = {};
}
