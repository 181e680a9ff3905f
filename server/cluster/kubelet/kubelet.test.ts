import { beforeEach, expect, test } from 'vitest';
import { RESOURCES } from '../client/resources.ts';
import { container, NodeUnderTest } from './testing.ts';

let world: NodeUnderTest;
beforeEach(() => {
  world = new NodeUnderTest();
});

test('registers its node and holds its lease', () => {
  const found = world.client.get(RESOURCES.nodes, 'node01');
  expect(found.metadata.labels).toMatchObject({ 'kubernetes.io/hostname': 'node01' });
  expect(found.status.conditions.at(-1)).toMatchObject({
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
  });
  expect(world.client.get(RESOURCES.leases, 'node01', 'kube-node-lease').spec.holderIdentity).toBe('node01');
});

test('makes a lease anew that somebody has deleted', () => {
  world.client.delete(RESOURCES.leases, 'node01', 'kube-node-lease');
  world.clock.advance(10_000);
  expect(world.client.get(RESOURCES.leases, 'node01', 'kube-node-lease').spec.holderIdentity).toBe('node01');
});

test('what somebody says that the node has is there for pods, until it is taken back', () => {
  const dongles = (amount: string | null) => {
    const body = { status: { capacity: { 'example.com/dongle': amount } } };
    world.client.patch(RESOURCES.nodes, 'node01', { type: 'merge', body, subresource: 'status' });
    world.clock.advance(10_000);
    return world.client.get(RESOURCES.nodes, 'node01').status.allocatable['example.com/dongle'];
  };
  expect([dongles('4'), dongles(null)]).toEqual(['4', undefined]);
});

test('a kubelet that starts anew changes nothing', () => {
  world.run('web', { containers: [container('app', 'nginx')] });
  world.run('done', {
    restartPolicy: 'Never',
    containers: [container('c', 'busybox', { command: ['false'] })],
  });
  world.clock.advance(10_000);
  const before = [world.get('web'), world.get('done')];
  world.node.stopKubelet();
  world.clock.advance(5000);
  world.node.startKubelet();
  world.clock.advance(20_000);
  expect([world.get('web'), world.get('done')]).toEqual(before);
});

test('a runtime that goes and comes back: pods run on, what was asked meanwhile is done then', () => {
  const livenessProbe = { httpGet: { port: 80 }, periodSeconds: 2 };
  world.run('web', { containers: [container('c', 'nginx', { livenessProbe })] });
  world.run('gone', { containers: [container('c', 'nginx', { livenessProbe })] });
  world.clock.advance(5000);
  world.run('late', { containers: [container('c', 'nginx:1.25')] });
  world.clock.advance(600);
  world.node.stopContainerd();
  world.client.delete(RESOURCES.pods, 'gone', 'default');
  world.clock.advance(60_000);
  expect(world.get('gone').metadata.deletionTimestamp).toBeDefined();
  world.node.startContainerd();
  world.clock.advance(40_000);
  expect(world.client.find(RESOURCES.pods, 'gone', 'default')).toBeUndefined();
  expect(world.state('web')).toMatchObject({ ready: true, restartCount: 0 });
  expect(world.state('late')).toMatchObject({ ready: true, restartCount: 0 });
});

test('an idle node has nothing to do', () => {
  world.run('web', { containers: [container('app', 'nginx')] });
  world.clock.advance(60_000);
  expect(world.clock.pending).toBe(0);
});

test('100 pods on a hollow node start at once', () => {
  world = new NodeUnderTest({ hollow: true });
  for (let i = 0; i < 100; i++) world.run(`p${i}`, { containers: [container('c', 'nginx')] });
  world.clock.advance(2000);
  const pods = world.client.list(RESOURCES.pods, { namespace: 'default' }).items;
  expect(pods.filter((pod) => pod.status.phase === 'Running')).toHaveLength(100);
});
