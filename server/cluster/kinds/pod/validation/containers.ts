import type { FieldErrors } from '../../../../objects/field-error.ts';
import { oneOf, report } from '../../validation/fields.ts';
import { dnsLabel, portName, portNumber } from '../../validation/names.ts';
import { resourceRequirements } from '../../validation/resources.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateLifecycle, validateProbes, validatePullPolicy } from './handlers.ts';
import { validateContainerSecurity } from './security.ts';
import { noBacksteps, type Volumes } from './volumes.ts';

/** What the checks of a container need of its pod. */
export interface PodParts {
  readonly volumes: Volumes;
  readonly gracePeriod: number;
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

const EPHEMERAL_FORBIDDEN = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'];

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
    if (names.has(container.name)) errors.duplicate(`${place}.name`, container.name);
    else names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.includes(target)) errors.notFound(`${place}.targetContainerName`, target);
    for (const name of EPHEMERAL_FORBIDDEN) {
      const value = container[name];
      if (value !== undefined && (!Array.isArray(value) || value.length > 0)) {
        errors.forbidden(`${place}.${name}`, 'cannot be set for an Ephemeral Container');
      }
    }
    const { limits, requests } = container.resources ?? {};
    if (limits || requests)
      errors.forbidden(`${place}.resources`, 'cannot be set for an Ephemeral Container');
    if (container.restartPolicy !== undefined) {
      errors.forbidden(`${place}.restartPolicy`, 'may not be set for non-init containers');
    }
  });
}

/** Models pkg/apis/core/validation validateContainerCommon. */
function validateCommon(errors: FieldErrors, field: string, container: any, { volumes }: PodParts): void {
  if (!container.name) errors.required(`${field}.name`);
  else report(errors, `${field}.name`, container.name, dnsLabel(container.name));
  const image: string = container.image ?? '';
  if (image === '') errors.required(`${field}.image`);
  else if (image !== image.trim()) {
    errors.invalid(`${field}.image`, image, 'must not have leading or trailing whitespace');
  }
  oneOf(errors, `${field}.terminationMessagePolicy`, container.terminationMessagePolicy, [
    'File',
    'FallbackToLogsOnError',
  ]);
  validatePorts(errors, `${field}.ports`, container.ports);
  validateEnv(errors, `${field}.env`, container.env);
  validateEnvFrom(errors, `${field}.envFrom`, container.envFrom);
  validateMounts(errors, `${field}.volumeMounts`, container, volumes);
  validateDevices(errors, `${field}.volumeDevices`, container, volumes);
  validatePullPolicy(errors, `${field}.imagePullPolicy`, container.imagePullPolicy);
  resourceRequirements(errors, `${field}.resources`, container.resources);
  if (container.securityContext) {
    validateContainerSecurity(errors, `${field}.securityContext`, container.securityContext);
  }
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

/** Models pkg/apis/core/validation ValidateVolumeMounts. */
function validateMounts(errors: FieldErrors, field: string, container: any, volumes: Volumes): void {
  const paths = new Set<string>();
  const devices: any[] = container.volumeDevices ?? [];
  (container.volumeMounts ?? []).forEach((mount: any, i: number) => {
    const place = `${field}[${i}]`;
    const { name = '', mountPath = '', subPath, subPathExpr, mountPropagation } = mount;
    if (name === '') errors.required(`${place}.name`);
    if (!volumes.has(name)) errors.notFound(`${place}.name`, name);
    if (mountPath === '') errors.required(`${place}.mountPath`);
    if (paths.has(mountPath)) errors.invalid(`${place}.mountPath`, mountPath, 'must be unique');
    paths.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.invalid(`${place}.name`, name, 'must not already exist in volumeDevices');
    }
    if (devices.some(({ devicePath }) => devicePath === mountPath)) {
      errors.invalid(`${place}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices');
    }
    if (subPath) descendingPath(errors, `${field}.subPath`, subPath);
    if (subPathExpr) {
      if (subPath) {
        errors.invalid(`${field}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive');
      }
      descendingPath(errors, `${field}.subPathExpr`, subPathExpr);
    }
    if (mountPropagation !== undefined)
      validatePropagation(errors, `${field}.mountPropagation`, mount, container);
  });
}

function descendingPath(errors: FieldErrors, field: string, path: string): void {
  if (path.startsWith('/')) errors.invalid(field, path, 'must be a relative path');
  noBacksteps(errors, field, path);
}

function validatePropagation(
  errors: FieldErrors,
  field: string,
  { mountPropagation }: any,
  container: any,
): void {
  const all = ['Bidirectional', 'HostToContainer', 'None'];
  if (!all.includes(mountPropagation)) errors.notSupported(field, mountPropagation, all);
  if (mountPropagation === 'Bidirectional' && !container.securityContext?.privileged) {
    errors.forbidden(field, 'Bidirectional mount propagation is available only to privileged containers');
  }
}

function validateDevices(errors: FieldErrors, field: string, container: any, volumes: Volumes): void {
  (container.volumeDevices ?? []).forEach(({ name = '', devicePath = '' }: any, i: number) => {
    const place = `${field}[${i}]`;
    const volume = volumes.get(name);
    if (name === '') errors.required(`${place}.name`);
    if (volume === undefined) errors.notFound(`${place}.name`, name);
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      errors.invalid(
        `${place}.name`,
        name,
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      );
    }
    if (devicePath === '') errors.required(`${place}.devicePath`);
    else noBacksteps(errors, `${place}.devicePath`, devicePath);
  });
}
