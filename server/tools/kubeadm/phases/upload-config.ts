import type { Manifest } from '../../../cluster/manifests/manifest.ts';
import { clusterConfiguration } from '../configuration.ts';
import { type ClusterPlan, serverUrl } from '../plan.ts';
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

/** What joining nodes read before they trust anybody: where the server is, and its CA. Models phases/bootstraptoken/clusterinfo. */
export function clusterInfoObjects(plan: ClusterPlan, caCertificate: string): Manifest[] {
  const kubeconfig = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from(caCertificate).toString('base64')}
    server: ${serverUrl(plan)}
  name: ""
contexts: null
current-context: ""
kind: Config
preferences: {}
users: null
`;
  const name = 'kubeadm:bootstrap-signer-clusterinfo';
  const namespace = 'kube-public';
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cluster-info', namespace },
      data: { kubeconfig },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace },
      rules: [
        { apiGroups: [''], resources: ['configmaps'], resourceNames: ['cluster-info'], verbs: ['get'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'User', name: 'system:anonymous', apiGroup: 'rbac.authorization.k8s.io' }],
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
