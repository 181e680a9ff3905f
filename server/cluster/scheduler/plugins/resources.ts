import { DEFAULT_ARGS } from '../default-args.ts';
import type { Plugin, PluginArgs, Rejection } from '../framework.ts';
import { FIGURE, type NodeInfo } from '../node-info.ts';
import { type Amounts, amountsFrom, type PodInfo } from '../pod-info.ts';

// Models pkg/scheduler/framework/plugins/noderesources/fit.go fitsRequest
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  filter: ({ pod, args }) => {
    const { milliCpu, memory, ephemeral, scalars } = pod.requests;
    const wanted = [...scalars].filter(([name]) => !isIgnored(name, args));
    return (node) => {
      const { figures } = node;
      const fits =
        (figures[FIGURE.freePods] as number) >= 1 &&
        (milliCpu === 0 || milliCpu <= (figures[FIGURE.freeCpu] as number)) &&
        (memory === 0 || memory <= (figures[FIGURE.freeMemory] as number)) &&
        (ephemeral === 0 || ephemeral <= (figures[FIGURE.freeEphemeral] as number));
      if (fits && wanted.length === 0) return undefined;
      const reasons = shortages(pod.requests, node, wanted);
      return reasons.length === 0
        ? undefined
        : ({ plugin: 'NodeResourcesFit', reasons, final: false } satisfies Rejection);
    };
  },
  score: ({ pod, args }, nodes) => {
    return nodes.map((node) => fitScore(pod, node, args.scoring));
  },
  retryOn: ['node-added', 'node-allocatable', 'pod-removed', 'pod-shrunk'],
  mayHelp: (pod, event) => {
    if (!('node' in event)) return true;
    const allocatable = event.node.status?.allocatable;
    return allocatable !== undefined && fitsEmpty(pod.requests, event.node);
  },
};

/** What there is too little of. */
function shortages(
  { milliCpu, memory, ephemeral }: Amounts,
  node: NodeInfo,
  wanted: readonly (readonly [string, number])[],
): string[] {
  const { figures } = node;
  const reasons: string[] = [];
  if ((figures[FIGURE.freePods] as number) < 1) reasons.push('Too many pods');
  const lacksOwn = (amount: number, at: number) => amount > 0 && amount > (figures[at] as number);
  if (lacksOwn(milliCpu, FIGURE.freeCpu)) reasons.push('Insufficient cpu');
  if (lacksOwn(memory, FIGURE.freeMemory)) reasons.push('Insufficient memory');
  if (lacksOwn(ephemeral, FIGURE.freeEphemeral)) reasons.push('Insufficient ephemeral-storage');
  for (const [name, value] of wanted) if (lacks(node, name, value)) reasons.push(`Insufficient ${name}`);
  return reasons;
}

function isIgnored(name: string, args: PluginArgs): boolean {
  return args.ignoredResources.has(name) || args.ignoredResourceGroups.has(name.split('/')[0] as string);
}

function lacks(node: NodeInfo, name: string, value: number): boolean {
  return (
    value > 0 && value > (node.allocatable.scalars.get(name) ?? 0) - (node.requested.scalars.get(name) ?? 0)
  );
}

function fitsEmpty(requests: Amounts, node: any): boolean {
  const info = emptyNodes.get(node) ?? amounts(node);
  emptyNodes.set(node, info);
  return requests.milliCpu <= info.milliCpu && requests.memory <= info.memory;
}

const emptyNodes = new WeakMap<object, { milliCpu: number; memory: number }>();

function amounts(node: any): { milliCpu: number; memory: number } {
  const { milliCpu, memory } = amountsFrom(node.status.allocatable);
  return { milliCpu, memory };
}

/** What is asked of a resource with this pod, and what there is; containers without requests count with a default. */
function usage(pod: PodInfo, node: NodeInfo, name: string): { asked: number; total: number } {
  switch (name) {
    case 'cpu':
      return { asked: node.nonZero.milliCpu + pod.nonZero.milliCpu, total: node.allocatable.milliCpu };
    case 'memory':
      return { asked: node.nonZero.memory + pod.nonZero.memory, total: node.allocatable.memory };
    case 'ephemeral-storage':
      return { asked: node.requested.ephemeral + pod.requests.ephemeral, total: node.allocatable.ephemeral };
    default:
      return {
        asked: (node.requested.scalars.get(name) ?? 0) + (pod.requests.scalars.get(name) ?? 0),
        total: node.allocatable.scalars.get(name) ?? 0,
      };
  }
}

// Models plugins/noderesources/{least_allocated,most_allocated,requested_to_capacity_ratio}.go
function fitScore(pod: PodInfo, node: NodeInfo, scoring: PluginArgs['scoring']): number {
  if (scoring === DEFAULT_ARGS.scoring) return leastAllocated(pod, node);
  // By its shape a resource that scores nothing does not count at all, and the mean is rounded.
  const shaped = scoring.type === 'RequestedToCapacityRatio';
  let sum = 0;
  let weights = 0;
  for (const { name, weight } of scoring.resources) {
    const { asked, total } = usage(pod, node, name);
    if (total === 0) continue;
    if (!isBasic(name) && (pod.requests.scalars.get(name) ?? 0) === 0) continue;
    const score = resourceScore(scoring, asked, total);
    if (shaped && score <= 0) continue;
    sum += weight * score;
    weights += weight;
  }
  if (weights === 0) return 0;
  return shaped ? Math.round(sum / weights) : Math.floor(sum / weights);
}

/** The usual case, CPU and memory alike, without a detour: it is worked out for every node and pod. */
function leastAllocated(pod: PodInfo, { figures }: NodeInfo): number {
  const cpu = figures[FIGURE.cpu] as number;
  const memory = figures[FIGURE.memory] as number;
  if (cpu === 0 || memory === 0) return 0;
  const idleCpu = (figures[FIGURE.idleCpu] as number) - pod.nonZero.milliCpu;
  const idleMemory = (figures[FIGURE.idleMemory] as number) - pod.nonZero.memory;
  const cpuScore = idleCpu <= 0 ? 0 : Math.floor((idleCpu * 100) / cpu);
  const memoryScore = idleMemory <= 0 ? 0 : Math.floor((idleMemory * 100) / memory);
  return (cpuScore + memoryScore) >> 1;
}

function isBasic(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name === 'ephemeral-storage';
}

function resourceScore({ type, shape }: PluginArgs['scoring'], asked: number, total: number): number {
  if (type === 'MostAllocated') return Math.floor((Math.min(asked, total) * 100) / total);
  if (type === 'RequestedToCapacityRatio') {
    return onShape(shape, asked > total ? 100 : Math.floor((asked * 100) / total));
  }
  return asked > total ? 0 : Math.floor(((total - asked) * 100) / total);
}

function onShape(shape: PluginArgs['scoring']['shape'], utilization: number): number {
  const at = shape.findIndex((point) => utilization <= point.utilization);
  const right = shape[at];
  if (!right) return (shape.at(-1)?.score ?? 0) * 10;
  const left = shape[at - 1];
  if (!left) return right.score * 10;
  const rise = (right.score - left.score) * 10 * (utilization - left.utilization);
  return left.score * 10 + Math.trunc(rise / (right.utilization - left.utilization));
}

// Models plugins/noderesources/balanced_allocation.go
export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  score: ({ pod, args }, nodes) => {
    const { milliCpu, memory, scalars } = pod.requests;
    // A pod that asks for nothing cannot upset the balance.
    if (milliCpu === 0 && memory === 0 && scalars.size === 0) return undefined;
    return nodes.map((node) => {
      if (args.balancedResources === DEFAULT_ARGS.balancedResources) return balance(pod.requests, node);
      const fractions: number[] = [];
      for (const { name } of args.balancedResources) {
        const total = usage(pod, node, name).total;
        if (total === 0) continue;
        const asked = name === 'cpu' ? node.requested.milliCpu + milliCpu : requestedOf(pod, node, name);
        fractions.push(Math.min(1, asked / total));
      }
      return Math.floor((1 - deviation(fractions)) * 100);
    });
  },
};

/** The usual case, CPU and memory, without a detour. */
function balance({ milliCpu, memory }: Amounts, { figures }: NodeInfo): number {
  const cpu = share(milliCpu, figures[FIGURE.freeCpu] as number, figures[FIGURE.cpu] as number);
  const bytes = share(memory, figures[FIGURE.freeMemory] as number, figures[FIGURE.memory] as number);
  if (cpu === undefined || bytes === undefined) return 100;
  return Math.floor((1 - Math.abs(cpu - bytes) / 2) * 100);
}

function share(amount: number, free: number, total: number): number | undefined {
  return total === 0 ? undefined : Math.min(1, (total - free + amount) / total);
}

function requestedOf(pod: PodInfo, node: NodeInfo, name: string): number {
  if (name === 'memory') return node.requested.memory + pod.requests.memory;
  return usage(pod, node, name).asked;
}

function deviation(fractions: readonly number[]): number {
  if (fractions.length < 2) return 0;
  if (fractions.length === 2) return Math.abs((fractions[0] as number) - (fractions[1] as number)) / 2;
  const mean = fractions.reduce((a, b) => a + b, 0) / fractions.length;
  return Math.sqrt(fractions.reduce((sum, f) => sum + (f - mean) ** 2, 0) / fractions.length);
}
