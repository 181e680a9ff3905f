import { createHash } from 'node:crypto';
import type { ContainerConfig, MountConfig, SandboxConfig } from '../../client/cri.ts';
import { type CgroupDriver, cgroupParent, containerResources, oomScoreAdj, podResources } from './cgroups.ts';
import { expand } from './environment.ts';
import { appContainers, type ContainerSpec, initContainers, isSidecar, isStatic, type Pod } from './pod.ts';
import { sysctlsOf } from './sysctls.ts';

/** What the kubelet remembers of an attempt in the container's annotations. */
export const BACKOFF = 'examlet.dev/crash-backoff-ms';
const HASH = 'io.kubernetes.container.hash';

export interface NodeDns {
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** Text of the host's resolv.conf. */
  readonly hostResolvConf: string;
}

export interface SandboxOptions {
  readonly attempt: number;
  readonly dns: NodeDns;
  readonly driver: CgroupDriver;
  /** Of the pod's RuntimeClass. */
  readonly runtimeHandler: string;
  /** How many processes a pod may have; -1 is no limit. */
  readonly pidsLimit: number;
}

export function sandboxConfig(pod: Pod, options: SandboxOptions): SandboxConfig {
  const { attempt, dns, driver, runtimeHandler, pidsLimit } = options;
  const { name, namespace = '', uid } = pod.metadata;
  const hostNetwork = pod.spec.hostNetwork === true;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: hostNetwork ? (pod.spec.nodeName ?? name) : podHostname(pod, dns.clusterDomain),
    logDirectory: logDirectory(pod),
    hostNetwork,
    hostPid: pod.spec.hostPID === true,
    sharePids: pod.spec.shareProcessNamespace === true,
    resolvConf: resolvConf(pod, dns),
    hostPorts: hostPorts(pod),
    sysctls: sysctlsOf(pod),
    cgroupParent: cgroupParent(pod, driver),
    runtimeHandler,
    resources: { ...podResources(pod), ...(pidsLimit > 0 ? { pidsLimit } : {}) },
    labels: {
      'io.kubernetes.pod.name': name,
      'io.kubernetes.pod.namespace': namespace,
      'io.kubernetes.pod.uid': uid,
      ...pod.metadata.labels,
    },
    annotations: { 'kubernetes.io/config.source': isStatic(pod) ? 'file' : 'api' },
  };
}

/** Models pkg/kubelet/kubelet_pods.go GeneratePodHostNameAndDomain */
function podHostname(pod: Pod, clusterDomain: string): string {
  const { hostname = pod.metadata.name, subdomain, setHostnameAsFQDN } = pod.spec;
  const short = hostname.slice(0, 63);
  return setHostnameAsFQDN && subdomain
    ? `${short}.${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}`
    : short;
}

function hostPorts(pod: Pod): SandboxConfig['hostPorts'] {
  return [...appContainers(pod), ...initContainers(pod).filter(isSidecar)].flatMap(({ ports }) =>
    (ports ?? [])
      .filter((p: any) => p.hostPort)
      .map((p: any) => ({
        hostPort: p.hostPort,
        containerPort: p.containerPort,
        protocol: p.protocol ?? 'TCP',
        hostIp: p.hostIP ?? '',
      })),
  );
}

export function logDirectory(pod: Pod): string {
  return `/var/log/pods/${pod.metadata.namespace}_${pod.metadata.name}_${pod.metadata.uid}`;
}

// Models pkg/kubelet/network/dns/dns.go GetPodDNS
function resolvConf(pod: Pod, dns: NodeDns): string {
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const clusterFirst =
    policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.spec.hostNetwork);
  const host = parseResolv(dns.hostResolvConf);
  const { clusterDomain } = dns;
  const searches = [`${pod.metadata.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  const base =
    policy === 'None'
      ? { nameservers: [], searches: [], options: [] }
      : clusterFirst && dns.clusterDns.length > 0
        ? {
            nameservers: [...dns.clusterDns],
            searches: [...searches, ...host.searches.filter((s) => s !== '.')],
            options: ['ndots:5'],
          }
        : host;
  const own = pod.spec.dnsConfig ?? {};
  const options = (own.options ?? []).map((o: any) =>
    o.value === undefined ? o.name : `${o.name}:${o.value}`,
  );
  const kept = base.options.filter(
    (o) => !options.some((added: string) => added.split(':')[0] === o.split(':')[0]),
  );
  const all = {
    nameservers: [...base.nameservers, ...(own.nameservers ?? [])],
    searches: [...base.searches, ...(own.searches ?? [])],
    options: [...kept, ...options],
  };
  const search = all.searches.length > 0 ? `search ${all.searches.join(' ')}\n` : '';
  const servers = all.nameservers.map((address: string) => `nameserver ${address}\n`).join('');
  return `${search}${servers}${all.options.length > 0 ? `options ${all.options.join(' ')}\n` : ''}`;
}

function parseResolv(text: string): { nameservers: string[]; searches: string[]; options: string[] } {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const of = (name: string) => lines.filter(([first]) => first === name).flatMap((line) => line.slice(1));
  return { nameservers: of('nameserver'), searches: of('search'), options: of('options') };
}

export interface ContainerOptions {
  attempt: number;
  image: string;
  env: readonly (readonly [string, string])[];
  mounts: readonly MountConfig[];
  backoffMs: number;
  cpus: readonly number[] | undefined;
  /** Containers that name no profile have the runtime's. */
  seccompDefault: boolean;
  /** Of the node. */
  memoryBytes: number;
}

export function containerConfig(
  pod: Pod,
  container: ContainerSpec,
  options: ContainerOptions,
): ContainerConfig {
  const known = new Map(options.env);
  const expanded = (words: readonly string[] | undefined) =>
    (words ?? []).map((word) => expand(word, (name) => known.get(name)));
  const own = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  return {
    name: container.name,
    attempt: options.attempt,
    image: options.image,
    command: expanded(container.command),
    args: expanded(container.args),
    env: options.env,
    workingDir: container.workingDir,
    mounts: options.mounts,
    logPath: `${container.name}/${options.attempt}.log`,
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
    runAsUser: own.runAsUser ?? shared.runAsUser,
    runAsGroup: own.runAsGroup ?? shared.runAsGroup,
    supplementalGroups: [
      ...(shared.fsGroup === undefined ? [] : [shared.fsGroup]),
      ...(shared.supplementalGroups ?? []),
    ],
    readOnlyRootFilesystem: own.readOnlyRootFilesystem === true,
    privileged: own.privileged === true,
    oomScoreAdj: oomScoreAdj(pod, container, options.memoryBytes),
    security: {
      add: own.capabilities?.add ?? [],
      drop: own.capabilities?.drop ?? [],
      noNewPrivileges: own.allowPrivilegeEscalation === false,
      seccomp: seccompOf(own.seccompProfile ?? shared.seccompProfile, options.seccompDefault),
      appArmor: appArmorOf(pod, container),
    },
    pidTarget: container.targetContainerName || undefined,
    ...containerResources(container),
    cpus: options.cpus,
    labels: {
      'io.kubernetes.container.name': container.name,
      'io.kubernetes.pod.name': pod.metadata.name,
      'io.kubernetes.pod.namespace': pod.metadata.namespace ?? '',
      'io.kubernetes.pod.uid': pod.metadata.uid,
    },
    annotations: {
      [HASH]: specHash(container),
      'io.kubernetes.container.restartCount': String(options.attempt),
      [BACKOFF]: String(options.backoffMs),
    },
  };
}

// Models pkg/kubelet/kuberuntime/helpers.go getSeccompProfile
function seccompOf(profile: any, byDefault: boolean): 'RuntimeDefault' | { file: string } | undefined {
  if (profile?.type === 'Localhost') return { file: `/var/lib/kubelet/seccomp/${profile.localhostProfile}` };
  return profile?.type === 'RuntimeDefault' || (!profile && byDefault) ? 'RuntimeDefault' : undefined;
}

function appArmorOf({ metadata, spec }: Pod, { name, securityContext }: ContainerSpec): string | undefined {
  const profile = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
  if (profile?.type === 'Unconfined') return 'unconfined';
  if (profile) return profile.type === 'Localhost' ? profile.localhostProfile : undefined;
  const noted = metadata.annotations?.[`container.apparmor.security.beta.kubernetes.io/${name}`];
  return noted?.startsWith('localhost/') ? noted.slice('localhost/'.length) : undefined;
}

/** Changes when a running container no longer is what its spec says. Models container.HashContainer. */
export function specHash(container: ContainerSpec): string {
  return createHash('sha256').update(`${container.name}\n${container.image}`).digest('hex').slice(0, 8);
}

export function isChanged(container: ContainerSpec, config: ContainerConfig): boolean {
  return config.annotations[HASH] !== specHash(container);
}

/** Why a container may not run as it is asked to; undefined when it may. */
export function userProblem(
  pod: Pod,
  container: ContainerSpec,
  image: { uid: number | undefined; username: string },
): string | undefined {
  const own = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  if ((own.runAsNonRoot ?? shared.runAsNonRoot) !== true) return undefined;
  const user = own.runAsUser ?? shared.runAsUser;
  const who = `(pod: "${podName(pod)}", container: ${container.name})`;
  if (user === 0) return `container's runAsUser breaks non-root policy ${who}`;
  if (user !== undefined) return undefined;
  if (image.uid === 0) return `container has runAsNonRoot and image will run as root ${who}`;
  if (image.uid === undefined)
    return `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${who}`;
  return undefined;
}

function podName(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}
