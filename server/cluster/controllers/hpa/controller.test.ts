import { expect, it } from 'vitest';
import { RESOURCES } from '../../client/resources.ts';
import { CONTROLLERS } from '../index.ts';
import { startCluster } from '../testing/cluster.ts';

const CPU = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
};

/** A deployment with an autoscaler, on a cluster whose pods use what `milliCpu` says. */
function autoscaled(behavior?: object, metrics: readonly object[] = [CPU]) {
  const c = startCluster();
  for (const name of ['node01', 'node02']) c.addNode(name, { cpu: '32' });
  const load = { milliCpu: 100, perSecond: 0 };
  const handle = c.server.handle.bind(c.server);
  c.server.handle = (request, user) => {
    const custom = customMetrics(request.path, load.perSecond);
    if (custom) return { status: 200, headers: {}, value: custom };
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
  const hpa = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics,
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

it('wants a policy where a list of them is given', () => {
  expect(() => autoscaled({ scaleDown: { policies: [] } })).toThrow(
    'spec.behavior.scaleDown.policies: Required value: must specify at least one Policy',
  );
});

const CUSTOM = 'custom.metrics.k8s.io';

/** What a server of custom metrics says; 0: there is none. */
function customMetrics(path: string, perSecond: number): object | undefined {
  if (perSecond === 0) return undefined;
  if (path === '/apis')
    return { groups: [{ name: CUSTOM, preferredVersion: { groupVersion: `${CUSTOM}/v1beta2` } }] };
  const [, name] = new RegExp(`^/apis/${CUSTOM}/v1beta2/namespaces/default/(.*?)(\\?|$)`).exec(path) ?? [];
  const value = (describedObject: string) => ({
    describedObject: { name: describedObject },
    value: `${perSecond}`,
  });
  if (name === 'ingresses.networking.k8s.io/main/hits') return { items: [value('main')] };
  return undefined;
}

it('goes by the metrics of an object, when somebody serves them', () => {
  const describedObject = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'main' };
  const target = { type: 'AverageValue', averageValue: '10' };
  const { c, load, replicas } = autoscaled(undefined, [
    { type: 'Object', object: { metric: { name: 'hits' }, describedObject, target } },
  ]);
  c.settle(16_000);
  const condition = () =>
    c.admin
      .get(RESOURCES.horizontalpodautoscalers, 'web', 'default')
      .status.conditions.find(({ type }: any) => type === 'ScalingActive');
  expect(condition().message).toBe(
    'the HPA was unable to compute the replica count: unable to get metric hits: Ingress on default main/unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
  );
  load.perSecond = 50;
  c.settle(60_000);
  expect(replicas()).toBe(5);
  expect(condition().message).toBe(
    'the HPA was able to successfully calculate a replica count from Ingress metric hits',
  );
});

it('stops when several look after the same pods', () => {
  const { c, load, replicas } = autoscaled();
  const first = c.admin.get(RESOURCES.horizontalpodautoscalers, 'web', 'default');
  const metadata = { name: 'more' };
  c.admin.create(RESOURCES.horizontalpodautoscalers, { ...first, metadata, status: undefined }, 'default');
  c.settle(40_000);
  load.milliCpu = 180;
  c.settle(60_000);
  const [active] = c.admin
    .get(RESOURCES.horizontalpodautoscalers, 'web', 'default')
    .status.conditions.filter(({ type }: any) => type === 'ScalingActive');
  expect([replicas(), active]).toMatchObject([
    2,
    {
      status: 'False',
      reason: 'AmbiguousSelector',
      message: 'pods by selector app=web are controlled by multiple HPAs: [default/more default/web]',
    },
  ]);
});
