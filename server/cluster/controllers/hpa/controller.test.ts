import { expect, it } from 'vitest';
import { RESOURCES } from '../../client/resources.ts';
import { CONTROLLERS } from '../index.ts';
import { startCluster } from '../testing/cluster.ts';

/** A deployment with an autoscaler, on a cluster whose pods use what `milliCpu` says. */
function autoscaled(behavior?: object) {
  const c = startCluster();
  for (const name of ['node01', 'node02']) c.addNode(name, { cpu: '32' });
  const load = { milliCpu: 100 };
  const handle = c.server.handle.bind(c.server);
  c.server.handle = (request, user) => {
    if (!request.path.startsWith('/apis/metrics.k8s.io/')) return handle(request, user);
    const items = c.admin
      .list(RESOURCES.pods, { namespace: 'default' })
      .items.map(({ metadata: { name } }) => ({
        metadata: { name },
        containers: [{ name: 'c', usage: { cpu: `${load.milliCpu}m` } }],
      }));
    return { status: 200, headers: {}, value: { items } };
  };
  c.startManager(CONTROLLERS);
  c.startScheduler();
  c.startKubelets();
  const containers = [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '200m' } } }];
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers } };
  const spec = { replicas: 2, selector: { matchLabels: labels }, template };
  const metadata = { name: 'web' };
  c.admin.create(
    RESOURCES.deployments,
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec },
    'default',
  );
  const target = { type: 'Utilization', averageUtilization: 50 };
  const hpa = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      ...(behavior ? { behavior } : {}),
    },
  };
  c.admin.create(RESOURCES.horizontalpodautoscalers, hpa, 'default');
  const replicas = () => c.admin.get(RESOURCES.deployments, 'web', 'default').spec.replicas;
  return { c, load, replicas };
}

it('looks every 15 s, goes up at once, and comes down when 300 s have passed', () => {
  const { c, load, replicas } = autoscaled();
  c.settle(60_000);
  expect(replicas()).toBe(2);
  load.milliCpu = 200;
  c.settle(15_000);
  expect(replicas()).toBe(4);
  load.milliCpu = 50;
  c.settle(15_000);
  const { conditions } = c.admin.get(RESOURCES.horizontalpodautoscalers, 'web', 'default').status;
  expect(conditions.map((one: any) => `${one.type}=${one.status} ${one.reason}`)).toEqual([
    'AbleToScale=True ScaleDownStabilized',
    'ScalingActive=True ValidMetricFound',
    'ScalingLimited=False DesiredWithinRange',
  ]);
  c.settle(284_000);
  expect(replicas()).toBe(4);
  c.settle(31_000);
  expect(replicas()).toBe(2);
});

it('keeps to the pace of its behavior', () => {
  const policies = [{ type: 'Pods', value: 1, periodSeconds: 60 }];
  const { c, load, replicas } = autoscaled({
    scaleUp: { policies },
    scaleDown: { stabilizationWindowSeconds: 0 },
  });
  c.settle(30_000);
  load.milliCpu = 800;
  c.settle(45_000);
  expect(replicas()).toBe(3);
  c.settle(60_000);
  expect(replicas()).toBe(4);
  load.milliCpu = 10;
  c.settle(16_000);
  expect(replicas()).toBe(1);
});
