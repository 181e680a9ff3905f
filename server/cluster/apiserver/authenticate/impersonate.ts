import type { HttpRequest } from '../../../host/index.ts';
import { type Access, type Authorizer, forbiddenError } from '../authorize/access.ts';
import { serviceAccountGroups } from '../authorize/rbac.ts';
import { badRequest } from '../errors.ts';
import { ANONYMOUS, authenticated, serviceAccountOf, type User } from '../user.ts';

/** The user that the request is to be made as, when the real one may. Models apiserver filters WithImpersonation. */
export function impersonated(request: HttpRequest, user: User, authorizer: Authorizer): User {
  const { headers } = request;
  if (!asksFor(headers)) return user;
  const name = headers['impersonate-user'];
  const groups = (headers['impersonate-group'] ?? '')
    .split(',')
    .map((g) => g.trim())
    .filter((g) => g !== '');
  const uid = headers['impersonate-uid'];
  const extra = extraOf(headers);
  if (name === undefined || name === '') {
    if (groups.length === 0 && !uid && Object.keys(extra).length === 0) return user;
    throw badRequest('requested impersonation without impersonating a user');
  }
  const ask = (resource: string, group: string, of: Partial<Access>) =>
    check(user, authorizer, resource, group, of);
  const account = serviceAccountOf({ name, groups: [] });
  if (account) ask('serviceaccounts', '', account);
  else ask('users', '', { name });
  for (const group of groups) ask('groups', '', { name: group });
  if (uid) ask('uids', 'authentication.k8s.io', { name: uid });
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) ask('userextras', 'authentication.k8s.io', { subresource: key, name: value });
  }
  const target: User = { name, groups, ...(uid ? { uid } : {}), extra };
  const own = groups.length === 0 ? serviceAccountGroups(target) : groups;
  if (name === ANONYMOUS.name) return { ...target, groups: own.length > 0 ? own : ANONYMOUS.groups };
  return authenticated({ ...target, groups: own });
}

function asksFor(headers: HttpRequest['headers']): boolean {
  for (const name in headers) if (name.startsWith('impersonate-')) return true;
  return false;
}

function extraOf(headers: Readonly<Record<string, string>>): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('impersonate-extra-')) continue;
    extra[decodeURIComponent(name.slice('impersonate-extra-'.length))] = [value];
  }
  return extra;
}

function check(
  user: User,
  authorizer: Authorizer,
  resource: string,
  group: string,
  of: Partial<Access>,
): void {
  const access: Access = {
    user,
    verb: 'impersonate',
    isResource: true,
    path: '',
    group,
    version: group === '' ? 'v1' : 'v1',
    resource,
    subresource: '',
    namespace: '',
    name: '',
    ...of,
  };
  const decision = authorizer.decide(access);
  if (!decision.allowed) throw forbiddenError(access, decision.reason);
}
