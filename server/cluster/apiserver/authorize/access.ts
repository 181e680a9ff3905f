import type { ApiError } from '../../../objects/api-error.ts';
import type { Call } from '../call.ts';
import { forbidden } from '../errors.ts';
import type { User } from '../user.ts';

/** What somebody wants to do. Models apiserver/pkg/authorization/authorizer Attributes. */
export interface Access {
  readonly user: User;
  readonly verb: string;
  readonly isResource: boolean;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** What lists, watches and deletions of many are narrowed to: fields that must have a value. */
  readonly selectedFields?: Readonly<Record<string, string>>;
  /** Of a request, where it is known already: see `whatOf`. */
  readonly what?: string;
}

/** Nobody's opinion is a no; `reason` is added to what the client is told. */
export interface Decision {
  readonly allowed: boolean;
  readonly denied?: boolean;
  readonly reason: string;
}

export interface Authorizer {
  decide(access: Access): Decision;
}

export const NO_OPINION: Decision = { allowed: false, reason: '' };

const SELECTABLE = new Set(['list', 'watch', 'deletecollection']);

/** A list or watch of one object by its name counts as one of that name, as in apiserver's RequestInfo. */
export function accessOf({ info, user, server }: Call): Access {
  const { verb, isResource, path, group, version, resource, subresource, namespace, name, what } = info;
  const access = {
    user,
    verb,
    isResource,
    path,
    group,
    version,
    resource,
    subresource,
    namespace,
    name,
    what,
  };
  const selector = isResource && SELECTABLE.has(verb) ? info.query.get('fieldSelector') : null;
  return selector ? narrowed(access, selector, server) : access;
}

function narrowed(access: Access, selector: string, { gates }: Call['server']): Access {
  const selectedFields = fieldsOf(selector);
  const only = Object.keys(selectedFields).length === 1 && !selector.includes(',');
  const name = access.name || (only ? (selectedFields['metadata.name'] ?? '') : '');
  return gates.isOn('AuthorizeWithSelectors') ? { ...access, name, selectedFields } : { ...access, name };
}

/** What `a=x,b!=y` says of fields that are equal to something. */
function fieldsOf(selector: string): Record<string, string> {
  const pairs = selector.split(',').map((part) => /^([^!=]+)==?([^!=]+)$/.exec(part));
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1], pair[2]]] : [])));
}

/** Asks one after the other; the first that allows or denies decides, and reasons are joined. */
export function union(authorizers: readonly Authorizer[]): Authorizer {
  return {
    decide(access) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = authorizer.decide(access);
        if (decision.allowed || decision.denied) return decision;
        if (decision.reason) reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join('\n') };
    },
  };
}

/** Models apiserver/pkg/endpoints/handlers/responsewriters forbiddenMessage. */
export function forbiddenError(access: Access, reason: string): ApiError {
  const { user, verb, group, resource, subresource, namespace, name, path } = access;
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  const because = reason === '' ? '' : `: ${reason}`;
  if (!access.isResource) {
    return forbidden({ group: '', resource: '' }, '', `${who} path ${JSON.stringify(path)}${because}`);
  }
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return forbidden(
    { group, resource },
    name,
    `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}${because}`,
  );
}

export const ALWAYS_ALLOW: Authorizer = { decide: () => ({ allowed: true, reason: '' }) };
export const ALWAYS_DENY: Authorizer = {
  decide: () => ({ allowed: false, reason: 'Everything is forbidden.' }),
};
