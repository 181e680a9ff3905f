import { AGE, age, formatLabelSelector, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { workloadWarnings } from '../pod/warnings/pod-spec.ts';
import { SCALED_BY_REPLICAS, TEMPLATE_COLUMNS, templateCells } from '../workload.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

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
  scale: SCALED_BY_REPLICAS,
  columns: [NAME, text('Ready'), text('Up-to-date'), text('Available'), AGE, ...TEMPLATE_COLUMNS],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateUpdate,
  validateSubresource: validateStatus,
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
    ...templateCells(spec.template, formatLabelSelector(spec.selector)),
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
