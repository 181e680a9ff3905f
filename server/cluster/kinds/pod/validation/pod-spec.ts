import type { FieldErrors } from '../../../../objects/field-error.ts';
import { annotations, labels, oneOf, oneOfIfSet, report } from '../../validation/fields.ts';
import { goStrings } from '../../validation/go-values.ts';
import { dnsLabel, dnsSubdomain, inRange, ipAddress, qualifiedName } from '../../validation/names.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './containers.ts';
import { validateAffinity, validateSpread, validateTolerations } from './scheduling.ts';
import { validatePodSecurity } from './security.ts';
import { validateVolumes } from './volumes.ts';

const MAX_INT32 = 2147483647;

/** Models pkg/apis/core/validation ValidatePodSpec. */
export function validatePodSpec(errors: FieldErrors, field: string, spec: any): void {
  const volumes = validateVolumes(errors, `${field}.volumes`, spec.volumes);
  const pod = { volumes, gracePeriod: spec.terminationGracePeriodSeconds ?? 30 };
  validateContainers(errors, `${field}.containers`, spec.containers, pod);
  validateInitContainers(errors, `${field}.initContainers`, spec, pod);
  validateEphemeralContainers(errors, `${field}.ephemeralContainers`, spec, pod);
  if (spec.hostNetwork) validateHostNetwork(errors, `${field}.containers`, spec.containers);
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
  validateNames(errors, field, spec);
  validateTolerations(errors, `${field}.tolerations`, spec.tolerations);
  validateHostAliases(errors, `${field}.hostAliases`, spec.hostAliases);
  validateClasses(errors, field, spec);
}

function validateHostNetwork(errors: FieldErrors, field: string, containers: any[] = []): void {
  containers.forEach(({ ports = [] }, i) => {
    ports.forEach(({ hostPort, containerPort }: any, j: number) => {
      if (hostPort === containerPort) return;
      const place = `${field}[${i}].ports[${j}].containerPort`;
      errors.invalid(place, containerPort, 'must match `hostPort` when `hostNetwork` is true');
    });
  });
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
  searches.forEach((search, i) => {
    const plain = search.replace(/\.$/, '');
    report(errors, `${field}.searches[${i}]`, plain, search === '.' ? [] : dnsSubdomain(plain));
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
  for (const { ip = '', hostnames = [] } of aliases) {
    report(errors, `${field}.ip`, ip, ipAddress(ip));
    for (const name of hostnames) report(errors, `${field}.hostnames`, name, dnsSubdomain(name));
  }
}

function validateClasses(errors: FieldErrors, field: string, spec: any): void {
  const { priorityClassName, runtimeClassName, preemptionPolicy, os } = spec;
  if (priorityClassName) {
    report(errors, `${field}.priorityClassName`, priorityClassName, dnsSubdomain(priorityClassName));
  }
  if (runtimeClassName !== undefined) {
    report(errors, `${field}.runtimeClassName`, runtimeClassName, dnsSubdomain(runtimeClassName));
  }
  oneOfIfSet(errors, `${field}.preemptionPolicy`, preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  if (os) {
    if (!os.name) errors.required(`${field}.os.name`, 'cannot be empty');
    else oneOfIfSet(errors, `${field}.os.name`, os.name, ['linux', 'windows']);
  }
}

/** Models pkg/apis/core/validation ValidatePodTemplateSpec. */
export function validatePodTemplate(errors: FieldErrors, field: string, template: any): void {
  labels(errors, `${field}.labels`, template.metadata?.labels);
  annotations(errors, `${field}.annotations`, template.metadata?.annotations);
  validatePodSpec(errors, `${field}.spec`, template.spec ?? {});
  if ((template.spec?.ephemeralContainers ?? []).length > 0) {
    errors.forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
  }
}
