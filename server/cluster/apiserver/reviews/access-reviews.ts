import { FieldErrors } from '../../../objects/field-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { Access } from '../authorize/access.ts';
import { bodyObject } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, invalid } from '../errors.ts';
import type { User } from '../user.ts';

/** May somebody do something? Models pkg/registry/authorization/subjectaccessreview. */
export function subjectAccessReview(call: ResourceCall): KubeObject {
  const review = bodyObject(call, call.served);
  checkAttributes(call, review, true);
  return decided(call, review, userOf(review.spec));
}

/** May I? */
export function selfSubjectAccessReview(call: ResourceCall): KubeObject {
  const review = bodyObject(call, call.served);
  checkAttributes(call, review, false);
  return decided(call, review, call.user);
}

/** May somebody, in this namespace? */
export function localSubjectAccessReview(call: ResourceCall): KubeObject {
  const review = bodyObject(call, call.served);
  const asked = review.spec?.resourceAttributes?.namespace ?? '';
  if (asked !== call.info.namespace) {
    throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${call.info.namespace}`);
  }
  checkAttributes(call, review, true);
  return decided(call, review, userOf(review.spec));
}

function userOf(spec: any): User {
  return { name: spec.user ?? '', groups: spec.groups ?? [], uid: spec.uid ?? '', extra: spec.extra ?? {} };
}

function checkAttributes(call: ResourceCall, { spec }: KubeObject, withUser: boolean): void {
  const errors = new FieldErrors();
  const { resourceAttributes, nonResourceAttributes } = spec ?? {};
  if (resourceAttributes && nonResourceAttributes) {
    errors.invalid(
      'spec.nonResourceAttributes',
      nonResourceAttributes,
      'cannot be specified in combination with resourceAttributes',
    );
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    errors.invalid(
      'spec.resourceAttributes',
      null,
      'exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  }
  if (withUser && !spec?.user && !(spec?.groups?.length > 0)) {
    errors.invalid('spec.user', '', 'at least one of user or group must be specified');
  }
  if (!errors.empty) throw invalid(call.served.kind, '', errors.list);
}

function decided(call: ResourceCall, review: KubeObject, user: User): KubeObject {
  const { allowed, denied, reason } = call.server.authorizer.decide(accessFrom(review.spec, user));
  const status = { allowed, ...(denied ? { denied } : {}), ...(reason ? { reason } : {}) };
  return { ...review, status };
}

function accessFrom(spec: any, user: User): Access {
  const { verb = '', path = '' } = spec.nonResourceAttributes ?? {};
  const nothing = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
  if (!spec.resourceAttributes) return { ...nothing, user, verb, path, isResource: false };
  const { fieldSelector, labelSelector: _, ...attributes } = spec.resourceAttributes;
  const selectedFields = selected(fieldSelector);
  return { ...nothing, verb: '', ...attributes, user, path: '', isResource: true, selectedFields };
}

function selected({ requirements = [] }: any = {}): Record<string, string> {
  return Object.fromEntries(
    requirements
      .filter(({ operator, values }: any) => operator === 'In' && values?.length === 1)
      .map(({ key, values }: any) => [key, values[0]]),
  );
}

/** Everything that I may do in a namespace. */
export function selfSubjectRulesReview(call: ResourceCall): KubeObject {
  const review = bodyObject(call, call.served);
  const namespace = review.spec?.namespace ?? '';
  if (namespace === '') throw badRequest('no namespace on request');
  const { rules, errors } = call.server.rulesFor(call.user, namespace);
  const resourceRules = rules
    .filter((rule) => (rule.resources ?? []).length > 0)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      apiGroups,
      resources,
      ...(resourceNames?.length ? { resourceNames } : {}),
    }));
  const nonResourceRules = rules
    .filter((rule) => (rule.nonResourceURLs ?? []).length > 0)
    .flatMap(({ verbs, nonResourceURLs = [] }) =>
      nonResourceURLs.map((url) => ({ verbs, nonResourceURLs: [url] })),
    );
  const evaluationError = errors.length > 0 ? { evaluationError: errors.join(', ') } : {};
  return { ...review, status: { resourceRules, nonResourceRules, incomplete: false, ...evaluationError } };
}
