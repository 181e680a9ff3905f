import type { KubeObject } from '../../objects/object.ts';
import type { Random } from '../../sim/index.ts';
import type { Informers } from '../client/informer.ts';
import type { View } from './cache.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** Why a node will not do. `final`: taking pods away would not help. */
export interface Rejection {
  readonly plugin: string;
  readonly reasons: readonly string[];
  readonly final: boolean;
}

/** What a plugin may look at while one pod is scheduled. */
export interface Cycle {
  readonly pod: PodInfo;
  readonly view: View;
  readonly informers: Informers;
  readonly random: Random;
  readonly args: PluginArgs;
  labelsOfNamespace(namespace: string): Readonly<Record<string, string>> | undefined;
}

/** Settings of plugins, from a profile's pluginConfig. */
export interface PluginArgs {
  readonly hardPodAffinityWeight: number;
  readonly ignorePreferredTermsOfExistingPods: boolean;
  readonly addedAffinity: any | undefined;
  readonly scoring: {
    readonly type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
    readonly resources: readonly { readonly name: string; readonly weight: number }[];
    readonly shape: readonly { readonly utilization: number; readonly score: number }[];
  };
  readonly ignoredResources: ReadonlySet<string>;
  readonly ignoredResourceGroups: ReadonlySet<string>;
  readonly balancedResources: readonly { readonly name: string; readonly weight: number }[];
  /** Undefined: the system's own defaults. */
  readonly defaultConstraints: readonly any[] | undefined;
  readonly bindTimeoutMs: number;
  /** On how many nodes a preemption is tried out at least, before one is chosen. */
  readonly candidates: { readonly percentage: number; readonly absolute: number };
}

export type NodeTest = (node: NodeInfo) => Rejection | undefined;

/** All nodes are out, for one reason. */
export interface PodRejection {
  readonly pod: Rejection;
}

/** A test of nodes for this pod; undefined: the plugin has nothing to say about it. */
export type Filter = NodeTest | PodRejection | undefined;

/** Things that may make a pod schedulable that was not. */
export type ClusterEvent =
  | {
      readonly kind: 'node-added' | 'node-allocatable' | 'node-labels' | 'node-taints';
      readonly node: KubeObject;
    }
  | { readonly kind: 'node-removed'; readonly node: KubeObject }
  | { readonly kind: 'pod-assigned' | 'pod-labels' | 'pod-removed' | 'pod-shrunk'; readonly pod: PodInfo }
  | { readonly kind: 'claim' | 'volume' | 'storage-class' | 'csi-node' | 'namespace' };

export interface Plugin {
  readonly name: string;
  /** Tests for nodes. Called once a pod; what it returns is called for each node. */
  filter?(cycle: Cycle): Filter;
  /** The only nodes worth testing, by name; undefined: all. */
  candidates?(cycle: Cycle): ReadonlySet<string> | undefined;
  /** Scores from 0 to 100 for each of `nodes`; undefined: the plugin does not care. */
  score?(cycle: Cycle, nodes: readonly NodeInfo[]): readonly number[] | undefined;
  /** Events after which a pod that this plugin turned down is tried again. */
  readonly retryOn?: readonly ClusterEvent['kind'][];
  /** False: this event of such a kind will not help this pod. Default: it may. */
  mayHelp?(pod: PodInfo, event: ClusterEvent, args: PluginArgs): boolean;
}

export function reject(plugin: string, reason: string, final: boolean): Rejection {
  return { plugin, reasons: [reason], final };
}

/** Brings raw scores to 0..100, the highest to 100. Models plugins/helper/normalize_score.go DefaultNormalizeScore */
export function normalize(scores: number[], reverse = false): number[] {
  let max = 0;
  for (const score of scores) if (score > max) max = score;
  if (max === 0) return reverse ? scores.map(() => 100) : scores;
  return scores.map((score) => {
    const scaled = Math.floor((100 * score) / max);
    return reverse ? 100 - scaled : scaled;
  });
}
