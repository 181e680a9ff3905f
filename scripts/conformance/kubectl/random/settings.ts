import { conditions, type Sort } from './sort.ts';

type Fields = Record<string, any>;

/** Kinds in the order in which they are drawn. */
export const SETTINGS: readonly Sort[] = [
  {
    plural: 'configmaps',
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespaced: true,
    draw: (dice) => ({
      data: { [dice.word()]: dice.pick(['a: b\nc: d\n', '', 'ünï\ttab', 'plain']) },
      ...dice.maybe(30, () => ({ binaryData: { bin: 'AAEC' } })),
      ...dice.maybe(20, () => ({ immutable: true })),
    }),
  },
  {
    plural: 'secrets',
    apiVersion: 'v1',
    kind: 'Secret',
    namespaced: true,
    draw: (dice) => ({
      type: dice.pick(['Opaque', 'example.com/x']),
      data: { [dice.word()]: dice.pick(['YWJj', '']) },
    }),
  },
  {
    plural: 'serviceaccounts',
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    namespaced: true,
    draw: (dice) => ({
      imagePullSecrets: dice.some(2, (i) => ({ name: `p${i}` })),
      secrets: dice.some(2, (i) => ({ name: `s${i}` })),
    }),
  },
  {
    plural: 'roles',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    namespaced: true,
    draw: (dice) => ({
      rules: dice.some(4, () => ({
        apiGroups: dice.pick([[''], ['apps', 'batch'], ['*']]),
        resources: dice.pick([['pods'], ['pods/log', 'deployments'], ['*']]),
        verbs: dice.pick([['get'], ['list', 'watch'], ['*']]),
        ...dice.maybe(30, () => ({ resourceNames: ['a', 'b'] })),
      })),
    }),
  },
  {
    plural: 'rolebindings',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    namespaced: true,
    draw: (dice) => ({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: dice.pick(['Role', 'ClusterRole']), name: 'r' },
      subjects: dice.some(4, () =>
        dice.pick<Fields>([
          { kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' },
          { kind: 'Group', name: 'devs', apiGroup: 'rbac.authorization.k8s.io' },
          { kind: 'ServiceAccount', name: 'sa', namespace: 'x' },
        ]),
      ),
    }),
  },
  {
    plural: 'horizontalpodautoscalers',
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    namespaced: true,
    draw: (dice) => ({
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        maxReplicas: 7,
        ...dice.maybe(50, () => ({ minReplicas: 2 })),
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: dice.pick<Fields>([
                { type: 'Utilization', averageUtilization: 50 },
                { type: 'AverageValue', averageValue: '100m' },
              ]),
            },
          },
          ...dice.some(1, () => ({
            type: 'Pods',
            pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '10' } },
          })),
          ...dice.some(1, () => ({
            type: 'Object',
            object: {
              metric: { name: 'q' },
              describedObject: { apiVersion: 'v1', kind: 'Service', name: 's' },
              target: { type: 'Value', value: '3' },
            },
          })),
          ...dice.some(1, () => ({
            type: 'External',
            external: {
              metric: { name: 'e', selector: { matchLabels: { a: 'b' } } },
              target: { type: 'AverageValue', averageValue: '4' },
            },
          })),
          ...dice.some(1, () => ({
            type: 'ContainerResource',
            containerResource: {
              name: 'memory',
              container: 'c',
              target: { type: 'Utilization', averageUtilization: 70 },
            },
          })),
        ],
        ...dice.maybe(40, () => ({
          behavior: {
            scaleDown: {
              stabilizationWindowSeconds: 9,
              selectPolicy: 'Min',
              policies: [{ type: 'Pods', value: 1, periodSeconds: 30 }],
            },
            scaleUp: { selectPolicy: 'Disabled' },
          },
        })),
      },
    }),
    status: (dice, _, now) => ({
      currentReplicas: dice.int(4),
      desiredReplicas: dice.int(4),
      ...dice.maybe(60, () => ({
        currentMetrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', current: { averageUtilization: 33, averageValue: '12m' } },
          },
        ],
      })),
      conditions: conditions(dice, ['AbleToScale', 'ScalingActive', 'ScalingLimited'], now),
    }),
  },
  {
    plural: 'poddisruptionbudgets',
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    namespaced: true,
    draw: (dice) => ({
      spec: {
        ...dice.pick<Fields>([{ minAvailable: 1 }, { minAvailable: '50%' }, { maxUnavailable: 2 }]),
        selector: dice.selector(),
      },
    }),
    status: (dice) => ({
      disruptionsAllowed: dice.int(3),
      currentHealthy: 2,
      desiredHealthy: dice.int(3),
      expectedPods: 3,
    }),
  },
  {
    plural: 'resourcequotas',
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    namespaced: true,
    draw: (dice) => ({
      spec: {
        hard: { 'requests.cpu': dice.quantity(), pods: '1000', 'count/jobs.batch': '400' },
        ...dice.maybe(30, () => ({
          scopes: [dice.pick(['BestEffort', 'NotTerminating'])].filter((scope) => scope === 'NotTerminating'),
        })),
      },
    }),
    status: (dice) =>
      dice.maybe(70, () => ({
        hard: { pods: '1000', 'requests.cpu': '2' },
        used: { pods: '3', 'requests.cpu': dice.quantity() },
      })),
  },
  {
    plural: 'events',
    apiVersion: 'v1',
    kind: 'Event',
    namespaced: true,
    draw: (dice) => ({
      involvedObject: { apiVersion: 'v1', kind: dice.pick(['Pod', 'Node', 'Service']), name: dice.word() },
      type: dice.pick(['Normal', 'Warning']),
      reason: dice.pick(['Pulled', 'BackOff']),
      message: dice.pick(['short', 'two\nlines ', ' padded']),
      source: { component: 'kubelet', ...dice.maybe(50, () => ({ host: 'node01' })) },
      count: dice.int(5),
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-02-01T00:00:00Z',
    }),
  },
  {
    plural: 'leases',
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespaced: true,
    draw: (dice) => ({
      spec: {
        ...dice.maybe(60, () => ({
          holderIdentity: dice.word(),
          leaseDurationSeconds: 40,
          renewTime: '2026-01-01T00:00:00.000000Z',
        })),
      },
    }),
  },
];
