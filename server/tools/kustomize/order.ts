import { type Fields, groupVersionOf, type Item } from './item.ts';

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

/** What is empty sorts behind letters. Models legacyGVKSortString and legacyResIDSortString. */
function isBefore({ object: a }: Item, { object: b }: Item): boolean {
  const kind = (object: Fields) => {
    const { group, version } = groupVersionOf(object);
    return [group || '~G', version, object['kind']].join('_');
  };
  const place = ({ metadata }: Fields) => [metadata.namespace || '~X', metadata.name].join('|');
  return kind(a) === kind(b) ? place(a) < place(b) : kind(a) < kind(b);
}

/** As sortOptions say; without them in the legacy order. */
export function sortItems(items: readonly Item[], options: Fields | undefined): Item[] {
  if (options?.['order'] === 'fifo') return [...items];
  const { orderFirst = FIRST, orderLast = LAST } = options?.['legacySortOptions'] ?? {};
  const rank = ({ object }: Item): number => {
    const kind = object['kind'];
    if (orderFirst.includes(kind)) return orderFirst.indexOf(kind) - orderFirst.length;
    return orderLast.indexOf(kind) + 1;
  };
  return [...items].sort((a, b) => rank(a) - rank(b) || (isBefore(a, b) ? -1 : 1));
}
