import { expect, it } from 'vitest';
import { RESOURCES } from '../client/resources.ts';
import { CONTROLLERS } from './index.ts';
import { startCluster } from './testing/cluster.ts';

it("makes pods' claims, and leaves those of others alone", () => {
  const c = startCluster();
  c.addNode('node01');
  c.startManager(CONTROLLERS);
  c.startScheduler();
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'user-v' }, spec };
  c.admin.create(RESOURCES.persistentvolumeclaims, claim, 'default');
  const volumes = [{ name: 'v', ephemeral: { volumeClaimTemplate: { spec } } }];
  const containers = [{ name: 'c', image: 'nginx' }];
  const metadata = { name: 'user' };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, volumes } };
  c.settle(1000);
  c.admin.create(RESOURCES.pods, pod, 'default');
  c.settle(1000);
  const why = 'PVC default/user-v was not created for pod default/user (pod is not owner)';
  const events = c.admin.list(RESOURCES.events, { namespace: 'default' }).items;
  expect(events.map(({ reason, message }: any) => `${reason}: ${message}`)).toContain(
    `FailedBinding: ephemeral volume v: ${why}`,
  );
  const { conditions } = c.admin.get(RESOURCES.pods, 'user', 'default').status;
  expect(conditions[0].message).toContain(`0/1 nodes are available: ${why}.`);
  c.admin.delete(RESOURCES.persistentvolumeclaims, 'user-v', 'default');
  c.settle(5000);
  const made = c.admin.get(RESOURCES.persistentvolumeclaims, 'user-v', 'default').metadata;
  expect(made.ownerReferences).toMatchObject([{ kind: 'Pod', name: 'user', controller: true }]);
});
