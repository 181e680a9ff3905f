import { addedCapabilities, badSeccomp } from './baseline.ts';
import {
  type Check,
  type Checked,
  joinQuoted,
  named,
  plural,
  setters,
  unique,
  type Violation,
} from './violation.ts';

const VOLUMES = new Set(
  'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
);

/** In the order of their ids. Models the restricted checks of pod-security-admission/policy. */
export const RESTRICTED: readonly Check[] = [
  { since: 8, violation: linuxOnly(allowPrivilegeEscalation) },
  { since: 22, replaces: 'capabilities', violation: linuxOnly(capabilities) },
  { replaces: 'volumes', violation: volumeTypes },
  { violation: runAsNonRoot },
  { since: 23, violation: runAsUser },
  { since: 19, replaces: 'seccomp', violation: linuxOnly(seccompProfile) },
];

const WINDOWS_EXEMPT = 25;

function linuxOnly(check: Check['violation']): Check['violation'] {
  return (checked, minor) =>
    minor >= WINDOWS_EXEMPT && checked.spec.os?.name === 'windows' ? undefined : check(checked, minor);
}

function allowPrivilegeEscalation({ containers }: Checked): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  if (bad.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities({ containers }: Checked): Violation | undefined {
  const undropped = containers.filter(
    ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'),
  );
  const added = addedCapabilities(containers, new Set(['NET_BIND_SERVICE']));
  const details = [
    ...(undropped.length > 0
      ? [`${named(undropped)} must set securityContext.capabilities.drop=["ALL"]`]
      : []),
    ...(added ? [added.detail] : []),
  ];
  return details.length === 0
    ? undefined
    : { reason: 'unrestricted capabilities', detail: details.join('; ') };
}

function volumeTypes({ spec }: Checked): Violation | undefined {
  const kindOf = (volume: any) => Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
  const bad: any[] = (spec.volumes ?? []).filter((volume: any) => !VOLUMES.has(kindOf(volume)));
  if (bad.length === 0) return undefined;
  const names = joinQuoted(bad.map(({ name }) => name));
  const kinds = unique(bad.map(kindOf));
  const verb = plural('uses', bad.length, 'use');
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', bad.length)} ${names} ${verb} ${plural('restricted volume type', kinds.length)} ${joinQuoted(kinds)}`,
  };
}

function runAsNonRoot({ spec, containers }: Checked): Violation | undefined {
  const reason = 'runAsNonRoot != true';
  const demands = (holder: any): boolean | undefined => holder?.securityContext?.runAsNonRoot;
  const bad = (holder: any) => demands(holder) === false;
  const who = setters(bad(spec), containers.filter(bad));
  if (who !== '') return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  const silent = containers.filter((container) => demands(container) === undefined);
  if (demands(spec) || silent.length === 0) return undefined;
  return { reason, detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` };
}

function runAsUser({ spec, containers }: Checked): Violation | undefined {
  const bad = (holder: any) => holder?.securityContext?.runAsUser === 0;
  const who = setters(bad(spec), containers.filter(bad));
  return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
}

function seccompProfile(checked: Checked): Violation | undefined {
  const explicit = badSeccomp(checked);
  if (explicit) return explicit;
  const profileOf = (holder: any) => holder?.securityContext?.seccompProfile;
  const silent = checked.containers.filter((container) => !profileOf(container));
  if (profileOf(checked.spec) || silent.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `pod or ${named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  };
}
