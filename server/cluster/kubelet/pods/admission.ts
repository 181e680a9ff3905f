import type { KubeObject } from '../../../objects/object.ts';
import { requiredNode, requiredNodeMatches, untolerated } from '../../client/placement.ts';
import type { Pressure } from '../node/node-status.ts';
import {
  appContainers,
  type ContainerSpec,
  initContainers,
  isCritical,
  isSidecar,
  type Pod,
  qosOf,
  quantity,
} from './pod.ts';
import { forbiddenSysctl } from './sysctls.ts';

export interface AdmissionNode {
  /** As the API holds it; undefined until it is known. */
  readonly node: KubeObject | undefined;
  readonly cpu: number;
  readonly memory: number;
  /** Bytes of the node's disk. */
  readonly storage: number;
  readonly pods: number;
  readonly pressure: Pressure;
  readonly isShuttingDown: boolean;
  readonly allowedUnsafeSysctls: readonly string[];
}

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Why the kubelet refuses a pod that was bound to its node. Models pkg/kubelet/lifecycle/predicate.go. */
export function refuse(pod: Pod, others: readonly Pod[], on: AdmissionNode): Refusal | undefined {
  if (on.isShuttingDown)
    return { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' };
  const short = shortOf(pod, on.pressure);
  if (short) return refusal('Evicted', `The node had condition: [${short}]. `);
  const forbidden = forbiddenSysctl(pod, on.allowedUnsafeSysctls);
  if (forbidden !== undefined) return refusal('SysctlForbidden', forbidden);
  return otherSystem(pod) ?? outOfRoom(pod, others, on) ?? misplaced(pod, others, on);
}

function refusal(reason: string, message: string): Refusal {
  return { reason, message: `Pod was rejected: ${message}` };
}

/** What the managers of processors and memory cannot give. Models pkg/kubelet/cm/admission/errors.go */
export function unexpected(why: string | undefined): Refusal | undefined {
  return why === undefined
    ? undefined
    : refusal('UnexpectedAdmissionError', `Allocate failed due to ${why}, which is unexpected`);
}

function otherSystem({ spec }: Pod): Refusal | undefined {
  const os = 'kubernetes.io/os';
  if ((spec.nodeSelector?.[os] ?? 'linux') !== 'linux')
    return refusal(
      'PodOSSelectorNodeLabelDoesNotMatch',
      `Failed to admit pod as the \`${os}\` label doesn't match node label`,
    );
  if ((spec.os?.name ?? 'linux') !== 'linux')
    return refusal('PodOSNotSupported', "Failed to admit pod as the OS field doesn't match node OS");
  return undefined;
}

/** Amounts of the API's resources, in the unit that messages count them in. */
const AMOUNTS = [
  { resource: 'cpu', of: 'cpu', unit: 1000 },
  { resource: 'memory', of: 'memory', unit: 1 },
  { resource: 'ephemeral-storage', of: 'storage', unit: 1 },
] as const;

// Models pkg/scheduler/framework/plugins/noderesources Fits
function outOfRoom(pod: Pod, others: readonly Pod[], on: AdmissionNode): Refusal | undefined {
  if (others.length + 1 > on.pods) return outOf('pods', 1, others.length, on.pods);
  for (const { resource, of, unit } of AMOUNTS) {
    const wanted = Math.round(requested(pod, resource) * unit);
    const used = Math.round(others.reduce((sum, other) => sum + requested(other, resource), 0) * unit);
    const capacity = Math.round(on[of] * unit);
    if (wanted > 0 && used + wanted > capacity) return outOf(resource, wanted, used, capacity);
  }
  return undefined;
}

function outOf(resource: string, wanted: number, used: number, capacity: number): Refusal {
  return refusal(
    `OutOf${resource}`,
    `Node didn't have enough resource: ${resource}, requested: ${wanted}, used: ${used}, capacity: ${capacity}`,
  );
}

function misplaced(pod: Pod, others: readonly Pod[], { node }: AdmissionNode): Refusal | undefined {
  const failed = (predicate: string, why: string) =>
    refusal(predicate, `Predicate ${predicate} failed: node(s) ${why}`);
  const required = requiredNode(pod.spec);
  if (node && required && !requiredNodeMatches(required, node))
    return failed('NodeAffinity', "didn't match Pod's node affinity/selector");
  const taken = others.flatMap(hostPorts);
  if (hostPorts(pod).some((port) => taken.some((other) => clash(port, other))))
    return failed('NodePorts', "didn't have free ports for the requested pod ports");
  if (untolerated(node?.spec?.taints, pod.spec.tolerations ?? [], ['NoExecute']))
    return failed('TaintToleration', "had taints that the pod didn't tolerate");
  return undefined;
}

// Models pkg/kubelet/eviction/eviction_manager.go Admit
function shortOf(pod: Pod, { memory, disk, pid }: Pressure): string | undefined {
  if (isCritical(pod)) return undefined;
  const short = [
    disk ? ['DiskPressure'] : [],
    memory ? ['MemoryPressure'] : [],
    pid ? ['PIDPressure'] : [],
  ].flat();
  if (short.length === 0 || (short.join() === 'MemoryPressure' && qosOf(pod) !== 'BestEffort'))
    return undefined;
  return short.join(' ');
}

/** What a pod asks of the node: the larger of its init containers and the sum of the others. */
export function requested(pod: Pod, resource: (typeof AMOUNTS)[number]['resource']): number {
  const of = (container: ContainerSpec) => quantity(container.resources?.requests?.[resource] ?? 0);
  const sidecars = initContainers(pod)
    .filter(isSidecar)
    .reduce((sum, c) => sum + of(c), 0);
  const apps = appContainers(pod).reduce((sum, c) => sum + of(c), 0);
  const inits = Math.max(
    0,
    ...initContainers(pod)
      .filter((c) => !isSidecar(c))
      .map(of),
  );
  return Math.max(apps + sidecars, inits) + quantity(pod.spec.overhead?.[resource] ?? 0);
}

interface HostPort {
  readonly protocol: string;
  readonly ip: string;
  readonly port: number;
}

function hostPorts(pod: Pod): HostPort[] {
  return [...appContainers(pod), ...initContainers(pod).filter(isSidecar)].flatMap(({ ports }) =>
    (ports ?? [])
      .filter((p: any) => p.hostPort)
      .map((p: any) => ({
        protocol: p.protocol ?? 'TCP',
        ip: p.hostIP || '0.0.0.0',
        port: p.hostPort,
      })),
  );
}

/** Models pkg/scheduler/framework HostPortInfo CheckConflict: on all addresses is on each of them. */
function clash(one: HostPort, other: HostPort): boolean {
  const meet = one.ip === other.ip || [one.ip, other.ip].includes('0.0.0.0');
  return meet && one.port === other.port && one.protocol === other.protocol;
}
