import { ConfigError, only } from './config-error.ts';
import { DEFAULT_ARGS } from './default-args.ts';
import type { Plugin, PluginArgs } from './framework.ts';
import { BUILT_IN, PLUGINS } from './plugins/index.ts';
import type { Profile } from './profile.ts';

const PROFILE_FIELDS = ['schedulerName', 'percentageOfNodesToScore', 'plugins', 'pluginConfig'];
const POINTS = [
  'preEnqueue',
  'queueSort',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
  'multiPoint',
];

/** A profile as the file says it. Models pkg/scheduler/framework/runtime NewFramework */
export function readProfile(profile: any, index: number, percentage: number): Profile {
  const path = `profiles[${index}].`;
  only(profile, PROFILE_FIELDS, path);
  only(profile?.plugins, POINTS, `${path}plugins.`);
  const schedulerName = profile?.schedulerName ?? 'default-scheduler';
  const sets = profile?.plugins ?? {};
  for (const point of Object.keys(sets))
    only(sets[point], ['enabled', 'disabled'], `${path}plugins.${point}.`);
  const disabled = (points: readonly string[]) => new Set(points.flatMap((p) => names(sets[p]?.disabled)));
  const isOff = (name: string, point: string) => {
    if (names(sets[point]?.enabled).includes(name) || names(sets.multiPoint?.enabled).includes(name))
      return false;
    const off = disabled(['multiPoint', point]);
    return off.has(name) || off.has('*');
  };
  try {
    checkPlugins(sets);
    if (isOff('PrioritySort', 'queueSort')) {
      const who = `for profile with scheduler name ${JSON.stringify(schedulerName)}`;
      throw new ConfigError(`only one queue sort plugin required ${who}, but got 0`);
    }
    if (isOff('DefaultBinder', 'bind')) {
      const who = `for profile with scheduler name ${JSON.stringify(schedulerName)}`;
      throw new ConfigError(`at least one bind plugin is needed ${who}`);
    }
    return {
      schedulerName,
      filters: choose(['multiPoint', 'preFilter', 'filter'], sets, disabled).filter(
        (plugin) => plugin.filter,
      ),
      scores: choose(['multiPoint', 'preScore', 'score'], sets, disabled)
        .filter((plugin) => plugin.score)
        .map((plugin) => ({ plugin, weight: weightOf(plugin, sets) })),
      preempts: !isOff('DefaultPreemption', 'postFilter'),
      args: readArgs(profile?.pluginConfig ?? []),
      percentageOfNodesToScore: profile?.percentageOfNodesToScore ?? percentage,
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const what = `creating profile for scheduler name ${schedulerName}: ${error.message}`;
    throw new ConfigError(`initializing profiles: ${what}`);
  }
}

function names(list: any[] | undefined): string[] {
  return (list ?? []).map(({ name }) => name);
}

/** Models updatePluginList and expandMultiPointPlugins */
function checkPlugins(sets: any): void {
  const known = (name: string) =>
    PLUGINS.some(({ plugin }) => plugin.name === name) || (BUILT_IN as readonly string[]).includes(name);
  for (const point of POINTS) {
    const seen = new Set<string>();
    const type =
      point === 'multiPoint' ? 'plugin' : `${point.charAt(0).toUpperCase()}${point.slice(1)}Plugin`;
    for (const name of names(sets[point]?.enabled)) {
      if (!known(name)) throw new ConfigError(`${type} ${JSON.stringify(name)} does not exist`);
      if (!extendsPoint(name, point))
        throw new ConfigError(`plugin ${JSON.stringify(name)} does not extend ${type} plugin`);
      if (seen.has(name))
        throw new ConfigError(`plugin ${JSON.stringify(name)} already registered as ${JSON.stringify(type)}`);
      seen.add(name);
    }
  }
}

/** Whether a plugin has something to say at the two points that most are known by. */
function extendsPoint(name: string, point: string): boolean {
  const plugin = PLUGINS.find((one) => one.plugin.name === name)?.plugin;
  if (point === 'filter') return plugin?.filter !== undefined;
  if (point === 'score') return plugin?.score !== undefined || name === 'VolumeBinding';
  return true;
}

/** The default plugins that are not disabled, and those that are enabled by name. */
function choose(
  points: readonly string[],
  sets: any,
  disabled: (points: readonly string[]) => Set<string>,
): Plugin[] {
  const off = disabled(points);
  const on = new Set(points.flatMap((point) => names(sets[point]?.enabled)));
  return PLUGINS.map(({ plugin }) => plugin).filter(
    ({ name }) => on.has(name) || !(off.has(name) || off.has('*')),
  );
}

function weightOf(plugin: Plugin, sets: any): number {
  const entries = [...(sets.score?.enabled ?? []), ...(sets.multiPoint?.enabled ?? [])];
  const entry = entries.find(({ name, weight }) => name === plugin.name && weight);
  return entry?.weight ?? (PLUGINS.find((known) => known.plugin === plugin)?.weight || 1);
}

const ARGS: Record<string, (args: any) => Partial<PluginArgs>> = {
  InterPodAffinity: ({ hardPodAffinityWeight = 1, ignorePreferredTermsOfExistingPods = false }) => ({
    hardPodAffinityWeight,
    ignorePreferredTermsOfExistingPods,
  }),
  NodeAffinity: ({ addedAffinity }) => ({ addedAffinity }),
  NodeResourcesFit: ({ ignoredResources = [], ignoredResourceGroups = [], scoringStrategy }) => ({
    ignoredResources: new Set(ignoredResources),
    ignoredResourceGroups: new Set(ignoredResourceGroups),
    ...(scoringStrategy ? { scoring: readScoring(scoringStrategy) } : {}),
  }),
  NodeResourcesBalancedAllocation: ({ resources }) =>
    resources ? { balancedResources: weighted(resources) } : {},
  PodTopologySpread: ({ defaultConstraints = [], defaultingType }) => ({
    defaultConstraints: defaultingType === 'List' ? defaultConstraints : undefined,
  }),
  VolumeBinding: ({ bindTimeoutSeconds = 600 }) => ({ bindTimeoutMs: bindTimeoutSeconds * 1000 }),
  DefaultPreemption: ({ minCandidateNodesPercentage, minCandidateNodesAbsolute }) => ({
    candidates: {
      percentage: minCandidateNodesPercentage ?? DEFAULT_ARGS.candidates.percentage,
      absolute: minCandidateNodesAbsolute ?? DEFAULT_ARGS.candidates.absolute,
    },
  }),
};

function weighted(resources: any[]): { name: string; weight: number }[] {
  return resources.map(({ name, weight = 1 }) => ({ name, weight }));
}

function readScoring(strategy: any): PluginArgs['scoring'] {
  const { type = 'LeastAllocated', resources, requestedToCapacityRatio } = strategy;
  return {
    type,
    resources: resources ? weighted(resources) : DEFAULT_ARGS.scoring.resources,
    shape: requestedToCapacityRatio?.shape ?? [],
  };
}

/** Arguments of plugins that nobody knows are nobody's. */
function readArgs(configs: any[]): PluginArgs {
  let args = DEFAULT_ARGS;
  for (const { name, args: given } of configs) args = { ...args, ...ARGS[name]?.(given ?? {}) };
  return args;
}
