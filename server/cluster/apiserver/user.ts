/** Who makes a request. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
export const AUTHENTICATED = 'system:authenticated';
export const MASTERS = 'system:masters';

/** The server itself, where it acts on its own account. */
export const LOOPBACK: User = { name: 'system:apiserver', groups: [MASTERS, AUTHENTICATED] };

/** Adds the group that everybody who is known has. */
export function authenticated(user: User): User {
  if (user.name === ANONYMOUS.name || user.groups.includes(AUTHENTICATED)) return user;
  return { ...user, groups: [...user.groups, AUTHENTICATED] };
}

/** `{namespace, name}` of `system:serviceaccount:ns:name`. */
export function serviceAccountOf(user: User): { namespace: string; name: string } | undefined {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user.name);
  return match ? { namespace: match[1] as string, name: match[2] as string } : undefined;
}

/** Whom a token of a service account is from. */
export function accountUser(namespace: string, name: string, uid = ''): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  };
}
