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
  oneOfIfSet,
  report,
} from '../validation/fields.ts';
import { goDump, goLabelSelector, goMap } from '../validation/go-values.ts';
import { dnsLabel, dnsSubdomain } from '../validation/names.ts';
import { validatePodFailurePolicy } from './validate-failure-policy.ts';
import { validateSuccessPolicy } from './validate-success-policy.ts';

const UID = 'batch.kubernetes.io/controller-uid';

/** Models pkg/apis/batch/validation ValidateJob. */
export function validate(job: any, errors: FieldErrors): void {
  const { metadata, spec } = job;
  if (!spec.manualSelector && spec.selector) validateGeneratedSelector(errors, job);
  validateJobSpec(errors, 'spec', spec);
  if (!spec.selector) errors.required('spec.selector');
  else labelSelector(errors, 'spec.selector', spec.selector);
  if (isUsableSelector(spec.selector) && missesTemplate(spec.selector, spec.template)) {
    mismatchedLabels(errors, 'spec.template.metadata.labels', spec.template?.metadata?.labels);
  }
  if (spec.completionMode !== 'Indexed' || !(spec.completions > 0)) return;
  const hostname = `${metadata.name}-${spec.completions - 1}`;
  if (dnsLabel(hostname).length === 0) return;
  const why = `will not able to create pod with invalid DNS label: ${hostname}`;
  errors.invalid('metadata.name', metadata.name, why);
}

function validateGeneratedSelector(errors: FieldErrors, { metadata, spec }: any): void {
  const labels = spec.template?.metadata?.labels ?? {};
  const expected = {
    'controller-uid': metadata.uid,
    'job-name': metadata.name,
    [UID]: metadata.uid,
    'batch.kubernetes.io/job-name': metadata.name,
  };
  for (const [key, value] of Object.entries(expected)) {
    const field = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) errors.required(field, `must be '${value}'`);
    else if (labels[key] !== value) errors.invalid(field, goMap(labels), `must be '${value}'`);
  }
  if (!isUsableSelector(spec.selector)) return;
  if (!matches(selectorOf(spec.selector) ?? [], expected)) {
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
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified');
  }
  if (spec.managedBy !== undefined) validateManager(errors, `${field}.managedBy`, spec.managedBy);
  validateCompletionMode(errors, field, spec);
  if (spec.podFailurePolicy) validatePodFailurePolicy(errors, `${field}.podFailurePolicy`, spec);
  if (spec.successPolicy) validateSuccessPolicy(errors, `${field}.successPolicy`, spec);
  const replaces = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  oneOfIfSet(errors, `${field}.podReplacementPolicy`, spec.podReplacementPolicy, replaces);
  const template = spec.template ?? {};
  validatePodTemplate(errors, `${field}.template`, template);
  const policy = template.spec?.restartPolicy ?? '';
  const place = `${field}.template.spec.restartPolicy`;
  if (policy === '' || policy === 'Always') errors.required(place, POLICIES);
  else if (policy !== 'OnFailure' && policy !== 'Never') {
    errors.notSupported(place, policy, ['OnFailure', 'Never']);
  } else if (spec.podFailurePolicy && policy !== 'Never') {
    errors.invalid(place, policy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}

const MAX_MANAGER = 63;
const PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** `acme.io/foo`. Models apimachinery/pkg/util/validation IsDomainPrefixedPath. */
function validateManager(errors: FieldErrors, field: string, name: string): void {
  const [, host = '', path = ''] = /^([^/]*)\/(.*)$/s.exec(name) ?? [];
  if (name === '') errors.required(field);
  else if (host === '' || path === '') {
    errors.invalid(field, name, 'must be a domain-prefixed path (such as "acme.io/foo")');
  } else {
    report(errors, field, host, dnsSubdomain(host));
    const why = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
    if (!PATH.test(path)) errors.invalid(field, path, why);
  }
  if (name.length > MAX_MANAGER) errors.tooLong(field, MAX_MANAGER);
}

const MANY = 100_000;
const FEW = 10_000;

function validateCompletionMode(errors: FieldErrors, field: string, spec: any): void {
  const { completionMode: mode } = spec;
  oneOfIfSet(errors, `${field}.completionMode`, mode, ['NonIndexed', 'Indexed']);
  if (mode === 'Indexed') validateIndexed(errors, field, spec);
  if (mode !== undefined && mode !== 'NonIndexed') return;
  for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes']) {
    const value = spec[name];
    if (value !== undefined) errors.invalid(`${field}.${name}`, value, 'requires indexed completion mode');
  }
}

function validateIndexed(errors: FieldErrors, field: string, spec: any): void {
  const { completions, parallelism = 0, maxFailedIndexes: failed = 0, backoffLimitPerIndex } = spec;
  const atMost = (name: string, value: number, max: number, when = '') => {
    if (value <= max) return;
    errors.invalid(`${field}.${name}`, value, `must be less than or equal to ${max}${when}`);
  };
  if (completions === undefined) errors.required(`${field}.completions`, 'when completion mode is Indexed');
  atMost('parallelism', parallelism, MANY, ' when completion mode is Indexed');
  if (completions !== undefined && failed > completions) {
    errors.invalid(`${field}.maxFailedIndexes`, failed, 'must be less than or equal to completions');
  }
  atMost('maxFailedIndexes', failed, MANY);
  if (completions === undefined || completions <= MANY || backoffLimitPerIndex === undefined) return;
  if (spec.maxFailedIndexes === undefined) {
    const why = `must be specified when completions is above ${MANY}`;
    errors.required(`${field}.maxFailedIndexes`, why);
  }
  const when = ` when completions are above ${MANY} and used with backoff limit per index`;
  atMost('parallelism', parallelism, FEW, when);
  atMost('maxFailedIndexes', failed, FEW, when);
}

/** Models pkg/apis/batch/validation ValidateJobSpecUpdate. */
export function validateUpdate({ spec }: any, { spec: old, status }: any, errors: FieldErrors): void {
  validateCompletions(errors, spec, old);
  immutable(errors, 'spec.selector', spec.selector, old.selector, goLabelSelector(spec.selector));
  if (!equalValues(templateWithAllowedChanges(spec, old, status), old.template)) {
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

/** An indexed job grows and shrinks with its parallelism. */
function validateCompletions(errors: FieldErrors, spec: any, old: any): void {
  const field = 'spec.completions';
  if (spec.completionMode !== 'Indexed') immutable(errors, field, spec.completions, old.completions);
  else if (spec.completions !== undefined && spec.completions !== old.completions) {
    if (spec.completions === spec.parallelism) return;
    errors.invalid(field, spec.completions, 'can only be modified in tandem with spec.parallelism');
  }
}

/** A suspended job that never started may be placed anew. */
function templateWithAllowedChanges(spec: any, old: any, status: any): any {
  if (!old.suspend || status?.startTime) return spec.template;
  const { nodeSelector, affinity, tolerations, schedulingGates } = old.template.spec;
  const { metadata } = old.template;
  const before = { nodeSelector, affinity, tolerations, schedulingGates };
  return { ...spec.template, metadata, spec: { ...spec.template.spec, ...before } };
}
