import { describe, expect, it } from 'vitest';
import {
  createRequest,
  generateEcKey,
  parseCertificate,
  publicKeyOf,
  signCertificate,
} from '../../host/pki/index.ts';
import type { KubeObject } from '../../objects/object.ts';
import { Random } from '../../sim/index.ts';
import { RESOURCES } from '../client/resources.ts';
import type { ManagerSettings } from './controller.ts';
import { CONTROLLERS } from './index.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { startCluster, type TestCluster } from './testing/cluster.ts';
import type { KubeletOptions, Outcome } from './testing/kubelets.ts';

function cluster(settings: Partial<ManagerSettings> = {}, kubelets: KubeletOptions = {}): TestCluster {
  const c = startCluster();
  for (const name of ['node01', 'node02']) c.addNode(name);
  c.startManager(CONTROLLERS, settings);
  c.startScheduler();
  c.startKubelets(kubelets);
  c.settle(1000);
  return c;
}

function make(c: TestCluster, resource: keyof typeof RESOURCES, name: string, fields: object): KubeObject {
  const { group, version, kind, namespaced } = RESOURCES[resource];
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const object = { apiVersion, kind, metadata: { name }, ...fields };
  return c.admin.create(RESOURCES[resource], object, namespaced ? 'default' : undefined);
}

const get = (c: TestCluster, resource: keyof typeof RESOURCES, name: string) =>
  c.admin.get(RESOURCES[resource], name, RESOURCES[resource].namespaced ? 'default' : undefined);
const events = (c: TestCluster, name: string) =>
  c.admin
    .list(RESOURCES.events)
    .items.filter((e: KubeObject) => e['involvedObject'].name === name)
    .map((e) => `${e['reason']}: ${e['message']}`);
const deployment = (name: string, replicas: number, resources: object = {}) => ({
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image: 'nginx', resources }] },
    },
  },
});

describe('quotas', () => {
  it('count what there is, and free what goes', () => {
    const c = cluster();
    make(c, 'resourcequotas', 'q', {
      spec: { hard: { pods: '3', 'requests.cpu': '1', 'count/deployments.apps': '5' } },
    });
    c.settle(500);
    const resources = { requests: { cpu: '100m' } };
    make(c, 'deployments', 'web', deployment('web', 5, resources));
    c.settle();
    expect(get(c, 'resourcequotas', 'q').status.used).toEqual({
      'count/deployments.apps': '1',
      pods: '3',
      'requests.cpu': '300m',
    });
    const set = c.admin.list(RESOURCES.replicasets, { namespace: 'default' }).items[0] as KubeObject;
    expect(set.status.conditions[0]).toMatchObject({ type: 'ReplicaFailure', reason: 'FailedCreate' });
    c.admin.delete(RESOURCES.deployments, 'web', 'default');
    c.settle();
    expect(get(c, 'resourcequotas', 'q').status.used).toMatchObject({ pods: '0', 'requests.cpu': '0' });
  });
});

describe('disruption budgets', () => {
  it.each([
    [{ minAvailable: 2 }, [1, 2, 3]],
    [{ maxUnavailable: '34%' }, [2, 1, 3]],
    [{ minAvailable: '50%' }, [1, 2, 3]],
  ])('%j', (spec, expected) => {
    const c = cluster();
    make(c, 'deployments', 'web', deployment('web', 3));
    make(c, 'poddisruptionbudgets', 'web', { spec: { ...spec, selector: { matchLabels: { app: 'web' } } } });
    c.settle();
    const { disruptionsAllowed, desiredHealthy, expectedPods } = get(c, 'poddisruptionbudgets', 'web').status;
    expect([disruptionsAllowed, desiredHealthy, expectedPods]).toEqual(expected);
  });

  it('cannot tell how many pods there should be when nobody manages them', () => {
    const c = cluster();
    const spec = { containers: [{ name: 'c', image: 'nginx' }] };
    c.admin.create(
      RESOURCES.pods,
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', labels: { app: 'bare' } }, spec },
      'default',
    );
    const selector = { matchLabels: { app: 'bare' } };
    make(c, 'poddisruptionbudgets', 'few', { spec: { maxUnavailable: 1, selector } });
    c.settle();
    expect(get(c, 'poddisruptionbudgets', 'few').status).toMatchObject({
      disruptionsAllowed: 0,
      currentHealthy: 1,
      expectedPods: 0,
    });
    expect(events(c, 'few')[0]).toContain(
      'UnmanagedPods: Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: bare,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged.',
    );
    make(c, 'poddisruptionbudgets', 'more', { spec: { maxUnavailable: 1, selector } });
    c.settle();
    const labels = { app: 'bare', again: 'looked-at' };
    c.admin.patch(RESOURCES.pods, 'bare', { type: 'merge', body: { metadata: { labels } } }, 'default');
    c.settle();
    expect(events(c, 'bare')).toContain(
      'MultiplePodDisruptionBudgets: Pod "default"/"bare" matches multiple PodDisruptionBudgets.  Chose "few" arbitrarily.',
    );
  });
});

describe('tokens that were made for accounts', () => {
  it('become invalid after a year without use, and go after another', () => {
    const c = cluster();
    const day = 24 * 3_600_000;
    const metadata = { name: 'robot-token', annotations: { 'kubernetes.io/service-account.name': 'robot' } };
    make(c, 'serviceaccounts', 'robot', { secrets: [{ name: 'robot-token' }] });
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      type: 'kubernetes.io/service-account-token',
    };
    c.admin.create(RESOURCES.secrets, secret, 'default');
    c.settle(364 * day);
    expect(get(c, 'secrets', 'robot-token').metadata.labels).toBeUndefined();
    c.settle(2 * day);
    expect(get(c, 'secrets', 'robot-token').metadata.labels).toEqual({
      'kubernetes.io/legacy-token-invalid-since': '2027-01-01',
    });
    c.settle(366 * day);
    expect(c.admin.find(RESOURCES.secrets, 'robot-token', 'default')).toBeUndefined();
  });
});

describe('volumes', () => {
  const volume = (size: string, fields: object = {}) => ({
    spec: {
      capacity: { storage: size },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: 'manual',
      hostPath: { path: '/mnt/x' },
      ...fields,
    },
  });
  const claim = (size: string, storageClassName = 'manual') => ({
    spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
  });
  const pod = (name: string) => ({
    spec: {
      containers: [{ name: 'c', image: 'nginx' }],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: name } }],
    },
  });

  it('bind the smallest that fits, stay while used, are released and not taken again', () => {
    const c = cluster();
    make(c, 'persistentvolumes', 'big', volume('10Gi'));
    make(c, 'persistentvolumes', 'small', volume('1Gi'));
    make(c, 'persistentvolumeclaims', 'data', claim('500Mi'));
    make(c, 'persistentvolumeclaims', 'huge', claim('50Gi'));
    make(c, 'pods', 'user', pod('data'));
    c.settle();
    expect(get(c, 'persistentvolumeclaims', 'data')).toMatchObject({
      spec: { volumeName: 'small' },
      status: { phase: 'Bound', capacity: { storage: '1Gi' } },
    });
    expect(events(c, 'huge')).toEqual(['ProvisioningFailed: storageclass.storage.k8s.io "manual" not found']);
    c.admin.delete(RESOURCES.persistentvolumeclaims, 'data', 'default');
    c.settle();
    expect(get(c, 'persistentvolumeclaims', 'data').metadata.deletionTimestamp).toBeDefined();
    c.admin.delete(RESOURCES.pods, 'user', 'default');
    c.settle();
    expect(c.admin.find(RESOURCES.persistentvolumeclaims, 'data', 'default')).toBeUndefined();
    expect(get(c, 'persistentvolumes', 'small').status.phase).toBe('Released');
    make(c, 'persistentvolumeclaims', 'next', claim('500Mi'));
    c.settle();
    expect(get(c, 'persistentvolumeclaims', 'next').spec.volumeName).toBe('big');
  });

  it('wait for their first consumer and go where it goes', () => {
    const c = cluster();
    make(c, 'storageclasses', 'local', {
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    const nodeAffinity = {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node02'] }] },
        ],
      },
    };
    make(c, 'persistentvolumes', 'disk', volume('1Gi', { storageClassName: 'local', nodeAffinity }));
    make(c, 'persistentvolumeclaims', 'data', claim('1Gi', 'local'));
    c.settle();
    expect(events(c, 'data')).toEqual([
      'WaitForFirstConsumer: waiting for first consumer to be created before binding',
    ]);
    make(c, 'pods', 'user', pod('data'));
    c.settle();
    expect(get(c, 'pods', 'user').spec.nodeName).toBe('node02');
    expect(get(c, 'persistentvolumeclaims', 'data').status.phase).toBe('Bound');
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('are asked of a provisioner where that is wanted (%s)', (provisions, times) => {
    const c = cluster({ provisions });
    make(c, 'storageclasses', 'fast', { provisioner: 'example.com/disk', volumeBindingMode: 'Immediate' });
    make(c, 'persistentvolumeclaims', 'data', claim('1Gi', 'fast'));
    c.settle();
    expect(events(c, 'data').filter((text) => text.startsWith('ExternalProvisioning:'))).toHaveLength(times);
  });

  it('are emptied by a pod before they are taken again, tried anew while that fails', () => {
    let outcome: Outcome = 'Failed';
    const template = { volumes: [{ name: 'mine' }], containers: [{ name: 'c', image: 'scrubber' }] };
    const hostPath = { leastSeconds: 10, perGiB: 20, template: { restartPolicy: 'Never', ...template } };
    const c = cluster(
      { recycling: { ...DEFAULT_SETTINGS.recycling, hostPath } },
      { outcome: (pod) => (pod.metadata.name.startsWith('recycler-') ? outcome : 'ready') },
    );
    make(c, 'persistentvolumes', 'old', volume('3Gi', { persistentVolumeReclaimPolicy: 'Recycle' }));
    make(c, 'persistentvolumeclaims', 'data', claim('1Gi'));
    c.settle();
    c.admin.delete(RESOURCES.persistentvolumeclaims, 'data', 'default');
    c.settle();
    const message = 'Recycle failed: failed to recycle volume: pod failed, pod.Status.Message unknown';
    expect(get(c, 'persistentvolumes', 'old').status).toMatchObject({ phase: 'Failed', message });
    outcome = 'running';
    c.settle(20_000);
    expect(get(c, 'pods', 'recycler-for-old').spec).toMatchObject({
      activeDeadlineSeconds: 60,
      volumes: [{ name: 'mine', hostPath: { path: '/mnt/x' } }, {}],
      containers: [{ image: 'scrubber' }],
    });
    outcome = 'Succeeded';
    c.admin.delete(RESOURCES.pods, 'recycler-for-old', 'default');
    c.settle();
    expect(get(c, 'persistentvolumes', 'old').status.phase).toBe('Available');
    expect(get(c, 'persistentvolumes', 'old').spec.claimRef).toBeUndefined();
    const said = events(c, 'old');
    expect([said.at(0), said.includes(`VolumeFailedRecycle: ${message}`), said.at(-1)]).toEqual([
      expect.stringMatching(
        /^RecyclerPod: Recycler pod: Successfully assigned default\/recycler-for-old to node0/,
      ),
      true,
      'VolumeRecycled: Volume recycled',
    ]);
    expect(c.admin.find(RESOURCES.pods, 'recycler-for-old', 'default')).toBeUndefined();
  });

  it('tell at every look why they wait', () => {
    const c = cluster();
    make(c, 'persistentvolumeclaims', 'data', claim('1Gi'));
    c.settle(59_000);
    const [event] = c.admin
      .list<any>(RESOURCES.events)
      .items.filter((e: any) => e.reason === 'ProvisioningFailed');
    expect(event.count).toBe(1 + 4);
  });
});

describe('certificate requests', () => {
  it('are signed when approved, refused with a wrong usage, and cleaned up', () => {
    const random = new Random('ca');
    const caKey = generateEcKey(random);
    const now = Date.UTC(2026, 0, 1);
    const caCertificate = signCertificate(
      {
        subject: { commonName: 'kubernetes' },
        publicKey: publicKeyOf(caKey),
        notBefore: now,
        notAfter: now + 10 * 365 * 86_400_000,
        isCa: true,
        random,
      },
      { key: caKey },
    );
    const c = cluster({
      signers: { 'kubernetes.io/kube-apiserver-client': { certificate: caCertificate, key: caKey } },
    });
    const key = generateEcKey(random);
    const request = Buffer.from(createRequest({ subject: { commonName: 'jane' } }, key)).toString('base64');
    for (const [name, usage] of [
      ['jane', 'client auth'],
      ['wrong', 'server auth'],
    ] as const) {
      const spec = {
        request,
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: [usage],
        expirationSeconds: 86_400,
      };
      const csr = make(c, 'certificatesigningrequests', name, { spec });
      const conditions = [{ type: 'Approved', status: 'True', reason: 'KubectlApprove', message: 'yes' }];
      c.admin.request({
        method: 'PUT',
        path: `/apis/certificates.k8s.io/v1/certificatesigningrequests/${name}/approval`,
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        value: { ...csr, status: { conditions } },
      });
    }
    c.settle(1000);
    const certificate = parseCertificate(
      Buffer.from(get(c, 'certificatesigningrequests', 'jane').status.certificate, 'base64').toString(),
    );
    expect([certificate.commonName, certificate.extendedUsages]).toEqual(['jane', ['client auth']]);
    expect(get(c, 'certificatesigningrequests', 'wrong').status.conditions[1]).toMatchObject({
      type: 'Failed',
      reason: 'SignerValidationFailure',
      message: 'invalid usage for client certificate: server auth',
    });
    c.settle(3_700_000);
    expect(c.admin.find(RESOURCES.certificatesigningrequests, 'jane')).toBeUndefined();
  });
});

describe('aggregated roles', () => {
  it('follow what they select', () => {
    const c = cluster();
    const rules = [{ apiGroups: ['x.io'], resources: ['things'], verbs: ['get'] }];
    make(c, 'clusterroles', 'extra', { rules });
    const has = () =>
      get(c, 'clusterroles', 'view')['rules'].some((rule: any) => rule.apiGroups.includes('x.io'));
    c.settle(100);
    expect(has()).toBe(false);
    const body = { metadata: { labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } } };
    c.admin.patch(RESOURCES.clusterroles, 'extra', { type: 'merge', body });
    c.settle(100);
    expect(has()).toBe(true);
  });
});

describe('autoscalers', () => {
  it('say what is wrong without metrics, 15 s after they were made', () => {
    const c = cluster();
    make(c, 'deployments', 'web', deployment('web', 2));
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const metrics = [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
      },
    ];
    make(c, 'horizontalpodautoscalers', 'web', {
      spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 5, metrics },
    });
    c.settle(14_900);
    expect(get(c, 'horizontalpodautoscalers', 'web').status?.conditions).toBeUndefined();
    c.settle(200);
    const { conditions } = get(c, 'horizontalpodautoscalers', 'web').status;
    const why =
      'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';
    expect(conditions.map((x: any) => [x.type, x.status, x.reason, x.message])).toEqual([
      [
        'AbleToScale',
        'True',
        'SucceededGetScale',
        "the HPA controller was able to get the target's current scale",
      ],
      [
        'ScalingActive',
        'False',
        'FailedGetResourceMetric',
        `the HPA was unable to compute the replica count: ${why}`,
      ],
    ]);
    expect(events(c, 'web')).toContain(
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${why}`,
    );
  });

  it('raise a target that is below the minimum', () => {
    const c = cluster();
    make(c, 'deployments', 'web', deployment('web', 1));
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    make(c, 'horizontalpodautoscalers', 'web', { spec: { scaleTargetRef, minReplicas: 3, maxReplicas: 5 } });
    c.settle(17_000);
    expect(get(c, 'deployments', 'web').status.readyReplicas).toBe(3);
    expect(events(c, 'web')).toContain(
      'SuccessfulRescale: New size: 3; reason: Current number of replicas below Spec.MinReplicas',
    );
  });
});
