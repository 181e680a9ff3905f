import type { FieldErrors } from '../../../../objects/field-error.ts';
import { oneOf, report } from '../../validation/fields.ts';
import { goName } from '../../validation/go-values.ts';
import { dnsLabel, portName, portNumber } from '../../validation/names.ts';
import { resourceRequirements } from '../../validation/resources.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateLifecycle, validateProbes, validatePullPolicy } from './handlers.ts';
import { validateDevices, validateMounts } from './mounts.ts';
import { validateContainerSecurity } from './security.ts';
import type { Volumes } from './volumes.ts';

/** What the checks of a container need of its pod. */
export interface PodParts {
  readonly volumes: Volumes;
  readonly gracePeriod: number;
  readonly restartPolicy: string | undefined;
  /** Whether its users are those of the host. */
  readonly hostUsers: boolean;
}

/** Models pkg/apis/core/validation validateContainers. */
export function validateContainers(
  errors: FieldErrors,
  field: string,
  containers: any[] = [],
  pod: PodParts,
): void {
  if (containers.length === 0) {
    errors.required(field);
    return;
  }
  const names = new Set<string>();
  containers.forEach((container, i) => {
    const place = `${field}[${i}]`;
    validateCommon(errors, place, container, pod);
    if (names.has(container.name)) errors.duplicate(`${place}.name`, container.name);
    names.add(container.name);
    if (container.lifecycle) {
      validateLifecycle(errors, `${place}.lifecycle`, container.lifecycle, pod.gracePeriod);
    }
    validateProbes(errors, place, container, pod.gracePeriod);
    if (container.restartPolicy !== undefined) {
      errors.forbidden(`${place}.restartPolicy`, 'may not be set for non-init containers');
    }
  });
  validateHostPorts(errors, field, containers);
}

/** Models pkg/apis/core/validation validateInitContainers. */
export function validateInitContainers(errors: FieldErrors, field: string, spec: any, pod: PodParts): void {
  const names = new Set<string>((spec.containers ?? []).map(({ name }: any) => name));
  (spec.initContainers ?? []).forEach((container: any, i: number) => {
    const place = `${field}[${i}]`;
    validateCommon(errors, place, container, pod);
    if (container.restartPolicy !== undefined && container.restartPolicy !== 'Always') {
      errors.notSupported(`${place}.restartPolicy`, container.restartPolicy, ['Always']);
    }
    if (names.has(container.name)) errors.duplicate(`${place}.name`, container.name);
    else if (container.name) names.add(container.name);
    validateHostPorts(errors, field, [container]);
    if (container.restartPolicy === 'Always') {
      if (container.lifecycle) {
        validateLifecycle(errors, `${place}.lifecycle`, container.lifecycle, pod.gracePeriod);
      }
      validateProbes(errors, place, container, pod.gracePeriod);
      return;
    }
    for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
      if (container[name] === undefined) continue;
      errors.forbidden(`${place}.${name}`, 'may not be set for init containers without restartPolicy=Always');
    }
  });
}

const EPHEMERAL = 'cannot be set for an Ephemeral Container';
/** What a debugging container may not have, in the order of Go's struct. */
const EPHEMERAL_FORBIDDEN = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
];

/** Models pkg/apis/core/validation validateEphemeralContainers. */
export function validateEphemeralContainers(
  errors: FieldErrors,
  field: string,
  spec: any,
  pod: PodParts,
): void {
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }: any) => name);
  const names = new Set<string>(others);
  (spec.ephemeralContainers ?? []).forEach((container: any, i: number) => {
    const place = `${field}[${i}]`;
    validateCommon(errors, place, container, pod);
    validateImageEnds(errors, place, container);
    if (names.has(container.name)) errors.duplicate(`${place}.name`, container.name);
    else names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.includes(target)) errors.notFound(`${place}.targetContainerName`, target);
    for (const name of EPHEMERAL_FORBIDDEN) {
      if (isSet(container[name])) errors.forbidden(`${place}.${name}`, EPHEMERAL);
    }
    (container.volumeMounts ?? []).forEach((mount: any, j: number) => {
      for (const name of ['subPath', 'subPathExpr']) {
        if (mount[name]) errors.forbidden(`${place}.volumeMounts[${j}].${name}`, EPHEMERAL);
      }
    });
  });
}

function isSet(value: any): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined;
}

/** Of pods, not of templates. Models pkg/apis/core/validation validateContainersOnlyForPod. */
export function validateImages(errors: FieldErrors, field: string, containers: any[] = []): void {
  containers.forEach((container, i) => {
    validateImageEnds(errors, `${field}[${i}]`, container);
  });
}

export function validateImageEnds(errors: FieldErrors, field: string, { image = '' }: any): void {
  if (image === image.trim()) return;
  errors.invalid(`${field}.image`, image, 'must not have leading or trailing whitespace');
}

/** Models pkg/apis/core/validation validateContainerCommon. */
function validateCommon(errors: FieldErrors, field: string, container: any, pod: PodParts): void {
  if (!container.name) errors.required(`${field}.name`);
  else report(errors, `${field}.name`, container.name, dnsLabel(container.name));
  if (!container.image) errors.required(`${field}.image`);
  oneOf(errors, `${field}.terminationMessagePolicy`, container.terminationMessagePolicy, [
    'File',
    'FallbackToLogsOnError',
  ]);
  validatePorts(errors, `${field}.ports`, container.ports);
  validateEnv(errors, `${field}.env`, container.env);
  validateEnvFrom(errors, `${field}.envFrom`, container.envFrom);
  validateMounts(errors, `${field}.volumeMounts`, container, pod.volumes);
  validateDevices(errors, `${field}.volumeDevices`, container, pod.volumes);
  validatePullPolicy(errors, `${field}.imagePullPolicy`, container.imagePullPolicy);
  resourceRequirements(errors, `${field}.resources`, container.resources);
  validateResizePolicy(errors, `${field}.resizePolicy`, container.resizePolicy, pod.restartPolicy);
  if (container.securityContext) {
    validateContainerSecurity(errors, `${field}.securityContext`, container.securityContext, pod.hostUsers);
  }
}

/** Models pkg/apis/core/validation validateResizePolicy. */
function validateResizePolicy(
  errors: FieldErrors,
  field: string,
  policies: any[] = [],
  podPolicy: string | undefined,
): void {
  const seen = new Set<string>();
  policies.forEach(({ resourceName = '', restartPolicy = '' }, i) => {
    if (seen.has(resourceName)) errors.duplicate(`${field}[${i}]`, goName(resourceName));
    seen.add(resourceName);
    if (resourceName === '') errors.required(field);
    else if (!['cpu', 'memory'].includes(resourceName)) {
      errors.notSupported(field, goName(resourceName), ['cpu', 'memory']);
    }
    oneOf(errors, field, restartPolicy, ['NotRequired', 'RestartContainer']);
    if (podPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.invalid(field, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'");
    }
  });
}

function validatePorts(errors: FieldErrors, field: string, ports: any[] = []): void {
  const names = new Set<string>();
  ports.forEach(({ name, containerPort, hostPort, protocol }, i) => {
    const place = `${field}[${i}]`;
    if (name) {
      const problems = portName(name);
      report(errors, `${place}.name`, name, problems);
      if (problems.length === 0 && names.has(name)) errors.duplicate(`${place}.name`, name);
      names.add(name);
    }
    if (!containerPort) errors.required(`${place}.containerPort`);
    else report(errors, `${place}.containerPort`, containerPort, portNumber(containerPort));
    if (hostPort) report(errors, `${place}.hostPort`, hostPort, portNumber(hostPort));
    oneOf(errors, `${place}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']);
  });
}

function validateHostPorts(errors: FieldErrors, field: string, containers: any[]): void {
  const taken = new Set<string>();
  containers.forEach(({ ports = [] }, i) => {
    ports.forEach(({ hostPort, hostIP = '', protocol = '' }: any, j: number) => {
      if (!hostPort) return;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) errors.duplicate(`${field}[${i}].ports[${j}].hostPort`, key);
      taken.add(key);
    });
  });
}
