import type { KubeObject } from '../../../objects/object.ts';
import { addQuantities, compareQuantities, subtractQuantities } from '../../../objects/quantity.ts';
import { type Amounts, inScope, missingRequirements, usageOf } from '../../kinds/resource-quota/usage.ts';
import { forbidden } from '../errors.ts';
import type { Served } from '../served.ts';
import type { AdmissionPlugin, Review } from './admission.ts';

/** Updates of these change what they count for. */
const COUNTED_ON_UPDATE = new Set(['pods', 'services', 'persistentvolumeclaims']);

/** Nothing is created that goes beyond a quota of its namespace. Models apiserver/pkg/admission/plugin/resourcequota. */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  validate(review) {
    const { served, operation, subresource, object, namespace, dryRun } = review;
    if (!object || !served.namespaced || (subresource !== '' && subresource !== 'resize')) return;
    if (operation === 'UPDATE' && !COUNTED_ON_UPDATE.has(served.resource)) return;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return;
    const { store } = review.call.server;
    const quotas = store.log.list(`/registry/resourcequotas/${namespace}/`);
    if (operation === 'CREATE') checkLimited(review, object, quotas);
    if (quotas.length === 0) return;
    const changes = quotas.flatMap(({ value }) => charge(review, object, value) ?? []);
    if (dryRun) return;
    const type = review.call.server.served.find('', 'v1', 'resourcequotas') as Served;
    for (const { quota, used } of changes) {
      store.update(type, quota, { ...quota, status: { ...quota.status, used } });
    }
  },
};

/** What may only be used where a quota speaks of it, by the server's configuration. */
export interface LimitedResource {
  readonly apiGroup?: string;
  readonly resource: string;
  readonly matchContains?: readonly string[];
  readonly matchScopes?: readonly Scope[];
}

interface Scope {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Models the limited resources of apiserver/pkg/admission/plugin/resourcequota CheckRequest. */
function checkLimited(review: Review, object: KubeObject, quotas: readonly { value: KubeObject }[]): void {
  const { served, name, call } = review;
  const all = call.server.admissionConfiguration.limitedResources ?? [];
  const limited = all.filter(
    ({ apiGroup = '', resource }) => apiGroup === served.group && resource === served.resource,
  );
  if (limited.length === 0) return;
  const matching = quotas.map(({ value }) => value).filter((one) => inScope(one, served.resource, object));
  const covered = new Set(matching.flatMap(({ spec }) => Object.keys(spec?.hard ?? {})));
  const parts = limited.flatMap(({ matchContains = [] }) => matchContains);
  const open = Object.keys(usageOf(served.resource, served.group, object))
    .filter((what) => parts.some((part) => what.includes(part)) && !covered.has(what))
    .sort();
  if (open.length > 0) throw forbidden(served, name, `insufficient quota to consume: ${open.join(',')}`);
  const spoken = new Set<string>(
    matching.flatMap(({ spec }) =>
      (spec?.scopeSelector?.matchExpressions ?? []).map((one: Scope) => one.scopeName),
    ),
  );
  const uncovered = limited
    .flatMap(({ matchScopes = [] }) => matchScopes)
    .filter((scope) => inScope(quotaOfScope(scope), served.resource, object) && !spoken.has(scope.scopeName));
  if (uncovered.length === 0) return;
  const shown = uncovered.map(
    ({ scopeName, operator, values = [] }) => `{${scopeName} ${operator} [${values.join(' ')}]}`,
  );
  throw forbidden(served, name, `insufficient quota to match these scopes: [${shown.join(' ')}]`);
}

/** A quota that is about this scope alone, to see what it matches. */
function quotaOfScope(scope: Scope): KubeObject {
  return { spec: { scopeSelector: { matchExpressions: [scope] } } } as unknown as KubeObject;
}

interface Charge {
  readonly quota: KubeObject;
  readonly used: Amounts;
}

/** The quota's new usage, or undefined when the object does not count. Throws when it is too much. */
function charge(review: Review, object: KubeObject, quota: KubeObject): Charge | undefined {
  const { served, old, operation } = review;
  if (!inScope(quota, served.resource, object)) return undefined;
  const hard: Amounts = quota.spec?.hard ?? {};
  const usage = usageOf(served.resource, served.group, object);
  const concerned = Object.keys(hard).filter((name) => usage[name] !== undefined);
  checkRequirements(review, object, quota, Object.keys(hard));
  if (concerned.length === 0) return undefined;
  const before = operation === 'UPDATE' && old ? usageOf(served.resource, served.group, old) : {};
  const delta: Amounts = {};
  for (const name of concerned) delta[name] = subtractQuantities(usage[name] as string, before[name] ?? '0');
  return settle(review, quota, hard, delta);
}

function checkRequirements(
  review: Review,
  object: KubeObject,
  quota: KubeObject,
  hard: readonly string[],
): void {
  const { served, operation, name } = review;
  if (served.resource !== 'pods' || served.group !== '' || operation !== 'CREATE') return;
  const missing = missingRequirements(object, hard);
  if (missing.size === 0) return;
  const text = [...missing].map(([what, containers]) => `${what} for: ${containers.join(',')}`).join('; ');
  throw forbidden(served, name, `failed quota: ${quota.metadata.name}: must specify ${text}`);
}

function settle(review: Review, quota: KubeObject, hard: Amounts, delta: Amounts): Charge | undefined {
  const { served, name } = review;
  const grown = Object.keys(delta).filter((what) => compareQuantities(delta[what] as string, '0') > 0);
  const used: Amounts = quota.status?.used ?? {};
  const unknown = grown.filter(
    (what) => used[what] === undefined || quota.status?.hard?.[what] === undefined,
  );
  if (unknown.length > 0) {
    const why = `status unknown for quota: ${quota.metadata.name}, resources: ${unknown.sort().join(',')}`;
    throw forbidden(served, name, why);
  }
  const next: Amounts = { ...used };
  for (const [what, amount] of Object.entries(delta)) next[what] = addQuantities(used[what] ?? '0', amount);
  const exceeded = grown
    .filter((what) => compareQuantities(next[what] as string, hard[what] as string) > 0)
    .sort();
  if (exceeded.length > 0) {
    const show = (amounts: Amounts) => exceeded.map((what) => `${what}=${amounts[what]}`).join(',');
    throw forbidden(
      served,
      name,
      `exceeded quota: ${quota.metadata.name}, requested: ${show(delta)}, used: ${show(used)}, limited: ${show(hard)}`,
    );
  }
  const changed = Object.keys(delta).some((what) => compareQuantities(delta[what] as string, '0') !== 0);
  return changed ? { quota, used: next } : undefined;
}
