import type { FieldErrors } from '../../../../objects/field-error.ts';
import { descendingPath } from './volume-sources.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const MIRROR = 'kubernetes.io/config.mirror';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const MAX_INT32 = 2147483647;

/** What pods of old said in annotations. Models pkg/apis/core/validation ValidatePodSpecificAnnotations. */
export function podAnnotations(errors: FieldErrors, field: string, metadata: any, spec: any): void {
  const annotations: Readonly<Record<string, string>> = metadata?.annotations ?? {};
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && !spec.nodeName) {
    const why = 'must set spec.nodeName if mirror pod annotation is set';
    errors.invalid(`${field}[${MIRROR}]`, mirror, why);
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isDeletionCost(cost)) {
    errors.invalid(`${field}[${DELETION_COST}]`, cost, 'must be a 32bit integer');
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER)) {
      seccomp(errors, `${field}.${key}`, value);
    } else if (key.startsWith(APPARMOR)) {
      appArmor(errors, `${field}[${key}]`, key.slice(APPARMOR.length), value, spec);
    }
  }
}

/** No plus sign and no leading zeros. Models pkg/apis/core/helper validFirstDigit. */
function isDeletionCost(value: string): boolean {
  return /^(0|-?[1-9]\d{0,9})$/.test(value) && Number(value) <= MAX_INT32 && Number(value) >= -MAX_INT32 - 1;
}

function seccomp(errors: FieldErrors, field: string, profile: string): void {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return;
  if (profile.startsWith('localhost/')) descendingPath(errors, field, profile.slice('localhost/'.length));
  else errors.invalid(field, profile, 'must be a valid seccomp profile');
}

function appArmor(errors: FieldErrors, field: string, name: string, profile: string, spec: any): void {
  const { initContainers = [], containers = [] } = spec;
  if (![...initContainers, ...containers].some((one: any) => one.name === name)) {
    errors.invalid(field, name, 'container not found');
  }
  if (['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith('localhost/')) return;
  errors.invalid(field, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`);
}
