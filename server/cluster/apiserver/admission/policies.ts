import { ApiError, type StatusReason } from '../../../objects/api-error.ts';
import { celError, celMessage, celValue, compileCel } from '../../../objects/cel.ts';
import { type CelAccess, CelAuthorizer } from '../../../objects/cel-authorizer.ts';
import { type CelBudget, CelBudgetError, OBJECT_BUDGET } from '../../../objects/cel-meter.ts';
import { matches, selectorOf } from '../../../objects/label-selector.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { annotate, warn } from '../call.ts';
import { forbidden } from '../errors.ts';
import type { Served } from '../served.ts';
import { accountUser, authenticated } from '../user.ts';
import type { AdmissionPlugin, Review } from './admission.ts';
import { constraintsMatch, isExempt, namespaceOf, registered } from './matching.ts';
import { kindOf, type MatchedReview, resourceOf, seenIn } from './versions.ts';

/** Objects keep to the expressions of policies that are bound. Models admission/plugin/policy/validating. */
export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  validate(review) {
    if (isExempt(review)) return;
    const bindings = registered(review, 'validatingadmissionpolicybindings');
    if (bindings.length === 0) return;
    const policies = new Map(
      registered(review, 'validatingadmissionpolicies').map((p) => [p.metadata.name, p]),
    );
    for (const binding of bindings) {
      const policy = policies.get(binding.spec?.policyName);
      if (policy) checkBinding(review, policy, binding);
    }
  },
};

function checkBinding(review: Review, policy: KubeObject, binding: KubeObject): void {
  const version = constraintsMatch(policy.spec?.matchConstraints, review);
  if (!version) return;
  if (!constraintsMatch(binding.spec?.matchResources, review)) return;
  const found = paramsFor(review, policy, binding);
  if (found === undefined) {
    act(review, policy, binding, {
      message:
        'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
    });
    return;
  }
  for (const params of found) {
    for (const failure of failures(seenIn(review, version), policy, params))
      act(review, policy, binding, failure);
  }
}

interface Failure {
  readonly message: string;
  /** Which of the policy's validations it is. */
  readonly index?: number;
  readonly reason?: StatusReason;
}

/** The objects that a policy's expressions see as `params`; undefined when they must be there and are not. */
function paramsFor(
  { call, namespace }: Review,
  policy: KubeObject,
  binding: KubeObject,
): (KubeObject | null)[] | undefined {
  const kind = policy.spec?.paramKind;
  const reference = binding.spec?.paramRef;
  if (!kind || !reference) return [null];
  const [group = '', version] = kind.apiVersion.includes('/')
    ? kind.apiVersion.split('/')
    : ['', kind.apiVersion];
  const served = call.server.served
    .all()
    .find((one) => one.group === group && one.version === version && one.kind.kind === kind.kind);
  const where = served?.namespaced ? (reference.namespace ?? namespace) : '';
  const found = served ? referred(call, served, where, reference) : [];
  if (found.length > 0) return found;
  return reference.parameterNotFoundAction === 'Allow' ? [] : undefined;
}

/** The object that a binding names, or all that it selects. */
function referred(
  { server }: Review['call'],
  served: Served,
  namespace: string,
  reference: any,
): KubeObject[] {
  if (reference.name) {
    const object = server.store.find(served, namespace, reference.name);
    return object ? [object] : [];
  }
  const selector = selectorOf(reference.selector);
  if (!selector) return [];
  return server.store.list(served, namespace).filter(({ metadata }) => matches(selector, metadata.labels));
}

function failures(review: MatchedReview, policy: KubeObject, params: KubeObject | null): Failure[] {
  const {
    matchConditions = [],
    validations = [],
    variables = [],
    failurePolicy = 'Fail',
  } = policy.spec ?? {};
  const context = contextOf(review, params);
  const found: Failure[] = [];
  try {
    for (const { expression } of matchConditions) if (compileCel(expression)(context) !== true) return [];
  } catch (error) {
    return failurePolicy === 'Fail' ? [{ message: celError(error) }] : [];
  }
  const budget = { left: OBJECT_BUDGET };
  defineVariables(context, variables, budget);
  for (const [index, { expression, message, messageExpression, reason }] of validations.entries()) {
    try {
      if (compileCel(expression)(context, budget) === true) continue;
      const text = celMessage(messageExpression, context) ?? message ?? `failed expression: ${expression}`;
      found.push({ message: text, index, ...(reason ? { reason } : {}) });
    } catch (error) {
      if (failurePolicy !== 'Fail') continue;
      if (error instanceof CelBudgetError) return [...found, { message: error.message }];
      found.push({ message: `expression '${expression}' resulted in error: ${celError(error)}`, index });
    }
  }
  return [...found, ...noteValues(review, policy, context, budget)];
}

/** Writes what a policy has to say of each request into the audit log. */
function noteValues(
  { call }: Review,
  { metadata, spec }: KubeObject,
  context: Record<string, unknown>,
  budget: CelBudget,
): Failure[] {
  const found: Failure[] = [];
  for (const { key, valueExpression } of spec?.auditAnnotations ?? []) {
    try {
      const value = compileCel(valueExpression)(context, budget);
      const text = typeof value === 'string' ? value.trim() : '';
      const name = `${metadata.name}/${key}`;
      const before = call.annotations[name]?.split(', ') ?? [];
      if (text !== '' && !before.includes(text)) annotate(call, name, [...before, text].join(', '));
    } catch (error) {
      if (spec?.failurePolicy === 'Ignore') continue;
      const message = `expression '${valueExpression}' resulted in error: ${celError(error)}`;
      found.push({ message });
    }
  }
  return found;
}

/** What expressions see of a request. Models admission/plugin/cel CreateAdmissionRequest. */
export function contextOf(review: MatchedReview, params: KubeObject | null): Record<string, unknown> {
  const { call, operation, subresource, namespace, name, object, old, dryRun } = review;
  const { user } = call;
  const userInfo = { username: user.name, groups: user.groups, uid: user.uid ?? '', extra: user.extra ?? {} };
  const request = {
    kind: kindOf(review.served),
    resource: resourceOf(review.served),
    subResource: subresource,
    name,
    namespace,
    operation,
    userInfo,
    dryRun,
    requestKind: kindOf(review.requested),
    requestResource: resourceOf(review.requested),
  };
  return {
    object: object === undefined ? null : celValue(object),
    oldObject: old === undefined ? null : celValue(old),
    request: celValue(request),
    params: params === null ? null : celValue(params),
    namespaceObject: celValue(namespaceOf(review) ?? null),
    authorizer: authorizerOf(review),
  };
}

/** What expressions ask about who makes the request. */
function authorizerOf({ call, served, subresource, namespace, name }: Review): CelAuthorizer {
  const ask = ({ serviceAccount, path, ...asked }: CelAccess) => {
    const user = serviceAccount
      ? authenticated(accountUser(serviceAccount.namespace, serviceAccount.name))
      : call.user;
    const none = {
      verb: '',
      group: '',
      version: '*',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
    };
    return call.server.authorizer.decide({
      ...none,
      ...asked,
      user,
      path: path ?? '',
      isResource: path === undefined,
    });
  };
  const { group, resource } = served;
  return new CelAuthorizer(ask, { group, resource, subresource, namespace, name });
}

/** Later variables may use earlier ones; each is worked out when somebody asks for it, once. */
function defineVariables(
  context: Record<string, unknown>,
  variables: readonly { name: string; expression: string }[],
  budget: CelBudget,
): void {
  const values: Record<string, unknown> = {};
  context['variables'] = values;
  for (const { name, expression } of variables) {
    const get = () => {
      const value = compileCel(expression)(context, budget);
      Object.defineProperty(values, name, { value, enumerable: true });
      return value;
    };
    Object.defineProperty(values, name, { get, enumerable: true, configurable: true });
  }
}

const VALIDATION_FAILURE = 'validation.policy.admission.k8s.io/validation_failure';

const CODES: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

function act(
  review: Review,
  policy: KubeObject,
  binding: KubeObject,
  { message, index = 0, reason = 'Invalid' }: Failure,
): void {
  const actions: string[] = binding.spec?.validationActions ?? ['Deny'];
  const who = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  if (actions.includes('Warn')) warn(review.call, `Validation failed for ${who}: ${message}`);
  if (actions.includes('Audit')) {
    const [policyName, bindingName] = [policy.metadata.name, binding.metadata.name];
    const failure = {
      message,
      policy: policyName,
      binding: bindingName,
      expressionIndex: index,
      validationActions: actions,
    };
    review.call.annotations[VALIDATION_FAILURE] ??= JSON.stringify([failure]);
  }
  if (!actions.includes('Deny')) return;
  const text = `${who} denied request: ${message}`;
  const error = forbidden(review.served, review.name, text);
  throw new ApiError(CODES[reason] ?? 422, reason, error.message, {
    ...error.details,
    causes: [{ message: text }],
  });
}
