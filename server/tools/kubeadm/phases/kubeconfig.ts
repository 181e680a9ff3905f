import type { Host } from '../../../host/index.ts';
import type { KeyPair } from '../../../host/pki/index.ts';
import { type ClusterPlan, serverUrl } from '../plan.ts';
import { clientPair, readAuthority, writeFile } from './certs.ts';

/** A kubeconfig file that kubeadm writes: who is in it. */
export interface KubeconfigSpec {
  readonly file: string;
  readonly user: string;
  readonly commonName: string;
  readonly organizations: readonly string[];
}

// Models cmd/kubeadm/app/phases/kubeconfig/kubeconfig.go
export const KUBECONFIGS: readonly KubeconfigSpec[] = [
  {
    file: 'admin.conf',
    user: 'kubernetes-admin',
    commonName: 'kubernetes-admin',
    organizations: ['kubeadm:cluster-admins'],
  },
  {
    file: 'super-admin.conf',
    user: 'kubernetes-super-admin',
    commonName: 'kubernetes-super-admin',
    organizations: ['system:masters'],
  },
  {
    file: 'controller-manager.conf',
    user: 'system:kube-controller-manager',
    commonName: 'system:kube-controller-manager',
    organizations: [],
  },
  {
    file: 'scheduler.conf',
    user: 'system:kube-scheduler',
    commonName: 'system:kube-scheduler',
    organizations: [],
  },
];

export interface KubeconfigUser {
  readonly name: string;
  /** Fields below `user:`, in order. */
  readonly fields: readonly (readonly [key: string, value: string])[];
}

/** A kubeconfig with one cluster, user and context, as kubeadm and kubectl write it. */
export function kubeconfigText(plan: ClusterPlan, caCertificate: string, user: KubeconfigUser): string {
  const context = `${user.name}@${plan.clusterName}`;
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(caCertificate)}
    server: ${serverUrl(plan)}
  name: ${plan.clusterName}
contexts:
- context:
    cluster: ${plan.clusterName}
    user: ${user.name}
  name: ${context}
current-context: ${context}
kind: Config
preferences: {}
users:
- name: ${user.name}
  user:
${user.fields.map(([key, value]) => `    ${key}: ${value}\n`).join('')}`;
}

export function embedded(pair: KeyPair): KubeconfigUser['fields'] {
  return [
    ['client-certificate-data', base64(pair.certificate)],
    ['client-key-data', base64(pair.key)],
  ];
}

/** Writes admin, super-admin, controller-manager and scheduler.conf, and root's `~/.kube/config`. */
export function writeKubeconfigs(host: Host, plan: ClusterPlan): void {
  const ca = readAuthority(host, 'ca');
  for (const spec of KUBECONFIGS) writeKubeconfig(host, plan, ca, spec);
  writeFile(host, '/root/.kube/config', host.init.fs.read('/etc/kubernetes/admin.conf'), 0o600);
}

export function writeKubeconfig(host: Host, plan: ClusterPlan, ca: KeyPair, spec: KubeconfigSpec): void {
  const { file, user, commonName, organizations } = spec;
  const pair = clientPair(host, ca, { commonName, organizations }, plan.certificateLifeMs);
  const text = kubeconfigText(plan, ca.certificate, { name: user, fields: embedded(pair) });
  writeFile(host, `/etc/kubernetes/${file}`, text, 0o600);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
