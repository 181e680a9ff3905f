import { AGE, age, containerCells, formatLabels, integer, NAME, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { workloadWarnings } from '../pod/warnings/pod-spec.ts';
import { validate } from './validate.ts';

export const REPLICATION_CONTROLLER: Kind = {
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ReplicationController',
  storagePrefix: 'controllers',
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
    formatLabels(spec.selector),
  ];
}

function setDefaults(object: any): void {
  const { metadata, spec = {} } = object;
  object.spec = spec;
  const labels = spec.template?.metadata?.labels;
  if (labels && Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  spec.replicas ??= 1;
  defaultTemplate(spec.template);
}

function prepareForCreate(object: any): void {
  object.status = { replicas: 0 };
}
