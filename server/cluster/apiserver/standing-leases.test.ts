import { expect, it } from 'vitest';
import { microTimestamp } from '../../objects/object.ts';
import { standingLease } from '../client/leader-election.ts';
import { RESOURCES } from '../client/resources.ts';
import { startApiServer } from './testing.ts';

it('shows a lease renewed while its holder lives, and writes the last time down when it goes', () => {
  const { clock, client, log } = startApiServer();
  const admin = client();
  const renewTime = '2026-01-01T00:00:00.000000Z';
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'node01', namespace: 'kube-system' },
    spec: { holderIdentity: 'node01', leaseDurationSeconds: 40, renewTime },
  };
  admin.create(RESOURCES.leases, lease, 'kube-system');
  const shown = () => admin.get(RESOURCES.leases, 'node01', 'kube-system').spec.renewTime;
  const stream = standingLease(admin, { namespace: 'kube-system', name: 'node01' }, 10);
  const before = log.revision;
  clock.advance(3_599_000);
  expect(shown()).toBe(microTimestamp(Date.UTC(2026, 0, 1, 0, 59, 50)));
  expect([log.revision, clock.pending]).toEqual([before, 0]);
  stream?.close();
  clock.advance(60_000);
  expect(shown()).toBe(microTimestamp(Date.UTC(2026, 0, 1, 0, 59, 50)));
  expect(log.revision).toBe(before + 1);
});

it('shows the last report of a node whose kubelet lives', () => {
  const { clock, client } = startApiServer();
  const admin = client();
  const name = 'node01';
  const time = '2026-01-01T00:00:00Z';
  const condition = (type: string) => ({ type, status: 'False', lastHeartbeatTime: time });
  const status = { conditions: [condition('NetworkUnavailable'), condition('MemoryPressure')] };
  const node = admin.create(RESOURCES.nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name } });
  admin.updateStatus(RESOURCES.nodes, { ...node, status });
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: '2026-01-01T00:00:00.000000Z' };
  const metadata = { name, namespace: 'kube-node-lease' };
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
  admin.create(RESOURCES.leases, lease, 'kube-node-lease');
  const stream = standingLease(admin, metadata, 10);
  const shown = () =>
    admin.get(RESOURCES.nodes, name).status.conditions.map((one: any) => one.lastHeartbeatTime);
  clock.advance(1_799_000);
  expect(shown()).toEqual([time, '2026-01-01T00:25:00Z']);
  stream?.close();
  clock.advance(600_000);
  expect(shown()).toEqual([time, '2026-01-01T00:25:00Z']);
  standingLease(admin, metadata, 10, 20);
  expect(shown()).toEqual([time, '2026-01-01T00:39:40Z']);
});
