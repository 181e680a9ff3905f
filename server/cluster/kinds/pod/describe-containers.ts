import { quantityValue } from '../../../objects/quantity.ts';
import { longTime, orNone, yesNo } from '../describe/common.ts';
import type { DescribeWriter } from '../describe/writer.ts';
import { probeText } from './describe-probe.ts';

export interface ContainerOptions {
  readonly statuses?: readonly any[] | undefined;
  /** The pod whose fields environment variables refer to; a template has none. */
  readonly pod?: any;
  /** Templates indent by two more spaces. */
  readonly indent?: string;
}

/** Models kubectl pkg/describe describeContainers. */
export function containerLines(
  w: DescribeWriter,
  label: string,
  containers: readonly any[] = [],
  { statuses = [], pod, indent = '' }: ContainerOptions = {},
): void {
  w.line(0, `${indent}${label}:${containers.length === 0 ? ' <none>' : ''}`);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    basicLines(w, container, status, indent);
    listLines(w, 'Command', container.command);
    listLines(w, 'Args', container.args);
    if (status) stateLines(w, status);
    resourceLines(w, 'Limits', container.resources?.limits);
    resourceLines(w, 'Requests', container.resources?.requests);
    if (container.livenessProbe) w.line(2, `Liveness:\t${probeText(container.livenessProbe)}`);
    if (container.readinessProbe) w.line(2, `Readiness:\t${probeText(container.readinessProbe)}`);
    if (container.startupProbe) w.line(2, `Startup:\t${probeText(container.startupProbe)}`);
    envFromLines(w, container.envFrom);
    envLines(w, container, pod);
    mountLines(w, container);
  }
}

function basicLines(w: DescribeWriter, container: any, status: any, indent: string): void {
  w.line(1, `${indent === '' ? '' : ' '}${container.name}:`);
  if (status) w.line(2, `Container ID:\t${status.containerID ?? ''}`);
  w.line(2, `Image:\t${container.image}`);
  if (status) w.line(2, `Image ID:\t${status.imageID ?? ''}`);
  const ports: any[] = container.ports ?? [];
  const many = ports.length > 1 ? 's' : '';
  w.line(
    2,
    `Port${many}:\t${orNone(ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`).join(', '))}`,
  );
  const host = ports.map(({ hostPort = 0, protocol }) => `${hostPort}/${protocol}`).join(', ');
  w.line(2, `Host Port${many}:\t${orNone(host)}`);
  const seccomp = container.securityContext?.seccompProfile;
  if (seccomp) {
    w.line(2, `SeccompProfile:\t${seccomp.type}`);
    if (seccomp.type === 'Localhost') w.line(3, `LocalhostProfile:\t${seccomp.localhostProfile}`);
  }
}

function listLines(w: DescribeWriter, title: string, list: readonly string[] = []): void {
  if (list.length === 0) return;
  w.line(2, `${title}:`);
  for (const item of list) for (const part of item.split('\n')) w.line(3, part);
}

function stateLines(w: DescribeWriter, status: any): void {
  oneState(w, 'State', status.state ?? {});
  if (status.lastState?.terminated) oneState(w, 'Last State', status.lastState);
  w.line(2, `Ready:\t${yesNo(status.ready)}`);
  w.line(2, `Restart Count:\t${status.restartCount ?? 0}`);
}

function oneState(w: DescribeWriter, title: string, { running, waiting, terminated }: any): void {
  if (running) {
    w.line(2, `${title}:\tRunning`);
    w.line(3, `Started:\t${longTime(running.startedAt)}`);
  } else if (terminated) {
    w.line(2, `${title}:\tTerminated`);
    if (terminated.reason) w.line(3, `Reason:\t${terminated.reason}`);
    if (terminated.message) w.line(3, `Message:\t${terminated.message}`);
    w.line(3, `Exit Code:\t${terminated.exitCode ?? 0}`);
    if (terminated.signal) w.line(3, `Signal:\t${terminated.signal}`);
    w.line(3, `Started:\t${longTime(terminated.startedAt)}`);
    w.line(3, `Finished:\t${longTime(terminated.finishedAt)}`);
  } else {
    w.line(2, `${title}:\tWaiting`);
    if (waiting?.reason) w.line(3, `Reason:\t${waiting.reason}`);
  }
}

function resourceLines(w: DescribeWriter, title: string, list: Readonly<Record<string, string>> = {}): void {
  const names = Object.keys(list).sort();
  if (names.length === 0) return;
  w.line(2, `${title}:`);
  for (const name of names) w.line(3, `${name}:\t${list[name]}`);
}

function envFromLines(w: DescribeWriter, sources: readonly any[] = []): void {
  if (sources.length === 0) return;
  w.line(2, 'Environment Variables from:');
  for (const { prefix, configMapRef, secretRef } of sources) {
    const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
    const kind = configMapRef ? 'ConfigMap' : 'Secret';
    w.line(3, `${name}\t${kind}${prefix ? ` with prefix '${prefix}'` : ''}\tOptional: ${optional}`);
  }
}

function envLines(w: DescribeWriter, container: any, pod: any): void {
  const env: any[] = container.env ?? [];
  w.line(2, `Environment:${env.length === 0 ? '\t<none>' : ''}`);
  for (const { name, value = '', valueFrom } of env) {
    if (!valueFrom) {
      const [first = '', ...rest] = value.split('\n');
      w.line(3, `${name}:\t${first}`);
      for (const part of rest) w.line(3, `\t${part}`);
    } else w.line(3, `${name}:\t${sourceText(valueFrom, container, pod)}`);
  }
}

function sourceText(
  { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef }: any,
  container: any,
  pod: any,
): string {
  if (fieldRef) {
    const value = pod ? fieldValue(pod, fieldRef.fieldPath) : '';
    return `${value} (${fieldRef.apiVersion}:${fieldRef.fieldPath})`;
  }
  if (resourceFieldRef) {
    const { resource } = resourceFieldRef;
    const value = resourceValue(container, resourceFieldRef);
    // Without a limit there is what the node has.
    const whole = value === '0' && (resource === 'limits.cpu' || resource === 'limits.memory');
    return `${whole ? 'node allocatable' : value} (${resource})`;
  }
  if (secretKeyRef) {
    const { key, name = '', optional = false } = secretKeyRef;
    return `<set to the key '${key}' in secret '${name}'>\tOptional: ${optional}`;
  }
  const { key, name = '', optional = false } = configMapKeyRef ?? {};
  return `<set to the key '${key}' of config map '${name}'>\tOptional: ${optional}`;
}

/** Only what metadata holds is known here; node and addresses the kubelet fills in. */
/** One label or annotation has no value here: kubectl knows whole fields only. */
export function fieldValue({ metadata }: any, path: string): string {
  const field = /^metadata\.(name|namespace|uid)$/.exec(path)?.[1];
  return field ? (metadata[field] ?? '') : '';
}

/** Models kubectl pkg/util/resource ExtractContainerResourceValue. */
export function resourceValue({ resources = {} }: any, { resource, divisor }: any): string {
  const [list = '', name = ''] = resource.split(/\.(.*)/s);
  const value = quantityValue(resources[list]?.[name]);
  const unit = divisor && divisor !== '0' ? quantityValue(divisor) : 1;
  return String(Math.ceil(value / unit));
}

function mountLines(w: DescribeWriter, { volumeMounts = [], volumeDevices = [] }: any): void {
  w.line(2, `Mounts:${volumeMounts.length === 0 ? '\t<none>' : ''}`);
  const sorted = [...volumeMounts].sort((a, b) =>
    a.mountPath < b.mountPath ? -1 : a.mountPath > b.mountPath ? 1 : 0,
  );
  for (const { mountPath, name, readOnly, subPath } of sorted) {
    const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path=${JSON.stringify(subPath)}`] : [])];
    w.line(3, `${mountPath} from ${name} (${flags.join(',')})`);
  }
  if (volumeDevices.length === 0) return;
  w.line(2, 'Devices:');
  for (const { devicePath, name } of volumeDevices) w.line(3, `${devicePath} from ${name}`);
}
