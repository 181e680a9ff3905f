import type { Item } from './item.ts';

/** What others need comes first, what judges others comes last. Models kustomize's legacy order. */
const FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];

const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

function rank(kind: string): number {
  if (FIRST.includes(kind)) return FIRST.indexOf(kind) - FIRST.length;
  return LAST.indexOf(kind) + 1;
}

function identity({ object }: Item): string {
  const { apiVersion, kind, metadata } = object;
  const [group, version] = String(apiVersion).includes('/')
    ? String(apiVersion).split('/')
    : ['', apiVersion];
  return [group, version, kind, metadata.namespace ?? '', metadata.name].join('|');
}

export function sortLegacy(items: readonly Item[]): Item[] {
  return [...items].sort(
    (a, b) => rank(a.object['kind']) - rank(b.object['kind']) || (identity(a) < identity(b) ? -1 : 1),
  );
}
