import { matches, selectorOf } from '../../objects/label-selector.ts';
import type { KubeObject } from '../../objects/object.ts';
import { RESOURCES } from '../client/resources.ts';
import { View } from './cache.ts';
import { candidatesLeft, type Extender, ExtenderError } from './extender.ts';
import { prepare, test } from './find-node.ts';
import { type FitError, fitMessage } from './fit-error.ts';
import { type Cycle, type Rejection, reject } from './framework.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import type { Profile } from './profile.ts';

// Models pkg/scheduler/framework/preemption/preemption.go

const NAME = 'DefaultPreemption';
const NOT_HELPFUL = reject(NAME, 'Preemption is not helpful for scheduling', true);
const NO_VICTIMS = reject(NAME, 'No preemption victims found for incoming pod', true);

/** A node that would do after some pods are gone. */
export interface Candidate {
  readonly node: NodeInfo;
  readonly victims: readonly PodInfo[];
  readonly budgetViolations: number;
}

export interface Outcome {
  readonly candidate?: Candidate;
  /** `preemption: …`, empty when a node was found. */
  readonly message: string;
}

/** Looks for pods of lower priority whose removal makes room; extenders have a say in it. */
export function preempt(
  cycle: Cycle,
  profile: Profile,
  error: FitError,
  extenders: readonly Extender[] = [],
): Outcome {
  const { pod } = cycle;
  if (pod.pod.spec.preemptionPolicy === 'Never') {
    return { message: 'preemption: not eligible due to preemptionPolicy=Never.' };
  }
  const nominated = cycle.view.node(pod.pod.status?.nominatedNodeName ?? '');
  if (nominated && isWaitingFor(nominated, pod)) {
    return { message: 'preemption: not eligible due to a terminating pod on the nominated node.' };
  }
  const rejections = new Map<string, Rejection>();
  const candidates: Candidate[] = [];
  const budgets = [...cycle.informers.for(RESOURCES.poddisruptionbudgets).list()];
  const { nodes } = cycle.view.cache;
  const { percentage, absolute } = cycle.args.candidates;
  const enough = Math.max(Math.floor((nodes.length * percentage) / 100), absolute);
  for (const node of nodes) {
    const rejection = error.rejections.get(node.name) ?? error.absent;
    if (!rejection || rejection.final) {
      rejections.set(node.name, NOT_HELPFUL);
      continue;
    }
    if (candidates.length >= enough) break;
    const found = tryOut(cycle, profile, { node, budgets });
    if ('victims' in found) candidates.push(found);
    else rejections.set(node.name, found);
  }
  if (candidates.length > 0) return settled(cycle, candidates, extenders);
  return { message: `preemption: ${fitMessage({ total: error.total, rejections })}` };
}

function settled(cycle: Cycle, candidates: readonly Candidate[], extenders: readonly Extender[]): Outcome {
  try {
    const nodes = (name: string) => cycle.view.node(name);
    const candidate = pick(candidatesLeft(extenders, cycle.pod.pod, candidates, nodes));
    return candidate
      ? { candidate, message: '' }
      : { message: 'preemption: no candidate node for preemption' };
  } catch (failure) {
    if (!(failure instanceof ExtenderError)) throw failure;
    return { message: `preemption: ${failure.message}` };
  }
}

/** Victims of an earlier preemption are still on their way out. */
function isWaitingFor(node: NodeInfo, pod: PodInfo): boolean {
  for (const other of node.pods.values()) {
    const dying = other.pod.metadata.deletionTimestamp !== undefined;
    if (!dying || other.priority >= pod.priority) continue;
    const target = other.pod.status?.conditions?.find((c: any) => c.type === 'DisruptionTarget');
    if (target?.status === 'True' && target.reason === 'PreemptionByScheduler') return true;
  }
  return false;
}

/** Models plugins/defaultpreemption SelectVictimsOnNode */
function tryOut(
  cycle: Cycle,
  profile: Profile,
  { node, budgets }: { node: NodeInfo; budgets: readonly KubeObject[] },
): Candidate | Rejection {
  const lower = [...node.pods.values()].filter((pod) => pod.priority < cycle.pod.priority);
  if (lower.length === 0) return NO_VICTIMS;
  const altered = node.copy();
  for (const pod of lower) altered.remove(pod.uid);
  const rejected = testAltered(cycle, profile, altered);
  if (rejected) return rejected;
  lower.sort(moreImportantFirst);
  const { violating, others } = splitByBudget(lower, budgets);
  const victims: PodInfo[] = [];
  const spare = (pod: PodInfo) => {
    altered.add(pod);
    if (!testAltered(cycle, profile, altered)) return true;
    altered.remove(pod.uid);
    victims.push(pod);
    return false;
  };
  const budgetViolations = violating.filter((pod) => !spare(pod)).length;
  for (const pod of others) spare(pod);
  return { node, victims, budgetViolations };
}

function testAltered(cycle: Cycle, profile: Profile, altered: NodeInfo): Rejection | undefined {
  const tests = prepare({ ...cycle, view: new View(cycle.view.cache, altered) }, profile);
  return 'pod' in tests ? tests.pod : test(altered, tests);
}

function startTime(pod: PodInfo): number {
  const time = pod.pod.status?.startTime;
  return time ? Date.parse(time) : Number.MAX_SAFE_INTEGER;
}

function moreImportantFirst(a: PodInfo, b: PodInfo): number {
  return b.priority - a.priority || startTime(a) - startTime(b);
}

/** Models defaultpreemption filterPodsWithPDBViolation */
function splitByBudget(pods: readonly PodInfo[], budgets: readonly KubeObject[]) {
  const left = new Map(budgets.map((budget) => [budget, (budget.status?.disruptionsAllowed ?? 0) as number]));
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const pod of pods) {
    let violates = false;
    for (const budget of pod.labels ? budgets : []) {
      if (budget.metadata.namespace !== pod.namespace) continue;
      const selector = selectorOf(budget.spec.selector);
      if (!selector || selector.length === 0 || !matches(selector, pod.labels)) continue;
      if (budget.status?.disruptedPods?.[pod.pod.metadata.name]) continue;
      const allowed = (left.get(budget) ?? 0) - 1;
      left.set(budget, allowed);
      if (allowed < 0) violates = true;
    }
    (violates ? violating : others).push(pod);
  }
  return { violating, others };
}

/** Models preemption.go pickOneNodeForPreemption */
function pick(candidates: readonly Candidate[]): Candidate | undefined {
  const rank = ({ victims, budgetViolations }: Candidate): number[] => {
    const highest = victims[0]?.priority ?? Number.MIN_SAFE_INTEGER;
    const earliest = Math.min(...victims.filter((v) => v.priority === highest).map(startTime));
    const sum = victims.reduce((total, { priority }) => total + priority + 2_147_483_648, 0);
    return [budgetViolations, highest, sum, victims.length, -earliest];
  };
  let best: { candidate: Candidate; rank: number[] } | undefined;
  for (const candidate of candidates) {
    const mine = rank(candidate);
    if (!best || lower(mine, best.rank)) best = { candidate, rank: mine };
  }
  return best?.candidate;
}

function lower(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  }
  return false;
}
