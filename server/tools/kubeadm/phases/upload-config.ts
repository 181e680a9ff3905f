import type { Manifest } from '../../../cluster/manifests/manifest.ts';
import { type ClusterPlan, IMAGE_REPOSITORY } from '../plan.ts';
import { kubeletConfig } from './node.ts';

// Models cmd/kubeadm/app/phases/uploadconfig
export function configObjects(plan: ClusterPlan): Manifest[] {
  const config = (name: string, data: Record<string, string>): Manifest => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'kube-system' },
    data,
  });
  return [
    config('kubeadm-config', { ClusterConfiguration: clusterConfiguration(plan) }),
    ...readers('kubeadm:nodes-kubeadm-config', 'kubeadm-config'),
    config('kubelet-config', { kubelet: kubeletConfig(plan) }),
    ...readers('kubeadm:kubelet-config', 'kubelet-config'),
  ];
}

export function clusterConfiguration(plan: ClusterPlan): string {
  return `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: ${plan.clusterName}
controllerManager: {}
dns: {}
encryptionAlgorithm: ECDSA-P256
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: ${IMAGE_REPOSITORY}
kind: ClusterConfiguration
kubernetesVersion: ${plan.kubernetesVersion}
networking:
  dnsDomain: cluster.local
  podSubnet: ${plan.podSubnet}
  serviceSubnet: ${plan.serviceSubnet}
proxy: {}
scheduler: {}
`;
}

function readers(role: string, configMap: string): Manifest[] {
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: role, namespace: 'kube-system' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [configMap], verbs: ['get'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: role, namespace: 'kube-system' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
      subjects: [group('system:nodes'), group('system:bootstrappers:kubeadm:default-node-token')],
    },
  ];
}

function group(name: string) {
  return { kind: 'Group', name, apiGroup: 'rbac.authorization.k8s.io' };
}

/** Rights that kubeadm gives: its administrators, and nodes that join with a token. */
export function accessObjects(): Manifest[] {
  const bindGroup = (name: string, role: string, to: string): Manifest => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [group(to)],
  });
  const joiners = 'system:bootstrappers:kubeadm:default-node-token';
  return [
    bindGroup('kubeadm:cluster-admins', 'cluster-admin', 'kubeadm:cluster-admins'),
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'kubeadm:get-nodes' },
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }],
    },
    bindGroup('kubeadm:get-nodes', 'kubeadm:get-nodes', joiners),
    bindGroup('kubeadm:kubelet-bootstrap', 'system:node-bootstrapper', joiners),
    bindGroup(
      'kubeadm:node-autoapprove-bootstrap',
      'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
      joiners,
    ),
    bindGroup(
      'kubeadm:node-autoapprove-certificate-rotation',
      'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient',
      'system:nodes',
    ),
  ];
}
