import { ConfigError, only, type Problems } from './config-error.ts';

const GROUP = 'kubescheduler.config.k8s.io';
const STRATEGIES = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'];

/** The arguments that each plugin takes. Models k8s.io/kube-scheduler/config/v1 types_pluginargs.go */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  DefaultPreemption: ['minCandidateNodesPercentage', 'minCandidateNodesAbsolute'],
  InterPodAffinity: ['hardPodAffinityWeight', 'ignorePreferredTermsOfExistingPods'],
  NodeAffinity: ['addedAffinity'],
  NodeResourcesBalancedAllocation: ['resources'],
  NodeResourcesFit: ['ignoredResources', 'ignoredResourceGroups', 'scoringStrategy'],
  PodTopologySpread: ['defaultConstraints', 'defaultingType'],
  VolumeBinding: ['bindTimeoutSeconds', 'shape'],
};

/** Refuses arguments that a plugin does not have; those of plugins that nobody knows are nobody's. */
export function checkArgFields(profiles: readonly any[]): void {
  profiles.forEach((profile, i) => {
    (profile?.pluginConfig ?? []).forEach(({ name, args = {} }: any, j: number) => {
      const fields = FIELDS[name];
      if (!fields) return;
      const place = `decoding .profiles[${i}].pluginConfig[${j}]`;
      const type = `${name}Args`;
      if (args.kind && args.kind !== type) {
        const [wanted, got] = [type, args.kind].map((kind) => `${kind}.${GROUP}`);
        throw new ConfigError(`${place}: args for plugin ${name} were not of type ${wanted}, got ${got}`);
      }
      try {
        only(args, ['apiVersion', 'kind', ...fields], '');
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        const strict = 'strict decoding error: ';
        throw new ConfigError(
          `${strict}${place}: ${strict}decoding args for plugin ${name}: ${error.message}`,
        );
      }
    });
  });
}

type Check = (args: any, path: string, problems: Problems) => void;

/** Models pkg/scheduler/apis/config/validation/validation_pluginargs.go */
const CHECKS: Readonly<Record<string, Check>> = {
  DefaultPreemption: (args, path, { invalid }) => {
    const { minCandidateNodesPercentage: share = 10, minCandidateNodesAbsolute: count = 100 } = args;
    const [ofShare, ofCount] = [`${path}.minCandidateNodesPercentage`, `${path}.minCandidateNodesAbsolute`];
    if (share < 0 || share > 100) invalid(ofShare, share, 'not in valid range [0, 100]');
    if (count < 0) invalid(ofCount, count, 'not in valid range [0, inf)');
    if (share !== 0 || count !== 0) return;
    invalid(ofShare, 0, 'cannot be zero at the same time as minCandidateNodesAbsolute');
    invalid(ofCount, 0, 'cannot be zero at the same time as minCandidateNodesPercentage');
  },
  InterPodAffinity: ({ hardPodAffinityWeight: weight = 1 }, path, { invalid }) => {
    if (weight < 0 || weight > 100)
      invalid(`${path}.hardPodAffinityWeight`, weight, 'not in valid range [0, 100]');
  },
  NodeResourcesBalancedAllocation: ({ resources = [] }, path, { invalid, add }) => {
    resources.forEach(({ name, weight = 1 }: any, i: number) => {
      const at = `${path}.resources[${i}]`;
      if (resources.findIndex((one: any) => one.name === name) < i)
        add(`${at}.name: Duplicate value: ${JSON.stringify(name)}`);
      if (weight !== 1) invalid(`${at}.weight`, weight, 'must be 1');
    });
  },
  NodeResourcesFit: (args, path, problems) => {
    (args.ignoredResourceGroups ?? []).forEach((group: string, i: number) => {
      if (!group.includes('/')) return;
      const at = `${path}.ignoredResourceGroups[${i}]`;
      problems.invalid(at, JSON.stringify(group), "resource group name can't contain '/'");
    });
    if (args.scoringStrategy) checkStrategy(args.scoringStrategy, `${path}.scoringStrategy`, problems);
  },
  PodTopologySpread: ({ defaultConstraints = [], defaultingType = 'System' }, path, problems) => {
    const at = `${path}.defaultingType`;
    if (!['System', 'List'].includes(defaultingType))
      problems.unsupported(at, defaultingType, ['List', 'System']);
    else if (defaultingType === 'System' && defaultConstraints.length > 0)
      problems.invalid(at, '"System"', 'when .defaultConstraints are not empty');
    checkConstraints(defaultConstraints, `${path}.defaultConstraints`, problems);
  },
  VolumeBinding: ({ bindTimeoutSeconds: seconds = 600, shape }, path, { invalid }) => {
    if (seconds < 0)
      invalid(
        `${path}.bindTimeoutSeconds`,
        seconds,
        'invalid BindTimeoutSeconds, should not be a negative value',
      );
    if (shape)
      invalid(
        `${path}.shape`,
        JSON.stringify(shape),
        'unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring',
      );
  },
};

export function checkArgs(configs: readonly any[], path: string, problems: Problems): void {
  const seen = new Set<string>();
  configs.forEach(({ name, args }, i) => {
    const at = `${path}pluginConfig[${i}]`;
    if (seen.has(name)) problems.add(`${at}: Duplicate value: ${JSON.stringify(name)}`);
    seen.add(name);
    CHECKS[name]?.(args ?? {}, `${at}.args`, problems);
  });
}

function checkStrategy(strategy: any, path: string, problems: Problems): void {
  const { type = 'LeastAllocated', resources = [], requestedToCapacityRatio: ratio } = strategy;
  if (!STRATEGIES.includes(type)) problems.unsupported(`${path}.type`, type, STRATEGIES);
  resources.forEach(({ name, weight = 1 }: any, i: number) => {
    if (weight > 0 && weight <= 100) return;
    const why = `resource weight of ${name} not in valid range (0, 100]`;
    problems.invalid(`${path}.resources[${i}].weight`, weight, why);
  });
  const at = `${path}.requestedToCapacityRatio`;
  const shaped = type === 'RequestedToCapacityRatio';
  if (shaped && ratio) checkShape(ratio.shape ?? [], `${at}.shape`, problems);
  else if (shaped)
    problems.add(`${at}: Required value: must be specified when type is RequestedToCapacityRatio`);
  else if (ratio) problems.add(`${at}: Forbidden: must be nil when type is not RequestedToCapacityRatio`);
}

type Point = { utilization?: number; score?: number };

function checkShape(shape: readonly Point[], path: string, { invalid, add }: Problems): void {
  if (shape.length === 0) add(`${path}: Required value: at least one point must be specified`);
  const at = (i: number) => shape[i]?.utilization ?? 0;
  const back = shape.findIndex((_, i) => i > 0 && at(i - 1) >= at(i));
  if (back > 0)
    invalid(`${path}[${back}].utilization`, at(back), 'values must be sorted in increasing order');
  shape.forEach(({ utilization = 0, score = 0 }, i) => {
    if (utilization < 0 || utilization > 100)
      invalid(`${path}[${i}].utilization`, utilization, 'not in valid range [0, 100]');
    if (score < 0 || score > 10) invalid(`${path}[${i}].score`, score, 'not in valid range [0, 10]');
  });
}

function checkConstraints(constraints: readonly any[], path: string, problems: Problems): void {
  const actions = ['DoNotSchedule', 'ScheduleAnyway'];
  constraints.forEach(({ maxSkew = 0, topologyKey, whenUnsatisfiable, labelSelector }, i) => {
    const at = `${path}[${i}]`;
    if (maxSkew <= 0) problems.invalid(`${at}.maxSkew`, maxSkew, 'not in valid range (0, inf)');
    if (!topologyKey) problems.add(`${at}.topologyKey: Required value: can not be empty`);
    if (!whenUnsatisfiable) problems.add(`${at}.whenUnsatisfiable: Required value: can not be empty`);
    else if (!actions.includes(whenUnsatisfiable))
      problems.unsupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, actions);
    if (labelSelector) {
      const why = 'constraint must not define a selector, as they deduced for each pod';
      problems.add(`${at}.labelSelector: Forbidden: ${why}`);
    }
    const first = constraints.findIndex(
      (one) => one.topologyKey === topologyKey && one.whenUnsatisfiable === whenUnsatisfiable,
    );
    if (first < i) problems.add(`${at}: Duplicate value: "{${topologyKey}, ${whenUnsatisfiable}}"`);
  });
}
