import { decode } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { type ContainerSpec, type Pod, quantity } from './pod.ts';

/** What a pod's environment and volumes are made from. */
export interface PodSources {
  configMap(namespace: string, name: string): KubeObject | undefined;
  secret(namespace: string, name: string): KubeObject | undefined;
  services(): Iterable<KubeObject>;
  readonly podIp: string;
  readonly hostIp: string;
  readonly nodeName: string;
  /** Allocatable of the node: what limits fall back to. */
  readonly nodeCpu: number;
  readonly nodeMemory: number;
  /** False where no API server stands behind the pod. */
  readonly connected: boolean;
}

/** A container that cannot be created as its spec stands: shown as CreateContainerConfigError. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

// Models pkg/kubelet/kubelet_pods.go makeEnvironmentVariables
export function environmentOf(pod: Pod, container: ContainerSpec, sources: PodSources): [string, string][] {
  const services = serviceVariables(pod, sources);
  const env = new Map<string, string>();
  for (const source of container.envFrom ?? []) addAll(env, pod, source, sources);
  const result = new Map(env);
  const known = new Map([...services, ...env]);
  for (const entry of container.env ?? []) {
    const value = entry.valueFrom
      ? valueFrom(pod, container, entry.valueFrom, sources)
      : expand(entry.value ?? '', (name) => known.get(name));
    if (value === undefined) continue;
    known.set(entry.name, value);
    result.delete(entry.name);
    result.set(entry.name, value);
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return [...result];
}

/** `$(NAME)` where the name is known, `$$(NAME)` for the text itself. Models third_party/forked/golang/expansion. */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (all, name: string | undefined) =>
    name === undefined ? '$' : (lookup(name) ?? all),
  );
}

function addAll(env: Map<string, string>, pod: Pod, source: any, sources: PodSources): void {
  const [kind, ref] = source.configMapRef
    ? (['configmap', source.configMapRef] as const)
    : (['secret', source.secretRef] as const);
  const namespace = pod.metadata.namespace as string;
  const object =
    kind === 'configmap' ? sources.configMap(namespace, ref.name) : sources.secret(namespace, ref.name);
  if (!object) {
    if (ref.optional) return;
    throw new ConfigError(`${kind} "${ref.name}" not found`);
  }
  for (const [key, value] of Object.entries(textsOf(object))) env.set(`${source.prefix ?? ''}${key}`, value);
}

/** What volumes show of a ConfigMap or Secret, by key. */
export function dataOf(object: KubeObject): Record<string, string> {
  return { ...textsOf(object), ...decoded(object['binaryData']) };
}

/** What variables may be made of: a ConfigMap's binary data are for volumes only. */
function textsOf(object: KubeObject): Record<string, string> {
  return object.kind === 'Secret' ? decoded(object['data']) : (object['data'] ?? {});
}

function decoded(data: Record<string, string> | undefined): Record<string, string> {
  const entries = Object.entries(data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, decode(Buffer.from(value, 'base64'))]));
}

function valueFrom(pod: Pod, container: ContainerSpec, from: any, sources: PodSources): string | undefined {
  if (from.fieldRef) return fieldValue(pod, from.fieldRef.fieldPath, sources);
  if (from.resourceFieldRef) return resourceValue(pod, container, from.resourceFieldRef, sources);
  const isMap = from.configMapKeyRef !== undefined;
  const ref = from.configMapKeyRef ?? from.secretKeyRef;
  const namespace = pod.metadata.namespace as string;
  const object = isMap ? sources.configMap(namespace, ref.name) : sources.secret(namespace, ref.name);
  if (!object) {
    if (ref.optional) return undefined;
    throw new ConfigError(`${isMap ? 'configmap' : 'secret'} "${ref.name}" not found`);
  }
  const value = textsOf(object)[ref.key];
  if (value === undefined && !ref.optional) {
    throw new ConfigError(
      `couldn't find key ${ref.key} in ${isMap ? 'ConfigMap' : 'Secret'} ${namespace}/${ref.name}`,
    );
  }
  return value;
}

/** A field of the downward API. */
export function fieldValue(pod: Pod, path: string, sources: PodSources): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return pod.metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] as string] ?? '';
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
    case 'metadata.annotations': {
      const map = pod.metadata[path.slice('metadata.'.length) as 'labels' | 'annotations'] ?? {};
      const lines = Object.keys(map)
        .sort()
        .map((key) => `${key}=${JSON.stringify(map[key])}`);
      return lines.join('\n');
    }
    case 'spec.nodeName':
      return sources.nodeName;
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return sources.hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return pod.spec.hostNetwork ? sources.hostIp : sources.podIp;
    default:
      throw new ConfigError(`unsupported fieldPath: ${path}`);
  }
}

/** `limits.cpu` and the like, in units of the divisor, rounded up. */
export function resourceValue(pod: Pod, container: ContainerSpec, ref: any, sources: PodSources): string {
  const [kind, ...rest] = (ref.resource as string).split('.');
  const name = rest.join('.');
  const of = ref.containerName
    ? pod.spec.containers.find((c: ContainerSpec) => c.name === ref.containerName)
    : container;
  const given = of?.resources?.[kind as string]?.[name];
  const fallback =
    kind === 'limits' ? (name === 'cpu' ? sources.nodeCpu : name === 'memory' ? sources.nodeMemory : 0) : 0;
  const amount = given === undefined ? fallback : quantity(given);
  const divisor = ref.divisor && ref.divisor !== '0' ? quantity(ref.divisor) : 1;
  return String(Math.ceil(Number((amount / divisor).toFixed(6))));
}

// Models pkg/kubelet/envvars FromServices
function serviceVariables(pod: Pod, sources: PodSources): Map<string, string> {
  const env = new Map<string, string>();
  if (!sources.connected) return env;
  const links = pod.spec.enableServiceLinks !== false;
  for (const service of sources.services()) {
    const { name, namespace } = service.metadata;
    const isMaster = namespace === 'default' && name === 'kubernetes';
    const ip = service.spec?.clusterIP;
    if (!ip || ip === 'None' || !(isMaster || (links && namespace === pod.metadata.namespace))) continue;
    addService(env, service, ip);
  }
  return env;
}

function addService(env: Map<string, string>, service: KubeObject, ip: string): void {
  const prefix = service.metadata.name.toUpperCase().replaceAll('-', '_');
  const ports: any[] = service.spec.ports ?? [];
  env.set(`${prefix}_SERVICE_HOST`, ip);
  ports.forEach((port, i) => {
    if (i === 0) env.set(`${prefix}_SERVICE_PORT`, String(port.port));
    if (port.name)
      env.set(`${prefix}_SERVICE_PORT_${port.name.toUpperCase().replaceAll('-', '_')}`, String(port.port));
  });
  ports.forEach((port, i) => {
    const protocol = port.protocol ?? 'TCP';
    const url = `${protocol.toLowerCase()}://${ip}:${port.port}`;
    const one = `${prefix}_PORT_${port.port}_${protocol}`;
    if (i === 0) env.set(`${prefix}_PORT`, url);
    env.set(one, url);
    env.set(`${one}_PROTO`, protocol.toLowerCase());
    env.set(`${one}_PORT`, String(port.port));
    env.set(`${one}_ADDR`, ip);
  });
}
