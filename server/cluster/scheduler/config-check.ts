import { durationMs } from '../client/program-start.ts';
import { checkArgs } from './config-args.ts';
import { ConfigError, type Problems, problemsIn } from './config-error.ts';

/** Throws all that is wrong with the values of a file. Models pkg/scheduler/apis/config/validation */
export function checkConfig(file: any): void {
  const list: string[] = [];
  const problems = problemsIn(list);
  const { invalid } = problems;
  if ((file.parallelism ?? 16) <= 0)
    invalid('parallelism', file.parallelism, 'should be an integer value greater than zero');
  if ((file.clientConnection?.burst ?? 0) < 0)
    invalid('clientConnection.burst', file.clientConnection.burst, 'must be non-negative');
  checkElection(file.leaderElection, problems);
  checkPercentage(file.percentageOfNodesToScore, '', problems);
  const names = new Set<string>();
  (file.profiles ?? []).forEach((profile: any, i: number) => {
    const { schedulerName = 'default-scheduler' } = profile ?? {};
    const path = `profiles[${i}].`;
    if (names.has(schedulerName))
      problems.add(`${path}schedulerName: Duplicate value: ${JSON.stringify(schedulerName)}`);
    names.add(schedulerName);
    checkPercentage(profile?.percentageOfNodesToScore, path, problems);
    checkArgs(profile?.pluginConfig ?? [], path, problems);
  });
  const { podInitialBackoffSeconds: first = 1, podMaxBackoffSeconds: most = 10 } = file;
  if (first <= 0) invalid('podInitialBackoffSeconds', first, 'must be greater than 0');
  if (most < first)
    invalid('podMaxBackoffSeconds', most, 'must be greater than or equal to PodInitialBackoffSeconds');
  if (list.length === 0) return;
  throw new ConfigError(list.length === 1 ? (list[0] as string) : `[${list.join(', ')}]`);
}

function checkPercentage(value: number | undefined, path: string, { invalid }: Problems): void {
  if (value === undefined || (value >= 0 && value <= 100)) return;
  invalid(`${path}percentageOfNodesToScore`, value, 'not in valid range [0-100]');
}

/** Models k8s.io/component-base/config/validation ValidateLeaderElectionConfiguration */
function checkElection(election: any, { invalid }: Problems): void {
  if (!election.leaderElect) return;
  const { leaseDuration, renewDeadline, retryPeriod, resourceLock } = election;
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
  for (const name of ['resourceLock', 'resourceNamespace', 'resourceName'])
    if (election[name] === '') invalid(`leaderElection.${name}`, '""', `${name} is required`);
  if (resourceLock !== 'leases')
    invalid(
      'leaderElection.resourceLock',
      JSON.stringify(resourceLock),
      'resourceLock value must be "leases"',
    );
}
