import { defaultVolume } from './volume-defaults.ts';

/** Fills in what every pod spec has, of pods and of templates. Models pkg/apis/core/v1 SetDefaults_PodSpec. */
export function defaultPodSpec(spec: any): void {
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  mirrorServiceAccount(spec);
  for (const container of allContainers(spec)) defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
}

/** Beyond a template's: what only a pod itself gets. Models pkg/apis/core/v1 SetDefaults_Pod. */
export function defaultPod(pod: any): void {
  const spec = pod.spec ?? {};
  pod.spec = spec;
  defaultPodSpec(spec);
  spec.enableServiceLinks ??= true;
  for (const condition of pod.status?.conditions ?? []) condition.lastProbeTime ??= null;
  if (spec.hostNetwork) defaultHostPorts([...(spec.containers ?? []), ...(spec.initContainers ?? [])]);
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const { resources } = container;
    if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests };
  }
}

/** A template's metadata and spec. */
export function defaultTemplate(template: any): void {
  if (template?.spec) defaultPodSpec(template.spec);
}

/** The two names of the same field follow each other. */
function mirrorServiceAccount(spec: any): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

function allContainers(spec: any): any[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}

function defaultContainer(container: any): void {
  container.imagePullPolicy ||= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
    if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= '0';
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(container[name]);
  defaultHttpGet(container.lifecycle?.postStart?.httpGet);
  defaultHttpGet(container.lifecycle?.preStop?.httpGet);
}

/** True for images without a tag and digest, or with the tag `latest`. */
function isLatest(image: string): boolean {
  if (image === '') return false;
  if (image.includes('@')) return false;
  const last = image.slice(image.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  return colon < 0 || last.slice(colon + 1) === 'latest';
}

function defaultProbe(probe: any): void {
  if (!probe) return;
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHttpGet(action: any): void {
  if (!action) return;
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

function defaultHostPorts(containers: any[]): void {
  for (const { ports } of containers) for (const port of ports ?? []) port.hostPort ||= port.containerPort;
}
