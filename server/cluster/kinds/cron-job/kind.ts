import { AGE, age, boolean, formatLabelSelector, integer, NAME, since, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { TEMPLATE_COLUMNS, templateCells } from '../workload.ts';
import { validate, validateCreate } from './validate.ts';
import { cronJobWarnings } from './warnings.ts';

export const CRON_JOB: Kind = {
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.batch.v1.CronJob',
  hasStatus: true,
  hasGeneration: true,
  columns: [
    NAME,
    text('Schedule'),
    text('Timezone'),
    boolean('Suspend'),
    integer('Active'),
    text('Last Schedule'),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  row,
  setDefaults,
  prepareForCreate,
  validate,
  validateCreate,
  warnings: cronJobWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec, status = {} } = object;
  const template = spec.jobTemplate?.spec;
  return [
    metadata.name,
    spec.schedule ?? '',
    spec.timeZone ?? '<none>',
    spec.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False',
    status.active?.length ?? 0,
    status.lastScheduleTime ? since(status.lastScheduleTime, context.now) : '<none>',
    age(object, context),
    ...templateCells(template?.template, formatLabelSelector(template?.selector)),
  ];
}

function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  defaultTemplate(spec.jobTemplate?.spec?.template);
}

function prepareForCreate(object: any): void {
  object.status = {};
}
