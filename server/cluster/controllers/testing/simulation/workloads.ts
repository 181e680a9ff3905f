import { RESOURCES } from '../../../client/resources.ts';
import { attempt, DOOMED, NAMES, PRIORITIES, type World } from './world.ts';

export const WORKLOADS = ['deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'] as const;
export type Workload = (typeof WORKLOADS)[number];

function template(name: string, { random }: World, more: object = {}): object {
  const cpu = random.pick(['100m', '300m', '700m']);
  const priorityClassName = random.pick([undefined, undefined, ...Object.keys(PRIORITIES)]);
  const containers = [{ name: 'c', image: 'a', resources: { requests: { cpu } } }];
  const priority = priorityClassName === undefined ? {} : { priorityClassName };
  return { metadata: { labels: { app: name } }, spec: { containers, ...priority, ...more } };
}

const MAKERS: Readonly<Record<Workload, (name: string, world: World) => object>> = {
  deployments: (name, world) => ({
    ...selected(name, world),
    strategy: { type: world.random.pick(['RollingUpdate', 'RollingUpdate', 'Recreate']) },
    replicas: world.random.below(6),
  }),
  statefulsets: (name, world) => ({
    ...selected(name, world),
    podManagementPolicy: world.random.pick(['Parallel', 'OrderedReady']),
    replicas: world.random.below(6),
    ...(world.random.below(3) === 0 ? claims(world) : {}),
  }),
  daemonsets: selected,
  jobs: jobSpec,
  cronjobs: (name, world) => ({
    schedule: world.random.pick(['* * * * *', '*/3 * * * *']),
    concurrencyPolicy: world.random.pick(['Allow', 'Forbid', 'Replace']),
    jobTemplate: { spec: jobSpec(name, world) },
  }),
};

function selected(name: string, world: World): object {
  return { selector: { matchLabels: { app: name } }, template: template(name, world) };
}

function claims({ random }: World): object {
  const policy = () => random.pick(['Delete', 'Retain']);
  const spec = {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'manual',
    resources: { requests: { storage: '1Gi' } },
  };
  return {
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec }],
    persistentVolumeClaimRetentionPolicy: { whenDeleted: policy(), whenScaled: policy() },
  };
}

function jobSpec(name: string, world: World): object {
  const { random } = world;
  const counts = { completions: 1 + random.below(3), parallelism: 1 + random.below(3), backoffLimit: 2 };
  const indexed = random.below(3) === 0 ? { completionMode: 'Indexed' } : {};
  return { ...counts, ...indexed, template: template(name, world, { restartPolicy: 'Never' }) };
}

/** Something to run, in the namespace that lasts. */
export function create(world: World): void {
  const resource = RESOURCES[world.random.pick(WORKLOADS)];
  const name = world.random.pick(NAMES);
  const spec = MAKERS[resource.plural](name, world);
  const apiVersion = `${resource.group}/${resource.version}`;
  world.c.admin.create(resource, { apiVersion, kind: resource.kind, metadata: { name }, spec }, 'default');
}

/** An autoscaler without metrics: its bounds are all it goes by. */
export function autoscale({ c, random }: World): void {
  const name = random.pick(NAMES);
  const minReplicas = 1 + random.below(3);
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas,
    maxReplicas: minReplicas + random.below(3),
  };
  const body = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec };
  c.admin.create(RESOURCES.horizontalpodautoscalers, body, 'default');
}

/** Something in the namespace that may be deleted. */
export function populate(world: World): void {
  const { admin } = world.c;
  attempt(() =>
    admin.create(RESOURCES.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: DOOMED } }),
  );
  const name = world.random.pick(NAMES);
  const spec = { ...selected(name, world), replicas: 1 + world.random.below(2) };
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
  admin.create(RESOURCES.deployments, body, DOOMED);
}
