import { type Fields, groupVersionOf } from './item.ts';

/** Where labels go: of which kinds, and whether what is missing is made. */
interface Place {
  readonly path: string;
  readonly create: boolean;
  readonly kinds: readonly string[];
}

export const TEMPLATED = [
  'Deployment',
  'ReplicaSet',
  'DaemonSet',
  'StatefulSet',
  'Job',
  'ReplicationController',
];
const TEMPLATE = 'spec/template/spec';
const TERM = 'labelSelector/matchLabels';

/** Models kustomize's builtinpluginconsts templateLabels. */
const TEMPLATE_PLACES: readonly Place[] = [
  { path: 'spec/template/metadata/labels', create: true, kinds: TEMPLATED },
  { path: 'spec/volumeClaimTemplates[]/metadata/labels', create: true, kinds: ['StatefulSet'] },
  { path: 'spec/jobTemplate/metadata/labels', create: true, kinds: ['CronJob'] },
  { path: 'spec/jobTemplate/spec/template/metadata/labels', create: true, kinds: ['CronJob'] },
];

/** Models kustomize's builtinpluginconsts commonLabels. */
const SELECTOR_PLACES: readonly Place[] = [
  { path: 'spec/selector', create: true, kinds: ['Service', 'ReplicationController'] },
  {
    path: 'spec/selector/matchLabels',
    create: true,
    kinds: ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'],
  },
  { path: 'spec/selector/matchLabels', create: false, kinds: ['Job', 'PodDisruptionBudget'] },
  { path: 'spec/jobTemplate/spec/selector/matchLabels', create: false, kinds: ['CronJob'] },
  ...['podAffinity', 'podAntiAffinity'].flatMap((affinity): Place[] => [
    {
      path: `${TEMPLATE}/affinity/${affinity}/preferredDuringSchedulingIgnoredDuringExecution[]/podAffinityTerm/${TERM}`,
      create: false,
      kinds: ['Deployment', 'StatefulSet'],
    },
    {
      path: `${TEMPLATE}/affinity/${affinity}/requiredDuringSchedulingIgnoredDuringExecution[]/${TERM}`,
      create: false,
      kinds: ['Deployment', 'StatefulSet'],
    },
  ]),
  {
    path: `${TEMPLATE}/topologySpreadConstraints[]/${TERM}`,
    create: false,
    kinds: ['Deployment', 'StatefulSet'],
  },
  { path: 'spec/podSelector/matchLabels', create: false, kinds: ['NetworkPolicy'] },
  { path: 'spec/ingress[]/from[]/podSelector/matchLabels', create: false, kinds: ['NetworkPolicy'] },
  { path: 'spec/egress[]/to[]/podSelector/matchLabels', create: false, kinds: ['NetworkPolicy'] },
];

/** Adds labels to an object, and where asked to its selectors and templates. */
export function addLabels(
  object: Fields,
  pairs: Fields,
  where: { selectors?: boolean; templates?: boolean; fields?: readonly Fields[] },
): void {
  putAt(object, ['metadata', 'labels'], true, pairs);
  const places = [
    ...(where.templates || where.selectors ? TEMPLATE_PLACES : []),
    ...(where.selectors ? SELECTOR_PLACES : []),
  ];
  for (const { path, create, kinds } of places)
    if (kinds.includes(object['kind'])) putAt(object, path.split('/'), create, pairs);
  const { group, version } = groupVersionOf(object);
  for (const { path, create, kind, group: g, version: v } of where.fields ?? []) {
    if ((kind && kind !== object['kind']) || (g && g !== group) || (v && v !== version)) continue;
    putAt(object, String(path).split('/'), Boolean(create), pairs);
  }
}

/** Adds pairs to the map at a path; `[]` stands for every item of a list. */
export function putAt(holder: Fields, path: readonly string[], create: boolean, pairs: Fields): void {
  const [step = '', ...rest] = path;
  const list = step.endsWith('[]');
  const name = list ? step.slice(0, -2) : step;
  if (list) {
    if (!Array.isArray(holder[name])) return;
    holder[name] = holder[name].map((item: Fields) => {
      const copy = { ...item };
      putAt(copy, rest, create, pairs);
      return copy;
    });
    return;
  }
  const known = holder[name];
  if (known === undefined || known === null) {
    if (!create) return;
  } else if (typeof known !== 'object') return;
  const next = { ...known };
  if (rest.length === 0) Object.assign(next, pairs);
  else putAt(next, rest, create, pairs);
  holder[name] = next;
}
