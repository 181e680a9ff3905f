import type { FieldErrors } from '../../../../objects/field-error.ts';
import { equalValues } from '../../../../objects/values.ts';
import { goDiff } from '../../validation/go-diff.ts';
import { goDump, goMap } from '../../validation/go-values.ts';
import { POD_SPEC_FIELDS } from './pod-spec-fields.ts';

const MAY_CHANGE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Models pkg/apis/core/validation ValidatePodUpdate. */
export function validatePodUpdate(pod: any, old: any, errors: FieldErrors): void {
  const { spec } = pod;
  annotationUpdates(errors, pod.metadata.annotations ?? {}, old.metadata.annotations ?? {});
  if (
    !sameCount(errors, 'containers', spec, old.spec) ||
    !sameCount(errors, 'initContainers', spec, old.spec) ||
    !validateDeadline(errors, spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds)
  ) {
    return;
  }
  validateAddedTolerations(errors, spec.tolerations ?? [], old.spec.tolerations ?? []);
  validateGates(errors, spec.schedulingGates ?? [], old.spec.schedulingGates ?? []);
  if ((old.spec.schedulingGates ?? []).length > 0) validateGated(errors, spec, old.spec);
  const allowed = withAllowedChanges(spec, old.spec);
  if (equalValues(allowed, old.spec)) return;
  errors.forbidden('spec', `${MAY_CHANGE}\n${goDiff('core.PodSpec', POD_SPEC_FIELDS, old.spec, allowed)}`);
}

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const MIRROR = 'kubernetes.io/config.mirror';

/** Models pkg/apis/core/validation ValidatePodSpecificAnnotationUpdates. */
export function annotationUpdates(errors: FieldErrors, now: any, old: any): void {
  const names = (key: string) =>
    key.startsWith(APPARMOR) ? 'AppArmor annotations' : key === MIRROR && 'mirror pod annotation';
  const refuse = (key: string, what: string) => {
    const name = names(key);
    if (name) errors.forbidden(`metadata.annotations[${key}]`, `may not ${what} ${name}`);
  };
  for (const key of Object.keys(old)) if (now[key] !== old[key]) refuse(key, 'remove or update');
  for (const key of Object.keys(now)) if (old[key] === undefined) refuse(key, 'add');
}

function sameCount(errors: FieldErrors, name: string, spec: any, old: any): boolean {
  if ((spec[name] ?? []).length === (old[name] ?? []).length) return true;
  errors.forbidden(`spec.${name}`, 'pod updates may not add or remove containers');
  return false;
}

/** False where the rest is not looked at. */
function validateDeadline(errors: FieldErrors, value: number | undefined, old: number | undefined): boolean {
  const field = 'spec.activeDeadlineSeconds';
  if (value === undefined) {
    if (old !== undefined) {
      errors.invalid(field, null, 'must not update from a positive integer to nil value');
    }
    return true;
  }
  if (value < 0 || value > 2147483647) {
    errors.invalid(field, value, 'must be between 0 and 2147483647, inclusive');
    return false;
  }
  if (old === undefined || old >= value) return true;
  errors.invalid(field, value, 'must be less than or equal to previous value');
  return false;
}

function validateGates(errors: FieldErrors, gates: any[], old: any[]): void {
  gates.forEach(({ name }, i) => {
    if (old.some((before) => before.name === name)) return;
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.forbidden(`spec.schedulingGates[${i}].name`, why);
  });
}

/** A gated pod's placement may be narrowed. Models validateNodeSelectorMutation, validateNodeAffinityMutation. */
function validateGated(errors: FieldErrors, spec: any, old: any): void {
  const selector = spec.nodeSelector ?? {};
  if (Object.entries(old.nodeSelector ?? {}).some(([key, value]) => selector[key] !== value)) {
    const why = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    errors.invalid('spec.nodeSelector', goMap(spec.nodeSelector), why);
  }
  const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const [terms, before] = [requiredTerms(spec), requiredTerms(old)];
  if (before.length > 0 && before.length !== terms.length) {
    const why = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    errors.invalid(field, goDump('core.NodeSelectorTerm', terms), why);
    return;
  }
  before.forEach((term, i) => {
    if (onlyAdds(terms[i], term)) return;
    const why = 'only additions are allowed (no mutations or deletions)';
    errors.invalid(`${field}[${i}]`, goDump('core.NodeSelectorTerm', terms[i]), why);
  });
}

function requiredTerms({ affinity }: any): any[] {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required?.nodeSelectorTerms ?? [];
}

/** Models pkg/apis/core/validation validateNodeSelectorTermHasOnlyAdditions. */
function onlyAdds(term: any, old: any): boolean {
  const empty = (one: any) => [...(one.matchExpressions ?? []), ...(one.matchFields ?? [])].length === 0;
  if (empty(old) && !empty(term)) return false;
  return ['matchExpressions', 'matchFields'].every((list) => {
    const [now, before] = [term[list] ?? [], old[list] ?? []];
    return now.length >= before.length && equalValues(now.slice(0, before.length), before);
  });
}

/** Old tolerations must stay, but for their seconds. */
function validateAddedTolerations(errors: FieldErrors, tolerations: any[], old: any[]): void {
  const same = (a: any, b: any) =>
    equalValues({ ...a, tolerationSeconds: undefined }, { ...b, tolerationSeconds: undefined });
  if (old.every((before) => tolerations.some((now) => same(now, before)))) return;
  errors.forbidden(
    'spec.tolerations',
    'existing toleration can not be modified except its tolerationSeconds',
  );
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
    ...(gated ? { nodeSelector: old.nodeSelector, affinity: withNodeAffinityOf(spec, old) } : {}),
    ...(grace ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds } : {}),
  };
}

function withNodeAffinityOf({ affinity }: any, old: any): any {
  const nodeAffinity = old.affinity?.nodeAffinity;
  const rest = Object.entries(affinity ?? {}).filter(([key]) => key !== 'nodeAffinity');
  if (rest.length === 0 && nodeAffinity === undefined) return old.affinity;
  return { ...Object.fromEntries(rest), ...(nodeAffinity === undefined ? {} : { nodeAffinity }) };
}
