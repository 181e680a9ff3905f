import type { Dice } from './dice.ts';

type Fields = Record<string, any>;

function probe(dice: Dice): Fields {
  const how = dice.pick([
    { exec: { command: ['cat', '/tmp/x'] } },
    { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTPS', host: 'h' } },
    { httpGet: { path: '/', port: 'http' } },
    { tcpSocket: { port: 80 } },
    { grpc: { port: 9000, service: 'x' } },
  ]);
  return {
    ...how,
    ...dice.maybe(50, () => ({ initialDelaySeconds: 7, periodSeconds: 3, timeoutSeconds: 2 })),
  };
}

function env(dice: Dice): Fields {
  const name = dice.word().toUpperCase();
  return dice.pick<Fields>([
    { name, value: 'text with  blanks' },
    { name, value: '' },
    { name, value: 'two\nlines' },
    { name, valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name, valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    { name, valueFrom: { configMapKeyRef: { name: 'cm', key: 'k', optional: true } } },
    { name, valueFrom: { secretKeyRef: { name: 'sec', key: 'k' } } },
  ]);
}

const VOLUMES: readonly Fields[] = [
  { emptyDir: {} },
  { emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
  { configMap: { name: 'cm' } },
  { secret: { secretName: 'sec', optional: true } },
  { hostPath: { path: '/x', type: 'DirectoryOrCreate' } },
  { persistentVolumeClaim: { claimName: 'pvc', readOnly: true } },
  { nfs: { server: 's', path: '/p', readOnly: true } },
  { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
  { csi: { driver: 'd.example.com', fsType: 'ext4', readOnly: true, volumeAttributes: { a: 'b' } } },
  { projected: { sources: [{ secret: { name: 'a' } }, { configMap: { name: 'b' } }] } },
  { iscsi: { targetPortal: '1.2.3.4', iqn: 'iqn.2001-04.com.x:y', lun: 3 } },
  {
    ephemeral: {
      volumeClaimTemplate: {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    },
  },
  { gitRepo: { repository: 'r', revision: 'v' } },
  { awsElasticBlockStore: { volumeID: 'v', fsType: 'xfs', partition: 1 } },
];

function container(dice: Dice, name: string, volumes: readonly Fields[]): Fields {
  const resources = (): Fields => ({
    cpu: dice.pick(['100m', '1', '250m']),
    memory: dice.pick(['64Mi', '1Gi']),
  });
  return {
    name,
    image: dice.pick(['nginx:1.27', 'busybox', 'registry.example.com/a/b@sha256:' + 'a'.repeat(64)]),
    ...dice.maybe(40, () => ({ command: ['sh', '-c', 'echo a; sleep 1\nexit'] })),
    ...dice.maybe(30, () => ({ args: ['one', '--two=3'] })),
    ...dice.maybe(50, () => ({
      ports: [
        { containerPort: 80, ...dice.maybe(50, () => ({ name: 'http' })) },
        ...dice.some(1, () => ({
          containerPort: 53,
          protocol: 'UDP',
          ...(name === 'main' ? { hostPort: 5353 } : {}),
        })),
      ],
    })),
    env: dice.some(3, () => env(dice)),
    ...dice.maybe(25, () => ({
      envFrom: [
        { configMapRef: { name: 'cm' }, prefix: 'P_' },
        { secretRef: { name: 'sec', optional: true } },
      ],
    })),
    ...dice.maybe(50, () => ({
      resources: { limits: resources(), ...dice.maybe(50, () => ({ requests: { cpu: '10m' } })) },
    })),
    volumeMounts: volumes
      .filter(() => dice.chance(60))
      .map(({ name: volume }, i) => ({
        name: volume,
        mountPath: `/m${i}`,
        ...dice.maybe(40, () => ({ readOnly: true, subPath: 's' })),
      })),
  };
}

/** A pod's spec; templates of workloads have one too. */
export function podSpec(dice: Dice, restartPolicy?: string): Fields {
  const volumes = dice.some(4, (i) => ({ name: `v${i}`, ...dice.pick(VOLUMES) }));
  const main = ['main', ...dice.some(2, (i) => `side${i}`)];
  const probes = () => ({
    livenessProbe: probe(dice),
    ...dice.maybe(50, () => ({ readinessProbe: probe(dice), startupProbe: probe(dice) })),
  });
  return {
    containers: main.map((name) => ({ ...container(dice, name, volumes), ...dice.maybe(40, probes) })),
    initContainers: dice.some(2, (i) => ({
      ...container(dice, `init${i}`, volumes),
      ...dice.maybe(30, () => ({ restartPolicy: 'Always' })),
    })),
    volumes,
    ...(restartPolicy ? { restartPolicy } : {}),
    ...dice.maybe(30, () => ({ nodeSelector: { disk: 'ssd', zone: 'a' } })),
    ...dice.maybe(40, () => ({
      tolerations: [
        { key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' },
        { operator: 'Exists' },
        { key: 'x', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 },
      ],
    })),
    ...dice.maybe(20, () => ({
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: dice.pick(['DoNotSchedule', 'ScheduleAnyway']),
          labelSelector: dice.selector(),
        },
      ],
    })),
    ...dice.maybe(15, () => ({
      hostNetwork: false,
      securityContext: { runAsUser: 1, fsGroup: 2, seccompProfile: { type: 'RuntimeDefault' } },
    })),
  };
}

export function template(dice: Dice, labels: Fields, restartPolicy?: string): Fields {
  return {
    metadata: {
      labels,
      ...dice.maybe(30, () => ({ annotations: { note: 'a b', 'example.com/x': 'y'.repeat(150) } })),
    },
    spec: podSpec(dice, restartPolicy),
  };
}

function state(dice: Dice, now: number): Fields {
  return dice.pick<() => Fields>([
    () => ({ running: { startedAt: dice.time(now) } }),
    () => ({
      waiting: {
        reason: dice.pick(['CrashLoopBackOff', 'ImagePullBackOff', 'ContainerCreating']),
        message: 'why',
      },
    }),
    () => ({ waiting: {} }),
    () => ({
      terminated: {
        exitCode: dice.int(3),
        reason: dice.pick(['Completed', 'Error', 'OOMKilled', '']),
        startedAt: dice.time(now),
        finishedAt: dice.time(now),
        ...dice.maybe(30, () => ({ signal: 9, message: 'killed\nhard' })),
      },
    }),
  ])();
}

/** What a kubelet might say of a pod. */
export function podStatus(dice: Dice, spec: Fields, now: number): Fields {
  const statuses = (containers: readonly Fields[]) =>
    containers.map(({ name, image }) => ({
      name,
      image,
      imageID: dice.chance(70) ? `docker.io/x@sha256:${'b'.repeat(64)}` : '',
      containerID: dice.chance(70) ? `containerd://${'c'.repeat(64)}` : '',
      ready: dice.chance(60),
      started: dice.chance(60),
      restartCount: dice.int(30),
      state: state(dice, now),
      ...dice.maybe(40, () => ({ lastState: state(dice, now) })),
    }));
  return {
    phase: dice.pick(['Pending', 'Running', 'Running', 'Succeeded', 'Failed', 'Unknown']),
    ...dice.maybe(15, () => ({
      reason: dice.pick(['Evicted', 'NodeLost', 'DeadlineExceeded']),
      message: 'a message',
    })),
    ...dice.maybe(70, () => ({
      podIP: '10.244.1.9',
      podIPs: [{ ip: '10.244.1.9' }, ...dice.some(1, () => ({ ip: 'fd00::9' }))],
      hostIP: '172.30.1.3',
    })),
    ...dice.maybe(80, () => ({ startTime: dice.time(now) })),
    ...dice.maybe(10, () => ({ nominatedNodeName: 'node02' })),
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready']
      .filter(() => dice.chance(80))
      .map((type) => ({
        type,
        status: dice.pick(['True', 'False', 'Unknown']),
        lastTransitionTime: dice.time(now),
        ...dice.maybe(30, () => ({
          reason: dice.pick(['SchedulingGated', 'Unschedulable', 'PodCompleted']),
          message: 'm',
        })),
      })),
    containerStatuses: dice.chance(85) ? statuses(spec['containers']) : [],
    initContainerStatuses: dice.chance(85) ? statuses(spec['initContainers'] ?? []) : [],
  };
}
