import { AGE, age, formatLabelSelector, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate } from './validate.ts';
import { policyWarnings } from './warnings.ts';

export const NETWORK_POLICY: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  schema: 'io.k8s.api.networking.v1.NetworkPolicy',
  hasGeneration: true,
  columns: [NAME, text('Pod-Selector'), AGE],
  row,
  setDefaults,
  validate,
  warnings: policyWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  return [object.metadata.name, formatLabelSelector(object.spec?.podSelector), age(object, context)];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  if ((spec.policyTypes ?? []).length === 0) {
    spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  }
  for (const { ports } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    for (const port of ports ?? []) port.protocol ??= 'TCP';
  }
}
