import type { KubeObject } from '../../../objects/object.ts';
import type { Informers } from '../../client/informer.ts';
import { RESOURCES } from '../../client/resources.ts';
import {
  classOfClaim,
  findVolume,
  foreignClaim,
  isBound,
  NO_PROVISIONER,
  SELECTED_NODE,
  volumeFitsNode,
} from '../../client/volume-matching.ts';
import { type Cycle, type Filter, type Plugin, reject } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

const BINDING = 'VolumeBinding';
const CONFLICT = reject(BINDING, "node(s) didn't match PersistentVolume's node affinity", true);
const NO_VOLUME = reject(BINDING, "node(s) didn't find available persistent volumes to bind", true);
const MISSING_VOLUME = reject(
  BINDING,
  'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
  true,
);

/** The claims of a pod, or why it cannot be scheduled with them. */
interface Claims {
  readonly bound: KubeObject[];
  /** Wait for their first consumer. */
  readonly delayed: KubeObject[];
}

// Models pkg/scheduler/framework/plugins/volumebinding
export const volumeBinding: Plugin = {
  name: BINDING,
  filter: ({ pod, informers }) => {
    if (pod.claims.length === 0) return undefined;
    const claims = claimsOf(pod, informers);
    if (typeof claims === 'string') return { pod: reject(BINDING, claims, true) };
    return (node) => {
      for (const claim of claims.bound) {
        const volume = informers.for(RESOURCES.persistentvolumes).get(claim.spec.volumeName);
        if (!volume) return MISSING_VOLUME;
        if (!volumeFitsNode(volume, node.node)) return CONFLICT;
      }
      return planVolumes(claims.delayed, node.node, informers) ? undefined : NO_VOLUME;
    };
  },
  retryOn: ['node-added', 'node-labels', 'claim', 'volume', 'storage-class', 'csi-node'],
};

function claimsOf(pod: PodInfo, informers: Informers): Claims | string {
  const bound: KubeObject[] = [];
  const delayed: KubeObject[] = [];
  const ephemeral = new Set(
    (pod.pod.spec.volumes ?? [])
      .filter((v: any) => v.ephemeral)
      .map((v: any) => `${pod.pod.metadata.name}-${v.name}`),
  );
  let immediate = false;
  for (const name of pod.claims) {
    const claim = informers.for(RESOURCES.persistentvolumeclaims).get(`${pod.namespace}/${name}`);
    if (!claim) {
      return ephemeral.has(name)
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
        : `persistentvolumeclaim "${name}" not found`;
    }
    if (claim.status?.phase === 'Lost') {
      const volume = claim.spec.volumeName;
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volume}"`;
    }
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`;
    const foreign = ephemeral.has(name) ? foreignClaim(claim, pod.pod) : undefined;
    if (foreign) return foreign;
    if (isBound(claim)) bound.push(claim);
    else if (!claim.spec.volumeName && isDelayed(claim, informers)) delayed.push(claim);
    else immediate = true;
  }
  return immediate ? 'pod has unbound immediate PersistentVolumeClaims' : { bound, delayed };
}

function isDelayed(claim: KubeObject, informers: Informers): boolean {
  const name = classOfClaim(claim);
  const storageClass = name === '' ? undefined : informers.for(RESOURCES.storageclasses).get(name);
  return storageClass?.['volumeBindingMode'] === 'WaitForFirstConsumer';
}

/** Which volumes the waiting claims get on a node. */
export interface VolumePlan {
  readonly bind: { readonly claim: KubeObject; readonly volume: KubeObject }[];
  readonly provision: KubeObject[];
}

/** Undefined: not possible on that node. */
export function planVolumes(
  claims: readonly KubeObject[],
  node: KubeObject,
  informers: Informers,
): VolumePlan | undefined {
  const plan: VolumePlan = { bind: [], provision: [] };
  const taken = new Set<string>();
  for (const claim of claims) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected !== undefined && selected !== node.metadata.name) return undefined;
    const volumes = informers.for(RESOURCES.persistentvolumes).list();
    const volume = selected === undefined ? findVolume(claim, volumes, { node, excluded: taken }) : undefined;
    if (volume) {
      taken.add(volume.metadata.name);
      plan.bind.push({ claim, volume });
    } else if (canProvision(claim, node, informers)) plan.provision.push(claim);
    else return undefined;
  }
  return plan;
}

/** The plan for a pod on the node that was chosen; undefined: all its claims are bound. */
export function planFor(pod: PodInfo, node: NodeInfo, informers: Informers): VolumePlan | undefined {
  const claims = pod.claims.length > 0 ? claimsOf(pod, informers) : undefined;
  if (!claims || typeof claims === 'string' || claims.delayed.length === 0) return undefined;
  return planVolumes(claims.delayed, node.node, informers);
}

function canProvision(claim: KubeObject, node: KubeObject, informers: Informers): boolean {
  const storageClass = informers.for(RESOURCES.storageclasses).get(classOfClaim(claim));
  const provisioner = storageClass?.['provisioner'];
  if (!storageClass || !provisioner || provisioner === NO_PROVISIONER) return false;
  const topologies: any[] = storageClass['allowedTopologies'] ?? [];
  if (topologies.length === 0) return true;
  return topologies.some((topology) =>
    (topology.matchLabelExpressions ?? []).every(({ key, values }: { key: string; values: string[] }) =>
      values.includes(node.metadata.labels?.[key] ?? ''),
    ),
  );
}

// Models pkg/scheduler/framework/plugins/volumerestrictions
const IN_USE = reject(
  'VolumeRestrictions',
  'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
  false,
);
const NO_DISK = reject('VolumeRestrictions', 'node(s) had no available disk', false);
export const volumeRestrictions: Plugin = {
  name: 'VolumeRestrictions',
  filter: (cycle) => {
    const disks = disksOf(cycle.pod);
    const taken = isClaimTaken(cycle) ? IN_USE : undefined;
    if (disks.length === 0) return taken && (() => taken);
    return ({ pods }) => {
      for (const other of pods.values())
        if (disksOf(other).some((theirs) => disks.some((own) => collide(own, theirs)))) return NO_DISK;
      return taken;
    };
  },
  retryOn: ['pod-removed', 'claim', 'node-added'],
};

/** Whether another pod has a claim that is for one pod alone. */
function isClaimTaken({ pod, view, informers }: Cycle): boolean {
  return pod.claims.some((name) => {
    const claim = informers.for(RESOURCES.persistentvolumeclaims).get(`${pod.namespace}/${name}`);
    if (!claim?.spec.accessModes?.includes('ReadWriteOncePod')) return false;
    const counts = view.count(
      `claim/${pod.namespace}/${name}`,
      (other) => other.namespace === pod.namespace && other.claims.includes(name),
    );
    return [...counts.values()].some((count) => count > 0);
  });
}

/** A disk that a pod names itself, and that a node can have but once. */
interface Disk {
  readonly names: readonly string[];
  /** Several pods may read it. */
  readonly shared: boolean;
}

// Models pkg/scheduler/framework/plugins/volumerestrictions isVolumeConflict
const DISKS: Readonly<Record<string, (source: any) => Disk>> = {
  gcePersistentDisk: ({ pdName, readOnly }) => ({ names: [pdName], shared: readOnly === true }),
  awsElasticBlockStore: ({ volumeID }) => ({ names: [volumeID], shared: false }),
  iscsi: ({ iqn, readOnly }) => ({ names: [iqn], shared: readOnly === true }),
  rbd: ({ monitors, pool = 'rbd', image, readOnly }) => ({
    names: monitors.map((monitor: string) => `${monitor} ${pool} ${image}`),
    shared: readOnly === true,
  }),
};

function disksOf({ pod }: PodInfo): (Disk & { kind: string })[] {
  return (pod.spec.volumes ?? []).flatMap((volume: any) =>
    Object.entries(DISKS).flatMap(([kind, read]) => (volume[kind] ? [{ kind, ...read(volume[kind]) }] : [])),
  );
}

function collide(a: Disk & { kind: string }, b: Disk & { kind: string }): boolean {
  if (a.kind !== b.kind || (a.shared && b.shared)) return false;
  return a.names.some((name) => b.names.includes(name));
}

// Models pkg/scheduler/framework/plugins/volumezone
const ZONE_KEYS = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
];
const WRONG_ZONE = reject('VolumeZone', 'node(s) had no available volume zone', true);

export const volumeZone: Plugin = {
  name: 'VolumeZone',
  filter: (cycle) => {
    const wanted = volumesOf(cycle).flatMap((volume) =>
      ZONE_KEYS.filter((key) => volume.metadata.labels?.[key] !== undefined).map((key) => ({
        key,
        values: (volume.metadata.labels?.[key] ?? '').split('__'),
      })),
    );
    if (wanted.length === 0) return undefined;
    return (node) => {
      if (!ZONE_KEYS.some((key) => node.label(key) !== undefined)) return undefined;
      return wanted.every(({ key, values }) => values.includes(node.label(key) ?? ''))
        ? undefined
        : WRONG_ZONE;
    };
  },
  retryOn: ['node-added', 'node-labels', 'claim', 'volume', 'storage-class'],
};

function volumesOf({ pod, informers }: Cycle): KubeObject[] {
  const found: KubeObject[] = [];
  for (const name of pod.claims) {
    const claim = informers.for(RESOURCES.persistentvolumeclaims).get(`${pod.namespace}/${name}`);
    const volume = claim && informers.for(RESOURCES.persistentvolumes).get(claim.spec.volumeName ?? '');
    if (volume) found.push(volume);
  }
  return found;
}

// Models pkg/scheduler/framework/plugins/nodevolumelimits/csi.go
const TOO_MANY = reject('NodeVolumeLimits', 'node(s) exceed max volume count', false);

export const nodeVolumeLimits: Plugin = {
  name: 'NodeVolumeLimits',
  filter: (cycle): Filter => {
    const wanted = csiVolumes(cycle.pod, cycle.informers);
    if (wanted.size === 0) return undefined;
    return (node) => {
      const csiNode = cycle.informers.for(RESOURCES.csinodes).get(node.name);
      const limits = new Map<string, number>();
      for (const driver of csiNode?.spec?.drivers ?? []) {
        if (driver.allocatable?.count !== undefined) limits.set(driver.name, driver.allocatable.count);
      }
      if (limits.size === 0) return undefined;
      const there = new Map<string, string>();
      for (const pod of node.pods.values()) {
        for (const [handle, driver] of csiVolumes(pod, cycle.informers)) there.set(handle, driver);
      }
      for (const [handle, driver] of wanted) there.set(handle, driver);
      for (const [driver, limit] of limits) {
        let count = 0;
        for (const name of there.values()) if (name === driver) count++;
        if (count > limit && [...wanted.values()].includes(driver)) return TOO_MANY;
      }
      return undefined;
    };
  },
  retryOn: ['csi-node', 'node-added', 'pod-removed', 'claim'],
};

/** Volume handle to driver. */
function csiVolumes(pod: PodInfo, informers: Informers): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of pod.claims) {
    const claim = informers.for(RESOURCES.persistentvolumeclaims).get(`${pod.namespace}/${name}`);
    const csi =
      claim && informers.for(RESOURCES.persistentvolumes).get(claim.spec.volumeName ?? '')?.spec.csi;
    if (csi) found.set(`${csi.driver}^${csi.volumeHandle}`, csi.driver);
  }
  return found;
}
