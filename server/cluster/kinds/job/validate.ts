import type { FieldErrors } from '../../../objects/field-error.ts';
import { matches, selectorOf } from '../../../objects/label-selector.ts';
import { equalValues } from '../../../objects/values.ts';
import { validatePodTemplate } from '../pod/validation/pod-spec.ts';
import { missesTemplate } from '../pod/validation/template.ts';
import {
  immutable,
  isUsableSelector,
  labelSelector,
  mismatchedLabels,
  nonNegative,
  oneOf,
  oneOfIfSet,
} from '../validation/fields.ts';
import { goDump, goLabelSelector, goMap } from '../validation/go-values.ts';
import { validatePodFailurePolicy } from './validate-failure-policy.ts';

const UID = 'batch.kubernetes.io/controller-uid';

/** Models pkg/apis/batch/validation ValidateJob. */
export function validate(job: any, errors: FieldErrors): void {
  const { spec } = job;
  if (!spec.manualSelector && spec.selector) validateGeneratedSelector(errors, job);
  validateJobSpec(errors, 'spec', spec);
  if (!spec.selector) errors.required('spec.selector');
  else labelSelector(errors, 'spec.selector', spec.selector);
  if (isUsableSelector(spec.selector) && missesTemplate(spec.selector, spec.template)) {
    mismatchedLabels(errors, 'spec.template.metadata.labels', spec.template?.metadata?.labels);
  }
}

function validateGeneratedSelector(errors: FieldErrors, { metadata, spec }: any): void {
  const labels = spec.template?.metadata?.labels ?? {};
  for (const [key, value] of [
    ['batch.kubernetes.io/job-name', metadata.name],
    [UID, metadata.uid],
    ['job-name', metadata.name],
    ['controller-uid', metadata.uid],
  ]) {
    const field = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) errors.required(field, `must be '${value}'`);
    else if (labels[key] !== value) errors.invalid(field, goMap(labels), `must be '${value}'`);
  }
  if (!isUsableSelector(spec.selector)) return;
  if (!matches(selectorOf(spec.selector) ?? [], { [UID]: metadata.uid })) {
    errors.invalid('spec.selector', goLabelSelector(spec.selector), '`selector` not auto-generated');
  }
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];
const POLICIES = 'valid values: "OnFailure", "Never"';

/** Models pkg/apis/batch/validation validateJobSpec. */
export function validateJobSpec(errors: FieldErrors, field: string, spec: any): void {
  for (const name of COUNTS) nonNegative(errors, `${field}.${name}`, spec[name]);
  validateCompletionMode(errors, field, spec);
  if (spec.podFailurePolicy) validatePodFailurePolicy(errors, `${field}.podFailurePolicy`, spec);
  if (spec.podReplacementPolicy !== undefined) {
    const all = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
    oneOfIfSet(errors, `${field}.podReplacementPolicy`, spec.podReplacementPolicy, all);
  }
  const template = spec.template ?? {};
  validatePodTemplate(errors, `${field}.template`, template);
  const policy = template.spec?.restartPolicy ?? '';
  const place = `${field}.template.spec.restartPolicy`;
  if (policy === '' || policy === 'Always') errors.required(place, POLICIES);
  else oneOf(errors, place, policy, ['OnFailure', 'Never']);
  if (spec.podFailurePolicy && policy !== 'Never') {
    errors.invalid(place, policy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}

function validateCompletionMode(errors: FieldErrors, field: string, spec: any): void {
  const { completionMode: mode, completions, parallelism } = spec;
  oneOfIfSet(errors, `${field}.completionMode`, mode, ['NonIndexed', 'Indexed']);
  if (mode === 'Indexed') {
    if (completions === undefined) {
      errors.required(`${field}.completions`, 'when completion mode is Indexed');
    }
    if ((parallelism ?? 0) > 100_000) {
      const why = 'must be less than or equal to 100000 when completion mode is Indexed';
      errors.invalid(`${field}.parallelism`, parallelism, why);
    }
  } else {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes']) {
      if (spec[name] !== undefined)
        errors.invalid(`${field}.${name}`, spec[name], 'requires indexed completion mode');
    }
  }
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined && mode === 'Indexed') {
    errors.required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified');
  }
}

/** Models pkg/apis/batch/validation ValidateJobSpecUpdate. */
export function validateUpdate({ spec }: any, { spec: old }: any, errors: FieldErrors): void {
  const elastic =
    spec.completionMode === 'Indexed' &&
    spec.completions === spec.parallelism &&
    spec.completions !== undefined &&
    old.completions !== undefined;
  if (!elastic) immutable(errors, 'spec.completions', spec.completions, old.completions);
  immutable(errors, 'spec.selector', spec.selector, old.selector, goLabelSelector(spec.selector));
  if (!equalValues(templateWithAllowedChanges(spec, old), old.template)) {
    errors.invalid('spec.template', goTemplate(spec.template), 'field is immutable');
  }
  for (const name of [
    'completionMode',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  ]) {
    immutable(errors, `spec.${name}`, spec[name], old[name]);
  }
}

/** Go dumps the whole struct, nil fields and all. */
function goTemplate(template: any): unknown {
  const nils = { volumes: [], initContainers: [], ephemeralContainers: [], hostAliases: [], tolerations: [] };
  const meta = { name: '', generateName: '', namespace: '', selfLink: '', uid: '', resourceVersion: '' };
  const metadata = { ...meta, generation: 0, ...template?.metadata };
  return goDump('core.PodTemplateSpec', { objectMeta: metadata, spec: { ...nils, ...template?.spec } });
}

/** A suspended job that never started may be placed anew. */
function templateWithAllowedChanges(spec: any, old: any): any {
  if (!old.suspend) return spec.template;
  const { nodeSelector, affinity, tolerations, schedulingGates } = old.template.spec;
  const { metadata } = old.template;
  const before = { nodeSelector, affinity, tolerations, schedulingGates };
  return { ...spec.template, metadata, spec: { ...spec.template.spec, ...before } };
}
