import { access, conditions, type Sort } from './sort.ts';

type Fields = Record<string, any>;

/** Kinds in the order in which they are drawn. */
export const CLUSTER: readonly Sort[] = [
  {
    plural: 'persistentvolumeclaims',
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    namespaced: true,
    draw: (dice) => ({
      spec: {
        accessModes: access(dice),
        ...dice.maybe(60, () => ({ storageClassName: dice.pick(['fast', '']) })),
        ...dice.maybe(30, () => ({ volumeName: 'pv1' })),
        ...dice.maybe(30, () => ({ volumeMode: 'Block', selector: dice.selector() })),
        ...dice.maybe(20, () => ({
          dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' },
        })),
        resources: { requests: { storage: dice.pick(['1Gi', '500Mi']) } },
      },
    }),
    status: (dice, _, now) => ({
      phase: dice.pick(['Pending', 'Bound', 'Lost']),
      ...dice.maybe(50, () => ({
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '2Gi' },
        conditions: conditions(dice, ['Resizing', 'FileSystemResizePending'], now),
      })),
    }),
  },
  {
    plural: 'persistentvolumes',
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    namespaced: false,
    draw: (dice) => ({
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: access(dice),
        persistentVolumeReclaimPolicy: dice.pick(['Retain', 'Delete']),
        ...dice.maybe(50, () => ({ storageClassName: 'slow' })),
        ...dice.maybe(40, () => ({ claimRef: { namespace: 'n', name: 'c' } })),
        ...dice.maybe(30, () => ({ mountOptions: ['hard', 'nolock'], volumeMode: 'Block' })),
        ...dice.maybe(40, () => ({
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [{ key: 'k', operator: dice.pick(['In', 'NotIn']), values: ['a', 'b'] }],
                },
              ],
            },
          },
        })),
        ...dice.pick<Fields>([
          { hostPath: { path: '/x' } },
          { nfs: { server: 's', path: '/p' } },
          { csi: { driver: 'd', volumeHandle: 'h', fsType: 'ext4', volumeAttributes: { a: 'b' } } },
        ]),
      },
    }),
    status: (dice) => ({
      phase: dice.pick(['Available', 'Bound', 'Released', 'Failed']),
      ...dice.maybe(30, () => ({ message: 'm', reason: 'r' })),
    }),
  },
  {
    plural: 'storageclasses',
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    namespaced: false,
    draw: (dice) => ({
      provisioner: 'example.com/p',
      reclaimPolicy: dice.pick(['Delete', 'Retain']),
      volumeBindingMode: dice.pick(['Immediate', 'WaitForFirstConsumer']),
      ...dice.maybe(50, () => ({
        parameters: { a: 'b', c: 'd' },
        allowVolumeExpansion: dice.chance(50),
        mountOptions: ['x'],
      })),
    }),
  },
  {
    plural: 'nodes',
    apiVersion: 'v1',
    kind: 'Node',
    namespaced: false,
    draw: (dice) => ({
      spec: {
        podCIDR: '10.9.0.0/24',
        ...dice.maybe(40, () => ({ unschedulable: true })),
        taints: dice.some(3, (i) => ({
          key: `k${i}`,
          ...dice.maybe(60, () => ({ value: 'v' })),
          effect: dice.pick(['NoSchedule', 'NoExecute', 'PreferNoSchedule']),
        })),
      },
    }),
    status: (dice, _, now) => ({
      capacity: { cpu: '4', memory: '8Gi', pods: '110', 'example.com/gpu': '2' },
      allocatable: { cpu: '3900m', memory: '7Gi', pods: '110', 'example.com/gpu': '1' },
      addresses: [
        { type: 'InternalIP', address: '1.1.1.1' },
        { type: 'Hostname', address: 'h' },
        ...dice.some(1, () => ({ type: 'ExternalIP', address: '2.2.2.2' })),
      ],
      conditions: conditions(dice, ['MemoryPressure', 'DiskPressure', 'Ready'], now).map((one) => ({
        ...one,
        lastHeartbeatTime: dice.time(now),
      })),
      nodeInfo: {
        machineID: 'm',
        systemUUID: 's',
        bootID: 'b',
        kernelVersion: '6.8',
        osImage: 'Ubuntu',
        containerRuntimeVersion: 'containerd://1',
        kubeletVersion: 'v1.33.1',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    }),
  },
  {
    plural: 'priorityclasses',
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    namespaced: false,
    draw: (dice) => ({
      value: dice.int(100_000),
      ...dice.maybe(50, () => ({ description: 'some words', preemptionPolicy: 'Never' })),
    }),
  },
  {
    plural: 'clusterroles',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    namespaced: false,
    draw: (dice) => ({
      rules: dice.some(3, () =>
        dice.pick<Fields>([
          { nonResourceURLs: ['/healthz', '/metrics'], verbs: ['get'] },
          { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] },
        ]),
      ),
    }),
  },
];
