import { ApiError } from '../../../objects/api-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { Access } from '../authorize/access.ts';
import { type PolicyRule, showRules, uncovered } from '../authorize/rules.ts';
import type { ResourceCall } from '../call.ts';
import { forbidden } from '../errors.ts';
import type { StorageHook } from '../hooks.ts';
import { MASTERS } from '../user.ts';

/** Nobody hands out rights they do not have. Models pkg/registry/rbac/clusterrole/policybased. */
export const roleHook: StorageHook = {
  beforeCreate: (call, object) => checkRole(call, object),
  beforeUpdate(call, object, old) {
    const same =
      equalValues(object['rules'], old['rules']) &&
      equalValues(object['aggregationRule'], old['aggregationRule']);
    if (!same) checkRole(call, object);
  },
};

/** Nor bind others to roles that say more. Models pkg/registry/rbac/clusterrolebinding/policybased. */
export const bindingHook: StorageHook = {
  beforeCreate: (call, object) => checkBinding(call, object),
  beforeUpdate(call, object, old) {
    const same =
      equalValues(object['roleRef'], old['roleRef']) && equalValues(object['subjects'], old['subjects']);
    if (!same) checkBinding(call, object);
  },
};

function checkRole(call: ResourceCall, role: KubeObject): void {
  const { served, user } = call;
  if (user.groups.includes(MASTERS) || may(call, 'escalate', served.resource, role.metadata.name)) return;
  const wanted = (role['rules'] ?? []) as PolicyRule[];
  if (role['aggregationRule'] && !hasEverything(call)) {
    throw forbidden(
      served,
      role.metadata.name,
      'must have cluster-admin privileges to use an aggregationRule',
    );
  }
  confirm(call, role.metadata.name, wanted);
}

function checkBinding(call: ResourceCall, binding: KubeObject): void {
  const { served, user, server } = call;
  const { kind, name } = binding['roleRef'] ?? {};
  const resource = kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (user.groups.includes(MASTERS)) return;
  if (kind !== 'ClusterRole' && kind !== 'Role') {
    throw new ApiError(500, undefined, `unsupported role reference kind: ${JSON.stringify(kind ?? '')}`);
  }
  if (may(call, 'bind', resource, name)) return;
  const rules = server.rulesOfRole(call.info.namespace, kind, name);
  if (rules === undefined) {
    throw new ApiError(404, 'NotFound', `${resource}.${served.group} ${JSON.stringify(name)} not found`, {
      name,
      group: served.group,
      kind: resource,
    });
  }
  confirm(call, binding.metadata.name, rules);
}

function hasEverything(call: ResourceCall): boolean {
  const { rules } = call.server.rulesFor(call.user, '');
  const all = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ];
  return uncovered(rules, all).length === 0;
}

function confirm(call: ResourceCall, name: string, wanted: readonly PolicyRule[]): void {
  const { user, server, served, info } = call;
  const { rules, errors } = server.rulesFor(user, info.namespace);
  const missing = uncovered(rules, wanted);
  if (missing.length === 0) return;
  const groups = `[${user.groups.map((group) => JSON.stringify(group)).join(' ')}]`;
  const resolution = errors.length > 0 ? `; resolution errors: [${errors.join(', ')}]` : '';
  throw forbidden(
    served,
    name,
    `user ${JSON.stringify(user.name)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${showRules(missing)}${resolution}`,
  );
}

function may(call: ResourceCall, verb: string, resource: string, name: string): boolean {
  const access: Access = {
    user: call.user,
    verb,
    isResource: true,
    path: '',
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    resource,
    subresource: '',
    namespace: call.info.namespace,
    name,
  };
  return call.server.authorizer.decide(access).allowed;
}
