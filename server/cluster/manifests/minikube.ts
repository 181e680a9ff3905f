import { ingressNginxObjects } from './ingress-nginx.ts';
import { DASHBOARD_IMAGES, dashboardObjects } from './kubernetes-dashboard.ts';
import { localPathObjects } from './local-path.ts';
import { clusterRoleBinding, type Manifest, serviceAccount } from './manifest.ts';
import { metallbPool, oldMetallbObjects } from './metallb.ts';
import { metricsServerObjects } from './metrics-server.ts';

const SYSTEM = 'kube-system';

/** An add-on of minikube: its objects are applied when it is enabled, and deleted when it is not any more. */
export interface MinikubeAddon {
  readonly name: string;
  readonly maintainer: string;
  /** Undefined: it is known by name only. */
  readonly objects?: () => Manifest[];
  readonly images?: readonly string[];
  /** Another add-on, without which it shows less. */
  readonly advice?: string;
}

const known = (name: string, maintainer: string): MinikubeAddon => ({ name, maintainer });

/** Models pkg/addons and deploy/addons; those without objects cannot be enabled here. */
export const MINIKUBE_ADDONS: readonly MinikubeAddon[] = [
  known('ambassador', '3rd party (Ambassador)'),
  known('amd-gpu-device-plugin', '3rd party (AMD)'),
  known('auto-pause', 'minikube'),
  known('cloud-spanner', 'Google'),
  known('csi-hostpath-driver', 'Kubernetes'),
  {
    name: 'dashboard',
    maintainer: 'Kubernetes',
    objects: () => dashboardObjects('minikube'),
    images: DASHBOARD_IMAGES,
    advice: 'metrics-server',
  },
  { name: 'default-storageclass', maintainer: 'Kubernetes', objects: defaultStorageClass },
  known('efk', '3rd party (Elastic)'),
  known('freshpod', 'Google'),
  known('gcp-auth', 'Google'),
  known('gvisor', 'minikube'),
  known('headlamp', '3rd party (kinvolk.io)'),
  known('inaccel', '3rd party (InAccel [info@inaccel.com])'),
  {
    name: 'ingress',
    maintainer: 'Kubernetes',
    objects: () => ingressNginxObjects({ provider: 'minikube' }),
    images: [
      'registry.k8s.io/ingress-nginx/controller:v1.12.1',
      'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.5.2',
      'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.5.2',
    ],
  },
  known('ingress-dns', 'minikube'),
  known('inspektor-gadget', '3rd party (inspektor-gadget.io)'),
  known('istio', '3rd party (Istio)'),
  known('istio-provisioner', '3rd party (Istio)'),
  known('kong', '3rd party (Kong HQ)'),
  known('kubeflow', '3rd party'),
  known('kubetail', '3rd party (kubetail.com)'),
  known('kubevirt', '3rd party (KubeVirt)'),
  known('logviewer', '3rd party (unknown)'),
  {
    name: 'metallb',
    maintainer: '3rd party (MetalLB)',
    objects: () => [...oldMetallbObjects(), metallbPool()],
    images: ['quay.io/metallb/speaker:v0.9.6', 'quay.io/metallb/controller:v0.9.6'],
  },
  {
    name: 'metrics-server',
    maintainer: 'Kubernetes',
    objects: () => metricsServerObjects({ args: ['--kubelet-insecure-tls'] }),
    images: ['registry.k8s.io/metrics-server/metrics-server:v0.7.2'],
  },
  known('nvidia-device-plugin', '3rd party (NVIDIA)'),
  known('nvidia-driver-installer', '3rd party (NVIDIA)'),
  known('nvidia-gpu-device-plugin', '3rd party (NVIDIA)'),
  known('olm', '3rd party (Operator Framework)'),
  known('pod-security-policy', '3rd party (unknown)'),
  known('portainer', '3rd party (Portainer.io)'),
  {
    name: 'registry',
    maintainer: 'minikube',
    objects: registry,
    images: ['docker.io/registry:3.0.0', 'gcr.io/k8s-minikube/kube-registry-proxy:0.0.9'],
  },
  known('registry-aliases', '3rd party (unknown)'),
  known('registry-creds', '3rd party (UPMC Enterprises)'),
  {
    name: 'storage-provisioner',
    maintainer: 'minikube',
    objects: storageProvisioner,
    images: ['gcr.io/k8s-minikube/storage-provisioner:v5'],
  },
  known('storage-provisioner-gluster', '3rd party (Gluster)'),
  {
    name: 'storage-provisioner-rancher',
    maintainer: '3rd party (Rancher)',
    objects: () => localPathObjects(),
    images: ['docker.io/rancher/local-path-provisioner:v0.0.31', 'docker.io/busybox:stable'],
  },
  known('volcano', 'third-party (volcano)'),
  known('volumesnapshots', 'Kubernetes'),
  known('yakd', '3rd party (marcnuri.com)'),
];

/** What a cluster of minikube begins with. */
export function minikubeObjects(): Manifest[] {
  return [...storageProvisioner(), ...defaultStorageClass()];
}

function defaultStorageClass(): Manifest[] {
  return [
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name: 'standard',
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
        labels: { 'addonmanager.kubernetes.io/mode': 'EnsureExists' },
      },
      provisioner: 'k8s.io/minikube-hostpath',
    },
  ];
}

function storageProvisioner(): Manifest[] {
  const name = 'storage-provisioner';
  const own = { name, namespace: SYSTEM };
  return [
    serviceAccount(name, SYSTEM, { 'addonmanager.kubernetes.io/mode': 'Reconcile' }),
    clusterRoleBinding(name, 'system:persistent-volume-provisioner', own),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: SYSTEM, labels: { 'integration-test': name } },
      spec: {
        serviceAccountName: name,
        tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
        hostNetwork: true,
        containers: [
          {
            name,
            image: 'gcr.io/k8s-minikube/storage-provisioner:v5',
            command: ['/storage-provisioner'],
            imagePullPolicy: 'IfNotPresent',
            volumeMounts: [{ mountPath: '/tmp', name: 'tmp' }],
          },
        ],
        volumes: [{ name: 'tmp', hostPath: { path: '/tmp', type: 'Directory' } }],
      },
    },
  ];
}

/** A registry in the cluster, and a door to it on port 5000 of every node. */
function registry(): Manifest[] {
  const labels = {
    'kubernetes.io/minikube-addons': 'registry',
    'addonmanager.kubernetes.io/mode': 'Reconcile',
  };
  const actual = { ...labels, 'actual-registry': 'true' };
  const proxy = { ...labels, 'registry-proxy': 'true' };
  const host = 'registry.kube-system.svc.cluster.local';
  return [
    {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'registry', namespace: SYSTEM, labels },
      spec: {
        replicas: 1,
        selector: { 'kubernetes.io/minikube-addons': 'registry' },
        template: {
          metadata: { labels: actual },
          spec: {
            containers: [
              {
                name: 'registry',
                image: 'docker.io/registry:3.0.0',
                imagePullPolicy: 'IfNotPresent',
                ports: [{ containerPort: 5000, protocol: 'TCP' }],
                env: [{ name: 'REGISTRY_STORAGE_DELETE_ENABLED', value: 'true' }],
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'registry', namespace: SYSTEM, labels },
      spec: {
        type: 'ClusterIP',
        ports: [
          { port: 80, name: 'http', targetPort: 5000 },
          { port: 443, name: 'https', targetPort: 443 },
        ],
        selector: { 'actual-registry': 'true', 'kubernetes.io/minikube-addons': 'registry' },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'registry-proxy', namespace: SYSTEM, labels },
      spec: {
        selector: { matchLabels: proxy },
        template: {
          metadata: { labels: proxy },
          spec: {
            containers: [
              {
                name: 'registry-proxy',
                image: 'gcr.io/k8s-minikube/kube-registry-proxy:0.0.9',
                imagePullPolicy: 'IfNotPresent',
                ports: [{ name: 'registry', containerPort: 80, hostPort: 5000 }],
                env: [
                  { name: 'REGISTRY_HOST', value: host },
                  { name: 'REGISTRY_PORT', value: '80' },
                ],
              },
            ],
          },
        },
      },
    },
  ];
}
