import { AGE, age, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { validate, validateStatus } from './validate.ts';

export const FLOW_SCHEMA: Kind = {
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  singular: 'flowschema',
  namespaced: false,
  schema: 'io.k8s.api.flowcontrol.v1.FlowSchema',
  hasStatus: true,
  hasGeneration: true,
  columns: [
    NAME,
    text('PriorityLevel'),
    text('MatchingPrecedence'),
    text('DistinguisherMethod'),
    AGE,
    text('MissingPL'),
  ],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateSubresource: validateStatus,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec = {}, status = {} } = object;
  return [
    metadata.name,
    spec.priorityLevelConfiguration?.name ?? '',
    spec.matchingPrecedence ?? 0,
    spec.distinguisherMethod?.type ?? '<none>',
    age(object, context),
    (status.conditions ?? []).find(({ type }: any) => type === 'Dangling')?.status ?? '?',
  ];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.matchingPrecedence ||= 1000;
}

function prepareForCreate(object: any): void {
  object.status = {};
}
