import { AGE, age, listWithMore, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate } from './validate.ts';

export const ENDPOINTS: Kind = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Endpoints',
  storagePrefix: 'services/endpoints',
  columns: [NAME, text('Endpoints'), AGE],
  row,
  setDefaults,
  validate,
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, formatEndpoints(object), age(object, context)];
}

/** Models pkg/printers/internalversion formatEndpoints. */
function formatEndpoints({ subsets = [] }: any): string {
  if (subsets.length === 0) return '<none>';
  const list: string[] = [];
  for (const { addresses = [], ports = [] } of subsets) {
    if (ports.length === 0) list.push(...addresses.map(({ ip }: any) => ip));
    for (const { port } of ports) list.push(...addresses.map(({ ip }: any) => hostPort(ip, port)));
  }
  return list.length === 0 ? '' : listWithMore(list);
}

function hostPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function setDefaults(object: any): void {
  for (const subset of object.subsets ?? []) {
    for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  }
}
