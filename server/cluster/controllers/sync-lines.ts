import { belowMs } from '../../sim/index.ts';
import type { Detail } from '../client/detail.ts';

/** The verbosity at which they do. */
const LEVEL = 4;
/** What controllers say when they have looked at a key: source, message, and how they name the key and the time. */
const LINES: Readonly<Record<string, readonly [source: string, message: string, key: string, took: string]>> =
  {
    'cronjob-controller': ['cronjob_controllerv2.go:198', 'Finished syncing cronjob', 'cronjob', 'duration'],
    'daemonset-controller': ['daemon_controller.go:1247', 'Finished syncing daemon set', 'daemonset', 'time'],
    'deployment-controller': [
      'deployment_controller.go:580',
      'Finished syncing deployment',
      'deployment',
      'duration',
    ],
    'disruption-controller': [
      'disruption.go:741',
      'Finished syncing PodDisruptionBudget',
      'podDisruptionBudget',
      'duration',
    ],
    'endpoints-controller': [
      'endpoints_controller.go:360',
      'Finished syncing service endpoints',
      'service',
      'startTime',
    ],
    'endpointslice-controller': [
      'endpointslice_controller.go:361',
      'Finished syncing service endpoints',
      'key',
      'elapsedTime',
    ],
    'job-controller': ['job_controller.go:826', 'Finished syncing job', 'key', 'elapsed'],
    'namespace-controller': [
      'namespace_controller.go:167',
      'Finished syncing namespace',
      'namespace',
      'duration',
    ],
    'replicaset-controller': ['replica_set.go:679', 'Finished syncing', 'key', 'duration'],
    'replicationcontroller-controller': ['replica_set.go:679', 'Finished syncing', 'key', 'duration'],
    'resourcequota-controller': [
      'resource_quota_controller.go:325',
      'Finished syncing resource quota',
      'key',
      'duration',
    ],
    'serviceaccount-controller': [
      'serviceaccounts_controller.go:185',
      'Finished syncing namespace',
      'namespace',
      'duration',
    ],
    'statefulset-controller': ['stateful_set.go:455', 'Finished syncing statefulset', 'key', 'time'],
  };
/** Controllers that share their code say for which kind it works. */
const KINDS: Readonly<Record<string, string>> = {
  'replicaset-controller': ' kind="ReplicaSet"',
  'replicationcontroller-controller': ' kind="ReplicationController"',
};

/** Tells of a key that was looked at, where its controller does. */
export function tellSynced(detail: Detail, controller: string, key: string, now: number): void {
  const line = LINES[controller];
  if (!line) return;
  const [source, message, keyName, took] = line;
  detail(LEVEL, source, () => {
    const micros = Number(belowMs(now, controller + key, 4));
    const time = `${(micros / 1000).toFixed(3).replace(/\.?0+$/, '')}ms`;
    return `"${message}" logger="${controller}"${KINDS[controller] ?? ''} ${keyName}="${key}" ${took}="${time}"`;
  });
}
