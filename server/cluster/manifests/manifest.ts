import { stringify } from 'yaml';

/** An API object as it is sent: what is left out, the server fills in. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export type Labels = Readonly<Record<string, string>>;

/** A file of several documents, as projects publish them. */
export function yamlOf(objects: readonly Manifest[]): string {
  return objects
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

export function namespace(name: string, labels?: Labels): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...(labels ? { labels } : {}) } };
}

export function serviceAccount(name: string, namespace: string, labels?: Labels): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, ...(labels ? { labels } : {}) },
  };
}

export function configMap(
  name: string,
  namespace: string,
  data: Readonly<Record<string, string>>,
  labels?: Labels,
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, ...(labels ? { labels } : {}) },
    data,
  };
}

const RBAC = 'rbac.authorization.k8s.io';

/** What a role allows: groups, resources, verbs, each as words. */
export type Rule = readonly [groups: string, resources: string, verbs: string, names?: readonly string[]];

function rules(list: readonly Rule[]): object[] {
  return list.map(([groups, resources, verbs, resourceNames]) => ({
    apiGroups: groups.split(' '),
    resources: resources.split(' '),
    ...(resourceNames ? { resourceNames } : {}),
    verbs: verbs.split(' '),
  }));
}

export function clusterRole(name: string, list: readonly Rule[], labels?: Labels): Manifest {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name, ...(labels ? { labels } : {}) },
    rules: rules(list),
  };
}

export function role(name: string, namespace: string, list: readonly Rule[], labels?: Labels): Manifest {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name, namespace, ...(labels ? { labels } : {}) },
    rules: rules(list),
  };
}

interface Subject {
  readonly name: string;
  readonly namespace: string;
}

export function clusterRoleBinding(name: string, of: string, subject: Subject, labels?: Labels): Manifest {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name, ...(labels ? { labels } : {}) },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: of },
    subjects: [{ kind: 'ServiceAccount', ...subject }],
  };
}

/** `of` is the name of a role, or `ClusterRole/name`. */
export function roleBinding(
  name: string,
  namespace: string,
  of: string,
  subject: Subject,
  labels?: Labels,
): Manifest {
  const cluster = of.startsWith('ClusterRole/');
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name, namespace, ...(labels ? { labels } : {}) },
    roleRef: {
      apiGroup: RBAC,
      kind: cluster ? 'ClusterRole' : 'Role',
      name: cluster ? of.slice('ClusterRole/'.length) : of,
    },
    subjects: [{ kind: 'ServiceAccount', ...subject }],
  };
}
