import { celValue, compileCel } from '../../../objects/cel.ts';
import type { Access, Authorizer, Decision } from './access.ts';
import { NO_OPINION } from './access.ts';

/**
 * Asks somebody else with a SubjectAccessReview. `onFailure` is what holds where nobody answers. Models
 * apiserver/plugin/pkg/authorizer/webhook.
 */
export function webhookAuthorizer(
  ask: (review: unknown) => any,
  version: string,
  onFailure: 'NoOpinion' | 'Deny' = 'NoOpinion',
): Authorizer {
  return {
    decide(access) {
      try {
        return decisionOf(ask(reviewOf(access, version))?.status ?? {});
      } catch {
        // The reason is for the server's log: clients only see that nobody allowed it.
        return onFailure === 'Deny' ? { allowed: false, denied: true, reason: '' } : NO_OPINION;
      }
    },
  };
}

/**
 * Asks only about what all conditions hold for; one that fails counts as the failure policy says. Models
 * apiserver/pkg/authorization/cel.
 */
export function onlyWhere(
  conditions: readonly string[],
  asked: Authorizer,
  onFailure: 'NoOpinion' | 'Deny',
): Authorizer {
  return {
    decide(access) {
      const request = celValue(reviewOf(access, 'v1').spec);
      let failed = false;
      for (const expression of conditions) {
        try {
          if (compileCel(expression)({ request }) !== true) return NO_OPINION;
        } catch {
          failed = true;
        }
      }
      if (!failed) return asked.decide(access);
      return onFailure === 'Deny' ? { allowed: false, denied: true, reason: '' } : NO_OPINION;
    },
  };
}

function decisionOf({ allowed, denied, reason = '' }: any): Decision {
  if (allowed && !denied) return { allowed: true, reason };
  return { allowed: false, reason, ...(denied ? { denied: true } : {}) };
}

function reviewOf(access: Access, version: string) {
  const { user, verb, isResource, path, namespace, group, resource, subresource, name } = access;
  const attributes = { namespace, verb, group, version: access.version, resource, subresource, name };
  const requirements = Object.entries(access.selectedFields ?? {}).map(([key, value]) => ({
    key,
    operator: 'In',
    values: [value],
  }));
  const given = {
    ...Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== '')),
    ...(requirements.length > 0 ? { fieldSelector: { requirements } } : {}),
  };
  const groups = version === 'v1beta1' ? { group: user.groups } : { groups: user.groups };
  return {
    kind: 'SubjectAccessReview',
    apiVersion: `authorization.k8s.io/${version}`,
    metadata: { creationTimestamp: null },
    spec: {
      ...(isResource ? { resourceAttributes: given } : { nonResourceAttributes: { path, verb } }),
      user: user.name,
      ...groups,
      ...(user.extra ? { extra: user.extra } : {}),
      ...(user.uid ? { uid: user.uid } : {}),
    },
    status: { allowed: false },
  };
}
