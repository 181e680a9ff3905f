import { parse as parseYaml } from 'yaml';
import { StartError } from '../client/program-start.ts';
import { DEFAULT_ARGS } from './default-args.ts';
import type { Plugin, PluginArgs } from './framework.ts';
import { BUILT_IN, PLUGINS } from './plugins/index.ts';
import { DEFAULT_PROFILE, type Profile } from './profile.ts';
import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS } from './queue.ts';

/** The file is not a usable KubeSchedulerConfiguration; the message is kube-scheduler's. */
export class ConfigError extends StartError {
  override name = 'ConfigError';
}

export interface LeaderElectionConfig {
  readonly leaderElect: boolean;
  readonly leaseDuration: string;
  readonly renewDeadline: string;
  readonly retryPeriod: string;
  readonly resourceLock: string;
  readonly resourceName: string;
  readonly resourceNamespace: string;
}

export interface SchedulerConfig {
  readonly kubeconfig: string | undefined;
  readonly leaderElection: LeaderElectionConfig;
  readonly profiles: readonly Profile[];
  readonly backoff: { readonly firstMs: number; readonly maxMs: number };
}

const LEADER: LeaderElectionConfig = {
  leaderElect: true,
  leaseDuration: '15s',
  renewDeadline: '10s',
  retryPeriod: '2s',
  resourceLock: 'leases',
  resourceName: 'kube-scheduler',
  resourceNamespace: 'kube-system',
};

export function defaultConfig(): SchedulerConfig {
  return {
    kubeconfig: undefined,
    leaderElection: LEADER,
    profiles: [DEFAULT_PROFILE],
    backoff: { firstMs: BACKOFF_FIRST_MS, maxMs: BACKOFF_MAX_MS },
  };
}

const API_VERSION = 'kubescheduler.config.k8s.io/v1';
const TOP_FIELDS = [
  'apiVersion',
  'kind',
  'parallelism',
  'leaderElection',
  'clientConnection',
  'enableProfiling',
  'enableContentionProfiling',
  'percentageOfNodesToScore',
  'podInitialBackoffSeconds',
  'podMaxBackoffSeconds',
  'profiles',
  'extenders',
  'delayCacheUntilActive',
];
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

/** Models pkg/scheduler/apis/config/{scheme,v1,validation} */
export function parseConfig(text: string): SchedulerConfig {
  const file = read(text);
  only(file, TOP_FIELDS, '');
  only(
    file.clientConnection,
    ['kubeconfig', 'acceptContentTypes', 'contentType', 'qps', 'burst'],
    'clientConnection.',
  );
  only(file.leaderElection, Object.keys(LEADER), 'leaderElection.');
  if (file.extenders?.length > 0) throw new ConfigError('extenders are not simulated');
  const percentage = file.percentageOfNodesToScore ?? 0;
  if (percentage < 0 || percentage > 100) {
    throw new ConfigError(
      `percentageOfNodesToScore: Invalid value: ${percentage}: not in valid range [0-100]`,
    );
  }
  const profiles = (file.profiles ?? [{}]).map((profile: any, i: number) =>
    readProfile(profile, i, percentage),
  );
  checkNames(profiles);
  const firstMs = (file.podInitialBackoffSeconds ?? 1) * 1000;
  const maxMs = (file.podMaxBackoffSeconds ?? 10) * 1000;
  if (firstMs <= 0)
    throw new ConfigError('podInitialBackoffSeconds: Invalid value: 0: must be greater than 0');
  if (maxMs < firstMs) {
    throw new ConfigError(
      `podMaxBackoffSeconds: Invalid value: ${maxMs / 1000}: must be greater than or equal to PodInitialBackoffSeconds`,
    );
  }
  return {
    kubeconfig: file.clientConnection?.kubeconfig,
    leaderElection: { ...LEADER, ...file.leaderElection },
    profiles,
    backoff: { firstMs, maxMs },
  };
}

function read(text: string): any {
  let file: any;
  try {
    file = parseYaml(text);
  } catch (error) {
    throw new ConfigError(
      `couldn't get version/kind; json parse error: ${(error as Error).message.split('\n')[0]}`,
    );
  }
  if (file?.apiVersion !== API_VERSION || file.kind !== 'KubeSchedulerConfiguration') {
    const { kind = '', apiVersion = '' } = file ?? {};
    throw new ConfigError(
      `no kind "${kind}" is registered for version "${apiVersion}" in scheme "k8s.io/kubernetes/pkg/scheduler/apis/config/scheme/scheme.go:30"`,
    );
  }
  return file;
}

function only(object: any, fields: readonly string[], path: string): void {
  for (const key of Object.keys(object ?? {})) {
    if (!fields.includes(key)) throw new ConfigError(`strict decoding error: unknown field "${path}${key}"`);
  }
}

function checkNames(profiles: readonly Profile[]): void {
  const seen = new Set<string>();
  for (const [i, { schedulerName }] of profiles.entries()) {
    if (seen.has(schedulerName)) {
      throw new ConfigError(`profiles[${i}].schedulerName: Duplicate value: "${schedulerName}"`);
    }
    seen.add(schedulerName);
  }
}

function readProfile(profile: any, index: number, percentage: number): Profile {
  const path = `profiles[${index}].`;
  only(profile, PROFILE_FIELDS, path);
  only(profile.plugins, POINTS, `${path}plugins.`);
  const schedulerName = profile.schedulerName ?? 'default-scheduler';
  const sets = profile.plugins ?? {};
  for (const point of Object.keys(sets)) {
    only(sets[point], ['enabled', 'disabled'], `${path}plugins.${point}.`);
    for (const { name } of sets[point]?.enabled ?? []) checkPlugin(name, schedulerName);
  }
  const disabled = (points: readonly string[]) => new Set(points.flatMap((p) => names(sets[p]?.disabled)));
  return {
    schedulerName,
    filters: choose(['multiPoint', 'preFilter', 'filter'], sets, disabled).filter((plugin) => plugin.filter),
    scores: choose(['multiPoint', 'preScore', 'score'], sets, disabled)
      .filter((plugin) => plugin.score)
      .map((plugin) => ({ plugin, weight: weightOf(plugin, sets) })),
    preempts: !['DefaultPreemption', '*'].some((name) => disabled(['multiPoint', 'postFilter']).has(name)),
    args: readArgs(profile.pluginConfig ?? [], path),
    percentageOfNodesToScore: profile.percentageOfNodesToScore ?? percentage,
  };
}

function names(list: any[] | undefined): string[] {
  return (list ?? []).map(({ name }) => name);
}

function checkPlugin(name: string, schedulerName: string): void {
  if (PLUGINS.some(({ plugin }) => plugin.name === name)) return;
  if ((BUILT_IN as readonly string[]).includes(name)) return;
  throw new ConfigError(
    `initializing profiles: creating profile for scheduler name ${schedulerName}: PluginsArgs: plugin "${name}" does not exist`,
  );
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
  PodTopologySpread: ({ defaultConstraints = [], defaultingType = 'List' }) => ({
    defaultConstraints: defaultingType === 'System' ? undefined : defaultConstraints,
  }),
  VolumeBinding: ({ bindTimeoutSeconds = 600 }) => ({ bindTimeoutMs: bindTimeoutSeconds * 1000 }),
  DefaultPreemption: () => ({}),
};

function weighted(resources: any[]): { name: string; weight: number }[] {
  return resources.map(({ name, weight = 1 }) => ({ name, weight }));
}

function readScoring(strategy: any): PluginArgs['scoring'] {
  const { type = 'LeastAllocated', resources, requestedToCapacityRatio } = strategy;
  if (!['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'].includes(type)) {
    throw new ConfigError(
      `scoringStrategy.type: Unsupported value: "${type}": supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"`,
    );
  }
  return {
    type,
    resources: resources ? weighted(resources) : DEFAULT_ARGS.scoring.resources,
    shape: requestedToCapacityRatio?.shape ?? [],
  };
}

function readArgs(configs: any[], path: string): PluginArgs {
  let args = DEFAULT_ARGS;
  configs.forEach(({ name, args: given }, i) => {
    const known = ARGS[name];
    if (!known) {
      throw new ConfigError(
        `${path}pluginConfig[${i}]: Invalid value: "${name}": not a known plugin with arguments`,
      );
    }
    args = { ...args, ...known(given ?? {}) };
  });
  return args;
}
