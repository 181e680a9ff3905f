import type { Plugin } from '../framework.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import {
  imageLocality,
  nodeAffinity,
  nodeName,
  nodePorts,
  nodeUnschedulable,
  taintToleration,
} from './nodes.ts';
import { balancedAllocation, nodeResourcesFit } from './resources.ts';
import { podTopologySpread } from './topology-spread.ts';
import { nodeVolumeLimits, volumeBinding, volumeRestrictions, volumeZone } from './volumes.ts';

/** Every filter and score plugin, in the default order, with its default weight. */
export const PLUGINS: readonly { readonly plugin: Plugin; readonly weight: number }[] = [
  { plugin: nodeUnschedulable, weight: 0 },
  { plugin: nodeName, weight: 0 },
  { plugin: taintToleration, weight: 3 },
  { plugin: nodeAffinity, weight: 2 },
  { plugin: nodePorts, weight: 0 },
  { plugin: nodeResourcesFit, weight: 1 },
  { plugin: volumeRestrictions, weight: 0 },
  { plugin: nodeVolumeLimits, weight: 0 },
  { plugin: volumeBinding, weight: 0 },
  { plugin: volumeZone, weight: 0 },
  { plugin: podTopologySpread, weight: 2 },
  { plugin: interPodAffinity, weight: 2 },
  { plugin: balancedAllocation, weight: 1 },
  { plugin: imageLocality, weight: 1 },
];

/** Plugins that are part of the scheduler itself; they can be named in a configuration. */
export const BUILT_IN = ['SchedulingGates', 'PrioritySort', 'DefaultPreemption', 'DefaultBinder'] as const;
