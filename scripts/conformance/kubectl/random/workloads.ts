import type { Dice } from './dice.ts';
import { podSpec, podStatus, template } from './pods.ts';
import { access, conditions, type Sort } from './sort.ts';

type Fields = Record<string, any>;

function workload(dice: Dice, extra: Fields): Fields {
  const labels = { app: dice.word(), ...dice.labels(1) };
  const selector = {
    matchLabels: labels,
    ...dice.maybe(20, () => ({ matchExpressions: [{ key: 'app', operator: 'Exists' }] })),
  };
  return { spec: { ...extra, selector, template: template(dice, labels) } };
}

const replicas = (dice: Dice): Fields => dice.maybe(80, () => ({ replicas: dice.int(5) }));
/** Kinds in the order in which they are drawn. */
export const WORKLOADS: readonly Sort[] = [
  {
    plural: 'pods',
    apiVersion: 'v1',
    kind: 'Pod',
    namespaced: true,
    draw: (dice) => ({
      spec: {
        ...podSpec(dice),
        ...dice.maybe(60, () => ({ nodeName: 'node01' })),
        serviceAccountName: 'default',
        automountServiceAccountToken: false,
        ...dice.maybe(20, () => ({ readinessGates: [{ conditionType: 'example.com/x' }] })),
      },
    }),
    status: (dice, { spec }, now) => podStatus(dice, spec, now),
  },
  {
    plural: 'deployments',
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespaced: true,
    draw: (dice) =>
      workload(dice, {
        ...replicas(dice),
        ...dice.maybe(30, () => ({
          strategy: dice.pick([
            { type: 'Recreate' },
            { rollingUpdate: { maxSurge: 1, maxUnavailable: '10%' } },
          ]),
          minReadySeconds: 4,
        })),
        ...dice.maybe(15, () => ({ paused: true, progressDeadlineSeconds: 30 })),
      }),
    status: (dice, _, now) => ({
      replicas: 3,
      updatedReplicas: dice.int(4),
      readyReplicas: 2,
      availableReplicas: dice.int(3),
      unavailableReplicas: 1,
      observedGeneration: 1,
      conditions: conditions(dice, ['Available', 'Progressing', 'ReplicaFailure'], now),
    }),
  },
  {
    plural: 'replicasets',
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    namespaced: true,
    draw: (dice) => workload(dice, replicas(dice)),
    status: (dice, _, now) => ({
      replicas: 4,
      readyReplicas: dice.int(4),
      conditions: conditions(dice, ['ReplicaFailure'], now),
    }),
  },
  {
    plural: 'statefulsets',
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    namespaced: true,
    draw: (dice) =>
      workload(dice, {
        ...replicas(dice),
        serviceName: 'svc',
        ...dice.maybe(50, () => ({
          volumeClaimTemplates: [
            {
              metadata: {
                name: 'data',
                ...dice.maybe(50, () => ({ labels: { a: 'b' }, annotations: { c: 'd' } })),
              },
              spec: {
                accessModes: access(dice),
                storageClassName: 'fast',
                resources: { requests: { storage: '1Gi' } },
              },
            },
          ],
        })),
        ...dice.maybe(40, () => ({
          updateStrategy: dice.pick<Fields>([
            { type: 'OnDelete' },
            { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
          ]),
        })),
      }),
    status: (dice) => ({
      replicas: 2,
      readyReplicas: dice.int(3),
      currentRevision: 'a',
      updateRevision: 'b',
      observedGeneration: 1,
    }),
  },
  {
    plural: 'daemonsets',
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    namespaced: true,
    draw: (dice) => workload(dice, {}),
    status: (dice) => ({
      currentNumberScheduled: dice.int(4),
      desiredNumberScheduled: 3,
      numberMisscheduled: dice.int(2),
      numberReady: dice.int(3),
      updatedNumberScheduled: 1,
      numberAvailable: dice.int(3),
    }),
  },
  {
    plural: 'jobs',
    apiVersion: 'batch/v1',
    kind: 'Job',
    namespaced: true,
    draw: (dice) => ({
      spec: {
        ...dice.maybe(50, () => ({ completions: 5, parallelism: 2, backoffLimit: 1 })),
        ...dice.maybe(30, () => ({ activeDeadlineSeconds: 90, ttlSecondsAfterFinished: 40 })),
        ...dice.maybe(20, () => ({ suspend: true })),
        template: template(dice, {}, dice.pick(['Never', 'OnFailure'])),
      },
    }),
    status: (dice, _, now) => ({
      active: dice.int(3),
      succeeded: dice.int(3),
      failed: dice.int(2),
      ready: dice.int(2),
      ...dice.maybe(60, () => ({ startTime: dice.time(now) })),
    }),
  },
  {
    plural: 'cronjobs',
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    namespaced: true,
    draw: (dice) => ({
      spec: {
        schedule: dice.pick(['*/5 * * * *', '@daily', '0 3 1 1 *']),
        concurrencyPolicy: dice.pick(['Allow', 'Forbid', 'Replace']),
        ...dice.maybe(40, () => ({
          suspend: true,
          startingDeadlineSeconds: 9,
          timeZone: 'Asia/Seoul',
          successfulJobsHistoryLimit: 0,
        })),
        jobTemplate: {
          spec: {
            ...dice.maybe(30, () => ({ parallelism: 2, completions: 3, activeDeadlineSeconds: 8 })),
            template: template(dice, {}, 'Never'),
          },
        },
      },
    }),
    status: (dice, _, now) => ({
      ...dice.maybe(60, () => ({ lastScheduleTime: dice.time(now) })),
      active: dice.some(2, (i) => ({ kind: 'Job', name: `j${i}`, apiVersion: 'batch/v1' })),
    }),
  },
];
