import type { Resources } from '../../client/cri.ts';
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

/** The least that the kernel takes: what a container gets that asks for nothing. */
const MIN_SHARES = 2;
const SHARES_PER_CORE = 1024;

/** Who makes control groups: systemd names them as units, the kubelet itself as it likes. */
export type CgroupDriver = 'systemd' | 'cgroupfs';

/** The group of a pod below its class of service. Models pkg/kubelet/cm/pod_container_manager_linux.go GetPodContainerName. */
export function cgroupParent(pod: Pod, driver: CgroupDriver): string {
  const qos = qosOf(pod);
  if (driver === 'cgroupfs')
    return `/kubepods${qos === 'Guaranteed' ? '' : `/${qos.toLowerCase()}`}/pod${pod.metadata.uid}`;
  const uid = pod.metadata.uid.replaceAll('-', '_');
  if (qos === 'Guaranteed') return `/kubepods.slice/kubepods-pod${uid}.slice`;
  const name = qos.toLowerCase();
  return `/kubepods.slice/kubepods-${name}.slice/kubepods-${name}-pod${uid}.slice`;
}

/** What a container's group may use. Models kuberuntime generateLinuxContainerResources. */
export function containerResources({ resources = {} }: ContainerSpec): Resources {
  const { limits = {}, requests = {} } = resources;
  const cpu = requests.cpu ?? limits.cpu ?? 0;
  return {
    cpuShares: Math.max(MIN_SHARES, Math.floor(quantity(cpu) * SHARES_PER_CORE)),
    cpuLimit: limits.cpu === undefined ? undefined : quantity(limits.cpu),
    memoryLimit: limits.memory === undefined ? undefined : quantity(limits.memory),
  };
}

/** How willingly the kernel kills a container. Models pkg/kubelet/qos/policy.go GetContainerOOMScoreAdjust. */
export function oomScoreAdj(pod: Pod, container: ContainerSpec, memoryBytes: number): number {
  const qos = qosOf(pod);
  const isNodeCritical = isCritical(pod) && pod.spec.priorityClassName === 'system-node-critical';
  if (qos === 'Guaranteed' || isNodeCritical) return GUARANTEED_OOM_SCORE_ADJ;
  if (qos === 'BestEffort') return 1000;
  const requests = (one: ContainerSpec) => quantity(one.resources?.requests?.memory ?? 0);
  // Among sidecars and others alike, who asks for more is killed less willingly.
  const score = 1000 - Math.floor((1000 * requests(container)) / memoryBytes);
  return Math.min(999, Math.max(1000 + GUARANTEED_OOM_SCORE_ADJ, score));
}

const GUARANTEED_OOM_SCORE_ADJ = -997;

/**
 * What a pod's group may use: the sum of its containers, where each of them is limited; an init container alone may use
 * more than they all do. Models pkg/kubelet/cm/helpers_linux.go ResourceConfigForPod.
 */
export function podResources(pod: Pod): Resources {
  const inits = initContainers(pod);
  const lasting = [...appContainers(pod), ...inits.filter(isSidecar)].map(containerResources);
  const passing = inits.filter((container) => !isSidecar(container)).map(containerResources);
  const total = (name: 'cpuShares' | 'cpuLimit' | 'memoryLimit'): number | undefined => {
    const values = [lasting, passing].map((all) => all.map((each) => each[name]));
    if (values.flat().includes(undefined)) return undefined;
    const [stay = [], pass = []] = values as number[][];
    return Math.max(
      stay.reduce((sum, value) => sum + value, 0),
      ...pass,
    );
  };
  const own = pod.spec.resources;
  const limits = own && containerResources({ resources: own });
  return {
    cpuShares: limits && own.requests?.cpu ? limits.cpuShares : total('cpuShares'),
    cpuLimit: limits?.cpuLimit ?? total('cpuLimit'),
    memoryLimit: limits?.memoryLimit ?? total('memoryLimit'),
  };
}
