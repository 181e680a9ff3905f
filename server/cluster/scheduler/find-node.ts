import type { Random } from '../../sim/index.ts';
import type { FitError } from './fit-error.ts';
import type { Cycle, NodeTest, Rejection } from './framework.ts';
import { reject } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import type { Profile } from './profile.ts';

/** Tests nodes against all filters that have something to say about the pod. */
export type Tests = readonly NodeTest[];

/** The filters made ready for one pod; a rejection where no node can do. */
export function prepare(cycle: Cycle, profile: Profile): Tests | { readonly pod: Rejection } {
  const tests: NodeTest[] = [];
  for (const plugin of profile.filters) {
    const filter = plugin.filter?.(cycle);
    if (!filter) continue;
    if (typeof filter !== 'function') return filter;
    tests.push(filter);
  }
  return tests;
}

export function test(node: NodeInfo, tests: Tests): Rejection | undefined {
  for (const one of tests) {
    const rejection = one(node);
    if (rejection) return rejection;
  }
  return undefined;
}

const MIN_FEASIBLE = 100;
const MIN_PERCENT = 5;

/** Models pkg/scheduler/schedule_one.go numFeasibleNodesToFind */
export function feasibleWanted(total: number, percentage: number): number {
  if (total < MIN_FEASIBLE) return total;
  const percent = percentage > 0 ? percentage : Math.max(MIN_PERCENT, 50 - Math.floor(total / 125));
  return percent >= 100 ? total : Math.max(MIN_FEASIBLE, Math.floor((total * percent) / 100));
}

export interface Search {
  readonly feasible: NodeInfo[];
  readonly error: FitError;
  /** Plugins that turned nodes down. */
  readonly plugins: Set<string>;
  /** How many nodes were looked at. */
  readonly looked: number;
}

export interface SearchOptions {
  readonly nodes: readonly NodeInfo[];
  /** Where to begin in `nodes`. */
  readonly start: number;
  readonly profile: Profile;
  /** Tests a node with the pods in mind that are nominated to it. */
  readonly check?: (node: NodeInfo, tests: Tests) => Rejection | undefined;
}

/** Nodes that pass all filters, enough of them to choose from. Models schedule_one.go findNodesThatFitPod */
export function search(cycle: Cycle, options: SearchOptions): Search {
  const { nodes, profile, start, check = test } = options;
  const plugins = new Set<string>();
  const rejections = new Map<string, Rejection>();
  const feasible: NodeInfo[] = [];
  const tests = prepare(cycle, profile);
  if ('pod' in tests) {
    plugins.add(tests.pod.plugin);
    const error = {
      total: nodes.length,
      rejections,
      absent: tests.pod,
      podReason: tests.pod.reasons.join(', '),
    };
    return { feasible, plugins, error, looked: 0 };
  }
  const narrow = narrowed(cycle, profile);
  if (narrow) plugins.add(narrow.absent.plugin);
  const wanted = feasibleWanted(narrow?.names.size ?? nodes.length, profile.percentageOfNodesToScore);
  let looked = 0;
  for (; looked < nodes.length && feasible.length < wanted; looked++) {
    const node = nodes[(start + looked) % nodes.length] as NodeInfo;
    if (narrow && !narrow.names.has(node.name)) continue;
    const rejection = check(node, tests);
    if (!rejection) {
      feasible.push(node);
      continue;
    }
    plugins.add(rejection.plugin);
    rejections.set(node.name, rejection);
  }
  const error = { total: nodes.length, rejections, ...(narrow ? { absent: narrow.absent } : {}) };
  return { feasible, plugins, error, looked };
}

function narrowed(
  cycle: Cycle,
  profile: Profile,
): { names: ReadonlySet<string>; absent: Rejection } | undefined {
  for (const plugin of profile.filters) {
    const names = plugin.candidates?.(cycle);
    if (!names) continue;
    return { names, absent: reject(plugin.name, `node(s) didn't satisfy plugin(s) [${plugin.name}]`, true) };
  }
  return undefined;
}

/** Total scores of the nodes, in their order; `note` is told each plugin's share. */
export function totals(
  cycle: Cycle,
  nodes: readonly NodeInfo[],
  profile: Profile,
  note?: (plugin: string, scores: readonly number[]) => void,
): number[] {
  const sums = new Array<number>(nodes.length).fill(0);
  for (const { plugin, weight } of profile.scores) {
    const scores = plugin.score?.(cycle, nodes);
    if (!scores) continue;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (scores[i] as number);
    note?.(
      plugin.name,
      scores.map((score) => score * weight),
    );
  }
  return sums;
}

/** One of the nodes with the highest score, by lot. */
export function choose(nodes: readonly NodeInfo[], scores: readonly number[], random: Random): NodeInfo {
  let best: NodeInfo[] = [];
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < nodes.length; i++) {
    const score = scores[i] as number;
    if (score > max) {
      max = score;
      best = [];
    }
    if (score === max) best.push(nodes[i] as NodeInfo);
  }
  return best.length === 1 ? (best[0] as NodeInfo) : random.pick(best);
}
