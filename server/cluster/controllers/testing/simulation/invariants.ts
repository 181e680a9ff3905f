import type { KubeObject } from '../../../../objects/object.ts';
import { milliValue } from '../../../../objects/quantity.ts';
import { RESOURCES } from '../../../client/resources.ts';
import { isHealthy, isOver, list, type Plural, podsOf, QUOTA, type World } from './world.ts';

/** No node holds more than it has. */
function overcommitted(world: World): string[] {
  const pods = list(world, 'pods').filter((pod) => !isOver(pod));
  return list(world, 'nodes').flatMap(({ metadata: { name }, status }) => {
    const here = pods.filter(({ spec }) => spec.nodeName === name);
    const cpu = here.reduce(
      (sum, { spec }) =>
        spec.containers.reduce(
          (all: number, one: any) => all + milliValue(one.resources?.requests?.cpu),
          sum,
        ),
      0,
    );
    const { allocatable } = status;
    const fits = cpu <= milliValue(allocatable.cpu) && here.length <= Number(allocatable.pods);
    return fits ? [] : [`${name} holds ${cpu}m of ${allocatable.cpu} and ${here.length} pods`];
  });
}

/** No namespace holds more than its quota, and the quota knows what there is. */
function overQuota(world: World): string[] {
  const used = {
    pods: podsOf(world).filter((pod) => !isOver(pod)).length,
    'count/jobs.batch': list(world, 'jobs').length,
  };
  const limits = { ...QUOTA, pods: world.podLimit };
  const known = world.c.admin.get(RESOURCES.resourcequotas, 'q', 'default').status?.used ?? {};
  return Object.entries(used).flatMap(([name, count]) => {
    if (count > limits[name as keyof typeof QUOTA]) return [`${count} ${name}: over quota`];
    return Number(known[name]) === count ? [] : [`the quota counts ${known[name]} ${name} of ${count}`];
  });
}

const OWNERS = ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'cronjobs', 'jobs'] as const;

/** Nothing outlives its owner. */
function orphans(world: World): string[] {
  const alive = new Set(
    OWNERS.flatMap((resource) => list(world, resource).map(({ metadata }) => metadata.uid)),
  );
  return (['pods', 'replicasets', 'controllerrevisions', 'jobs'] as const).flatMap((resource) =>
    list(world, resource)
      .filter(({ metadata }) => {
        const owner = metadata.ownerReferences?.find(({ controller }) => controller);
        return owner && !alive.has(owner.uid) && !metadata.deletionTimestamp;
      })
      .map(({ kind, metadata }) => `${kind} ${metadata.name} is an orphan`),
  );
}

/**
 * Every change of a specification was seen by its controller, but where a namespace goes: nothing can be made there any
 * more, and a deployment that has no set yet says nothing.
 */
function unobserved(world: World): string[] {
  const going = new Set(
    list(world, 'namespaces')
      .filter(({ metadata }) => metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name),
  );
  const kinds = ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'poddisruptionbudgets'] as const;
  return kinds.flatMap((resource) =>
    list(world, resource)
      .filter(({ metadata }) => !metadata.deletionTimestamp && !going.has(metadata.namespace ?? ''))
      .filter(({ metadata, status }) => (status?.observedGeneration ?? 0) < (metadata.generation ?? 0))
      .map(({ kind, metadata }) => `${kind} ${metadata.name} is not observed`),
  );
}

/** A volume has one claim and a claim one volume, and both know it. */
function tornVolumes(world: World): string[] {
  const volumes = new Map(list(world, 'persistentvolumes').map((one) => [one.metadata.name, one]));
  return list(world, 'persistentvolumeclaims')
    .filter(({ status }) => status?.phase === 'Bound')
    .filter(({ metadata, spec }) => volumes.get(spec.volumeName)?.spec.claimRef?.uid !== metadata.uid)
    .map(
      ({ metadata, spec }) => `claim ${metadata.name} is bound to ${spec.volumeName}, which is not its own`,
    );
}

/** What must hold at any moment at which the controllers had time to react. */
export function violations(world: World): string[] {
  return [overcommitted, overQuota, orphans, unobserved, tornVolumes].flatMap((check) => check(world));
}

/** Every pod is bound once: over the whole log its node never changes. */
export function rebound({ c }: World): string[] {
  const nodes = new Map<string, string>();
  const wrong: string[] = [];
  for (const { value } of c.log.since(c.log.compacted, '/registry/pods/')) {
    if (!value?.spec.nodeName) continue;
    const { uid, name } = value.metadata;
    const before = nodes.get(uid);
    if (before && before !== value.spec.nodeName)
      wrong.push(`pod ${name} moved from ${before} to ${value.spec.nodeName}`);
    nodes.set(uid, value.spec.nodeName);
  }
  return wrong;
}

function ownedBy(pods: readonly KubeObject[], owners: readonly KubeObject[]): KubeObject[] {
  const uids = new Set(owners.map(({ metadata }) => metadata.uid));
  return pods.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uids.has(uid)));
}

/** Pods that each workload wants and has; a deployment's are those of its sets. */
function workloads(world: World): { name: string; wanted: number; pods: KubeObject[] }[] {
  const pods = podsOf(world);
  const sets = list(world, 'replicasets');
  const nodes = list(world, 'nodes').length;
  const here = (resource: Plural) => list(world, resource, 'default');
  const entry = (object: KubeObject, wanted: number, owners: readonly KubeObject[]) => ({
    name: `${object.kind} ${object.metadata.name}`,
    wanted,
    pods: ownedBy(pods, owners).filter((pod) => !isOver(pod)),
  });
  return [
    ...here('deployments').map((one) => entry(one, one.spec.replicas, ownedBy(sets, [one]))),
    ...here('statefulsets').map((one) => entry(one, one.spec.replicas, [one])),
    ...here('daemonsets').map((one) => entry(one, nodes, [one])),
  ];
}

/** What a cluster that was left alone for a while must have come to. */
export function unsettled(world: World): string[] {
  const pods = podsOf(world).filter((pod) => !isOver(pod));
  const { pods: limit } = world.c.admin.get(RESOURCES.resourcequotas, 'q', 'default').spec.hard;
  const full = pods.length >= Number(limit);
  const wrong = pods
    .filter(
      ({ spec, metadata, status }) =>
        metadata.deletionTimestamp || (spec.nodeName && status.phase === 'Pending'),
    )
    .map(({ metadata }) => `pod ${metadata.name} is stuck`);
  for (const { name, wanted, pods: own } of workloads(world)) {
    const waiting = own.some((pod) => !pod.spec.nodeName);
    if (own.length < wanted && !full && !waiting) wrong.push(`${name} has ${own.length} pods of ${wanted}`);
    if (own.length > wanted && own.every(isHealthy) && !full)
      wrong.push(`${name} has ${own.length} pods of ${wanted}, all healthy`);
  }
  for (const { metadata, status } of list(world, 'jobs')) {
    const ended = status?.conditions?.some(({ type }: any) => type === 'Complete' || type === 'Failed');
    if (!ended && !full && pods.every(({ spec }) => spec.nodeName))
      wrong.push(`Job ${metadata.name} has not ended`);
  }
  for (const { metadata } of list(world, 'namespaces'))
    if (metadata.deletionTimestamp) wrong.push(`namespace ${metadata.name} is stuck`);
  return wrong;
}

/** The state without what a restart may touch. */
export function stateOf(world: World): string {
  const kinds = [
    ...OWNERS,
    'pods',
    'resourcequotas',
    'endpointslices',
    'poddisruptionbudgets',
    'persistentvolumeclaims',
    'persistentvolumes',
    'nodes',
  ] as const;
  return JSON.stringify(
    kinds.map((resource) =>
      list(world, resource).map(({ metadata, spec, status }) => [metadata.uid, spec, status]),
    ),
    // Kubelets report all the time.
    (key, value) => (key === 'lastHeartbeatTime' ? undefined : value),
  );
}
