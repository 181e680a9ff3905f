import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateStatus } from './validate.ts';
import { ingressWarnings } from './warnings.ts';

export const INGRESS: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  schema: 'io.k8s.api.networking.v1.Ingress',
  storagePrefix: 'ingress',
  hasStatus: true,
  hasGeneration: true,
  columns: [NAME, text('Class'), text('Hosts'), text('Address'), text('Ports'), AGE],
  row,
  prepareForCreate,
  validate,
  validateSubresource: validateStatus,
  warnings: ingressWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {}, status = {} } = object;
  return [
    metadata.name,
    spec.ingressClassName ?? '<none>',
    hosts(spec.rules ?? []),
    addresses(status),
    (spec.tls ?? []).length > 0 ? '80, 443' : '80',
    age(object, context),
  ];
}

/** Models pkg/printers/internalversion formatHosts. */
function hosts(rules: { host?: string }[]): string {
  const shown: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (shown.length === 3) more = true;
    if (!more && host) shown.push(host);
  }
  if (shown.length === 0) return '*';
  return more ? `${shown.join(',')} + ${rules.length - 3} more...` : shown.join(',');
}

function addresses(status: any): string {
  const found: string[] = (status.loadBalancer?.ingress ?? []).map(
    ({ ip, hostname }: any) => ip || hostname || '',
  );
  return [...new Set(found.filter((address) => address !== ''))].sort().join(',');
}

function prepareForCreate(object: any): void {
  object.status = { loadBalancer: {} };
}
