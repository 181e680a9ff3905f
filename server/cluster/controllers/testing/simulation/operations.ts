import type { KubeObject } from '../../../../objects/object.ts';
import { RESOURCES } from '../../../client/resources.ts';
import { CONTROLLERS } from '../../index.ts';
import { autoscale, create, populate, WORKLOADS, type Workload } from './workloads.ts';
import {
  attempt,
  BUDGETS,
  DOOMED,
  isHealthy,
  isOver,
  list,
  NAMES,
  podsOf,
  QUOTA,
  startPrograms,
  type World,
} from './world.ts';

type Operation = readonly [name: string, weight: number, run: (world: World) => unknown];

const IMAGES = ['a', 'b', 'c'] as const;
/** Nodes besides the first three. */
const MORE_NODES = 3;

function patch(world: World, resources: readonly Workload[], body: object): void {
  const resource = RESOURCES[world.random.pick(resources)];
  world.c.admin.patch(resource, world.random.pick(NAMES), { type: 'strategic', body }, 'default');
}

function evict({ c }: World, pod: KubeObject): boolean {
  const { name, namespace = '' } = pod.metadata;
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  return attempt(() => c.admin.create(RESOURCES.pods, eviction, namespace, { name, path: 'eviction' }));
}

/** The least that evictions may leave of an application with so many healthy pods, of so many wanted. */
function floorOf(app: string, healthy: number, wanted: number): number {
  const { minAvailable, maxUnavailable } = BUDGETS[app] ?? {};
  if (minAvailable !== undefined) return Math.min(healthy, minAvailable);
  return maxUnavailable === undefined ? 0 : Math.min(healthy, Math.max(0, wanted - maxUnavailable));
}

/** What the workloads want that have pods of an application, the way budgets count: a deployment's sets count once. */
function wantedOf(world: World, app: string): number {
  const sets = new Map(list(world, 'replicasets', 'default').map((set) => [set.metadata.uid, ownerOf(set)]));
  const owners = new Set(podsOf(world, app).map((pod) => sets.get(ownerOf(pod) ?? '') ?? ownerOf(pod)));
  return (['deployments', 'statefulsets', 'daemonsets'] as const)
    .flatMap((resource) => list(world, resource, 'default'))
    .filter(({ metadata }) => owners.has(metadata.uid))
    .reduce((sum, { spec, status }) => sum + (spec.replicas ?? status?.desiredNumberScheduled ?? 0), 0);
}

function ownerOf({ metadata }: KubeObject): string | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
}

/** Evicts what may be evicted, all in one moment: budgets must hold without a controller's help. */
function evictAll(world: World, pods: readonly KubeObject[]): void {
  world.c.settle(2000);
  const before = new Map(
    Object.keys(BUDGETS).map((app) => [app, podsOf(world, app).filter(isHealthy).length]),
  );
  let evicted = 0;
  for (const pod of pods) if (evict(world, pod)) evicted++;
  for (const [app, healthy] of before) {
    const floor = floorOf(app, healthy, wantedOf(world, app));
    const left = podsOf(world, app).filter(isHealthy).length;
    if (left < floor)
      world.problems.push(`${evicted} evictions left ${left} of ${healthy} pods of ${app}, not ${floor}`);
  }
}

function drain(world: World): void {
  const node = anyNode(world);
  world.c.admin.patch(RESOURCES.nodes, node, { type: 'merge', body: { spec: { unschedulable: true } } });
  evictAll(
    world,
    podsOf(world).filter((pod) => pod.spec.nodeName === node),
  );
}

/** More or less room; what is there already stays. */
function changeQuota(world: World): void {
  const pods = QUOTA.pods - world.random.below(8);
  const body = { spec: { hard: { pods: String(pods) } } };
  world.c.admin.patch(RESOURCES.resourcequotas, 'q', { type: 'merge', body }, 'default');
  world.podLimit = Math.max(pods, podsOf(world).filter((pod) => !isOver(pod)).length);
}

/** Volumes whose claims are gone may be claimed again. */
function freeVolumes({ c }: World): void {
  for (const { metadata, status } of c.admin.list(RESOURCES.persistentvolumes).items) {
    if (status?.phase !== 'Released') continue;
    const body = { spec: { claimRef: null } };
    c.admin.patch(RESOURCES.persistentvolumes, metadata.name, { type: 'merge', body });
  }
}

function anyNode({ random }: World): string {
  return `node${random.below(3)}`;
}

function anyPod(world: World): KubeObject | undefined {
  const pods = podsOf(world);
  return pods.length > 0 ? world.random.pick(pods) : undefined;
}

function fail(world: World): void {
  const node = anyNode(world);
  world.down.add(node);
  world.kubelets.fail(node);
}

function heal(world: World): void {
  for (const node of world.down) world.kubelets.heal(node);
  world.down.clear();
}

/** What may happen, and how often. */
const OPERATIONS: readonly Operation[] = [
  ['create', 4, create],
  [
    'scale',
    3,
    (world) => patch(world, ['deployments', 'statefulsets'], { spec: { replicas: world.random.below(8) } }),
  ],
  [
    'update',
    3,
    (world) => {
      const containers = [{ name: 'c', image: world.random.pick(IMAGES) }];
      patch(world, ['deployments', 'statefulsets', 'daemonsets'], {
        spec: { template: { spec: { containers } } },
      });
    },
  ],
  [
    'pause or resume',
    1,
    (world) => patch(world, ['deployments'], { spec: { paused: world.random.pick([true, false]) } }),
  ],
  [
    'delete',
    1,
    ({ c, random }) => {
      const propagationPolicy = random.pick(['Background', 'Foreground'] as const);
      c.admin.delete(RESOURCES[random.pick(WORKLOADS)], random.pick(NAMES), 'default', { propagationPolicy });
    },
  ],
  [
    'kill a pod',
    2,
    (world) => {
      const pod = anyPod(world);
      if (pod) world.c.admin.delete(RESOURCES.pods, pod.metadata.name, 'default');
    },
  ],
  ['evict everything', 2, (world) => evictAll(world, podsOf(world))],
  ['drain', 2, drain],
  [
    'uncordon',
    2,
    (world) =>
      world.c.admin.patch(RESOURCES.nodes, anyNode(world), {
        type: 'merge',
        body: { spec: { unschedulable: null } },
      }),
  ],
  [
    'add a node',
    1,
    (world) => world.nodes < 3 + MORE_NODES && world.c.addNode(`node${world.nodes++}`, { cpu: '2' }),
  ],
  [
    'lose a node',
    1,
    ({ c, random }) => c.admin.delete(RESOURCES.nodes, `node${3 + random.below(MORE_NODES)}`),
  ],
  ['a node fails', 1, fail],
  ['nodes heal', 2, heal],
  [
    'restart the controllers',
    1,
    (world) => {
      world.stopManager();
      world.stopManager = world.c.startManager(CONTROLLERS);
    },
  ],
  [
    'restart everything',
    1,
    (world) => {
      world.stopManager();
      world.stopScheduler();
      Object.assign(world, startPrograms(world.c));
    },
  ],
  ['autoscale', 1, autoscale],
  ['change the quota', 1, changeQuota],
  ['free volumes', 1, freeVolumes],
  [
    'drop claims',
    1,
    ({ c, random }) => {
      const { items } = c.admin.list(RESOURCES.persistentvolumeclaims, { namespace: 'default' });
      if (items.length === 0) return;
      c.admin.delete(RESOURCES.persistentvolumeclaims, random.pick(items).metadata.name, 'default');
    },
  ],
  ['fill a namespace', 1, populate],
  ['delete a namespace', 1, ({ c }) => c.admin.delete(RESOURCES.namespaces, DOOMED)],
  ['jump ahead', 1, ({ c, random }) => c.settle(random.below(600_000))],
];

const TICKETS = OPERATIONS.flatMap((operation) => new Array<Operation>(operation[1]).fill(operation));

/** Does something, which may be refused; returns its name. */
export function operate(world: World): string {
  const [name, , run] = world.random.pick(TICKETS);
  attempt(() => run(world));
  return name;
}

/** Makes the cluster whole, lets rollouts go on and stops what never rests, so that what is wanted can be reached. */
export function mend(world: World): void {
  const { admin } = world.c;
  heal(world);
  for (const { metadata } of admin.list(RESOURCES.nodes).items) {
    const body = { spec: { unschedulable: null } };
    admin.patch(RESOURCES.nodes, metadata.name, { type: 'merge', body });
  }
  const everyOne = (resource: keyof typeof RESOURCES, body: object) => {
    for (const { metadata } of admin.list(RESOURCES[resource], { namespace: 'default' }).items)
      admin.patch(RESOURCES[resource], metadata.name, { type: 'merge', body }, 'default');
  };
  everyOne('deployments', { spec: { paused: null } });
  everyOne('cronjobs', { spec: { suspend: true } });
  for (const { metadata } of admin.list(RESOURCES.horizontalpodautoscalers, { namespace: 'default' }).items)
    admin.delete(RESOURCES.horizontalpodautoscalers, metadata.name, 'default');
}
