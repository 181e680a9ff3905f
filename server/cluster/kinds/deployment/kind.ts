import { AGE, age, containerCells, formatLabelSelector, NAME, text, wide } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { workloadWarnings } from '../pod/warnings/pod-spec.ts';
import { validate, validateUpdate } from './validate.ts';

export const DEPLOYMENT: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.Deployment',
  hasStatus: true,
  hasGeneration: true,
  scale: {
    specReplicas: '.spec.replicas',
    statusReplicas: '.status.replicas',
    labelSelector: '.spec.selector',
  },
  columns: [
    NAME,
    text('Ready'),
    text('Up-to-date'),
    text('Available'),
    AGE,
    wide('Containers'),
    wide('Images'),
    wide('Selector'),
  ],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateUpdate,
  warnings: workloadWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec, status = {} } = object;
  return [
    metadata.name,
    `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    status.updatedReplicas ?? 0,
    status.availableReplicas ?? 0,
    age(object, context),
    ...containerCells(spec.template?.spec?.containers),
    formatLabelSelector(spec.selector),
  ];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  spec.strategy ??= {};
  spec.strategy.type ||= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy.rollingUpdate };
  }
  defaultTemplate(spec.template);
}

function prepareForCreate(object: any): void {
  object.status = {};
}
