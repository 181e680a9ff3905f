import { ingressNginxObjects } from './ingress-nginx.ts';
import { DASHBOARD_IMAGES, dashboardObjects } from './kubernetes-dashboard.ts';
import { localPathObjects } from './local-path.ts';
import { clusterRoleBinding, type Manifest, serviceAccount } from './manifest.ts';
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
  known('metallb', '3rd party (MetalLB)'),
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
  known('registry', 'minikube'),
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
