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
  readonly labels: Readonly<Record<string, string>>;
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
  readonly pressure: Pressure;
  readonly isShuttingDown: boolean;
  readonly allowedUnsafeSysctls: readonly string[];
}

/** Why the kubelet refuses a pod that was bound to its node. Models pkg/kubelet/lifecycle/predicate.go. */
export function refuse(
  pod: Pod,
  others: readonly Pod[],
  node: AdmissionNode,
): { reason: string; message: string } | undefined {
  if (node.isShuttingDown)
    return { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' };
  const used = { cpu: 0, memory: 0 };
  for (const other of others) {
    used.cpu += requested(other, 'cpu');
    used.memory += requested(other, 'memory');
  }
  const short = shortOf(pod, node.pressure);
  if (short) {
    const message = `The node had condition: [${short}]. `;
    return { reason: 'Evicted', message: `Pod was rejected: ${message}` };
  }
  const forbidden = forbiddenSysctl(pod, node.allowedUnsafeSysctls);
  if (forbidden !== undefined)
    return { reason: 'SysctlForbidden', message: `Pod was rejected: ${forbidden}` };
  if (others.length + 1 > node.pods) return outOf('pods', 1, others.length, node.pods);
  const cpu = requested(pod, 'cpu');
  if (cpu > 0 && used.cpu + cpu > node.cpu + 1e-9)
    return outOf('cpu', cpu * 1000, used.cpu * 1000, node.cpu * 1000);
  const memory = requested(pod, 'memory');
  if (memory > 0 && used.memory + memory > node.memory)
    return outOf('memory', memory, used.memory, node.memory);
  const selector: Record<string, string> = pod.spec.nodeSelector ?? {};
  if (Object.entries(selector).some(([key, value]) => node.labels[key] !== value)) {
    return {
      reason: 'NodeAffinity',
      message:
        "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    };
  }
  const taken = new Set(others.flatMap(hostPorts));
  if (hostPorts(pod).some((port) => taken.has(port))) {
    return {
      reason: 'NodePorts',
      message:
        "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    };
  }
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

function outOf(resource: string, requestedAmount: number, used: number, capacity: number) {
  const [r, u, c] = [requestedAmount, used, capacity].map(Math.round);
  return {
    reason: `OutOf${resource}`,
    message: `Pod was rejected: Node didn't have enough resource: ${resource}, requested: ${r}, used: ${u}, capacity: ${c}`,
  };
}

/** What a pod asks of the node: the larger of its init containers and the sum of the others. */
export function requested(pod: Pod, resource: 'cpu' | 'memory'): number {
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

function hostPorts(pod: Pod): string[] {
  return appContainers(pod).flatMap((container) =>
    (container.ports ?? [])
      .filter((p: any) => p.hostPort)
      .map((p: any) => `${p.protocol ?? 'TCP'}/${p.hostIP ?? ''}/${p.hostPort}`),
  );
}
