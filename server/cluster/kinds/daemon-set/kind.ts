import { equalValues } from '../../../objects/values.ts';
import { AGE, age, formatLabelSelector, formatLabels, integer, NAME, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { TEMPLATE_COLUMNS, templateCells } from '../workload.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';
import { daemonSetWarnings } from './warnings.ts';

export const DAEMON_SET: Kind = {
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.DaemonSet',
  hasStatus: true,
  hasGeneration: true,
  columns: [
    NAME,
    integer('Desired'),
    integer('Current'),
    integer('Ready'),
    integer('Up-to-date'),
    integer('Available'),
    text('Node Selector'),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  row,
  setDefaults,
  prepareForCreate,
  prepareForUpdate,
  validate,
  validateUpdate,
  validateSubresource: validateStatus,
  warnings: daemonSetWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec, status = {} } = object;
  return [
    metadata.name,
    status.desiredNumberScheduled ?? 0,
    status.currentNumberScheduled ?? 0,
    status.numberReady ?? 0,
    status.updatedNumberScheduled ?? 0,
    status.numberAvailable ?? 0,
    formatLabels(spec.template?.spec?.nodeSelector),
    age(object, context),
    ...templateCells(spec.template, formatLabelSelector(spec.selector)),
  ];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.revisionHistoryLimit ??= 10;
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate = {
      maxUnavailable: 1,
      maxSurge: 0,
      ...spec.updateStrategy.rollingUpdate,
    };
  }
  defaultTemplate(spec.template);
}

function prepareForCreate(object: any): void {
  object.status = {
    currentNumberScheduled: 0,
    desiredNumberScheduled: 0,
    numberMisscheduled: 0,
    numberReady: 0,
  };
  setTemplateGeneration(object, 1);
}

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** Models pkg/registry/apps/daemonset strategy: the template's own generation travels in an annotation. */
function prepareForUpdate(object: any, old: any): void {
  const before = Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  const same = equalValues(object.spec.template, old.spec.template);
  setTemplateGeneration(object, same ? before : before + 1);
}

function setTemplateGeneration({ metadata }: any, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: `${generation}` };
}
