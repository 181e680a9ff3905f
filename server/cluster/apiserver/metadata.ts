import type { FieldErrors } from '../../objects/field-error.ts';
import type { KubeObject, ObjectMeta } from '../../objects/object.ts';
import type { Kind } from '../kinds/kind.ts';

const LABEL1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL1123}(\\.${LABEL1123})*`;
const LABEL1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';

const subdomainPattern = new RegExp(`^${SUBDOMAIN}$`);
const labelPattern = new RegExp(`^${LABEL1123}$`);
const label1035Pattern = new RegExp(`^${LABEL1035}$`);

const tooLong = (bytes: number) => `must be no more than ${bytes} characters`;

export const SUBDOMAIN_MESSAGE = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;
export const LABEL_MESSAGE = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL1123}')`;
export const LABEL1035_MESSAGE = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${LABEL1035}')`;

/** What is wrong with a name by the rule of its kind; a prefix (generateName) may end in a dash. */
export function nameProblems(rule: Kind['nameRule'], name: string, prefix = false): string[] {
  const checked = prefix ? name.replace(/-+$/, (dashes) => 'a'.repeat(dashes.length)) : name;
  switch (rule) {
    case 'label':
      return pattern(checked, labelPattern, LABEL_MESSAGE, 63);
    case 'label1035':
      return pattern(checked, label1035Pattern, LABEL1035_MESSAGE, 63);
    case 'path-segment':
      return pathSegmentProblems(name, prefix);
    default:
      return pattern(checked, subdomainPattern, SUBDOMAIN_MESSAGE, 253);
  }
}

function pattern(name: string, regex: RegExp, message: string, max: number): string[] {
  const problems = name.length > max ? [tooLong(max)] : [];
  if (!regex.test(name.slice(0, 2 * max))) problems.push(message);
  return problems;
}

/** Models apimachinery/pkg/api/validation/path IsValidPathSegmentName. */
function pathSegmentProblems(name: string, prefix: boolean): string[] {
  if (!prefix && (name === '.' || name === '..')) return [`may not be '${name}'`];
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const qualifiedPattern = new RegExp(`^${QUALIFIED}$`);
const QUALIFIED_MESSAGE = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`;
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const labelValuePattern = new RegExp(`^${LABEL_VALUE}$`);
const LABEL_VALUE_MESSAGE = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`;

/** What is wrong with a label key. Models apimachinery/pkg/util/validation IsQualifiedName. */
export function qualifiedNameProblems(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name ${QUALIFIED_MESSAGE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems: string[] = [];
  const name = parts.at(-1) as string;
  if (parts.length === 2) {
    const prefix = parts[0] as string;
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...nameProblems('subdomain', prefix).map((problem) => `prefix part ${problem}`));
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`);
  if (!qualifiedPattern.test(name.slice(0, 256))) problems.push(`name part ${QUALIFIED_MESSAGE}`);
  return problems;
}

export function labelValueProblems(value: string): string[] {
  const problems = value.length > 63 ? [tooLong(63)] : [];
  if (!labelValuePattern.test(value.slice(0, 256))) problems.push(LABEL_VALUE_MESSAGE);
  return problems;
}

/** Keys and values that were found right, so that the same labels are not checked for every pod. */
const good = new Set<string>();

export function validateLabels(
  labels: Readonly<Record<string, string>>,
  field: string,
  errors: FieldErrors,
): void {
  for (const [key, value] of Object.entries(labels)) {
    const both = `${key}=${value}`;
    if (good.has(both)) continue;
    const keyProblems = qualifiedNameProblems(key);
    const valueProblems = labelValueProblems(value);
    for (const problem of keyProblems) errors.invalid(field, key, problem);
    for (const problem of valueProblems) errors.invalid(field, value, problem);
    if (keyProblems.length + valueProblems.length === 0 && good.size < 10_000) good.add(both);
  }
}

const MAX_ANNOTATION_BYTES = 256 * 1024;

function validateAnnotations(annotations: Readonly<Record<string, string>>, errors: FieldErrors): void {
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    size += key.length + value.length;
    if (good.has(key)) continue;
    const problems = qualifiedNameProblems(key.toLowerCase());
    for (const problem of problems) errors.invalid('metadata.annotations', key, problem);
    if (problems.length === 0 && good.size < 10_000) good.add(key);
  }
  if (size > MAX_ANNOTATION_BYTES) errors.tooLong('metadata.annotations', MAX_ANNOTATION_BYTES);
}

/** Models apimachinery/pkg/api/validation ValidateObjectMeta. */
export function validateMetadata(kind: Kind, object: KubeObject, errors: FieldErrors): void {
  const meta = object.metadata;
  if (meta.generateName) {
    for (const problem of nameProblems(kind.nameRule, meta.generateName, true)) {
      errors.invalid('metadata.generateName', meta.generateName, problem);
    }
  }
  if (!meta.name) errors.required('metadata.name', 'name or generateName is required');
  else {
    for (const problem of nameProblems(kind.nameRule, meta.name))
      errors.invalid('metadata.name', meta.name, problem);
  }
  validateNamespace(kind, meta, errors);
  if ((meta.generation ?? 0) < 0) {
    errors.invalid('metadata.generation', meta.generation, 'must be greater than or equal to 0');
  }
  if (meta.labels) validateLabels(meta.labels, 'metadata.labels', errors);
  if (meta.annotations) validateAnnotations(meta.annotations, errors);
  if (meta.ownerReferences) validateOwners(meta, errors);
  if (meta.finalizers) validateFinalizers(meta.finalizers, isBuiltIn(kind), errors);
}

function validateNamespace(kind: Kind, meta: ObjectMeta, errors: FieldErrors): void {
  if (!kind.namespaced) {
    if (meta.namespace) errors.forbidden('metadata.namespace', 'not allowed on this type');
    return;
  }
  if (!meta.namespace) errors.required('metadata.namespace');
  else {
    for (const problem of nameProblems('label', meta.namespace)) {
      errors.invalid('metadata.namespace', meta.namespace, problem);
    }
  }
}

function validateOwners(meta: ObjectMeta, errors: FieldErrors): void {
  let controller: string | undefined;
  for (const owner of meta.ownerReferences ?? []) {
    const field = 'metadata.ownerReferences';
    if (!owner.apiVersion)
      errors.invalid(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty');
    if (!owner.kind) errors.invalid(`${field}.kind`, owner.kind ?? '', 'must not be empty');
    if (!owner.name) errors.invalid(`${field}.name`, owner.name ?? '', 'must not be empty');
    if (!owner.uid) errors.invalid(`${field}.uid`, owner.uid ?? '', 'must not be empty');
    if (!owner.controller) continue;
    if (controller !== undefined) {
      errors.invalid(
        field,
        meta.ownerReferences,
        `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.name}`,
      );
    }
    controller = owner.name;
  }
}

/** Extensions and what they define may call their finalizers as they like. */
function isBuiltIn({ group, schema }: Kind): boolean {
  return schema !== '' && group !== 'apiextensions.k8s.io';
}

function validateFinalizers(finalizers: readonly string[], builtIn: boolean, errors: FieldErrors): void {
  const standard = ['foregroundDeletion', 'orphan'];
  for (const finalizer of finalizers) {
    const problems = qualifiedNameProblems(finalizer);
    for (const problem of problems) errors.invalid('metadata.finalizers', finalizer, problem);
    if (
      builtIn &&
      problems.length === 0 &&
      !finalizer.includes('/') &&
      !standard.includes(finalizer) &&
      finalizer !== 'kubernetes'
    )
      errors.invalid(
        'metadata.finalizers',
        finalizer,
        'name is neither a standard finalizer name nor is it fully qualified',
      );
  }
  if (standard.every((name) => finalizers.includes(name))) {
    errors.invalid(
      'metadata.finalizers',
      finalizers,
      'finalizer orphan and foregroundDeletion cannot be both set',
    );
  }
}

/** Models apimachinery/pkg/api/validation ValidateObjectMetaUpdate. */
export function validateMetadataUpdate(object: KubeObject, old: KubeObject, errors: FieldErrors): void {
  const meta = object.metadata;
  const before = old.metadata;
  const fixed = (field: string, value: unknown, same: boolean) => {
    if (!same) errors.invalid(`metadata.${field}`, value, 'field is immutable');
  };
  if (before.deletionTimestamp !== undefined && meta.finalizers) {
    const added = meta.finalizers.filter((name) => !before.finalizers?.includes(name));
    if (added.length > 0) {
      errors.forbidden(
        'metadata.finalizers',
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((a) => JSON.stringify(a)).join(', ')}}`,
      );
    }
  }
  fixed('name', meta.name, meta.name === before.name);
  fixed('namespace', meta.namespace, meta.namespace === before.namespace);
  fixed('uid', meta.uid, meta.uid === before.uid);
}
