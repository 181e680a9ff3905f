import type { FieldErrors } from '../../../../objects/field-error.ts';
import { equalValues } from '../../../../objects/values.ts';
import { goDiff } from '../../validation/go-diff.ts';
import { POD_SPEC_FIELDS } from './pod-spec-fields.ts';

const MAY_CHANGE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Models pkg/apis/core/validation ValidatePodUpdate. */
export function validatePodUpdate(pod: any, old: any, errors: FieldErrors): void {
  const { spec } = pod;
  if (
    !sameCount(errors, 'containers', spec, old.spec) ||
    !sameCount(errors, 'initContainers', spec, old.spec)
  )
    return;
  validateDeadline(errors, spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds);
  validateGates(errors, spec.schedulingGates ?? [], old.spec.schedulingGates ?? []);
  if (!validateAddedTolerations(errors, spec.tolerations ?? [], old.spec.tolerations ?? [])) return;
  const allowed = withAllowedChanges(spec, old.spec);
  if (equalValues(allowed, old.spec)) return;
  errors.forbidden('spec', `${MAY_CHANGE}\n${goDiff('core.PodSpec', POD_SPEC_FIELDS, old.spec, allowed)}`);
}

function sameCount(errors: FieldErrors, name: string, spec: any, old: any): boolean {
  if ((spec[name] ?? []).length === (old[name] ?? []).length) return true;
  errors.forbidden(`spec.${name}`, 'pod updates may not add or remove containers');
  return false;
}

function validateDeadline(errors: FieldErrors, value: number | undefined, old: number | undefined): void {
  const field = 'spec.activeDeadlineSeconds';
  if (value !== undefined) {
    if (value < 0 || value > 2147483647)
      errors.invalid(field, value, 'must be between 0 and 2147483647, inclusive');
    else if (old !== undefined && old < value) {
      errors.invalid(field, value, 'must be less than or equal to previous value');
    }
  } else if (old !== undefined) {
    errors.invalid(field, value, 'must not update from a positive integer to nil value');
  }
}

function validateGates(errors: FieldErrors, gates: any[], old: any[]): void {
  const before = new Set(old.map(({ name }) => name));
  const added = gates.map(({ name }) => name).filter((name) => !before.has(name));
  if (added.length > 0) {
    errors.forbidden(
      'spec.schedulingGates',
      `only deletion is allowed, but found new scheduling gates '[${added.join(' ')}]'`,
    );
  }
}

/** Old tolerations must stay, but for their seconds. */
function validateAddedTolerations(errors: FieldErrors, tolerations: any[], old: any[]): boolean {
  const same = (a: any, b: any) =>
    equalValues({ ...a, tolerationSeconds: undefined }, { ...b, tolerationSeconds: undefined });
  if (old.every((before) => tolerations.some((now) => same(now, before)))) return true;
  errors.forbidden(
    'spec.tolerations',
    'existing toleration can not be modified except its tolerationSeconds',
  );
  return false;
}

/** The new spec with everything that may change put back. */
function withAllowedChanges(spec: any, old: any): any {
  const images = (list: any[] | undefined, before: any[] = []) =>
    list?.map((container, i) => ({ ...container, image: before[i]?.image }));
  const gated = (old.schedulingGates ?? []).length > 0;
  const grace = old.terminationGracePeriodSeconds < 0 && spec.terminationGracePeriodSeconds === 1;
  return {
    ...spec,
    containers: images(spec.containers, old.containers),
    initContainers: images(spec.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
    ...(gated ? { nodeSelector: old.nodeSelector, affinity: old.affinity } : {}),
    ...(grace ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds } : {}),
  };
}
