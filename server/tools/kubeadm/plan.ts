import type { Host } from '../../host/index.ts';

/** What may be put into a fresh cluster; kubeadm itself knows the first two. */
export const ADDONS = [
  ...(['coredns', 'kube-proxy', 'flannel', 'calico', 'metrics-server'] as const),
  ...(['local-path', 'ingress-nginx', 'nginx-gateway', 'minikube'] as const),
] as const;
export type Addon = (typeof ADDONS)[number];

/** What a cluster is set up with: the part of kubeadm's ClusterConfiguration that matters here. */
export interface ClusterPlan {
  readonly clusterName: string;
  /** `v1.33.1`. */
  readonly kubernetesVersion: string;
  readonly podSubnet: string;
  readonly serviceSubnet: string;
  readonly controlPlane: { readonly name: string; readonly address: string };
  /** Where the API server listens. */
  readonly bindPort: number;
  /** `host` or `host:port` that all clients are told, when it is not the control plane's own address. */
  readonly endpoint: string;
  /** More names and addresses in the API server's certificate. */
  readonly certSans: readonly string[];
  /** For how long certificates are valid that are signed now, and those of authorities. */
  readonly certificateLifeMs: number;
  readonly authorityLifeMs: number;
  readonly imageRepository: string;
  /** Flags of the components beyond kubeadm's, by component. */
  readonly extraArgs: Readonly<Partial<Record<ComponentName, readonly ExtraArg[]>>>;
  readonly addons: readonly Addon[];
  /** etcd, API server, controller manager and scheduler as static pods, or as plain services of the host. */
  readonly components: 'static-pods' | 'services';
  /** Nodes without latencies: images are there at once, stopping is instant, probes never run. */
  readonly hollow: boolean;
}

export type ComponentName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

export interface ExtraArg {
  readonly name: string;
  readonly value: string;
}

export interface PlanOptions extends Partial<Omit<ClusterPlan, 'controlPlane'>> {
  controlPlane: { name: string; address: string };
}

const YEAR_MS = 365 * 24 * 3_600_000;

export function planOf(options: PlanOptions): ClusterPlan {
  return {
    clusterName: 'kubernetes',
    kubernetesVersion: 'v1.33.1',
    podSubnet: '10.244.0.0/16',
    serviceSubnet: '10.96.0.0/12',
    addons: ['coredns', 'kube-proxy', 'flannel'],
    bindPort: 6443,
    endpoint: '',
    certSans: [],
    certificateLifeMs: YEAR_MS,
    authorityLifeMs: 10 * YEAR_MS,
    imageRepository: IMAGE_REPOSITORY,
    extraArgs: {},
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
  const { endpoint, bindPort, controlPlane } = plan;
  if (endpoint === '') return `https://${controlPlane.address}:${bindPort}`;
  return `https://${endpoint}${/:\d+$/.test(endpoint) ? '' : `:${bindPort}`}`;
}

export const IMAGE_REPOSITORY = 'registry.k8s.io';

/** Versions of what goes with a Kubernetes release. Models cmd/kubeadm/app/constants. */
const COMPANIONS: Readonly<Record<string, { etcd: string; coreDns: string; pause: string }>> = {
  '1.32': { etcd: '3.5.16-0', coreDns: 'v1.11.3', pause: '3.10' },
  '1.33': { etcd: '3.5.21-0', coreDns: 'v1.12.0', pause: '3.10' },
  '1.34': { etcd: '3.6.4-0', coreDns: 'v1.12.1', pause: '3.10.1' },
};

/** Where kubeadm finds the container runtime. */
export const CRI_SOCKET = 'unix:///var/run/containerd/containerd.sock';

/** Images of the components of a Kubernetes release. */
export function componentImages(version: string, repository: string = IMAGE_REPOSITORY) {
  const minor = version.replace(/^v/, '').split('.').slice(0, 2).join('.');
  const { etcd, coreDns, pause } = COMPANIONS[minor] ?? (COMPANIONS['1.33'] as (typeof COMPANIONS)[string]);
  const dns = repository === IMAGE_REPOSITORY ? 'coredns/coredns' : 'coredns';
  return {
    apiServer: `${repository}/kube-apiserver:${version}`,
    controllerManager: `${repository}/kube-controller-manager:${version}`,
    scheduler: `${repository}/kube-scheduler:${version}`,
    proxy: `${repository}/kube-proxy:${version}`,
    coreDns: `${repository}/${dns}:${coreDns}`,
    pause: `${repository}/pause:${pause}`,
    etcd: `${repository}/etcd:${etcd}`,
  } as const;
}

/** Images of the components of this cluster. */
export function imagesOf(plan: Pick<ClusterPlan, 'kubernetesVersion' | 'imageRepository'>) {
  return componentImages(plan.kubernetesVersion, plan.imageRepository);
}
