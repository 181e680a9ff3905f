import type { KubeObject } from '../../../objects/object.ts';
import { addQuantities, compareQuantities } from '../../../objects/quantity.ts';

export type Amounts = Record<string, string>;

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];

/** What an object counts for, in the names that quotas use. Models pkg/quota/v1/evaluator/core. */
export function usageOf(resource: string, group: string, object: KubeObject): Amounts {
  const name = group === '' ? resource : `${resource}.${group}`;
  const counted: Amounts = { [`count/${name}`]: '1' };
  switch (name) {
    case 'pods':
      return isTerminal(object) ? counted : { ...counted, ...podUsage(object) };
    case 'services':
      return { ...counted, services: '1', ...serviceUsage(object) };
    case 'persistentvolumeclaims':
      return { ...counted, persistentvolumeclaims: '1', ...claimUsage(object) };
    case 'configmaps':
    case 'secrets':
    case 'replicationcontrollers':
    case 'resourcequotas':
      return { ...counted, [name]: '1' };
    default:
      return counted;
  }
}

export function isTerminal({ status }: KubeObject): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

function podUsage(pod: KubeObject): Amounts {
  const usage: Amounts = { pods: '1' };
  const overhead: Amounts = pod.spec.overhead ?? {};
  const withOverhead = (amounts: Amounts) => {
    const total = { ...amounts };
    for (const [name, amount] of Object.entries(overhead)) {
      if (total[name] !== undefined) total[name] = addQuantities(total[name], amount);
    }
    return total;
  };
  for (const [name, amount] of Object.entries(withOverhead(podSum(pod, 'requests')))) {
    if (COMPUTE.includes(name)) usage[name] = amount;
    if (COMPUTE.includes(name) || name.startsWith('hugepages-') || name.includes('/'))
      usage[`requests.${name}`] = amount;
    if (name.startsWith('hugepages-')) usage[name] = amount;
  }
  for (const [name, amount] of Object.entries(withOverhead(podSum(pod, 'limits')))) {
    if (COMPUTE.includes(name)) usage[`limits.${name}`] = amount;
  }
  return usage;
}

function serviceUsage({ spec = {} }: KubeObject): Amounts {
  const ports = String((spec.ports ?? []).length);
  if (spec.type === 'NodePort') return { 'services.nodeports': ports, 'services.loadbalancers': '0' };
  if (spec.type !== 'LoadBalancer') return { 'services.nodeports': '0', 'services.loadbalancers': '0' };
  const withPorts = spec.allocateLoadBalancerNodePorts !== false;
  return { 'services.nodeports': withPorts ? ports : '0', 'services.loadbalancers': '1' };
}

function claimUsage({ spec = {} }: KubeObject): Amounts {
  const storage = spec.resources?.requests?.storage ?? '0';
  const usage: Amounts = { 'requests.storage': storage };
  const className = spec.storageClassName;
  if (className) {
    const suffix = `${className}.storageclass.storage.k8s.io`;
    usage[`${suffix}/requests.storage`] = storage;
    usage[`${suffix}/persistentvolumeclaims`] = '1';
  }
  return usage;
}

/** What quotas make pods say, and nothing else: upstream regrets even these. */
const DEMANDED = /^((requests|limits)\.)?(cpu|memory)$/;

/** Containers that leave out what a quota makes them say, by what they leave out. */
export function missingRequirements(pod: KubeObject, hard: readonly string[]): Map<string, string[]> {
  const missing = new Map<string, string[]>();
  const wanted = hard.filter((name) => DEMANDED.test(name)).sort();
  const containers: any[] = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  for (const name of wanted) {
    const part = name.startsWith('limits.') ? 'limits' : 'requests';
    const plain = name.replace(/^(requests|limits)\./, '');
    const without = containers.filter(({ resources }) => resources?.[part]?.[plain] === undefined);
    if (without.length > 0) missing.set(name, without.map((container) => container.name as string).sort());
  }
  return missing;
}

/** True for a pod that asks for nothing. */
function isBestEffort(pod: KubeObject): boolean {
  const containers: any[] = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  const asks = (amounts: Amounts = {}) =>
    Object.entries(amounts).some(([name, amount]) => (name === 'cpu' || name === 'memory') && amount !== '0');
  return !containers.some(({ resources }) => asks(resources?.requests) || asks(resources?.limits));
}

interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** True when a quota's scopes take the object in; quotas with pod scopes count nothing but pods. */
export function inScope(quota: KubeObject, resource: string, object: KubeObject): boolean {
  const requirements: ScopeRequirement[] = [
    ...(quota.spec?.scopes ?? []).map((scopeName: string) => ({ scopeName, operator: 'Exists' })),
    ...(quota.spec?.scopeSelector?.matchExpressions ?? []),
  ];
  if (requirements.length === 0) return true;
  if (resource === 'persistentvolumeclaims') {
    return requirements.every(
      (one) => one.scopeName === 'VolumeAttributesClass' && classMatches(one, object),
    );
  }
  return resource === 'pods' && requirements.every((requirement) => podMatches(requirement, object));
}

function classMatches({ operator, values = [] }: ScopeRequirement, claim: KubeObject): boolean {
  return valueMatches(operator, values, claim.spec?.volumeAttributesClassName ?? '');
}

function valueMatches(operator: string, values: readonly string[], value: string): boolean {
  switch (operator) {
    case 'Exists':
      return value !== '';
    case 'DoesNotExist':
      return value === '';
    case 'In':
      return values.includes(value);
    default:
      return !values.includes(value);
  }
}

function podMatches({ scopeName, operator, values = [] }: ScopeRequirement, pod: KubeObject): boolean {
  const terminating = pod.spec.activeDeadlineSeconds !== undefined && pod.spec.activeDeadlineSeconds >= 0;
  switch (scopeName) {
    case 'Terminating':
      return terminating;
    case 'NotTerminating':
      return !terminating;
    case 'BestEffort':
      return isBestEffort(pod);
    case 'NotBestEffort':
      return !isBestEffort(pod);
    case 'PriorityClass':
      return valueMatches(operator, values, pod.spec.priorityClassName ?? '');
    case 'CrossNamespacePodAffinity':
      return usesForeignNamespaces(pod);
    default:
      return false;
  }
}

function usesForeignNamespaces({ spec }: KubeObject): boolean {
  const parts = [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity];
  const terms: any[] = parts.flatMap((part) => [
    ...(part?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(part?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((p: any) => p.podAffinityTerm),
  ]);
  return terms.some((term) => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined);
}

/** What a pod needs at once: its containers together, or the largest init container. Sidecars count with the former. */
export function podSum(pod: KubeObject, part: 'requests' | 'limits'): Amounts {
  const total: Amounts = {};
  const add = (amounts: Amounts = {}) => {
    for (const [name, amount] of Object.entries(amounts))
      total[name] = addQuantities(total[name] ?? '0', amount);
  };
  for (const container of pod.spec.containers ?? []) add(container.resources?.[part]);
  const sidecars: Amounts = {};
  let largest: Amounts = {};
  for (const container of pod.spec.initContainers ?? []) {
    const amounts: Amounts = container.resources?.[part] ?? {};
    if (container.restartPolicy === 'Always') {
      add(amounts);
      for (const [name, amount] of Object.entries(amounts))
        sidecars[name] = addQuantities(sidecars[name] ?? '0', amount);
      largest = maximum(largest, sidecars);
    } else {
      const withSidecars = { ...sidecars };
      for (const [name, amount] of Object.entries(amounts)) {
        withSidecars[name] = addQuantities(withSidecars[name] ?? '0', amount);
      }
      largest = maximum(largest, withSidecars);
    }
  }
  return maximum(total, largest);
}

function maximum(a: Amounts, b: Amounts): Amounts {
  const result = { ...a };
  for (const [name, amount] of Object.entries(b)) {
    if (result[name] === undefined || compareQuantities(amount, result[name]) > 0) result[name] = amount;
  }
  return result;
}
