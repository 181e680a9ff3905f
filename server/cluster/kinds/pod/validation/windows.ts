import type { FieldErrors } from '../../../../objects/field-error.ts';
import { report } from '../../validation/fields.ts';
import { dnsSubdomain } from '../../validation/names.ts';

/** What only Windows pods may have, and what they may not: pods are refused here as on a real server. */
const MAX_SPEC_KIB = 64;
const MAX_DOMAIN = 256;
const MAX_USER = 104;

/** Models pkg/apis/core/validation validateWindowsSecurityContextOptions. */
export function validateWindowsOptions(errors: FieldErrors, field: string, options: any): void {
  if (!options) return;
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (name !== undefined) report(errors, `${field}.gmsaCredentialSpecName`, name, dnsSubdomain(name));
  if (spec === '') {
    errors.invalid(`${field}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string');
  } else if (spec?.length > MAX_SPEC_KIB * 1024) {
    const why = `gmsaCredentialSpec size must be under ${MAX_SPEC_KIB} KiB`;
    errors.invalid(`${field}.gmsaCredentialSpec`, spec, why);
  }
  if (user !== undefined) report(errors, `${field}.runAsUserName`, user, userNameProblems(user));
}

function userNameProblems(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (/\p{Cc}/u.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) as string;
  return [...(parts.length === 2 ? domainProblems(parts[0] as string) : []), ...userProblems(user)];
}

const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

function domainProblems(domain: string): string[] {
  const problems: string[] = [];
  if (domain.length >= MAX_DOMAIN) {
    problems.push(`runAsUserName's Domain length must be under ${MAX_DOMAIN} characters`);
  }
  if (!NETBIOS.test(domain) && !domain.split('.').every((label) => DNS_LABEL.test(label))) {
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  return problems;
}

function userProblems(user: string): string[] {
  const problems: string[] = [];
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (user.length > MAX_USER) {
    problems.push(`runAsUserName's User length must not be longer than ${MAX_USER} characters`);
  }
  if (/^[. ]+$/.test(user)) {
    problems.push("runAsUserName's User cannot contain only periods or spaces");
  }
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    const characters = '"/\\:;|=,+*?<>@[]';
    problems.push(`runAsUserName's User cannot contain the following characters: ${characters}`);
  }
  return problems;
}

/** All containers of a pod with their places, in the order in which Go visits them. */
function containersOf(spec: any, field: string): readonly [string, any][] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    (spec[list] ?? []).map((one: any, i: number) => [`${field}.${list}[${i}]`, one] as [string, any]),
  );
}

/** Models pkg/apis/core/validation validateWindowsHostProcessPod. */
export function validateHostProcess(errors: FieldErrors, field: string, spec: any): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = containersOf(spec, field);
  let count = 0;
  for (const [place, { securityContext }] of containers) {
    const own = securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const why = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.invalid(`${place}.securityContext.windowsOptions.hostProcess`, own, why);
    }
    if (own ?? ofPod) count++;
  }
  if (count === 0) return;
  if (count !== containers.length) {
    const all =
      'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.invalid(field, '', all);
  }
  if (!spec.hostNetwork) {
    const why = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.invalid(`${field}.hostNetwork`, false, why);
  }
}

const NOT_FOR_LINUX = 'windows options cannot be set for a linux pod';
const NOT_FOR_WINDOWS = 'cannot be set for a windows pod';
/** In the order of the checks; those of the pod's own fields stand in its security context in Go. */
const POD_FIELDS = [
  'securityContext.appArmorProfile',
  'securityContext.seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'securityContext.seccompProfile',
  'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy',
  'securityContext.sysctls',
  'shareProcessNamespace',
  'securityContext.runAsUser',
  'securityContext.runAsGroup',
  'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy',
  'securityContext.seLinuxChangePolicy',
];
const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

/** Models pkg/apis/core/validation validateOS, validateLinux and validateWindows. */
export function validateOs(errors: FieldErrors, field: string, spec: any): void {
  const { os } = spec;
  if (!os) return;
  if (!os.name) errors.required(`${field}.os.name`, 'cannot be empty');
  else if (os.name === 'linux') validateLinux(errors, field, spec);
  else if (os.name === 'windows') validateWindows(errors, field, spec);
  else errors.notSupported(`${field}.os`, os.name, ['linux', 'windows']);
}

function validateLinux(errors: FieldErrors, field: string, spec: any): void {
  for (const [place, { securityContext }] of [[field, spec] as const, ...containersOf(spec, field)]) {
    if (securityContext?.windowsOptions) {
      errors.forbidden(`${place}.securityContext.windowsOptions`, NOT_FOR_LINUX);
    }
  }
}

function validateWindows(errors: FieldErrors, field: string, spec: any): void {
  for (const path of POD_FIELDS) {
    const [first = '', second] = path.split('.');
    const value = second === undefined ? spec[first] : spec[first]?.[second];
    // Go cannot tell a host namespace that is refused from one that is not named.
    const unset = value === undefined || ((first === 'hostPID' || first === 'hostIPC') && !value);
    if (!unset && !(second === 'sysctls' && value.length === 0)) {
      errors.forbidden(`${field}.${path}`, NOT_FOR_WINDOWS);
    }
  }
  for (const [place, { securityContext = {} }] of containersOf(spec, field)) {
    for (const name of CONTAINER_FIELDS) {
      if (securityContext[name] === undefined) continue;
      errors.forbidden(`${place}.securityContext.${name}`, NOT_FOR_WINDOWS);
    }
  }
}
