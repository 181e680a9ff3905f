import type { FieldErrors } from '../../../../objects/field-error.ts';
import { annotations, labels, oneOf, oneOfIfSet, report } from '../../validation/fields.ts';
import { goStrings } from '../../validation/go-values.ts';
import {
  dnsLabel,
  dnsSubdomain,
  inRange,
  ipAddress,
  qualifiedName,
  searchDomain,
} from '../../validation/names.ts';
import { podAnnotations } from './annotations.ts';
import {
  validateContainers,
  validateEphemeralContainers,
  validateImages,
  validateInitContainers,
} from './containers.ts';
import { validateAffinity, validateSpread, validateTolerations } from './scheduling.ts';
import { validatePodSecurity } from './security.ts';
import { validateVolumes } from './volumes.ts';
import { validateHostProcess, validateOs } from './windows.ts';

const MAX_INT32 = 2147483647;
const MAX_SEARCH_CHARACTERS = 2048;

/** Models pkg/apis/core/validation ValidatePodSpec. `podName` is that of a pod, none for a template. */
function validatePodSpec(errors: FieldErrors, field: string, spec: any, podName?: string): void {
  const volumes = validateVolumes(errors, `${field}.volumes`, spec.volumes, podName);
  const pod = {
    volumes,
    gracePeriod: spec.terminationGracePeriodSeconds ?? 30,
    restartPolicy: spec.restartPolicy,
    hostUsers: spec.hostUsers ?? true,
  };
  validateContainers(errors, `${field}.containers`, spec.containers, pod);
  validateInitContainers(errors, `${field}.initContainers`, spec, pod);
  validateEphemeralContainers(errors, `${field}.ephemeralContainers`, spec, pod);
  if (spec.hostNetwork) {
    validateHostNetwork(errors, `${field}.containers`, spec.containers, podName !== undefined);
  }
  oneOf(errors, `${field}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']);
  oneOf(errors, `${field}.dnsPolicy`, spec.dnsPolicy, [
    'ClusterFirstWithHostNet',
    'ClusterFirst',
    'Default',
    'None',
  ]);
  labels(errors, `${field}.nodeSelector`, spec.nodeSelector);
  validatePodSecurity(errors, `${field}.securityContext`, spec);
  validateAffinity(errors, `${field}.affinity`, spec.affinity);
  validateDns(errors, `${field}.dnsConfig`, spec);
  validateGates(errors, field, spec);
  validateSpread(errors, `${field}.topologySpreadConstraints`, spec.topologySpreadConstraints);
  validateHostProcess(errors, field, spec);
  validateHostUsers(errors, field, spec);
  validateNames(errors, field, spec);
  validateTolerations(errors, `${field}.tolerations`, spec.tolerations);
  validateHostAliases(errors, `${field}.hostAliases`, spec.hostAliases);
  validateClasses(errors, field, spec);
  validateOs(errors, field, spec);
}

/** What holds of a pod whenever it is written. Models pkg/apis/core/validation validatePodMetadataAndSpec. */
export function validatePod({ metadata, spec }: any, errors: FieldErrors): void {
  podAnnotations(errors, 'metadata.annotations', metadata, spec);
  validatePodSpec(errors, 'spec', spec, metadata?.name ?? '');
  validateImages(errors, 'spec.containers', spec.containers);
  validateImages(errors, 'spec.initContainers', spec.initContainers);
}

/** Beyond that, of a new one. Models pkg/apis/core/validation ValidatePodCreate. */
export function validatePodCreate({ spec }: any, errors: FieldErrors): void {
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.forbidden('spec.ephemeralContainers', 'cannot be set on create');
  }
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0) {
    errors.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
  }
}

/** A template may leave the host's port out: its pods get it. Models validatePodHostNetworkDeps. */
function validateHostNetwork(
  errors: FieldErrors,
  field: string,
  containers: any[] = [],
  isPod: boolean,
): void {
  containers.forEach(({ ports = [] }, i) => {
    ports.forEach(({ hostPort = 0, containerPort }: any, j: number) => {
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return;
      const place = `${field}[${i}].ports[${j}].hostPort`;
      errors.invalid(place, hostPort, 'must match `containerPort` when `hostNetwork` is true');
    });
  });
}

/** Models pkg/apis/core/validation validateHostUsers, which spells two fields as Go does. */
function validateHostUsers(errors: FieldErrors, field: string, spec: any): void {
  if (spec.hostUsers !== false) return;
  const why = 'when `pod.Spec.HostUsers` is false';
  if (spec.hostNetwork) errors.forbidden(`${field}.hostNetwork`, why);
  if (spec.hostPID) errors.forbidden(`${field}.HostPID`, why);
  if (spec.hostIPC) errors.forbidden(`${field}.HostIPC`, why);
}

/** Models pkg/apis/core/validation validatePodDNSConfig. */
function validateDns(errors: FieldErrors, field: string, { dnsPolicy, dnsConfig }: any): void {
  const nameservers: string[] = dnsConfig?.nameservers ?? [];
  if (dnsPolicy === 'None' && !dnsConfig) {
    errors.required(field, 'must provide `dnsConfig` when `dnsPolicy` is None');
  } else if (dnsPolicy === 'None' && nameservers.length === 0) {
    errors.required(
      `${field}.nameservers`,
      'must provide at least one DNS nameserver when `dnsPolicy` is None',
    );
  }
  if (!dnsConfig) return;
  if (nameservers.length > 3) {
    errors.invalid(`${field}.nameservers`, goStrings(nameservers), 'must not have more than 3 nameservers');
  }
  nameservers.forEach((server, i) => {
    report(errors, `${field}.nameservers[${i}]`, server, ipAddress(server));
  });
  const searches: string[] = dnsConfig.searches ?? [];
  if (searches.length > 32) {
    errors.invalid(`${field}.searches`, goStrings(searches), 'must not have more than 32 search paths');
  }
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS) {
    const why = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    errors.invalid(`${field}.searches`, goStrings(searches), why);
  }
  searches.forEach((search, i) => {
    const plain = search.replace(/\.$/, '');
    const strict = errors.isChanged('RelaxedDNSSearchValidation');
    const problems = strict ? dnsSubdomain(plain) : search === '.' ? [] : searchDomain(plain);
    report(errors, `${field}.searches[${i}]`, plain, problems);
  });
  (dnsConfig.options ?? []).forEach(({ name }: any, i: number) => {
    if (!name) errors.required(`${field}.options[${i}]`, 'must not be empty');
  });
}

function validateGates(errors: FieldErrors, field: string, { readinessGates, schedulingGates }: any): void {
  (readinessGates ?? []).forEach(({ conditionType = '' }: any, i: number) => {
    report(
      errors,
      `${field}.readinessGates[${i}].conditionType`,
      conditionType,
      qualifiedName(conditionType),
    );
  });
  const seen = new Set<string>();
  (schedulingGates ?? []).forEach(({ name = '' }: any, i: number) => {
    const place = `${field}.schedulingGates[${i}]`;
    report(errors, `${place}`, name, qualifiedName(name));
    if (seen.has(name)) errors.duplicate(place, name);
    seen.add(name);
  });
}

function validateNames(errors: FieldErrors, field: string, spec: any): void {
  const { serviceAccountName, nodeName, activeDeadlineSeconds: deadline, hostname, subdomain } = spec;
  if (serviceAccountName) {
    report(errors, `${field}.serviceAccountName`, serviceAccountName, dnsSubdomain(serviceAccountName));
  }
  if (nodeName) report(errors, `${field}.nodeName`, nodeName, dnsSubdomain(nodeName));
  if (deadline !== undefined) {
    report(errors, `${field}.activeDeadlineSeconds`, deadline, inRange(deadline, 1, MAX_INT32));
  }
  if (hostname) report(errors, `${field}.hostname`, hostname, dnsLabel(hostname));
  if (subdomain) report(errors, `${field}.subdomain`, subdomain, dnsLabel(subdomain));
}

function validateHostAliases(errors: FieldErrors, field: string, aliases: any[] = []): void {
  aliases.forEach(({ ip = '', hostnames = [] }, i) => {
    report(errors, `${field}[${i}].ip`, ip, ipAddress(ip));
    hostnames.forEach((name: string, j: number) => {
      report(errors, `${field}[${i}].hostnames[${j}]`, name, dnsSubdomain(name));
    });
  });
}

function validateClasses(errors: FieldErrors, field: string, spec: any): void {
  const { priorityClassName, runtimeClassName, preemptionPolicy } = spec;
  if (priorityClassName) {
    report(errors, `${field}.priorityClassName`, priorityClassName, dnsSubdomain(priorityClassName));
  }
  if (runtimeClassName !== undefined) {
    report(errors, `${field}.runtimeClassName`, runtimeClassName, dnsSubdomain(runtimeClassName));
  }
  oneOfIfSet(errors, `${field}.preemptionPolicy`, preemptionPolicy, ['PreemptLowerPriority', 'Never']);
}

/** Models pkg/apis/core/validation ValidatePodTemplateSpec. */
export function validatePodTemplate(errors: FieldErrors, field: string, template: any): void {
  labels(errors, `${field}.labels`, template.metadata?.labels);
  annotations(errors, `${field}.annotations`, template.metadata?.annotations);
  podAnnotations(errors, `${field}.annotations`, template.metadata, template.spec ?? {});
  validatePodSpec(errors, `${field}.spec`, template.spec ?? {});
  if ((template.spec?.ephemeralContainers ?? []).length > 0) {
    errors.forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
  }
}
