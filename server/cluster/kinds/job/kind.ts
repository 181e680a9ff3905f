import { AGE, age, formatLabelSelector, NAME, since, text } from '../columns.ts';
import type { Cell, Kind, RowContext } from '../kind.ts';
import { defaultTemplate } from '../pod/defaults.ts';
import { TEMPLATE_COLUMNS, templateCells } from '../workload.ts';
import { prepareForCreate } from './strategy.ts';
import { validate, validateUpdate } from './validate.ts';
import { validateJobStatus } from './validate-status.ts';
import { jobWarnings } from './warnings.ts';

export const JOB: Kind = {
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.batch.v1.Job',
  hasStatus: true,
  hasGeneration: true,
  columns: [NAME, text('Status'), text('Completions'), text('Duration'), AGE, ...TEMPLATE_COLUMNS],
  row,
  setDefaults,
  fieldSelectors: { 'status.successful': ({ status }) => `${status?.succeeded ?? 0}` },
  prepareForCreate,
  validate,
  validateUpdate,
  validateSubresource: validateJobStatus,
  warnings: jobWarnings,
};

function row(object: any, context: RowContext): Cell[] {
  const { metadata, spec, status = {} } = object;
  return [
    metadata.name,
    jobState(object),
    completions(object),
    duration(status, context),
    age(object, context),
    ...templateCells(spec.template, formatLabelSelector(spec.selector)),
  ];
}

/** Models pkg/printers/internalversion printJob. */
function completions({ spec, status = {} }: any): string {
  const succeeded = status.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  return (spec.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${spec.parallelism}` : `${succeeded}/1`;
}

function duration({ startTime, completionTime }: any, { now }: RowContext): string {
  if (!startTime) return '';
  return since(startTime, completionTime ? Date.parse(completionTime) : now);
}

function jobState({ metadata, status = {} }: any): string {
  const has = (wanted: string) =>
    (status.conditions ?? []).some(({ type, status }: any) => type === wanted && status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function setDefaults(object: any): void {
  const { metadata, spec = {} } = object;
  object.spec = spec;
  const labels = spec.template?.metadata?.labels;
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2147483647;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? []) {
    for (const condition of onPodConditions ?? []) condition.status ||= 'True';
  }
  defaultTemplate(spec.template);
}
