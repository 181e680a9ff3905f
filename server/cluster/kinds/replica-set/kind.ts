import { AGE, age, containerCells, formatLabelSelector, integer, NAME, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { workloadWarnings } from '../pod/warnings/pod-spec.ts';
import { validate, validateUpdate } from './validate.ts';

export const REPLICA_SET: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.ReplicaSet',
  hasStatus: true,
  hasGeneration: true,
  scale: {
    specReplicas: '.spec.replicas',
    statusReplicas: '.status.replicas',
    labelSelector: '.spec.selector',
  },
  columns: [
    NAME,
    integer('Desired'),
    integer('Current'),
    integer('Ready'),
    AGE,
    wide('Containers'),
    wide('Images'),
    wide('Selector'),
  ],
  row,
  setDefaults,
  prepareForCreate,
  fieldSelectors: { 'status.replicas': ({ status }) => `${status?.replicas ?? 0}` },
  validate,
  validateUpdate,
  warnings: workloadWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec, status = {} } = object;
  return [
    metadata.name,
    spec.replicas ?? 0,
    status.replicas ?? 0,
    status.readyReplicas ?? 0,
    age(object, context),
    ...containerCells(spec.template?.spec?.containers),
    formatLabelSelector(spec.selector),
  ];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.replicas ??= 1;
  defaultTemplate(spec.template);
}

function prepareForCreate(object: any): void {
  object.status = { replicas: 0 };
}
