import type { FieldErrors } from '../../../../objects/field-error.ts';
import { oneOfIfSet, report } from '../../validation/fields.ts';
import { goDump } from '../../validation/go-values.ts';
import { inRange } from '../../validation/names.ts';

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
    errors.invalid(
      'spec.shareProcessNamespace',
      spec.shareProcessNamespace,
      'ShareProcessNamespace and HostPID cannot both be enabled',
    );
  }
  validateSysctls(errors, `${field}.sysctls`, context.sysctls);
  oneOfIfSet(errors, `${field}.fsGroupChangePolicy`, context.fsGroupChangePolicy, [
    'Always',
    'OnRootMismatch',
  ]);
  validateSeccomp(errors, `${field}.seccompProfile`, context.seccompProfile);
  oneOfIfSet(errors, `${field}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, [
    'Merge',
    'Strict',
  ]);
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

function validateSysctls(errors: FieldErrors, field: string, sysctls: any[] = []): void {
  const names = new Set<string>();
  sysctls.forEach(({ name }, i) => {
    const place = `${field}[${i}]`;
    if (!name) errors.required(`${place}.name`);
    else if (name.length > 253 || !SYSCTL.test(name)) {
      const pattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
      errors.invalid(`${place}.name`, name, `must have at most 253 characters and match regex ${pattern}`);
    } else if (names.has(name)) errors.duplicate(`${place}.name`, name);
    names.add(name);
  });
}

function validateSeccomp(errors: FieldErrors, field: string, profile: any): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  if (type === 'Localhost') {
    if (!localhostProfile) {
      errors.required(`${field}.localhostProfile`, 'must be set when seccomp type is Localhost');
    }
    return;
  }
  if (localhostProfile !== undefined) {
    errors.invalid(
      `${field}.localhostProfile`,
      localhostProfile,
      'can only be set when seccomp type is Localhost',
    );
  }
  const all = ['Localhost', 'RuntimeDefault', 'Unconfined'];
  if (!type) errors.required(`${field}.type`, 'type is required when seccompProfile is set');
  else if (!all.includes(type)) errors.notSupported(`${field}.type`, type, all);
}

/** Models pkg/apis/core/validation ValidateSecurityContext. */
export function validateContainerSecurity(errors: FieldErrors, field: string, context: any): void {
  validateId(errors, `${field}.runAsUser`, context.runAsUser);
  validateId(errors, `${field}.runAsGroup`, context.runAsGroup);
  oneOfIfSet(errors, `${field}.procMount`, context.procMount, ['Default', 'Unmasked']);
  if (context.allowPrivilegeEscalation === false) {
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
  validateSeccomp(errors, `${field}.seccompProfile`, context.seccompProfile);
}
