import { parse as parseYaml } from 'yaml';
import { checkArgFields } from './config-args.ts';
import { checkConfig } from './config-check.ts';
import { ConfigError, only } from './config-error.ts';
import { checkExtenders, withoutManaged } from './config-extenders.ts';
import { readProfile } from './config-profile.ts';
import type { ExtenderConfig } from './extender.ts';
import { DEFAULT_PROFILE, type Profile } from './profile.ts';
import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS } from './queue.ts';

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
  readonly extenders: readonly ExtenderConfig[];
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

/** What holds without a file; the scheduler may have another name. */
export function defaultConfig(schedulerName = DEFAULT_PROFILE.schedulerName): SchedulerConfig {
  return {
    kubeconfig: undefined,
    leaderElection: LEADER,
    profiles: [{ ...DEFAULT_PROFILE, schedulerName }],
    extenders: [],
    backoff: { firstMs: BACKOFF_FIRST_MS, maxMs: BACKOFF_MAX_MS },
  };
}

const API_VERSION = 'kubescheduler.config.k8s.io/v1';

/** `parallelism`, rates of requests, profiles and caches tune what nobody sees here. */
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
  const leaderElection = { ...LEADER, ...file.leaderElection };
  checkArgFields(file.profiles ?? []);
  checkConfig({ ...file, leaderElection });
  const extenders: ExtenderConfig[] = file.extenders ?? [];
  checkExtenders(extenders);
  const given: any[] = file.profiles?.length > 0 ? file.profiles : [{}];
  return {
    kubeconfig: file.clientConnection?.kubeconfig,
    leaderElection,
    profiles: given
      .map((one, i) => readProfile(one, i, file.percentageOfNodesToScore ?? 0))
      .map((profile) => withoutManaged(profile, extenders)),
    extenders,
    backoff: {
      firstMs: (file.podInitialBackoffSeconds ?? BACKOFF_FIRST_MS / 1000) * 1000,
      maxMs: (file.podMaxBackoffSeconds ?? BACKOFF_MAX_MS / 1000) * 1000,
    },
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
