import type { Steps } from '../../../sim/index.ts';
import { KubectlError, NoResourceMatch } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { finish, metadata, nameArgument } from './send.ts';
import { labelSelectorOf } from './simple.ts';

type Fields = Record<string, any>;

const RBAC = 'rbac.authorization.k8s.io';
const ROOT = `apis/${RBAC}/v1`;

const RESOURCE_VERBS = [
  'get',
  'delete',
  'list',
  'create',
  'update',
  'patch',
  'watch',
  'proxy',
  'deletecollection',
  'use',
  'bind',
  'approve',
  'sign',
  'escalate',
  'impersonate',
];
const NON_RESOURCE_VERBS = ['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*'];

/** Verbs that make sense for some resources only. */
const SPECIAL_VERBS: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies'],
  bind: ['clusterroles', 'roles'],
  escalate: ['clusterroles', 'roles'],
  impersonate: ['users', 'serviceaccounts', 'groups', 'userextras'],
  approve: ['signers'],
  sign: ['signers'],
};

interface Subjects {
  users: readonly string[];
  groups: readonly string[];
  accounts: readonly string[];
}

function subjectsOf(k: Kubectl): Subjects {
  return {
    users: k.flags.list('user'),
    groups: k.flags.list('group'),
    accounts: k.flags.list('serviceaccount'),
  };
}

export function subjectList({ users, groups, accounts }: Subjects): Fields[] {
  const named = (kind: string) => (name: string) => ({ kind, apiGroup: RBAC, name });
  return [
    ...users.map(named('User')),
    ...groups.map(named('Group')),
    ...accounts.map((account) => {
      const [namespace, name, ...more] = account.split(':');
      if (!namespace || !name || more.length > 0)
        throw new KubectlError('serviceaccount must be <namespace>:<name>');
      return { kind: 'ServiceAccount', name, namespace };
    }),
  ];
}

export function* createRoleBinding(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const role = k.flags.string('role');
  const clusterRole = k.flags.string('clusterrole');
  if ((role === '') === (clusterRole === ''))
    throw new KubectlError('exactly one of clusterrole or role must be specified');
  const subjects = subjectList(subjectsOf(k));
  const object = {
    kind: 'RoleBinding',
    apiVersion: `${RBAC}/v1`,
    metadata: metadata(k, name),
    ...(subjects.length > 0 ? { subjects } : {}),
    roleRef: { apiGroup: RBAC, kind: role !== '' ? 'Role' : 'ClusterRole', name: role || clusterRole },
  };
  yield* finish(k, {
    object,
    root: ROOT,
    plural: 'rolebindings',
    namespaced: true,
    failure: 'failed to create rolebinding: ',
  });
}

export function* createClusterRoleBinding(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const clusterRole = k.flags.string('clusterrole');
  const subjects = subjectList(subjectsOf(k));
  const object = {
    kind: 'ClusterRoleBinding',
    apiVersion: `${RBAC}/v1`,
    metadata: metadata(k, name, { namespaced: false }),
    ...(subjects.length > 0 ? { subjects } : {}),
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: clusterRole },
  };
  yield* finish(k, {
    object,
    root: ROOT,
    plural: 'clusterrolebindings',
    namespaced: false,
    failure: 'failed to create clusterrolebinding: ',
  });
}

interface ResourceRef {
  group: string;
  resource: string;
  subresource: string;
}

/** Verbs and resources of --verb and --resource, checked. Models create_role.go. */
function* parseRule(k: Kubectl, cluster: boolean) {
  let verbs = [...new Set(k.flags.list('verb'))];
  if (verbs.includes('*')) verbs = ['*'];
  const resources: ResourceRef[] = [];
  for (const word of k.flags.list('resource')) resources.push(yield* parseResource(k, word));
  const names = k.flags.list('resource-name');
  const urls = cluster ? k.flags.list('non-resource-url') : [];
  if (verbs.length === 0) throw new KubectlError('at least one verb must be specified');
  if (resources.length === 0 && urls.length === 0) {
    throw new KubectlError(
      cluster
        ? 'one of resource or nonResourceURL must be specified'
        : 'at least one resource must be specified',
    );
  }
  if (!cluster && names.length > 0 && resources.length === 0)
    throw new KubectlError('one of resource must be specified when using resourceNames');
  if (urls.length > 0 && resources.length > 0)
    throw new KubectlError('invalid verb for both resource and nonresource');
  for (const url of urls) {
    if (url === '*') continue;
    if (url === '' || !url.startsWith('/')) throw new KubectlError(`nonResourceURL should start with /`);
    if (url.includes('*') && url.indexOf('*') !== url.length - 1)
      throw new KubectlError(`nonResourceURL only supports wildcard matches when '*' is at the end`);
  }
  yield* checkVerbs(k, verbs, resources, urls);
  return { verbs, resources, names, urls };
}

function* checkVerbs(
  k: Kubectl,
  verbs: readonly string[],
  resources: readonly ResourceRef[],
  urls: readonly string[],
) {
  for (const verb of verbs) {
    if (urls.length > 0) {
      if (!NON_RESOURCE_VERBS.includes(verb))
        throw new KubectlError(`invalid verb: '${verb}' for nonResourceURL`);
      continue;
    }
    if (verb === '*' || RESOURCE_VERBS.includes(verb)) {
      const special = SPECIAL_VERBS[verb];
      if (special && !resources.some(({ resource }) => special.includes(resource)))
        yield* k.err(`Warning: '${verb}' is not a standard resource verb\n`);
    } else yield* k.err(`Warning: '${verb}' is not a standard resource verb\n`);
  }
}

function* parseResource(k: Kubectl, word: string): Steps<ResourceRef> {
  const [typed = '', ...rest] = word.split('/');
  const subresource = rest.join('/');
  if (typed === '') throw new KubectlError(`resource must be specified`);
  if (typed === '*') return { group: '', resource: '*', subresource };
  const [name = '', ...group] = typed.split('.');
  const found = yield* k.resources.find(typed);
  if (found) return { group: found.group, resource: found.name, subresource };
  if (group.length === 0) {
    const special = Object.values(SPECIAL_VERBS).some((list) => list.includes(name));
    if (special) return { group: '', resource: name, subresource };
    throw new NoResourceMatch(name);
  }
  if (Object.values(SPECIAL_VERBS).some((list) => list.includes(name)))
    return { group: group.join('.'), resource: name, subresource };
  throw new NoResourceMatch(typed);
}

/** One rule a group, resources in the order given. */
function rulesOf(rule: {
  verbs: readonly string[];
  resources: readonly ResourceRef[];
  names: readonly string[];
  urls: readonly string[];
}): Fields[] {
  const groups = new Map<string, string[]>();
  for (const { group, resource, subresource } of rule.resources) {
    const name = subresource === '' ? resource : `${resource}/${subresource}`;
    const list = groups.get(group) ?? [];
    if (!list.includes(name)) list.push(name);
    groups.set(group, list);
  }
  const { verbs } = rule;
  const out: Fields[] = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, resources]) => ({
      verbs,
      apiGroups: [group],
      resources,
      ...(rule.names.length > 0 ? { resourceNames: [...rule.names] } : {}),
    }));
  if (rule.urls.length > 0) out.push({ verbs, nonResourceURLs: [...rule.urls] });
  return out;
}

export function* createRole(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const rules = rulesOf(yield* parseRule(k, false));
  const object = { kind: 'Role', apiVersion: `${RBAC}/v1`, metadata: metadata(k, name), rules };
  yield* finish(k, { object, root: ROOT, plural: 'roles', namespaced: true });
}

export function* createClusterRole(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const aggregation = k.flags.string('aggregation-rule');
  let body: Fields;
  if (aggregation !== '') {
    const given = ['verb', 'resource', 'resource-name', 'non-resource-url'];
    if (given.some((flag) => k.flags.list(flag).length > 0))
      throw new KubectlError(
        'aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames',
      );
    body = { rules: null, aggregationRule: { clusterRoleSelectors: [labelSelectorOf(aggregation)] } };
  } else body = { rules: rulesOf(yield* parseRule(k, true)) };
  const object = {
    kind: 'ClusterRole',
    apiVersion: `${RBAC}/v1`,
    metadata: metadata(k, name, { namespaced: false }),
    ...body,
  };
  yield* finish(k, { object, root: ROOT, plural: 'clusterroles', namespaced: false });
}
