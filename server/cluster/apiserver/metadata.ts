import type { FieldErrors } from '../../objects/field-error.ts';
import type { KubeObject, ObjectMeta } from '../../objects/object.ts';
import type { Kind } from '../kinds/kind.ts';
import { kubeFinalizerName, labels, report } from '../kinds/validation/fields.ts';
import {
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  pathSegment,
  qualifiedName,
} from '../kinds/validation/names.ts';

const RULES = {
  label: dnsLabel,
  label1035: dns1035Label,
  subdomain: dnsSubdomain,
  'path-segment': pathSegment,
};

/** What is wrong with a name by the rule of its kind; a prefix (generateName) may end in a dash. */
function nameProblems(rule: Kind['nameRule'] = 'subdomain', name: string, prefix = false): string[] {
  if (!prefix) return RULES[rule](name);
  if (rule === 'path-segment') return name === '.' || name === '..' ? [] : pathSegment(name);
  return RULES[rule](name.replace(/-+$/, (dashes) => 'a'.repeat(dashes.length)));
}

const MAX_ANNOTATION_BYTES = 256 * 1024;

function validateAnnotations(annotations: Readonly<Record<string, string>>, errors: FieldErrors): void {
  const field = 'metadata.annotations';
  let size = 0;
  for (const key in annotations) {
    size += key.length + (annotations[key] as string).length;
    report(errors, field, key, qualifiedName(key.toLowerCase()));
  }
  if (size > MAX_ANNOTATION_BYTES) errors.tooLong(field, MAX_ANNOTATION_BYTES);
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
  if (meta.labels) labels(errors, 'metadata.labels', meta.labels);
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
  for (const finalizer of finalizers) {
    report(errors, 'metadata.finalizers', finalizer, qualifiedName(finalizer));
  }
  const standard = ['foregroundDeletion', 'orphan'];
  if (standard.every((name) => finalizers.includes(name))) {
    errors.invalid(
      'metadata.finalizers',
      finalizers,
      'finalizer orphan and foregroundDeletion cannot be both set',
    );
  }
  if (!builtIn) return;
  for (const [i, name] of finalizers.entries()) {
    kubeFinalizerName(errors, `metadata.finalizers[${i}]`, name);
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
