import type { Host } from '../../host/index.ts';

export type Addon = 'kube-proxy' | 'coredns' | 'flannel';

/** What a cluster is set up with: the part of kubeadm's ClusterConfiguration that matters here. */
export interface ClusterPlan {
  readonly clusterName: string;
  /** `v1.33.1`. */
  readonly kubernetesVersion: string;
  readonly podSubnet: string;
  readonly serviceSubnet: string;
  readonly controlPlane: { readonly name: string; readonly address: string };
  readonly addons: readonly Addon[];
  /** etcd, API server, controller manager and scheduler as static pods, or as plain services of the host. */
  readonly components: 'static-pods' | 'services';
  /** Nodes without latencies: images are there at once, stopping is instant, probes never run. */
  readonly hollow: boolean;
}

export interface PlanOptions extends Partial<Omit<ClusterPlan, 'controlPlane'>> {
  controlPlane: { name: string; address: string };
}

export function planOf(options: PlanOptions): ClusterPlan {
  return {
    clusterName: 'kubernetes',
    kubernetesVersion: 'v1.33.1',
    podSubnet: '10.244.0.0/16',
    serviceSubnet: '10.96.0.0/12',
    addons: ['coredns', 'kube-proxy', 'flannel'],
    components: 'static-pods',
    hollow: false,
    ...options,
  };
}

/** The address of a host without prefix length. */
export function addressOf(host: Host): string {
  const address = host.network.primaryAddress();
  if (address === undefined) throw new Error(`host ${host.hostname} has no address`);
  return address;
}

/** The n-th address of a CIDR: `10.96.0.0/12`, 10 gives the cluster DNS address. */
export function nthAddress(cidr: string, n: number): string {
  const base =
    (cidr.split('/')[0] as string).split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0) + n;
  return [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.');
}

export function serverUrl(plan: ClusterPlan): string {
  return `https://${plan.controlPlane.address}:6443`;
}

export const IMAGE_REPOSITORY = 'registry.k8s.io';

/** Images of the components of a Kubernetes release. Models cmd/kubeadm/app/constants. */
export function componentImages(version: string) {
  return {
    apiServer: `${IMAGE_REPOSITORY}/kube-apiserver:${version}`,
    controllerManager: `${IMAGE_REPOSITORY}/kube-controller-manager:${version}`,
    scheduler: `${IMAGE_REPOSITORY}/kube-scheduler:${version}`,
    proxy: `${IMAGE_REPOSITORY}/kube-proxy:${version}`,
    coreDns: `${IMAGE_REPOSITORY}/coredns/coredns:v1.12.0`,
    pause: `${IMAGE_REPOSITORY}/pause:3.10`,
    etcd: `${IMAGE_REPOSITORY}/etcd:3.5.21-0`,
  } as const;
}
