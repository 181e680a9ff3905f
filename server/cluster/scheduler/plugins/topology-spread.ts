import { matches, type Selector, selectorOf, selectorOfMap } from '../../../objects/label-selector.ts';
import { requiredNodeMatches, untolerated } from '../../client/placement.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Counts } from '../cache.ts';
import { type Cycle, type NodeTest, type Plugin, reject } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo, SpreadConstraint } from '../pod-info.ts';

const NAME = 'PodTopologySpread';
const HOSTNAME = 'kubernetes.io/hostname';
const TEXT = "node(s) didn't match pod topology spread constraints";
const SKEWED = reject(NAME, TEXT, false);
const NO_LABEL = reject(NAME, `${TEXT} (missing required label)`, true);

// Models pkg/scheduler/framework/plugins/podtopologyspread
export const podTopologySpread: Plugin = {
  name: NAME,
  filter: (cycle) => {
    const own = cycle.pod.pod.spec.topologySpreadConstraints?.length > 0;
    const constraints = (own ? cycle.pod.spread : defaultConstraints(cycle)).filter(({ hard }) => hard);
    return constraints.length > 0 ? filterBy(cycle, constraints) : undefined;
  },
  score: (cycle, nodes) => {
    const own = cycle.pod.pod.spec.topologySpreadConstraints?.length > 0;
    const constraints = (own ? cycle.pod.spread : defaultConstraints(cycle)).filter(({ hard }) => !hard);
    if (constraints.length === 0) return undefined;
    // The system's own defaults also count nodes that lack one of the labels.
    const needAll = own || cycle.args.defaultConstraints !== undefined;
    return scoreBy(cycle, nodes, { constraints, needAll });
  },
  retryOn: [
    'node-added',
    'node-removed',
    'node-labels',
    'node-taints',
    'pod-assigned',
    'pod-labels',
    'pod-removed',
  ],
};

/** Pods of the namespace that match, those on their way out not counted. */
function countMatching({ pod, view }: Cycle, constraint: SpreadConstraint): Counts {
  const { namespace } = pod;
  return view.count(`spread/${namespace}/${constraint.selectorKey}`, (other) => {
    if (other.namespace !== namespace || other.pod.metadata.deletionTimestamp) return false;
    return matches(constraint.selector, other.labels);
  });
}

function isEligible(pod: PodInfo, node: NodeInfo, { honorAffinity, honorTaints }: SpreadConstraint): boolean {
  if (honorAffinity && pod.node && !requiredNodeMatches(pod.node, node.node)) return false;
  return !honorTaints || !untolerated(node.taints, pod.tolerations, ['NoSchedule', 'NoExecute']);
}

function hasLabels(node: NodeInfo, constraints: readonly SpreadConstraint[]): boolean {
  return constraints.every(({ topologyKey }) => node.label(topologyKey) !== undefined);
}

function filterBy(cycle: Cycle, constraints: readonly SpreadConstraint[]): NodeTest {
  const domains = constraints.map((constraint) => {
    const counts = countMatching(cycle, constraint);
    const sums = new Map<string, number>();
    for (const node of cycle.view.nodes()) {
      if (!hasLabels(node, constraints) || !isEligible(cycle.pod, node, constraint)) continue;
      const value = node.label(constraint.topologyKey) as string;
      sums.set(value, (sums.get(value) ?? 0) + (counts.get(node.name) ?? 0));
    }
    let min = sums.size < constraint.minDomains ? 0 : Number.POSITIVE_INFINITY;
    for (const sum of sums.values()) if (sum < min) min = sum;
    if (min === Number.POSITIVE_INFINITY) min = 0;
    const self = matches(constraint.selector, cycle.pod.labels) ? 1 : 0;
    return { constraint, sums, limit: constraint.maxSkew + min - self };
  });
  return (node) => {
    for (const { constraint, sums, limit } of domains) {
      const value = node.label(constraint.topologyKey);
      if (value === undefined) return NO_LABEL;
      if ((sums.get(value) ?? 0) > limit) return SKEWED;
    }
    return undefined;
  };
}

function scoreBy(
  cycle: Cycle,
  nodes: readonly NodeInfo[],
  { constraints, needAll }: { constraints: readonly SpreadConstraint[]; needAll: boolean },
): number[] {
  const ignored = nodes.map((node) => needAll && !hasLabels(node, constraints));
  const raw = new Array<number>(nodes.length).fill(0);
  for (const constraint of constraints) {
    const counted = countDomains(cycle, nodes, { constraint, constraints, needAll, ignored });
    nodes.forEach((node, i) => {
      const value = node.label(constraint.topologyKey);
      if (ignored[i] || value === undefined) return;
      const count = counted.count(node, value);
      raw[i] = (raw[i] as number) + count * counted.weight + (constraint.maxSkew - 1);
    });
  }
  return flip(raw.map(Math.round), ignored);
}

interface DomainOptions {
  constraint: SpreadConstraint;
  constraints: readonly SpreadConstraint[];
  needAll: boolean;
  ignored: readonly boolean[];
}

function countDomains(cycle: Cycle, nodes: readonly NodeInfo[], options: DomainOptions) {
  const { constraint, constraints, needAll, ignored } = options;
  const counts = countMatching(cycle, constraint);
  if (constraint.topologyKey === HOSTNAME) {
    const size = ignored.reduce((sum, skip) => sum + (skip ? 0 : 1), 0);
    return { weight: Math.log(size + 2), count: (node: NodeInfo) => counts.get(node.name) ?? 0 };
  }
  const sums = new Map<string, number>();
  nodes.forEach((node, i) => {
    const value = node.label(constraint.topologyKey);
    if (!ignored[i] && value !== undefined) sums.set(value, 0);
  });
  for (const [name, count] of sums.size > 0 ? counts : []) {
    const node = cycle.view.node(name);
    const value = node?.label(constraint.topologyKey);
    if (!node || value === undefined || !sums.has(value)) continue;
    if ((needAll && !hasLabels(node, constraints)) || !isEligible(cycle.pod, node, constraint)) continue;
    sums.set(value, (sums.get(value) ?? 0) + count);
  }
  return { weight: Math.log(sums.size + 2), count: (_: NodeInfo, value: string) => sums.get(value) ?? 0 };
}

/** Few pods are good: the lowest count gets the highest score. */
function flip(raw: readonly number[], ignored: readonly boolean[]): number[] {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  raw.forEach((score, i) => {
    if (ignored[i]) return;
    min = Math.min(min, score);
    max = Math.max(max, score);
  });
  return raw.map((score, i) => {
    if (ignored[i]) return 0;
    return max === 0 ? 100 : Math.floor((100 * (max + min - score)) / max);
  });
}

const SYSTEM_DEFAULTS = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

/** Constraints for pods that have none, over the pods of the same service or set. */
function defaultConstraints(cycle: Cycle): SpreadConstraint[] {
  const constraints = cycle.args.defaultConstraints ?? SYSTEM_DEFAULTS;
  if (constraints.length === 0) return [];
  const selector = defaultSelector(cycle);
  if (selector.length === 0) return [];
  const selectorKey = JSON.stringify(selector);
  return constraints.map(({ topologyKey, whenUnsatisfiable, maxSkew }) => ({
    maxSkew,
    topologyKey,
    hard: whenUnsatisfiable !== 'ScheduleAnyway',
    selector,
    selectorKey,
    minDomains: 1,
    honorAffinity: true,
    honorTaints: false,
  }));
}

const OWNERS: Record<string, 'replicasets' | 'statefulsets' | 'replicationcontrollers'> = {
  ReplicaSet: 'replicasets',
  StatefulSet: 'statefulsets',
  ReplicationController: 'replicationcontrollers',
};

// Models plugins/helper/spread.go DefaultSelector
function defaultSelector({ pod, informers }: Cycle): Selector {
  const selector: Selector[number][] = [];
  const { namespace } = pod;
  if (pod.labels) {
    for (const service of informers.for(RESOURCES.services).byNamespace(namespace)) {
      if (!service.spec.selector) continue;
      const wanted = selectorOfMap(service.spec.selector);
      if (wanted.length > 0 && matches(wanted, pod.labels)) selector.push(...wanted);
    }
  }
  const owner = pod.pod.metadata.ownerReferences?.find(({ controller }) => controller);
  const resource = owner && OWNERS[owner.kind];
  const set = resource && informers.for(RESOURCES[resource]).get(`${namespace}/${owner.name}`);
  if (set && resource === 'replicationcontrollers') selector.push(...selectorOfMap(set.spec.selector ?? {}));
  else if (set) selector.push(...(selectorOf(set.spec.selector) ?? []));
  return selector;
}
