import type { PluginArgs } from './framework.ts';

const BASIC = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

/** Settings of the plugins of a profile that says nothing about them. */
export const DEFAULT_ARGS: PluginArgs = {
  hardPodAffinityWeight: 1,
  ignorePreferredTermsOfExistingPods: false,
  addedAffinity: undefined,
  scoring: { type: 'LeastAllocated', resources: BASIC, shape: [] },
  ignoredResources: new Set(),
  ignoredResourceGroups: new Set(),
  balancedResources: BASIC,
  defaultConstraints: undefined,
  bindTimeoutMs: 600_000,
  candidates: { percentage: 10, absolute: 100 },
};
