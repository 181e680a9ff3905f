import { AGE, age, listWithMore, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateUpdate } from './validate.ts';

export const ENDPOINT_SLICE: Kind = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  schema: 'io.k8s.api.discovery.v1.EndpointSlice',
  hasGeneration: true,
  columns: [NAME, text('AddressType'), text('Ports'), text('Endpoints'), AGE],
  row,
  setDefaults,
  validate,
  validateUpdate,
};

function row(object: any, context: RowContext): Cell[] {
  const ports = (object.ports ?? []).map(({ port, name }: any) => `${port ?? name ?? '*'}`);
  const addresses = (object.endpoints ?? []).flatMap((endpoint: any) => endpoint.addresses ?? []);
  return [
    object.metadata.name,
    object.addressType ?? '',
    listWithMore(ports),
    listWithMore(addresses),
    age(object, context),
  ];
}

function setDefaults(object: any): void {
  for (const port of object.ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}
