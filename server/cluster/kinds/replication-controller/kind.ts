import { AGE, age, containerCells, formatLabels, integer, NAME, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';

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
