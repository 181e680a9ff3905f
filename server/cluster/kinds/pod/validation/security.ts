import type { FieldErrors } from '../../../../objects/field-error.ts';
import { oneOfIfSet, report } from '../../validation/fields.ts';
import { goDump } from '../../validation/go-values.ts';
import { inRange } from '../../validation/names.ts';
import { descendingPath } from './volume-sources.ts';
import { validateWindowsOptions } from './windows.ts';

const MAX_ID = 2147483647;

function validateId(errors: FieldErrors, field: string, id: number | undefined): void {
  if (id !== undefined) report(errors, field, id, inRange(id, 0, MAX_ID));
}

/** Models pkg/apis/core/validation validatePodSpecSecurityContext. */
export function validatePodSecurity(errors: FieldErrors, field: string, spec: any): void {
  const context = spec.securityContext;
  if (!context) return;
  validateId(errors, `${field}.fsGroup`, context.fsGroup);
  validateId(errors, `${field}.runAsUser`, context.runAsUser);
  validateId(errors, `${field}.runAsGroup`, context.runAsGroup);
  (context.supplementalGroups ?? []).forEach((id: number, i: number) => {
    validateId(errors, `${field}.supplementalGroups[${i}]`, id);
  });
  if (spec.shareProcessNamespace && spec.hostPID) {
    const why = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.invalid(`${field}.shareProcessNamespace`, true, why);
  }
  validateSysctls(errors, `${field}.sysctls`, spec);
  oneOfIfSet(errors, `${field}.fsGroupChangePolicy`, context.fsGroupChangePolicy, [
    'Always',
    'OnRootMismatch',
  ]);
  validateProfiles(errors, field, context);
  oneOfIfSet(errors, `${field}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, [
    'Merge',
    'Strict',
  ]);
  // Other policies need the feature SELinuxMount, which is off.
  oneOfIfSet(errors, `${field}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['Recursive']);
}

/** What pods and containers both have. */
function validateProfiles(errors: FieldErrors, field: string, context: any): void {
  validateSeccomp(errors, `${field}.seccompProfile`, context.seccompProfile);
  validateWindowsOptions(errors, `${field}.windowsOptions`, context.windowsOptions);
  validateAppArmor(errors, `${field}.appArmorProfile`, context.appArmorProfile);
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

function validateSysctls(errors: FieldErrors, field: string, spec: any): void {
  const names = new Set<string>();
  (spec.securityContext.sysctls ?? []).forEach(({ name = '' }: any, i: number) => {
    const place = `${field}[${i}]`;
    if (!name) errors.required(`${place}.name`);
    else if (name.length > 253 || !SYSCTL.test(name)) {
      const pattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
      errors.invalid(`${place}.name`, name, `must have at most 253 characters and match regex ${pattern}`);
    } else if (names.has(name)) errors.duplicate(`${place}.name`, name);
    const shared = sharedNamespace(name, spec);
    if (shared) errors.invalid(`${place}.name`, name, `may not be specified when '${shared}' is true`);
    names.add(name);
  });
}

/** Which field makes the pod share what the setting is of. Models pkg/apis/core/validation ValidateHostSysctl. */
function sharedNamespace(sysctl: string, spec: any): string | undefined {
  const name = sysctl.replaceAll('/', '.');
  if (spec.hostNetwork && name.startsWith('net.')) return 'hostNetwork';
  if (spec.hostIPC && /^(kernel\.(shm|msg)|kernel\.sem$|fs\.mqueue\.)/.test(name)) return 'hostIPC';
  return undefined;
}

const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateSeccomp(errors: FieldErrors, field: string, profile: any): void {
  if (!profile) return;
  const { type, localhostProfile: local } = profile;
  if (!type) errors.required(`${field}.type`, 'type is required when seccompProfile is set');
  else if (!PROFILES.includes(type)) errors.notSupported(`${field}.type`, type, PROFILES);
  const place = `${field}.localhostProfile`;
  if (type !== 'Localhost') {
    const why = 'can only be set when seccomp type is Localhost';
    if (local !== undefined) errors.invalid(place, goDump('core.SeccompProfile', profile), why);
  } else if (local === undefined) errors.required(place, 'must be set when seccomp type is Localhost');
  else descendingPath(errors, place, local);
}

const MAX_PROFILE = 4095;

/** Models pkg/apis/core/validation ValidateAppArmorProfileField. */
function validateAppArmor(errors: FieldErrors, field: string, profile: any): void {
  if (!profile) return;
  const { type, localhostProfile: local } = profile;
  const place = `${field}.localhostProfile`;
  if (!type) errors.required(`${field}.type`, 'type is required when appArmorProfile is set');
  else if (!PROFILES.includes(type)) errors.notSupported(`${field}.type`, type, PROFILES);
  else if (type !== 'Localhost') {
    if (local !== undefined) errors.invalid(place, local, 'can only be set when AppArmor type is Localhost');
  } else if (local === undefined || local === '') {
    errors.required(place, 'must be set when AppArmor type is Localhost');
  } else {
    if (local.trim() !== local) errors.invalid(place, local, 'must not be padded with whitespace');
    if (local.length > MAX_PROFILE) errors.tooLong(place, MAX_PROFILE);
  }
}

/** Models pkg/apis/core/validation ValidateSecurityContext. */
export function validateContainerSecurity(
  errors: FieldErrors,
  field: string,
  context: any,
  hostUsers: boolean,
): void {
  if (context.privileged && !errors.allowsPrivileged)
    errors.forbidden(`${field}.privileged`, 'disallowed by cluster policy');
  validateId(errors, `${field}.runAsUser`, context.runAsUser);
  validateId(errors, `${field}.runAsGroup`, context.runAsGroup);
  oneOfIfSet(errors, `${field}.procMount`, context.procMount, ['Default', 'Unmasked']);
  if (hostUsers && context.procMount === 'Unmasked') {
    errors.invalid(`${field}.procMount`, 'Unmasked', '`hostUsers` must be false to use `Unmasked`');
  }
  validateSeccomp(errors, `${field}.seccompProfile`, context.seccompProfile);
  validateEscalation(errors, field, context);
  validateWindowsOptions(errors, `${field}.windowsOptions`, context.windowsOptions);
  validateAppArmor(errors, `${field}.appArmorProfile`, context.appArmorProfile);
}

function validateEscalation(errors: FieldErrors, field: string, context: any): void {
  if (context.allowPrivilegeEscalation !== false) return;
  const refuse = (what: string) =>
    errors.invalid(
      field,
      goDump('core.SecurityContext', context),
      `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
    );
  if (context.privileged) refuse('`privileged` to true');
  const added: string[] = context.capabilities?.add ?? [];
  if (added.includes('CAP_SYS_ADMIN')) refuse('`capabilities.Add` CAP_SYS_ADMIN');
}
