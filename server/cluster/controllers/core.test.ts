import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../objects/object.ts';
import { RESOURCES } from '../client/resources.ts';
import { CONTROLLERS } from './index.ts';
import { startCluster, type TestCluster } from './testing/cluster.ts';

function cluster(): TestCluster {
  const c = startCluster();
  for (const name of ['node01', 'node02']) c.addNode(name);
  c.startManager(CONTROLLERS, { rootCa: 'CA' });
  c.startScheduler();
  c.startKubelets();
  c.settle(1000);
  return c;
}

function workload(kind: 'Deployment' | 'ReplicaSet', name: string, replicas: number): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'c', image: 'nginx', ports: [{ name: 'http', containerPort: 8080 }] }] },
      },
    },
  };
}

const names = (c: TestCluster, resource: keyof typeof RESOURCES, namespace = 'default') =>
  c.admin.list(RESOURCES[resource], { namespace }).items.map((o: KubeObject) => o.metadata.name);

describe('namespaces', () => {
  it('get their service account and root CA, and again when these are deleted', () => {
    const c = cluster();
    c.admin.create(RESOURCES.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    c.settle(100);
    expect(names(c, 'serviceaccounts', 'team')).toEqual(['default']);
    c.admin.delete(RESOURCES.configmaps, 'kube-root-ca.crt', 'team');
    c.settle(100);
    expect(c.admin.get(RESOURCES.configmaps, 'kube-root-ca.crt', 'team')['data']).toEqual({ 'ca.crt': 'CA' });
  });

  it('are emptied and finalized when deleted', () => {
    const c = cluster();
    c.admin.create(RESOURCES.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    c.settle(100);
    c.admin.create(RESOURCES.deployments, workload('Deployment', 'web', 3), 'team');
    c.settle();
    c.admin.delete(RESOURCES.namespaces, 'team');
    c.settle(4000);
    expect(c.admin.get(RESOURCES.namespaces, 'team').status.phase).toBe('Terminating');
    c.settle(60_000);
    expect(c.admin.find(RESOURCES.namespaces, 'team')).toBeUndefined();
    expect(c.admin.list(RESOURCES.pods, { namespace: 'team' }).items).toEqual([]);
  });
});

describe('garbage collection', () => {
  const policies = [
    ['Background', []],
    ['Foreground', []],
    ['Orphan', ['ReplicaSet']],
  ] as const;
  it.each(policies)('%s', (propagationPolicy, left) => {
    const c = cluster();
    c.admin.create(RESOURCES.deployments, workload('Deployment', 'web', 2), 'default');
    c.settle();
    c.admin.delete(RESOURCES.deployments, 'web', 'default', { propagationPolicy });
    c.settle(20_000);
    expect(c.admin.find(RESOURCES.deployments, 'web', 'default')).toBeUndefined();
    const sets = c.admin.list(RESOURCES.replicasets, { namespace: 'default' }).items;
    expect(sets.map(() => 'ReplicaSet')).toEqual([...left]);
    expect(sets.every((set) => set.metadata.ownerReferences === undefined)).toBe(true);
    expect(names(c, 'pods').length).toBe(left.length * 2);
  });

  it('takes an owner of another namespace for none, and says so', () => {
    const c = cluster();
    const map = (name: string, ownerReferences: object[] = []) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, ownerReferences },
    });
    const { uid } = c.admin.create(RESOURCES.configmaps, map('owner'), 'default').metadata;
    const owned = map('owned', [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }]);
    c.admin.create(RESOURCES.configmaps, owned, 'default');
    c.admin.create(RESOURCES.configmaps, owned, 'kube-public');
    c.settle(1000);
    expect([names(c, 'configmaps').includes('owned'), names(c, 'configmaps', 'kube-public')]).toEqual([
      true,
      ['kube-root-ca.crt'],
    ]);
    const event = c.admin.list(RESOURCES.events, { namespace: 'kube-public' }).items[0];
    expect([event?.['reason'], event?.['message']]).toEqual([
      'OwnerRefInvalidNamespace',
      `ownerRef [v1/ConfigMap, namespace: kube-public, name: owner, uid: ${uid}] does not exist in namespace "kube-public"`,
    ]);
  });

  it('keeps an owner that is deleted in the foreground until its dependents are gone', () => {
    const c = cluster();
    c.admin.create(RESOURCES.replicasets, workload('ReplicaSet', 'web', 1), 'default');
    c.settle();
    c.admin.delete(RESOURCES.replicasets, 'web', 'default', { propagationPolicy: 'Foreground' });
    c.settle(50);
    expect(c.admin.get(RESOURCES.replicasets, 'web', 'default').metadata.finalizers).toEqual([
      'foregroundDeletion',
    ]);
    c.settle();
    expect(c.admin.find(RESOURCES.replicasets, 'web', 'default')).toBeUndefined();
  });
});

describe('endpoints', () => {
  it('follow readiness, ports and selectors', () => {
    const c = cluster();
    c.admin.create(RESOURCES.deployments, workload('Deployment', 'web', 2), 'default');
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        selector: { app: 'web' },
        ports: [
          { name: 'http', port: 80, targetPort: 'http' },
          { name: 'admin', port: 90, targetPort: 9000 },
        ],
      },
    };
    c.admin.create(RESOURCES.services, service, 'default');
    c.settle();
    const endpoints = () => c.admin.get(RESOURCES.endpoints, 'web', 'default')['subsets'];
    expect(endpoints()).toMatchObject([
      {
        ports: [
          { name: 'admin', port: 9000, protocol: 'TCP' },
          { name: 'http', port: 8080, protocol: 'TCP' },
        ],
      },
    ]);
    expect(endpoints()[0].addresses.length).toBe(2);
    const slices = c.admin.list(RESOURCES.endpointslices, {
      namespace: 'default',
      labelSelector: 'kubernetes.io/service-name=web',
    }).items;
    expect(slices.length).toBe(1);
    expect(slices[0]?.['endpoints'].map((e: any) => e.conditions)).toEqual([
      { ready: true, serving: true, terminating: false },
      { ready: true, serving: true, terminating: false },
    ]);
    const body = { spec: { selector: { app: 'nothing' } } };
    c.admin.patch(RESOURCES.services, 'web', { type: 'merge', body }, 'default');
    c.settle(1000);
    expect(endpoints()).toBeUndefined();
    c.admin.delete(RESOURCES.services, 'web', 'default');
    c.settle(1000);
    expect(names(c, 'endpoints')).not.toContain('web');
    expect(names(c, 'endpointslices').filter((name: string) => name.startsWith('web'))).toEqual([]);
  });

  it('that were written by hand become slices, and go with them', () => {
    const c = cluster();
    const ports = [{ name: 'db', port: 5432 }];
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' }, spec: { ports } };
    c.admin.create(RESOURCES.services, service, 'default');
    const subsets = [
      { addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '192.0.2.2' }], ports },
      { addresses: [{ ip: '192.0.2.3' }], ports: [{ name: 'db', port: 5433 }] },
    ];
    const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'db' }, subsets };
    c.admin.create(RESOURCES.endpoints, endpoints, 'default');
    c.settle(500);
    const mirrors = () =>
      c.admin
        .list(RESOURCES.endpointslices, { labelSelector: 'kubernetes.io/service-name=db' })
        .items.map((slice) => [
          slice['ports'][0].port,
          slice['endpoints'].map((e: any) => `${e.addresses[0]} ${e.conditions.ready}`),
        ]);
    const first = [5432, ['192.0.2.1 true', '192.0.2.2 false']];
    expect(mirrors().sort()).toEqual([first, [5433, ['192.0.2.3 true']]]);
    c.admin.patch(
      RESOURCES.endpoints,
      'db',
      { type: 'merge', body: { subsets: subsets.slice(0, 1) } },
      'default',
    );
    c.settle(500);
    expect(mirrors()).toEqual([first]);
    c.admin.delete(RESOURCES.services, 'db', 'default');
    c.settle(500);
    expect([mirrors(), names(c, 'endpoints')]).toEqual([[], ['kubernetes']]);
  });
});

it('nodes are told how long they may keep what they read', () => {
  const ttl = cluster().admin.get(RESOURCES.nodes, 'node01').metadata.annotations?.[
    'node.alpha.kubernetes.io/ttl'
  ];
  expect(ttl).toBe('0');
});

describe('volumes of drivers', () => {
  const STORAGE = { accessModes: ['ReadWriteOnce'], storageClassName: 'm' };

  it('are attached to the nodes of their pods, beside what somebody else attached', () => {
    const c = cluster();
    c.admin.create(RESOURCES.persistentvolumes, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'disk' },
      spec: { ...STORAGE, capacity: { storage: '1Gi' }, csi: { driver: 'x.csi', volumeHandle: 'h1' } },
    });
    c.admin.create(
      RESOURCES.persistentvolumeclaims,
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'claim' },
        spec: { ...STORAGE, resources: { requests: { storage: '1Gi' } } },
      },
      'default',
    );
    c.admin.create(RESOURCES.volumeattachments, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: 'own' },
      spec: { attacher: 'x.csi', nodeName: 'node01', source: { persistentVolumeName: 'disk' } },
    });
    c.settle(1000);
    const run = (name: string, nodeName: string) => {
      const containers = [{ name: 'c', image: 'nginx' }];
      const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'claim' } }];
      const spec = { nodeName, containers, volumes };
      c.admin.create(RESOURCES.pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }, 'default');
      c.settle(1000);
    };
    const complaints = (name: string) =>
      c.admin
        .list<any>(RESOURCES.events, { namespace: 'default' })
        .items.filter((e) => e.reason === 'FailedAttachVolume' && e.involvedObject.name === name)
        .map((e) => e.message);
    run('p', 'node01');
    // printf h1x.csinode01 | sha256sum
    const attachment = 'csi-0d238516a67ef223507c6ab6aeeac2d74ea026be6025021d57788faccd159d25';
    expect(names(c, 'volumeattachments')).toEqual([attachment, 'own']);
    run('other', 'node02');
    expect([complaints('other'), names(c, 'volumeattachments')]).toEqual([
      ['Multi-Attach error for volume "disk" Volume is already used by pod(s) p'],
      [attachment, 'own'],
    ]);
    c.settle(120_000);
    expect(complaints('p')).toEqual([
      'AttachVolume.Attach failed for volume "disk" : timed out waiting for external-attacher of x.csi CSI driver to attach volume h1',
    ]);
    c.admin.delete(RESOURCES.pods, 'p', 'default');
    c.settle(60_000);
    expect(
      c.admin
        .list(RESOURCES.volumeattachments)
        .items.map(({ spec }) => spec.nodeName)
        .sort(),
    ).toEqual(['node01', 'node02']);
    c.admin.delete(RESOURCES.pods, 'other', 'default');
    c.settle(60_000);
    expect(names(c, 'volumeattachments')).toEqual(['own']);
  });
});
