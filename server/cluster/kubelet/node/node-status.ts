import { type Host, KERNEL, systemUuid } from '../../../host/index.ts';
import { type KubeObject, timestamp } from '../../../objects/object.ts';
import type { ContainerRuntime } from '../../client/cri.ts';
import type { KubeletSettings } from '../config.ts';
import { quantity } from '../pods/pod.ts';

export interface NodeView {
  readonly host: Host;
  readonly name: string;
  readonly address: string;
  readonly version: string;
  readonly settings: KubeletSettings;
  /** Undefined while it cannot be reached. */
  readonly runtime: ContainerRuntime | undefined;
  /** For how long there has been none. */
  readonly runtimeDownMs: number;
  readonly now: number;
  readonly pressure: Pressure;
  readonly isShuttingDown?: boolean;
}

/** What the node is short of. */
export interface Pressure {
  readonly memory: boolean;
  readonly disk: boolean;
  readonly pid: boolean;
}

export function nodeLabels({ name, settings }: NodeView): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...settings.nodeLabels,
  };
}

/** The Node that a kubelet registers itself with. */
export function newNode(view: NodeView): any {
  const { registerWithTaints: taints, providerId } = view.settings;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: view.name,
      labels: nodeLabels(view),
      annotations: {
        'kubeadm.alpha.kubernetes.io/cri-socket': 'unix:///var/run/containerd/containerd.sock',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: { ...(providerId ? { providerID: providerId } : {}), ...(taints.length > 0 ? { taints } : {}) },
    status: nodeStatus(view, undefined),
  };
}

/** What pods may use. Models pkg/kubelet/cm/node_container_manager_linux.go GetNodeAllocatableReservation. */
export function allocatableOf({ host, settings }: Pick<NodeView, 'host' | 'settings'>): {
  cpu: number;
  memory: number;
  storage: number;
  pods: number;
} {
  const { bytes } = host.disk.usage();
  const { hard } = settings.eviction;
  const kept = (resource: string) =>
    settings.reserved.reduce((sum, each) => sum + quantity(each[resource] ?? 0), 0);
  return {
    cpu: host.cores - kept('cpu'),
    memory: host.memoryBytes - kept('memory') - threshold(hard['memory.available'], host.memoryBytes),
    storage: Math.floor(bytes - kept('ephemeral-storage') - threshold(hard['nodefs.available'], bytes)),
    pods: podCapacity(host, settings),
  };
}

/** A threshold of eviction in bytes: a quantity, or a part of what there is. */
export function threshold(text = '0', capacity: number): number {
  return text.endsWith('%') ? (Number(text.slice(0, -1)) / 100) * capacity : quantity(text);
}

function podCapacity({ cores }: Host, { maxPods, podsPerCore }: KubeletSettings): number {
  return podsPerCore === undefined ? maxPods : Math.min(maxPods, podsPerCore * cores);
}

/** Why what is reserved cannot be; undefined when it can. */
export function reservationProblem(view: Pick<NodeView, 'host' | 'settings'>): string | undefined {
  const { cpu, memory, storage } = allocatableOf(view);
  const short = Object.entries({ cpu, memory, 'ephemeral-storage': storage }).find(([, left]) => left < 0);
  return (
    short &&
    `invalid Node Allocatable configuration. Resource "${short[0]}" has a reservation that exceeds its capacity. Expected capacity >= reservation.`
  );
}

export function nodeStatus(view: NodeView, old: KubeObject | undefined): any {
  const { host, settings } = view;
  const memory = Math.floor(host.memoryBytes / 1024);
  const { bytes } = host.disk.usage();
  const left = allocatableOf(view);
  const rest = { 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: String(left.pods) };
  const milli = Math.round(left.cpu * 1000);
  const extended = extendedResources(old);
  return {
    addresses: [
      { type: 'InternalIP', address: view.address },
      { type: 'Hostname', address: view.name },
    ],
    allocatable: {
      cpu: milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`,
      ...rest,
      'ephemeral-storage': String(left.storage),
      memory: `${Math.floor(left.memory / 1024)}Ki`,
      ...extended.allocatable,
    },
    capacity: {
      cpu: String(host.cores),
      ...rest,
      'ephemeral-storage': `${Math.floor(bytes / 1024)}Ki`,
      memory: `${memory}Ki`,
      ...extended.capacity,
    },
    conditions: conditions(view, old),
    daemonEndpoints: { kubeletEndpoint: { Port: settings.port } },
    images: images(view.runtime, view.settings.maxImages),
    nodeInfo: nodeInfo(view),
  };
}

/**
 * What somebody said that the node has is there for pods too; `null` takes back what it has no longer.
 * Models pkg/kubelet/nodestatus/setters.go MachineInfo
 */
export function extendedResources(node: KubeObject | undefined): {
  capacity: Record<string, string>;
  allocatable: Record<string, string | null>;
} {
  const { capacity = {}, allocatable = {} } = node?.status ?? {};
  const extended = (list: Record<string, string>) =>
    Object.entries(list).filter(([name]) => name.includes('/'));
  const gone = extended(allocatable).filter(([name]) => capacity[name] === undefined);
  const there = Object.fromEntries(extended(capacity));
  return {
    capacity: there,
    allocatable: { ...there, ...Object.fromEntries(gone.map(([name]) => [name, null])) },
  };
}

function images(runtime: ContainerRuntime | undefined, most: number): any[] {
  const list = (runtime?.images() ?? []).map(({ repoTags, repoDigests, size }) => ({
    names: [...repoDigests, ...repoTags],
    sizeBytes: size,
  }));
  list.sort((a, b) => b.sizeBytes - a.sizeBytes);
  return most < 0 ? list : list.slice(0, most);
}

function nodeInfo({ host, version, runtime, settings }: NodeView): any {
  const read = (path: string) => (host.init.fs.isFile(path) ? host.init.fs.read(path) : '');
  const machineId = read('/etc/machine-id').trim() || host.random.fork('machine-id').hex(32);
  const pretty = /^PRETTY_NAME="?([^"\n]*)/m.exec(read('/etc/os-release'))?.[1] ?? 'Ubuntu 24.04.2 LTS';
  return {
    architecture: 'amd64',
    bootID: host.journal.bootId().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    containerRuntimeVersion: runtime ? `containerd://${runtime.version().version.replace(/^v/, '')}` : '',
    kernelVersion: KERNEL.release,
    kubeProxyVersion: settings.isOn('DisableNodeKubeProxyVersion') ? '' : version,
    kubeletVersion: version,
    machineID: machineId,
    operatingSystem: 'linux',
    osImage: pretty,
    systemUUID: systemUuid(host),
  };
}

/** Until a runtime that does not answer makes its node unready, and until the pods' events have been missing for too long. */
const RUNTIME_DOWN_MS = 30_000;
const PLEG_LOST_MS = 180_000;

// Models pkg/kubelet/runtime.go runtimeErrors
export function runtimeTrouble(downMs: number): string | undefined {
  if (downMs < RUNTIME_DOWN_MS) return undefined;
  const down = 'container runtime is down';
  return downMs < PLEG_LOST_MS
    ? down
    : `[${down}, PLEG is not healthy: pleg was last seen active 3m0s ago; threshold is 3m0s]`;
}

/** As the runtime tells of its network when that is not ready. */
export function networkTrouble(runtime: ContainerRuntime): string | undefined {
  const { networkReady, networkMessage } = runtime.status();
  return networkReady
    ? undefined
    : `NetworkReady=false reason:NetworkPluginNotReady message:${networkMessage}`;
}

function notReadyReason({ runtime, runtimeDownMs }: NodeView): string | undefined {
  if (!runtime) return runtimeTrouble(runtimeDownMs);
  const trouble = networkTrouble(runtime);
  return trouble && `container runtime network not ready: ${trouble}`;
}

interface PressureWords {
  readonly type: string;
  readonly key: keyof Pressure;
  /** Reason and message while there is pressure, and while there is none. */
  readonly yes: readonly [string, string];
  readonly no: readonly [string, string];
}

// Models pkg/kubelet/nodestatus/setters.go
const PRESSURES: readonly PressureWords[] = [
  {
    type: 'MemoryPressure',
    key: 'memory',
    yes: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
    no: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  },
  {
    type: 'DiskPressure',
    key: 'disk',
    yes: ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
    no: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  },
  {
    type: 'PIDPressure',
    key: 'pid',
    yes: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
    no: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  },
];

function conditions(view: NodeView, old: KubeObject | undefined): any[] {
  const now = timestamp(view.now);
  const before: any[] = old?.status?.conditions ?? [];
  const problem = view.isShuttingDown ? 'node is shutting down' : notReadyReason(view);
  const own: any[] = [
    ...PRESSURES.map(({ type, key, yes, no }) => {
      const [reason, message] = view.pressure[key] ? yes : no;
      return { type, status: view.pressure[key] ? 'True' : 'False', reason, message };
    }),
    problem === undefined
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: problem },
  ];
  const made = own.map(({ type, status, reason, message }) => {
    const was = before.find((c) => c.type === type);
    const since = was?.status === status ? was.lastTransitionTime : now;
    return { type, status, lastHeartbeatTime: now, lastTransitionTime: since, reason, message };
  });
  return [...before.filter((c) => !own.some((o) => o.type === c.type)), ...made];
}
