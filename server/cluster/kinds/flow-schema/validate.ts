import type { FieldErrors } from '../../../objects/field-error.ts';
import { report } from '../validation/fields.ts';
import { dnsLabel, dnsSubdomain } from '../validation/names.ts';
import { ofStatus } from '../validation/status.ts';

const MAX_PRECEDENCE = 10_000;
const VERBS = [
  '*',
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'proxy',
  'update',
  'watch',
];

/** Models pkg/apis/flowcontrol/validation ValidateFlowSchema. */
export function validate({ metadata, spec = {} }: any, errors: FieldErrors): void {
  const precedence = spec.matchingPrecedence ?? 0;
  const place = 'spec.matchingPrecedence';
  if (precedence <= 0) errors.invalid(place, precedence, 'must be a positive value');
  if (precedence > MAX_PRECEDENCE)
    errors.invalid(place, precedence, `must not be greater than ${MAX_PRECEDENCE}`);
  if (precedence === 1 && metadata.name !== 'exempt')
    errors.invalid(place, precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
  const method = spec.distinguisherMethod;
  if (method && !['ByNamespace', 'ByUser'].includes(method.type))
    errors.notSupported('spec.distinguisherMethod.type', method.type ?? '', ['ByNamespace', 'ByUser']);
  const level = spec.priorityLevelConfiguration?.name;
  if (!level) errors.required('spec.priorityLevelConfiguration.name', 'must reference a priority level');
  else report(errors, 'spec.priorityLevelConfiguration.name', level, dnsSubdomain(level));
  (spec.rules ?? []).forEach((rule: any, i: number) => {
    validateRule(errors, `spec.rules[${i}]`, rule);
  });
}

function validateRule(errors: FieldErrors, field: string, rule: any): void {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  if (subjects.length === 0) errors.required(`${field}.subjects`, 'subjects must contain at least one value');
  subjects.forEach((subject: any, i: number) => {
    validateSubject(errors, `${field}.subjects[${i}]`, subject);
  });
  if (resourceRules.length + nonResourceRules.length === 0) {
    errors.required(field, 'at least one of resourceRules and nonResourceRules has to be non-empty');
  }
  nonResourceRules.forEach((one: any, i: number) => {
    const place = `${field}.nonResourceRules[${i}]`;
    validateVerbs(errors, place, one.verbs);
    atLeastOne(errors, `${place}.nonResourceURLs`, one.nonResourceURLs, {
      required: 'nonResourceURLs must contain at least one value',
      things: 'non-resource URLs',
    });
  });
  resourceRules.forEach((one: any, i: number) => {
    validateResourceRule(errors, `${field}.resourceRules[${i}]`, one);
  });
}

function validateResourceRule(errors: FieldErrors, field: string, rule: any): void {
  validateVerbs(errors, field, rule.verbs);
  atLeastOne(errors, `${field}.apiGroups`, rule.apiGroups, {
    required: 'resource rules must supply at least one api group',
    things: 'api groups',
  });
  atLeastOne(errors, `${field}.resources`, rule.resources, {
    required: 'resource rules must supply at least one resource',
    things: 'resources',
  });
  const { namespaces = [], clusterScope } = rule;
  if (namespaces.length === 0 && clusterScope) return;
  atLeastOne(errors, `${field}.namespaces`, namespaces, {
    required: 'resource rules that are not cluster scoped must supply at least one namespace',
    things: 'namespaces',
  });
  namespaces.forEach((namespace: string, i: number) => {
    if (namespace !== '*') report(errors, `${field}.namespaces[${i}]`, namespace, dnsLabel(namespace));
  });
}

function validateVerbs(errors: FieldErrors, field: string, verbs: readonly string[] = []): void {
  atLeastOne(errors, `${field}.verbs`, verbs, {
    required: 'verbs must contain at least one value',
    things: 'verbs',
  });
  if (!verbs.every((verb) => VERBS.includes(verb))) errors.notSupported(`${field}.verbs`, verbs, VERBS);
}

/** A list that has something in it, and nothing beside a star. */
function atLeastOne(
  errors: FieldErrors,
  field: string,
  values: readonly string[] | undefined,
  words: { required: string; things: string },
): void {
  if (!values || values.length === 0) errors.required(field, words.required);
  else if (values.length > 1 && values.includes('*')) {
    errors.invalid(field, values, `if '*' is present, must not specify other ${words.things}`);
  }
}

/** The field that each kind of subject has. */
const SUBJECTS: readonly (readonly [kind: string, field: string])[] = [
  ['Group', 'group'],
  ['ServiceAccount', 'serviceAccount'],
  ['User', 'user'],
];

function validateSubject(errors: FieldErrors, field: string, subject: any): void {
  const known = SUBJECTS.find(([kind]) => kind === subject.kind);
  if (!known) {
    const kinds = SUBJECTS.map(([kind]) => kind);
    errors.notSupported(`${field}.kind`, subject.kind ?? '', kinds);
    return;
  }
  const [kind, own] = known;
  const value = subject[own];
  if (!value) errors.required(`${field}.${own}`, `${own} is required when subject kind is '${kind}'`);
  else {
    if (!value.name) errors.required(`${field}.${own}.name`);
    if (kind === 'ServiceAccount') validateServiceAccount(errors, `${field}.${own}`, value);
  }
  for (const [other, one] of SUBJECTS) {
    if (one !== own && subject[one])
      errors.forbidden(`${field}.${one}`, `${one} is forbidden when subject kind is not '${other}'`);
  }
}

function validateServiceAccount(errors: FieldErrors, field: string, { name, namespace }: any): void {
  if (name && name !== '*') report(errors, `${field}.name`, name, dnsSubdomain(name));
  if (!namespace) errors.required(`${field}.namespace`, 'must specify namespace for service account');
  else report(errors, `${field}.namespace`, namespace, dnsLabel(namespace));
}

/** Models pkg/apis/flowcontrol/validation ValidateFlowSchemaStatus; that of priority levels is the same. */
export const validateStatus = ofStatus(({ conditions = [] }, errors) => {
  conditions.forEach(({ type = '' }: any, i: number) => {
    const field = `status.conditions[${i}].type`;
    if (conditions.slice(0, i).some((one: any) => one.type === type)) errors.duplicate(field, type);
    if (type === '') errors.required(field, 'must not be empty');
  });
});
