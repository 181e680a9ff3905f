import { matches, selectorOf } from '../../../objects/label-selector.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { Served } from '../served.ts';
import type { Review } from './admission.ts';
import { matchedVersion } from './versions.ts';

/** `admissionregistration.k8s.io/v1` RuleWithOperations and NamedRuleWithOperations. */
interface Rule {
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly operations?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly scope?: string;
}

export interface MatchConstraints {
  readonly resourceRules?: readonly Rule[];
  readonly excludeResourceRules?: readonly Rule[];
  readonly namespaceSelector?: any;
  readonly objectSelector?: any;
  readonly matchPolicy?: string;
}

const has = (list: readonly string[] | undefined, value: string) =>
  list === undefined || list.includes('*') || list.includes(value);

function ruleMatches(rule: Rule, { operation, subresource, name }: Review, served: Served): boolean {
  const resource = subresource === '' ? served.resource : `${served.resource}/${subresource}`;
  const resources = rule.resources ?? [];
  const named = resources.some(
    (wanted) =>
      wanted === resource ||
      wanted === '*/*' ||
      (wanted === '*' && subresource === '') ||
      wanted === `${served.resource}/*` ||
      (subresource !== '' && wanted === `*/${subresource}`),
  );
  const scope = served.namespaced ? 'Namespaced' : 'Cluster';
  return (
    named &&
    has(rule.apiGroups, served.group) &&
    has(rule.apiVersions, served.version) &&
    has(rule.operations, operation) &&
    (!rule.scope || rule.scope === '*' || rule.scope === scope) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  );
}

/** The version of the request that one of the rules names. Models apiserver/pkg/admission/plugin/webhook/predicates/rules */
export function rulesMatch(
  rules: readonly Rule[] | undefined,
  review: Review,
  matchPolicy: string | undefined,
): Served | undefined {
  if (!rules?.length) return undefined;
  return matchedVersion(review, matchPolicy, (version) =>
    rules.some((rule) => ruleMatches(rule, review, version)),
  );
}

export function selectorsMatch(
  { namespaceSelector, objectSelector }: MatchConstraints,
  review: Review,
): boolean {
  const { object, old } = review;
  const byObject = selectorOf(objectSelector);
  if (byObject && byObject.length > 0) {
    const labels = [object, old].map((one) => one?.metadata?.labels);
    if (!labels.some((one) => matches(byObject, one))) return false;
  }
  const byNamespace = selectorOf(namespaceSelector);
  if (!byNamespace || byNamespace.length === 0) return true;
  const namespace = namespaceOf(review);
  return namespace === undefined || matches(byNamespace, namespace.metadata.labels);
}

/** The version in which constraints match a request. */
export function constraintsMatch(
  constraints: MatchConstraints | undefined,
  review: Review,
): Served | undefined {
  if (!constraints) return review.served;
  const { resourceRules, excludeResourceRules, matchPolicy } = constraints;
  const version = resourceRules ? rulesMatch(resourceRules, review, matchPolicy) : review.served;
  if (rulesMatch(excludeResourceRules, review, matchPolicy)) return undefined;
  return selectorsMatch(constraints, review) ? version : undefined;
}

/** The namespace that the object is in; of a namespace, itself. */
export function namespaceOf({ call, served, namespace, object, old }: Review): KubeObject | undefined {
  if (served.resource === 'namespaces' && served.group === '') return object ?? old;
  return namespace === '' ? undefined : call.server.store.log.get(`/registry/namespaces/${namespace}`)?.value;
}

/** What policies and webhooks never see, lest nobody can mend them. */
export function isExempt({ served }: Review): boolean {
  return served.group === 'admissionregistration.k8s.io' || served.kind.stored === false;
}

/** Objects of a kind of the group, in name order. */
export function registered({ call }: Review, resource: string): KubeObject[] {
  const served = call.server.served.find('admissionregistration.k8s.io', 'v1', resource);
  // Every write asks, and mostly there are none.
  const none = !served || call.server.store.log.count(served.prefix) === 0;
  return none ? [] : call.server.store.list(served);
}
