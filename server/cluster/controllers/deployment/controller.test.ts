import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import { replicaSetController } from '../replica-set.ts';
import { startCluster, type TestCluster } from '../testing/cluster.ts';
import { deploymentController } from './controller.ts';

function cluster(): TestCluster {
  const c = startCluster();
  for (const name of ['node01', 'node02']) c.addNode(name);
  c.startManager([deploymentController, replicaSetController]);
  c.startScheduler();
  c.startKubelets();
  return c;
}

function deployment(name: string, replicas: number, spec: object = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'c', image: 'nginx:1' }] },
      },
      ...spec,
    },
  };
}

function setImage(c: TestCluster, name: string, image: string): void {
  const body = { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } };
  c.admin.patch(RESOURCES.deployments, name, { type: 'strategic', body }, 'default');
}

const get = (c: TestCluster, name: string) => c.admin.get(RESOURCES.deployments, name, 'default');
const messages = (c: TestCluster, name: string) =>
  c.admin
    .list(RESOURCES.events, { namespace: 'default' })
    .items.filter((e: KubeObject) => e['involvedObject'].name === name)
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map((e) => `${e['reason']} ${e['message'].replace(/-[a-z0-9]{8,10} /, '-H ')}`);

describe('deployment', () => {
  it('brings its pods up and says so', () => {
    const c = cluster();
    c.admin.create(RESOURCES.deployments, deployment('web', 3), 'default');
    c.settle();
    const { status, metadata } = get(c, 'web');
    expect(status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    });
    expect(status.unavailableReplicas).toBeUndefined();
    expect(status.conditions.map((x: any) => [x.type, x.status, x.reason])).toEqual([
      ['Available', 'True', 'MinimumReplicasAvailable'],
      ['Progressing', 'True', 'NewReplicaSetAvailable'],
    ]);
    expect(metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
    expect(messages(c, 'web')).toEqual(['ScalingReplicaSet Scaled up replica set web-H from 0 to 3']);
  });

  it('rolls within maxSurge and maxUnavailable and keeps its history', () => {
    const c = cluster();
    c.admin.create(RESOURCES.deployments, deployment('web', 4, { revisionHistoryLimit: 1 }), 'default');
    c.settle();
    let most = 0;
    let fewest = 4;
    setImage(c, 'web', 'nginx:2');
    for (let i = 0; i < 300; i++) {
      c.clock.advance(20);
      const pods = c.admin.list(RESOURCES.pods, { namespace: 'default' }).items;
      const live = pods.filter((p) => !p.metadata.deletionTimestamp);
      most = Math.max(most, live.length);
      fewest = Math.min(fewest, live.filter((p) => p.status.phase === 'Running').length);
    }
    expect([most, fewest]).toEqual([5, 3]);
    setImage(c, 'web', 'nginx:3');
    c.settle(20_000);
    const sets = c.admin.list(RESOURCES.replicasets, { namespace: 'default' }).items;
    expect(
      sets
        .map((s) => [s.metadata.annotations?.['deployment.kubernetes.io/revision'], s.spec.replicas])
        .sort(),
    ).toEqual([
      ['2', 0],
      ['3', 4],
    ]);
    setImage(c, 'web', 'nginx:2');
    c.settle(20_000);
    expect(get(c, 'web').metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '4' });
  });

  it('gives up after the progress deadline, and not a second earlier', () => {
    const c = startCluster();
    c.startManager([deploymentController, replicaSetController]);
    c.admin.create(RESOURCES.deployments, deployment('web', 1), 'default');
    const reason = () => get(c, 'web').status?.conditions.find((x: any) => x.type === 'Progressing')?.reason;
    c.settle(599_000);
    expect(reason()).toBe('ReplicaSetUpdated');
    c.settle(3_000);
    expect(reason()).toBe('ProgressDeadlineExceeded');
  });

  it('recreates only when all old pods are gone', () => {
    const c = cluster();
    c.admin.create(
      RESOURCES.deployments,
      deployment('web', 2, { strategy: { type: 'Recreate' } }),
      'default',
    );
    c.settle();
    setImage(c, 'web', 'nginx:2');
    let mixed = false;
    for (let i = 0; i < 200; i++) {
      c.clock.advance(20);
      const pods = c.admin.list(RESOURCES.pods, { namespace: 'default' }).items;
      mixed ||= new Set(pods.map((p) => p.spec.containers[0].image)).size > 1;
    }
    expect(mixed).toBe(false);
    expect(get(c, 'web').status.updatedReplicas).toBe(2);
  });

  it('spreads a change of size over both sets in the middle of a rollout', () => {
    const c = cluster();
    c.admin.create(RESOURCES.deployments, deployment('web', 10), 'default');
    c.settle();
    setImage(c, 'web', 'nosuch');
    c.clock.advance(60);
    c.admin.patch(
      RESOURCES.deployments,
      'web',
      { type: 'merge', body: { spec: { replicas: 15 } } },
      'default',
    );
    c.clock.advance(60);
    const sizes = c.admin
      .list(RESOURCES.replicasets, { namespace: 'default' })
      .items.map((s) => s.spec.replicas);
    expect(sizes.sort((a, b) => a - b)).toEqual([7, 12]);
  });

  it('does nothing in an idle hour, and converges again after a restart', () => {
    const c = startCluster();
    c.addNode('node01');
    const stop = c.startManager([deploymentController, replicaSetController]);
    c.startScheduler();
    c.startKubelets();
    c.admin.create(RESOURCES.deployments, deployment('web', 2), 'default');
    c.settle();
    const revision = c.log.revision;
    c.settle(3_600_000);
    expect(c.log.revision).toBe(revision);
    expect(c.clock.pending).toBe(0);
    // Nor while a pod is missing that there is no room for.
    c.admin.patch(RESOURCES.nodes, 'node01', { type: 'merge', body: { spec: { unschedulable: true } } });
    for (const { metadata } of c.admin.list(RESOURCES.pods).items)
      c.admin.delete(RESOURCES.pods, metadata.name, 'default');
    c.settle(60_000);
    const { events } = c.clock.runUntilQuiet(3_600_000, 10_000);
    // The scheduler looks again every five minutes.
    expect(events).toBeLessThan(100);
    c.admin.patch(RESOURCES.nodes, 'node01', { type: 'merge', body: { spec: { unschedulable: null } } });
    stop();
    c.admin.patch(
      RESOURCES.deployments,
      'web',
      { type: 'merge', body: { spec: { replicas: 3 } } },
      'default',
    );
    c.settle();
    c.startManager([deploymentController, replicaSetController]);
    c.settle();
    expect(get(c, 'web').status.readyReplicas).toBe(3);
  });
});
