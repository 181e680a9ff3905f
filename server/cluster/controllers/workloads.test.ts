import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../objects/object.ts';
import { RESOURCES } from '../client/resources.ts';
import { CONTROLLERS } from './index.ts';
import { startCluster, type TestCluster } from './testing/cluster.ts';
import type { KubeletOptions } from './testing/kubelets.ts';

function cluster(kubelet: KubeletOptions = {}): TestCluster {
  const c = startCluster();
  c.addNode('controlplane', {
    taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
  });
  for (const name of ['node01', 'node02']) c.addNode(name);
  c.startManager(CONTROLLERS);
  c.startScheduler();
  c.startKubelets(kubelet);
  c.settle(1000);
  return c;
}

const template = (name: string, spec: object = {}) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
});

function make(
  c: TestCluster,
  kind: string,
  resource: keyof typeof RESOURCES,
  name: string,
  spec: object,
): void {
  const { group, version } = RESOURCES[resource];
  c.admin.create(
    RESOURCES[resource],
    { apiVersion: `${group}/${version}`, kind, metadata: { name }, spec },
    'default',
  );
}

const set = (name: string, spec: object = {}) => ({
  selector: { matchLabels: { app: name } },
  template: template(name),
  ...spec,
});
const get = (c: TestCluster, resource: keyof typeof RESOURCES, name: string) =>
  c.admin.get(RESOURCES[resource], name, 'default');
const pods = (c: TestCluster) =>
  c.admin.list(RESOURCES.pods, { namespace: 'default' }).items.filter((p) => !p.metadata.deletionTimestamp);
const events = (c: TestCluster, name: string) =>
  c.admin
    .list(RESOURCES.events, { namespace: 'default' })
    .items.filter((e: KubeObject) => e['involvedObject'].name === name)
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map((e) => `${e['reason']}: ${e['message']}`);

describe('daemon sets', () => {
  it('put a pod on every node they may use, and follow taints and updates', () => {
    const c = cluster();
    make(c, 'DaemonSet', 'daemonsets', 'agent', set('agent'));
    c.settle();
    expect(
      pods(c)
        .map((p) => p.spec.nodeName)
        .sort(),
    ).toEqual(['node01', 'node02']);
    const tolerations = [
      { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
    ];
    const body = { spec: { template: { spec: { tolerations } } } };
    c.admin.patch(RESOURCES.daemonsets, 'agent', { type: 'merge', body }, 'default');
    c.settle(10_000);
    expect(get(c, 'daemonsets', 'agent').status).toMatchObject({
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 3,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    });
    expect(
      c.admin.list(RESOURCES.controllerrevisions, { namespace: 'default' }).items.map((r) => r['revision']),
    ).toEqual([1, 2]);
    c.addNode('node03');
    c.settle();
    expect(pods(c).length).toBe(4);
  });
});

describe('stateful sets', () => {
  it('go up in order and down in reverse, keep their claims, roll from the end', () => {
    const c = cluster();
    const volumeClaimTemplates = [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ];
    make(c, 'StatefulSet', 'statefulsets', 'db', set('db', { replicas: 2, serviceName: 'db' }));
    c.settle(700);
    expect(pods(c).map((p) => p.metadata.name)).toEqual(['db-0', 'db-1']);
    c.settle();
    expect(
      pods(c).map((p) => [
        p.spec.hostname,
        p.spec.subdomain,
        p.metadata.labels?.['apps.kubernetes.io/pod-index'],
      ]),
    ).toEqual([
      ['db-0', 'db', '0'],
      ['db-1', 'db', '1'],
    ]);
    const patch = (body: object) =>
      c.admin.patch(RESOURCES.statefulsets, 'db', { type: 'merge', body }, 'default');
    patch({ spec: { updateStrategy: { rollingUpdate: { partition: 1 } } } });
    const containers = [{ name: 'c', image: 'nginx:2' }];
    patch({ spec: { template: { spec: { containers } } } });
    c.settle();
    expect(pods(c).map((p) => p.spec.containers[0].image)).toEqual(['nginx', 'nginx:2']);
    patch({ spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    c.settle();
    expect(get(c, 'statefulsets', 'db').status).toMatchObject({
      replicas: 2,
      readyReplicas: 2,
      updatedReplicas: 2,
    });
    patch({ spec: { replicas: 0 } });
    c.settle();
    expect(pods(c)).toEqual([]);
    expect(
      events(c, 'db')
        .filter((e) => e.includes('delete'))
        .at(-1),
    ).toBe('SuccessfulDelete: delete Pod db-0 in StatefulSet db successful');
    make(c, 'StatefulSet', 'statefulsets', 'store', set('store', { volumeClaimTemplates }));
    c.settle();
    expect(get(c, 'persistentvolumeclaims', 'data-store-0').status.phase).toBe('Pending');
    expect(get(c, 'pods', 'store-0').status.conditions[0].message).toContain(
      'pod has unbound immediate PersistentVolumeClaims',
    );
  });

  it('replace one at a time, also those that start in parallel', () => {
    const c = cluster({ outcome: (pod) => (pod.spec.containers[0].image === 'bad' ? 'running' : 'ready') });
    make(c, 'StatefulSet', 'statefulsets', 'db', set('db', { replicas: 3, podManagementPolicy: 'Parallel' }));
    c.settle();
    const body = { spec: { template: { spec: { containers: [{ name: 'c', image: 'bad' }] } } } };
    c.admin.patch(RESOURCES.statefulsets, 'db', { type: 'merge', body }, 'default');
    c.settle();
    expect(pods(c).map((p) => p.spec.containers[0].image)).toEqual(['nginx', 'nginx', 'bad']);
  });

  it('let claims go with the replicas or with the set, as their policy says', () => {
    const c = cluster();
    for (const name of ['one', 'two', 'three']) {
      const path = `/tmp/${name}`;
      const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path } };
      const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec };
      c.admin.create(RESOURCES.persistentvolumes, volume);
    }
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    const more = {
      replicas: 2,
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
    };
    make(c, 'StatefulSet', 'statefulsets', 'db', set('db', more));
    c.settle();
    const claims = () =>
      c.admin
        .list(RESOURCES.persistentvolumeclaims, { namespace: 'default' })
        .items.map(({ metadata }) => `${metadata.name} of ${metadata.ownerReferences?.[0]?.kind}`);
    expect(claims()).toEqual(['data-db-0 of StatefulSet', 'data-db-1 of StatefulSet']);
    const scale = (replicas: number) =>
      c.admin.patch(RESOURCES.statefulsets, 'db', { type: 'merge', body: { spec: { replicas } } }, 'default');
    scale(1);
    scale(2);
    c.settle(20_000);
    expect(claims()).toEqual(['data-db-0 of StatefulSet', 'data-db-1 of StatefulSet']);
    scale(1);
    c.settle(20_000);
    expect(claims()).toEqual(['data-db-0 of StatefulSet']);
    c.admin.delete(RESOURCES.statefulsets, 'db', 'default');
    c.settle(20_000);
    expect(claims()).toEqual([]);
  });
});

describe('jobs', () => {
  const job = (spec: object = {}) => ({
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } },
    ...spec,
  });

  it('complete', () => {
    const c = cluster({ outcome: () => 'Succeeded' });
    make(c, 'Job', 'jobs', 'hello', job());
    c.settle();
    expect(get(c, 'jobs', 'hello').status.conditions.map((x: any) => [x.type, x.reason])).toEqual([
      ['SuccessCriteriaMet', 'CompletionsReached'],
      ['Complete', 'CompletionsReached'],
    ]);
    expect(events(c, 'hello')[1]).toBe('Completed: Job completed');
    expect(pods(c)[0]?.metadata.finalizers).toBeUndefined();
  });

  it('work through their indexes', () => {
    const c = cluster({ outcome: () => 'Succeeded' });
    make(c, 'Job', 'jobs', 'par', job({ completions: 4, parallelism: 2, completionMode: 'Indexed' }));
    c.settle(10_000);
    expect(get(c, 'jobs', 'par').status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
    expect(pods(c).length).toBe(4);
  });

  it('fail at their limit, backing off 10 s, 20 s, 40 s', () => {
    const c = cluster({ outcome: () => 'Failed' });
    make(c, 'Job', 'jobs', 'fails', job({ backoffLimit: 2 }));
    const starts: number[] = [];
    const begin = c.clock.now;
    for (let i = 0; i < 600; i++) {
      c.clock.advance(100);
      while (starts.length < pods(c).length) starts.push(Math.round((c.clock.now - begin) / 1000));
    }
    expect(starts).toEqual([0, 10, 30]);
    expect(get(c, 'jobs', 'fails').status.conditions.map((x: any) => [x.type, x.message])).toEqual([
      ['FailureTarget', 'Job has reached the specified backoff limit'],
      ['Failed', 'Job has reached the specified backoff limit'],
    ]);
  });

  it('end at their deadline and disappear after their time to live', () => {
    const c = cluster();
    make(c, 'Job', 'jobs', 'slow', job({ activeDeadlineSeconds: 30, ttlSecondsAfterFinished: 100 }));
    c.settle(29_000);
    expect(get(c, 'jobs', 'slow').status.active).toBe(1);
    c.settle(3_000);
    expect(get(c, 'jobs', 'slow').status.conditions.at(-1)).toMatchObject({
      type: 'Failed',
      reason: 'DeadlineExceeded',
    });
    c.settle(105_000);
    expect(c.admin.find(RESOURCES.jobs, 'slow', 'default')).toBeUndefined();
  });

  it('wait while suspended', () => {
    const c = cluster();
    make(c, 'Job', 'jobs', 'held', job({ suspend: true }));
    c.settle();
    expect(pods(c)).toEqual([]);
    expect(events(c, 'held')).toEqual(['Suspended: Job suspended']);
    c.admin.patch(RESOURCES.jobs, 'held', { type: 'merge', body: { spec: { suspend: false } } }, 'default');
    c.settle();
    expect(pods(c).length).toBe(1);
    const suspend = (value: boolean) =>
      c.admin.patch(RESOURCES.jobs, 'held', { type: 'merge', body: { spec: { suspend: value } } }, 'default');
    suspend(true);
    c.settle();
    suspend(false);
    c.settle(1000);
    expect(get(c, 'jobs', 'held').status).toMatchObject({ active: 1 });
    expect(get(c, 'jobs', 'held').status.failed).toBeUndefined();
  });
});

describe('cron jobs', () => {
  const cron = (spec: object = {}) => ({
    schedule: '*/10 * * * *',
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox' }] } } },
    },
    ...spec,
  });

  it('start a job to the second and keep a short history', () => {
    const c = cluster({ outcome: () => 'Succeeded' });
    make(c, 'CronJob', 'cronjobs', 'tick', cron());
    c.clock.advanceTo(Date.UTC(2026, 0, 1, 0, 9, 59, 900));
    expect(c.admin.list(RESOURCES.jobs, { namespace: 'default' }).items).toEqual([]);
    c.settle(1100);
    expect(get(c, 'cronjobs', 'tick').status.lastScheduleTime).toBe('2026-01-01T00:10:00Z');
    c.clock.advanceTo(Date.UTC(2026, 0, 1, 1, 5));
    const jobs = c.admin.list(RESOURCES.jobs, { namespace: 'default' }).items;
    expect(jobs.length).toBe(3);
    expect(get(c, 'cronjobs', 'tick').status.active).toBeUndefined();
  });

  it('do not run beside themselves when that is forbidden', () => {
    const c = cluster();
    make(c, 'CronJob', 'cronjobs', 'tick', cron({ schedule: '* * * * *', concurrencyPolicy: 'Forbid' }));
    c.settle(200_000);
    expect(c.admin.list(RESOURCES.jobs, { namespace: 'default' }).items.length).toBe(1);
    expect(events(c, 'tick')).toContain(
      'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid',
    );
  });

  it('know time zones', () => {
    const c = cluster({ outcome: () => 'Succeeded' });
    make(c, 'CronJob', 'cronjobs', 'noon', cron({ schedule: '30 9 * * *', timeZone: 'Asia/Seoul' }));
    c.clock.advanceTo(Date.UTC(2026, 0, 1, 0, 30, 2));
    const [job] = c.admin.list(RESOURCES.jobs, { namespace: 'default' }).items;
    expect(job?.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T09:30:00+09:00',
    });
  });
});

describe('node life', () => {
  const lease = (c: TestCluster, name: string) => {
    const renewTime = new Date(c.clock.now).toISOString().replace('Z', '000Z');
    const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime };
    const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec };
    c.admin.create(RESOURCES.leases, object, 'kube-node-lease');
  };

  it('a silent node is NotReady after 40 s, and its pods go after their 300 s', () => {
    const c = startCluster();
    for (const name of ['node01', 'node02']) {
      c.addNode(name);
      const body = { status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: null }] } };
      c.admin.patch(RESOURCES.nodes, name, { type: 'strategic', body, subresource: 'status' });
    }
    c.startManager(CONTROLLERS);
    c.startScheduler();
    c.startKubelets({ heartbeats: false });
    make(c, 'Deployment', 'deployments', 'web', {
      replicas: 1,
      ...set('web', { template: template('web', { nodeName: 'node01' }) }),
    });
    c.settle(1000);
    lease(c, 'node01');
    lease(c, 'node02');
    const start = c.clock.now;
    const ready = () =>
      c.admin.get(RESOURCES.nodes, 'node01').status.conditions.find((x: any) => x.type === 'Ready');
    const beat = (ms: number) => {
      for (let left = ms; left > 0; left -= 10_000) {
        c.settle(Math.min(left, 10_000));
        const renewTime = new Date(c.clock.now).toISOString().replace('Z', '000Z');
        c.admin.patch(
          RESOURCES.leases,
          'node02',
          { type: 'merge', body: { spec: { renewTime } } },
          'kube-node-lease',
        );
      }
    };
    beat(39_900);
    expect(ready().status).toBe('True');
    beat(200);
    expect(ready()).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' });
    expect(
      c.admin.get(RESOURCES.nodes, 'node01').spec.taints.map((t: any) => `${t.key}:${t.effect}`),
    ).toEqual(['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute']);
    const [pod] = pods(c);
    expect(pod?.status.conditions.find((x: any) => x.type === 'Ready').status).toBe('False');
    beat(start + 339_000 - c.clock.now);
    expect(pods(c).length).toBe(1);
    beat(2000);
    expect(events(c, pod?.metadata.name as string)).toContain(
      `TaintManagerEviction: Marking for deletion Pod default/${pod?.metadata.name}`,
    );
    expect(
      c.admin.get(RESOURCES.nodes, 'node02').status.conditions.find((x: any) => x.type === 'Ready').status,
    ).toBe('True');
  });
});
