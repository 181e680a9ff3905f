import { isEncrypted } from '../cluster/apiserver/encryption/encrypted-log.ts';
import { clientFromKubeconfig } from '../cluster/client/http-client.ts';
import type { Log } from '../cluster/store/log.ts';
import { type Host, installBinary } from '../host/index.ts';
import { installKubernetes } from '../host/packages/index.ts';
import type { Addon } from '../tools/kubeadm/plan.ts';
import { copyAdminConfig, provisionControlPlane, provisionWorker } from '../tools/kubeadm/provision.ts';
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
    addons: topology.addons,
    components: topology.addons.length > 0 ? 'static-pods' : 'services',
    hollow: topology.images === 'instant',
  });
  for (const host of topology.hosts) {
    if (host.role === 'worker') provisionWorker(world.host(host.name), plan, controlPlane);
    if (host.role === 'none')
      installKubernetes(world.host(host.name).init.fs, topology.kubernetes, ['kubectl']);
  }
  installHelm(world, spec.name);
  if (topology.addons.includes('minikube')) installMinikube(controlPlane, topology.podNetwork);
  giveAdminConfig(world, spec.name);
}

/** The exam's machines have helm where its candidates work; the cluster of the recordings had none. */
function installHelm(world: World, controlPlane: string): void {
  const { candidate, images } = world.topology;
  if (images === 'instant') return;
  for (const name of new Set([candidate.host, controlPlane]))
    installBinary(world.host(name).init.fs, '/usr/local/bin/helm', 'helm');
}

/** minikube's own network: a bridge. */
function installMinikube(host: Host, podNetwork: string): void {
  const { fs } = host.init;
  const bridge = {
    type: 'bridge',
    bridge: 'bridge',
    isDefaultGateway: true,
    ipMasq: true,
    hairpinMode: true,
  };
  const plugins = [{ ...bridge, ipam: { type: 'host-local', subnet: podNetwork } }, { type: 'portmap' }];
  const config = { cniVersion: '0.4.0', name: 'bridge', plugins };
  fs.mkdirAll('/etc/cni/net.d');
  fs.write('/etc/cni/net.d/1-k8s.conflist', `${JSON.stringify(config, null, 2)}\n`);
}

function giveAdminConfig(world: World, controlPlane: string): void {
  const { host: name, user: userName } = world.topology.candidate;
  const host = world.host(name);
  const user = host.users.user(userName);
  if (!user) throw new Error(`${name} has no user "${userName}"`);
  if (name !== controlPlane) copyAdminConfig(world.host(controlPlane), host, '/root');
  if (user.uid !== 0) copyAdminConfig(world.host(controlPlane), host, user.home, user.uid);
  if (!world.topology.addons.includes('minikube')) return;
  for (const home of ['/root', user.home]) nameMinikube(host, `${home}/.kube/config`);
}

/** minikube calls cluster, user and context by its own name. */
function nameMinikube({ init: { fs } }: Host, path: string): void {
  const text = fs
    .read(path)
    .replaceAll('kubernetes-admin@kubernetes', 'minikube')
    .replaceAll('kubernetes-admin', 'minikube')
    .replace(/^( *(?:- )?(?:name|cluster): )kubernetes$/gm, '$1minikube');
  fs.write(path, text);
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
  spec?: { hostNetwork?: boolean };
  status?: { phase?: string; containerStatuses?: { ready: boolean }[] };
}

/** Every node is ready, and so is every Pod of the system. Without a network, what needs none. */
export function isReady(world: World): boolean {
  const wanted = world.topology.hosts.filter((host) => host.role !== 'none').length;
  if (wanted === 0) return true;
  const log = clusterLog(world);
  if (!log) return false;
  const { addons } = world.topology;
  const networked = addons.length === 0 || addons.some((addon) => NETWORKS.includes(addon));
  const nodes: StoredNode[] = objectsOf(world, log, 'minions', 'nodes');
  const all: StoredPod[] = objectsOf(world, log, 'pods', 'pods');
  const pods = networked ? all : all.filter(({ spec }) => spec?.hostNetwork);
  const isUp = networked ? nodes.filter(isNodeReady).length === wanted : nodes.length === wanted;
  return isUp && all.length >= leastPods(addons, wanted) && pods.every(isPodReady);
}

const NETWORKS: readonly Addon[] = ['flannel', 'calico', 'minikube'];

/** Pods of an add-on on each node, and beside them. */
const PODS: Readonly<Record<Addon, { each: number; once: number }>> = {
  coredns: { each: 0, once: 2 },
  'kube-proxy': { each: 1, once: 0 },
  flannel: { each: 1, once: 0 },
  calico: { each: 1, once: 1 },
  'metrics-server': { each: 0, once: 1 },
  'local-path': { each: 0, once: 1 },
  'ingress-nginx': { each: 0, once: 3 },
  'nginx-gateway': { each: 0, once: 1 },
  minikube: { each: 0, once: 1 },
};

/** Four static Pods, and those of the add-ons. */
function leastPods(addons: readonly Addon[], nodes: number): number {
  if (addons.length === 0) return 0;
  return addons.reduce((sum, addon) => sum + PODS[addon].each * nodes + PODS[addon].once, 4);
}

function isNodeReady(node: StoredNode): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** All of a resource. Those that lie encrypted in etcd only the server can tell. */
function objectsOf(world: World, log: Log, prefix: string, resource: string): any[] {
  const values = log.list(`/registry/${prefix}/`).map(({ value }) => value);
  const controlPlane = world.topology.hosts.find((host) => host.role === 'control-plane');
  if (!controlPlane || !values.some(isEncrypted)) return values;
  try {
    const admin = clientFromKubeconfig(world.host(controlPlane.name).init, '/etc/kubernetes/admin.conf');
    const request = { method: 'GET', path: `/api/v1/${resource}`, headers: {} };
    return (admin.request(request).value as { items?: any[] } | undefined)?.items ?? [];
  } catch {
    // It does not answer yet.
    return [];
  }
}

function isPodReady(pod: StoredPod): boolean {
  if (pod.status?.phase === 'Succeeded') return true;
  return pod.status?.phase === 'Running' && (pod.status.containerStatuses ?? []).every(({ ready }) => ready);
}

function clusterLog(world: World): Log | undefined {
  return [...world.logs.entries()][0]?.[1];
}
