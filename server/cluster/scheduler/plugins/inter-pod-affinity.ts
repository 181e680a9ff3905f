import { type Cycle, type NodeTest, type Plugin, reject } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import { type AffinityTerm, type PodInfo, termMatches } from '../pod-info.ts';

const NAME = 'InterPodAffinity';
const NO_AFFINITY = reject(NAME, "node(s) didn't match pod affinity rules", true);
const ANTI_AFFINITY = reject(NAME, "node(s) didn't match pod anti-affinity rules", false);
const EXISTING = reject(NAME, "node(s) didn't satisfy existing pods anti-affinity rules", false);

/** Numbers by topology key and value. */
class Topologies {
  readonly byKey = new Map<string, Map<string, number>>();

  add(key: string, node: NodeInfo, amount: number): void {
    const value = node.label(key);
    if (value === undefined) return;
    let values = this.byKey.get(key);
    if (!values) {
      values = new Map();
      this.byKey.set(key, values);
    }
    values.set(value, (values.get(value) ?? 0) + amount);
  }

  at(key: string, node: NodeInfo): number {
    const value = node.label(key);
    return value === undefined ? 0 : (this.byKey.get(key)?.get(value) ?? 0);
  }
}

// Models pkg/scheduler/framework/plugins/interpodaffinity
export const interPodAffinity: Plugin = {
  name: NAME,
  filter: (cycle) => {
    const { pod } = cycle;
    const existing = existingAntiAffinity(cycle);
    if (existing.byKey.size === 0 && pod.affinity.length === 0 && pod.antiAffinity.length === 0)
      return undefined;
    const tests = [
      ...(pod.affinity.length > 0 ? [affinityTest(cycle)] : []),
      ...(pod.antiAffinity.length > 0 ? [antiAffinityTest(cycle)] : []),
    ];
    return (node) => {
      for (const test of tests) {
        const rejection = test(node);
        if (rejection) return rejection;
      }
      for (const key of existing.byKey.keys()) if (existing.at(key, node) > 0) return EXISTING;
      return undefined;
    };
  },
  score,
  retryOn: ['node-added', 'node-labels', 'pod-assigned', 'pod-labels', 'pod-removed', 'namespace'],
};

/** Where pods stand that want this one at a distance. */
function existingAntiAffinity({ pod, view, labelsOfNamespace }: Cycle): Topologies {
  const found = new Topologies();
  const known = new Map<string, boolean>();
  for (const node of view.nodesWithAffinity(true)) {
    for (const other of node.withAntiAffinity.values()) {
      for (const term of other.antiAffinity) {
        let match = known.get(term.key);
        if (match === undefined) {
          match = termMatches(term, pod, labelsOfNamespace);
          known.set(term.key, match);
        }
        if (match) found.add(term.topologyKey, node, 1);
      }
    }
  }
  return found;
}

function affinityTest(cycle: Cycle): NodeTest {
  const terms = cycle.pod.affinity;
  const matchesAll = (pod: PodInfo) => terms.every((term) => termMatches(term, pod, cycle.labelsOfNamespace));
  const found = new Topologies();
  const counts = cycle.view.count(`affinity/${terms.map(({ key }) => key).join('\0')}`, matchesAll);
  for (const [name, count] of counts) {
    const node = cycle.view.node(name);
    if (node) for (const { topologyKey } of terms) found.add(topologyKey, node, count);
  }
  // The first pod of a group that has affinity to itself may go anywhere.
  const first = found.byKey.size === 0 && matchesAll(cycle.pod);
  return (node) => {
    for (const { topologyKey } of terms) {
      if (node.label(topologyKey) === undefined) return NO_AFFINITY;
      if (found.at(topologyKey, node) <= 0 && !first) return NO_AFFINITY;
    }
    return undefined;
  };
}

function antiAffinityTest(cycle: Cycle): NodeTest {
  const terms = cycle.pod.antiAffinity;
  const found = new Topologies();
  for (const term of terms) addMatching(cycle, found, { term, amount: 1 });
  return (node) => {
    for (const { topologyKey } of terms) if (found.at(topologyKey, node) > 0) return ANTI_AFFINITY;
    return undefined;
  };
}

function addMatching(
  cycle: Cycle,
  found: Topologies,
  { term, amount }: { term: AffinityTerm; amount: number },
): void {
  const counts = cycle.view.count(`affinity/${term.key}`, (pod) =>
    termMatches(term, pod, cycle.labelsOfNamespace),
  );
  for (const [name, count] of counts) {
    const node = cycle.view.node(name);
    if (node && count > 0) found.add(term.topologyKey, node, count * amount);
  }
}

// Models interpodaffinity/scoring.go
function score(cycle: Cycle, nodes: readonly NodeInfo[]): number[] | undefined {
  const { pod, view, args, labelsOfNamespace } = cycle;
  const wants = pod.preferredAffinity.length + pod.preferredAntiAffinity.length > 0;
  const found = new Topologies();
  for (const term of pod.preferredAffinity) addMatching(cycle, found, { term, amount: term.weight });
  for (const term of pod.preferredAntiAffinity) addMatching(cycle, found, { term, amount: -term.weight });
  if (wants || !args.ignorePreferredTermsOfExistingPods) {
    const known = new Map<string, boolean>();
    const about = (term: AffinityTerm) => {
      const match = known.get(term.key) ?? termMatches(term, pod, labelsOfNamespace);
      known.set(term.key, match);
      return match;
    };
    for (const node of view.nodesWithAffinity(false)) {
      for (const other of node.withAffinity.values()) {
        for (const term of other.affinity) {
          if (about(term)) found.add(term.topologyKey, node, args.hardPodAffinityWeight);
        }
        for (const term of other.preferredAffinity)
          if (about(term)) found.add(term.topologyKey, node, term.weight);
        for (const term of other.preferredAntiAffinity) {
          if (about(term)) found.add(term.topologyKey, node, -term.weight);
        }
      }
    }
  }
  if (found.byKey.size === 0) return undefined;
  const keys = [...found.byKey.keys()];
  return spreadOut(nodes.map((node) => keys.reduce((sum, key) => sum + found.at(key, node), 0)));
}

function spreadOut(raw: readonly number[]): number[] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of raw) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return raw.map((value) => (max > min ? Math.floor((100 * (value - min)) / (max - min)) : 0));
}
