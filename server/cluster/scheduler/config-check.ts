import { durationMs, StartError } from '../client/program-start.ts';

/** The file is not a usable KubeSchedulerConfiguration; the message is kube-scheduler's. */
export class ConfigError extends StartError {
  override name = 'ConfigError';
}

/** Refuses fields that the type does not have. */
export function only(object: any, fields: readonly string[], path: string): void {
  for (const key of Object.keys(object ?? {})) {
    if (!fields.includes(key)) throw new ConfigError(`strict decoding error: unknown field "${path}${key}"`);
  }
}

type Report = (path: string, value: unknown, why: string) => void;

/** Throws all that is wrong with the values of a file. Models pkg/scheduler/apis/config/validation */
export function checkConfig(file: any): void {
  const problems: string[] = [];
  const invalid: Report = (path, value, why) => problems.push(`${path}: Invalid value: ${value}: ${why}`);
  if ((file.parallelism ?? 16) <= 0)
    invalid('parallelism', file.parallelism, 'should be an integer value greater than zero');
  checkElection(file.leaderElection, invalid);
  checkPercentage(file.percentageOfNodesToScore, '', invalid);
  const names = new Set<string>();
  (file.profiles ?? []).forEach((profile: any, i: number) => {
    const { schedulerName = 'default-scheduler' } = profile ?? {};
    const path = `profiles[${i}].`;
    if (names.has(schedulerName))
      problems.push(`${path}schedulerName: Duplicate value: ${JSON.stringify(schedulerName)}`);
    names.add(schedulerName);
    checkPercentage(profile?.percentageOfNodesToScore, path, invalid);
    checkArgs(profile?.pluginConfig ?? [], path, { problems, invalid });
  });
  const { podInitialBackoffSeconds: first = 1, podMaxBackoffSeconds: most = 10 } = file;
  if (first <= 0) invalid('podInitialBackoffSeconds', first, 'must be greater than 0');
  if (most < first)
    invalid('podMaxBackoffSeconds', most, 'must be greater than or equal to PodInitialBackoffSeconds');
  if (problems.length === 0) return;
  throw new ConfigError(problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]`);
}

function checkPercentage(value: number | undefined, path: string, invalid: Report): void {
  if (value === undefined || (value >= 0 && value <= 100)) return;
  invalid(`${path}percentageOfNodesToScore`, value, 'not in valid range [0-100]');
}

/** Models k8s.io/component-base/config/validation ValidateLeaderElectionConfiguration */
function checkElection(election: any, invalid: Report): void {
  if (!election.leaderElect) return;
  const { leaseDuration, renewDeadline, retryPeriod } = election;
  for (const name of ['leaseDuration', 'renewDeadline', 'retryPeriod']) {
    if (durationMs(election[name]) <= 0)
      invalid(`leaderElection.${name}`, election[name], 'must be greater than zero');
  }
  if (durationMs(leaseDuration) < durationMs(renewDeadline))
    invalid(
      'leaderElection.leaseDuration',
      renewDeadline,
      'LeaseDuration must be greater than RenewDeadline',
    );
  if (durationMs(renewDeadline) < durationMs(retryPeriod))
    invalid('leaderElection.renewDeadline', retryPeriod, 'RenewDeadline must be greater than RetryPeriod');
}

/** Models validation_pluginargs.go */
function checkArgs(
  configs: any[],
  path: string,
  { problems, invalid }: { problems: string[]; invalid: Report },
): void {
  const seen = new Set<string>();
  configs.forEach(({ name, args = {} }, i) => {
    const at = `${path}pluginConfig[${i}]`;
    if (seen.has(name)) problems.push(`${at}: Duplicate value: ${JSON.stringify(name)}`);
    seen.add(name);
    const weight = args.hardPodAffinityWeight ?? 1;
    if (name === 'InterPodAffinity' && (weight < 0 || weight > 100))
      invalid(`${at}.args.hardPodAffinityWeight`, weight, 'not in valid range [0-100]');
    if (name === 'VolumeBinding' && (args.bindTimeoutSeconds ?? 600) < 0)
      invalid(
        `${at}.args.bindTimeoutSeconds`,
        args.bindTimeoutSeconds,
        'invalid BindTimeoutSeconds, should not be a negative value',
      );
    const shape = args.scoringStrategy?.requestedToCapacityRatio?.shape;
    if (name === 'NodeResourcesFit' && shape) checkShape(shape, `${at}.args.shape`, { problems, invalid });
  });
}

function checkShape(
  shape: { utilization?: number; score?: number }[],
  path: string,
  { problems, invalid }: { problems: string[]; invalid: Report },
): void {
  if (shape.length === 0) problems.push(`${path}: Required value: at least one point must be specified`);
  shape.forEach(({ utilization = 0, score = 0 }, i) => {
    const before = shape[i - 1]?.utilization ?? 0;
    if (i > 0 && before >= utilization)
      invalid(
        `${path}[${i}].utilization`,
        utilization,
        'utilization values must be sorted in increasing order',
      );
    if (utilization < 0 || utilization > 100)
      invalid(`${path}[${i}].utilization`, utilization, 'not in valid range [0-100]');
    if (score < 0 || score > 10) invalid(`${path}[${i}].score`, score, 'not in valid range [0-10]');
  });
}
