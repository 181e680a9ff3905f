import { type Clock, Random, WaitQueue } from '../../sim/index.ts';
import type { Client } from '../client/client.ts';
import { Informers } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { SchedulerCache, View } from './cache.ts';
import { search, test, totals } from './find-node.ts';
import { fitMessage } from './fit-error.ts';
import type { Cycle } from './framework.ts';
import { type Pod, podInfo } from './pod-info.ts';
import { preempt } from './preemption.ts';
import { DEFAULT_PROFILE, type Profile } from './profile.ts';

/** What speaks for and against a node. */
export interface NodeVerdict {
  readonly node: string;
  /** Every plugin that turns the node down, with its reasons; none: the node is feasible. */
  readonly rejectedBy: readonly { readonly plugin: string; readonly reasons: readonly string[] }[];
  /** Weighted scores by plugin, and their sum; only of feasible nodes. */
  readonly scores: Readonly<Record<string, number>>;
  readonly total: number | undefined;
}

/** Why a pod is pending, or why it would go where. */
export interface Explanation {
  readonly pod: string;
  readonly nodes: readonly NodeVerdict[];
  /** Nodes with the highest score, any of which may be chosen. */
  readonly best: readonly string[];
  /** What FailedScheduling says; undefined when there is a feasible node. */
  readonly message: string | undefined;
  /** Pods whose removal would make room, and where. */
  readonly preemption: { readonly node: string; readonly victims: readonly string[] } | undefined;
}

/**
 * Works out how a pod would be scheduled now, on its own caches and without a trace: the running scheduler neither
 * takes part nor pays for it. A pod that is scheduled is looked at as if it were not.
 */
export function explain(
  client: Client,
  clock: Clock,
  key: string,
  profile: Profile = DEFAULT_PROFILE,
): Explanation | undefined {
  const informers = filled(client, clock);
  const found = informers.for<Pod>(RESOURCES.pods).get(key);
  if (!found) return undefined;
  const cache = new SchedulerCache();
  for (const node of informers.for(RESOURCES.nodes).list()) cache.setNode(node);
  for (const pod of informers.for<Pod>(RESOURCES.pods).list()) {
    const ended = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (pod.spec.nodeName && !ended && pod !== found) cache.setPod(pod);
  }
  const { nodeName: _, ...spec } = found.spec;
  const cycle: Cycle = {
    pod: podInfo({ ...found, spec }),
    view: new View(cache),
    informers,
    random: new Random(key),
    args: profile.args,
    labelsOfNamespace: (name) => informers.for(RESOURCES.namespaces).get(name)?.metadata.labels,
  };
  informers.close();
  return judge(cycle, profile, key);
}

function filled(client: Client, clock: Clock): Informers {
  const informers = new Informers({ client, clock, wake: new WaitQueue() });
  const needed = [
    'pods',
    'nodes',
    'namespaces',
    'services',
    'replicasets',
    'statefulsets',
    'replicationcontrollers',
    'persistentvolumeclaims',
    'persistentvolumes',
    'storageclasses',
    'csinodes',
    'poddisruptionbudgets',
  ] as const;
  for (const resource of needed) informers.for(RESOURCES[resource]);
  informers.pump();
  return informers;
}

function judge(cycle: Cycle, profile: Profile, pod: string): Explanation {
  const { nodes } = cycle.view.cache;
  const filters = profile.filters.map((plugin) => plugin.filter?.(cycle));
  const rejections = nodes.map((node) =>
    filters.flatMap((filter) => {
      const rejection = typeof filter === 'function' ? test(node, [filter]) : filter?.pod;
      return rejection ? [{ plugin: rejection.plugin, reasons: rejection.reasons }] : [];
    }),
  );
  const feasible = nodes.filter((_, i) => rejections[i]?.length === 0);
  const byPlugin = new Map<string, readonly number[]>();
  const sums = totals(cycle, feasible, profile, (plugin, scores) => byPlugin.set(plugin, scores));
  const max = Math.max(...sums);
  // What the scheduler says of it counts each node for the first plugin that turns it down.
  const error = feasible.length === 0 ? search(cycle, { nodes, start: 0, profile }).error : undefined;
  const outcome = error && profile.preempts ? preempt(cycle, profile, error) : undefined;
  return {
    pod,
    nodes: nodes.map((node, i) => {
      const at = feasible.indexOf(node);
      const scores: Record<string, number> = {};
      if (at >= 0) for (const [plugin, values] of byPlugin) scores[plugin] = values[at] as number;
      return { node: node.name, rejectedBy: rejections[i] ?? [], scores, total: sums[at] };
    }),
    best: feasible.filter((_, i) => sums[i] === max).map(({ name }) => name),
    message: error && fitMessage(error, outcome?.message),
    preemption: outcome?.candidate && {
      node: outcome.candidate.node.name,
      victims: outcome.candidate.victims.map(({ key }) => key),
    },
  };
}
