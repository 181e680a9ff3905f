import type { Log } from '../cluster/store/log.ts';
import { copyAdminConfig, provisionControlPlane, provisionWorker } from '../tools/kubeadm/provision.ts';
import type { Topology } from './topology.ts';
import type { World } from './world.ts';

/** Does to the hosts of a topology what kubeadm does, and gives the candidate the administrator's kubeconfig. */
export function provision(world: World): void {
  const { topology } = world;
  const spec = topology.hosts.find((host) => host.role === 'control-plane');
  if (!spec) return;
  const controlPlane = world.host(spec.name);
  const plan = provisionControlPlane(controlPlane, {
    controlPlane: { name: spec.name, address: spec.address.split('/')[0] as string },
    kubernetesVersion: topology.kubernetes,
    podSubnet: topology.podNetwork,
    serviceSubnet: topology.serviceNetwork,
    addons: topology.addons ? ['coredns', 'kube-proxy', 'flannel'] : [],
    components: topology.addons ? 'static-pods' : 'services',
    hollow: topology.images === 'instant',
  });
  for (const host of topology.hosts) {
    if (host.role === 'worker') provisionWorker(world.host(host.name), plan, controlPlane);
  }
  giveAdminConfig(world, spec.name);
}

function giveAdminConfig(world: World, controlPlane: string): void {
  const { host: name, user: userName } = world.topology.candidate;
  const host = world.host(name);
  const user = host.users.user(userName);
  if (!user) throw new Error(`${name} has no user "${userName}"`);
  if (name !== controlPlane) copyAdminConfig(world.host(controlPlane), host, '/root');
  if (user.uid !== 0) copyAdminConfig(world.host(controlPlane), host, user.home, user.uid);
}

/** Whether the API server listens, or there is none. */
export function isAnswering(world: World): boolean {
  const spec = world.topology.hosts.find((host) => host.role === 'control-plane');
  if (!spec) return true;
  return world.host(spec.name).network.connect(spec.address.split('/')[0] as string, 6443).ok;
}

interface StoredNode {
  status?: { conditions?: { type: string; status: string }[] };
}

interface StoredPod {
  status?: { phase?: string; containerStatuses?: { ready: boolean }[] };
}

/** Every node is ready, and so is every Pod of the system. */
export function isReady(world: World): boolean {
  const wanted = world.topology.hosts.filter((host) => host.role !== 'none').length;
  if (wanted === 0) return true;
  const log = clusterLog(world);
  if (!log) return false;
  const nodes = log.list('/registry/minions/').map(({ value }) => value as StoredNode);
  const pods = log.list('/registry/pods/kube-').map(({ value }) => value as StoredPod);
  const podsWanted = leastPods(world.topology, wanted);
  return nodes.filter(isNodeReady).length === wanted && pods.length >= podsWanted && pods.every(isPodReady);
}

/** kube-proxy and flannel on each node, four static Pods and two of CoreDNS. */
function leastPods(topology: Topology, nodes: number): number {
  return topology.addons ? 2 * nodes + 6 : 0;
}

function isNodeReady(node: StoredNode): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function isPodReady(pod: StoredPod): boolean {
  return pod.status?.phase === 'Running' && (pod.status.containerStatuses ?? []).every(({ ready }) => ready);
}

function clusterLog(world: World): Log | undefined {
  return [...world.logs.entries()][0]?.[1];
}
