import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateUpdate } from './validate.ts';

export const INGRESS_CLASS: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  schema: 'io.k8s.api.networking.v1.IngressClass',
  hasGeneration: true,
  columns: [NAME, text('Controller'), text('Parameters'), AGE],
  row,
  setDefaults,
  validate,
  validateUpdate,
};

function row(object: any, context: RowContext): Cell[] {
  const { controller = '', parameters } = object.spec ?? {};
  const group = parameters?.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
  const shown = parameters ? `${parameters.kind}${group}/${parameters.name}` : '<none>';
  return [object.metadata.name, controller, shown, age(object, context)];
}

function setDefaults(object: any): void {
  const { parameters } = object.spec ?? {};
  if (parameters) parameters.scope ??= 'Cluster';
}
