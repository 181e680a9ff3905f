import { equalValues } from '../../../../objects/values.ts';
import { fractionWarnings } from '../../validation/fractions.ts';
import { dnsLabel } from '../../validation/names.ts';
import { containersOf, containerWarnings, portWarnings } from './containers.ts';
import { nodeWarnings, podAffinityWarnings } from './placement.ts';
import { volumeWarnings } from './volumes.ts';

// Models pkg/api/pod/warnings.go

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const DEPRECATED_ANNOTATIONS: readonly (readonly [string, string])[] = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  [
    'security.alpha.kubernetes.io/unsafe-sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
];

/** Pods warn when they are created only. Models pkg/registry/core/pod/strategy.go WarningsOnCreate */
export function podWarnings(pod: any, old?: any): string[] {
  if (old) return [];
  return [
    ...nameWarnings(pod, "this is used in the Pod's hostname"),
    ...specWarnings('', pod.metadata, pod.spec ?? {}),
  ];
}

/** What is dubious in a workload: its name, which its pods take up, and its template. */
export function workloadWarnings(object: any, old?: any): string[] {
  if (old)
    return equalValues(object.spec, old.spec) ? [] : templateWarnings('spec.template', object.spec?.template);
  return [
    ...nameWarnings(object, 'this is used in Pod names and hostnames'),
    ...templateWarnings('spec.template', object.spec?.template),
  ];
}

export function nameWarnings({ metadata }: any, use: string): string[] {
  const problems = dnsLabel(metadata.name ?? '');
  if (problems.length === 0) return [];
  return [
    `metadata.name: ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}

export function templateWarnings(field: string, template: any): string[] {
  return template ? specWarnings(`${field}.`, template.metadata ?? {}, template.spec ?? {}) : [];
}

function specWarnings(prefix: string, metadata: any, spec: any): string[] {
  const field = `${prefix}spec`;
  const containers = containersOf(field, spec);
  const grace = spec.terminationGracePeriodSeconds;
  return [
    ...nodeWarnings(field, spec),
    ...(metadata.annotations
      ? annotationWarnings(`${prefix}metadata.annotations`, metadata.annotations)
      : []),
    ...volumeWarnings(`${field}.volumes`, spec.volumes ?? []),
    ...duplicates(`${field}.hostAliases`, spec.hostAliases, 'ip'),
    ...duplicates(`${field}.imagePullSecrets`, spec.imagePullSecrets, 'name'),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }: any, i: number) =>
      name ? [] : [`${field}.imagePullSecrets[${i}].name: invalid empty name ""`],
    ),
    ...(spec.overhead ? overheadWarnings(`${field}.overhead`, spec.overhead) : []),
    ...(metadata.annotations ? profileWarnings(`${prefix}metadata.annotations`, metadata, spec) : []),
    ...containers.flatMap(containerWarnings),
    ...portWarnings(containers),
    ...(grace < 0
      ? [
          `${field}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...podAffinityWarnings(`${field}.affinity`, spec.affinity),
  ];
}

function overheadWarnings(field: string, overhead: Readonly<Record<string, string>>): string[] {
  return ['memory', 'ephemeral-storage'].flatMap((resource) =>
    fractionWarnings(`${field}[${resource}]`, overhead[resource]),
  );
}

function annotationWarnings(field: string, annotations: Readonly<Record<string, string>>): string[] {
  return DEPRECATED_ANNOTATIONS.filter(([key]) => key in annotations).map(
    ([key, text]) => `${field}[${key}]: ${text}`,
  );
}

/** Profiles that are given by annotations of old, without the fields that took their place. */
function profileWarnings(field: string, { annotations }: any, spec: any): string[] {
  const warnings: string[] = [];
  const seccomp = 'non-functional in v1.27+; use the "seccompProfile" field instead';
  if (SECCOMP_POD in annotations && !spec.securityContext?.seccompProfile)
    warnings.push(`${field}[${SECCOMP_POD}]: ${seccomp}`);
  for (const { container } of containersOf('', spec)) {
    const { name, securityContext } = container;
    if (SECCOMP_CONTAINER + name in annotations && !securityContext?.seccompProfile)
      warnings.push(`${field}[${SECCOMP_CONTAINER}${name}]: ${seccomp}`);
    const armoured = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    if (APP_ARMOR + name in annotations && !armoured) {
      warnings.push(
        `${field}[${APP_ARMOR}${name}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
      );
    }
  }
  return warnings;
}

function duplicates(field: string, list: readonly any[] = [], key: string): string[] {
  const seen = new Set<string>();
  return list.flatMap((item, i) => {
    const value = item[key] ?? '';
    if (seen.has(value)) return [`${field}[${i}].${key}: duplicate ${key} "${value}"`];
    seen.add(value);
    return [];
  });
}
