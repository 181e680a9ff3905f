import type { KubeObject } from '../../../objects/object.ts';
import {
  byAge,
  DESIRED_REPLICAS,
  isRolling,
  MAX_REPLICAS,
  maxSurge,
  maxUnavailable,
  newSetReplicas,
  replicasOf,
  sumSpec,
  sumStatus,
} from './replica-sets.ts';

/** A set and the size it should have. */
export interface Resize {
  readonly set: KubeObject;
  readonly replicas: number;
}

/** Models pkg/controller/deployment/rolling.go reconcileNewReplicaSet */
export function resizeNew(deployment: KubeObject, sets: readonly KubeObject[], newSet: KubeObject): Resize[] {
  const desired = replicasOf(deployment);
  const current = replicasOf(newSet);
  if (current === desired) return [];
  const replicas = current > desired ? desired : newSetReplicas(deployment, sets, newSet);
  return replicas === current ? [] : [{ set: newSet, replicas }];
}

/**
 * Old sets lose first the replicas that are not healthy, then as many as availability allows.
 * Models rolling.go reconcileOldReplicaSets
 */
export function resizeOld(
  deployment: KubeObject,
  oldSets: readonly KubeObject[],
  newSet: KubeObject,
): Resize[] {
  const active = oldSets.filter((set) => replicasOf(set) > 0).sort(byAge);
  if (active.length === 0) return [];
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment);
  const newUnavailable = replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0);
  const total = sumSpec([...oldSets, newSet]);
  let budget = total - minAvailable - newUnavailable;
  if (budget <= 0) return [];
  const sizes = new Map(active.map((set) => [set, replicasOf(set)]));
  for (const set of active) {
    const available = set.status?.availableReplicas ?? 0;
    const unhealthy = Math.max(0, Math.min(budget, replicasOf(set) - available));
    sizes.set(set, replicasOf(set) - unhealthy);
    budget -= unhealthy;
  }
  let spare = sumStatus([...oldSets, newSet], 'availableReplicas') - minAvailable;
  for (const set of active) {
    if (spare <= 0) break;
    const size = sizes.get(set) ?? 0;
    const step = Math.min(size, spare);
    sizes.set(set, size - step);
    spare -= step;
  }
  return active
    .map((set) => ({ set, replicas: sizes.get(set) ?? 0 }))
    .filter(({ set, replicas }) => replicas !== replicasOf(set));
}

/** True when the deployment was scaled since its sets were last sized. Models sync.go isScalingEvent */
export function wasScaled(deployment: KubeObject, sets: readonly KubeObject[]): boolean {
  return sets.some((set) => {
    const desired = set.metadata.annotations?.[DESIRED_REPLICAS];
    return replicasOf(set) > 0 && desired !== undefined && Number(desired) !== replicasOf(deployment);
  });
}

/**
 * Sizes after the deployment was scaled: all of it to the only active set, or in proportion.
 * Models pkg/controller/deployment/sync.go scale
 */
export function rescale(
  deployment: KubeObject,
  oldSets: readonly KubeObject[],
  newSet: KubeObject | undefined,
): Resize[] {
  const all = newSet ? [...oldSets, newSet] : [...oldSets];
  const active = all.filter((set) => replicasOf(set) > 0);
  const only = active.length === 0 ? (newSet ?? [...oldSets].sort(byAge).at(-1)) : active[0];
  const desired = replicasOf(deployment);
  if (active.length <= 1)
    return only && replicasOf(only) !== desired ? [{ set: only, replicas: desired }] : [];
  if (newSet && isSaturated(deployment, newSet)) {
    return oldSets.filter((set) => replicasOf(set) > 0).map((set) => ({ set, replicas: 0 }));
  }
  return isRolling(deployment) ? proportional(deployment, active) : [];
}

function isSaturated(deployment: KubeObject, set: KubeObject): boolean {
  const desired = replicasOf(deployment);
  return (
    replicasOf(set) === desired &&
    Number(set.metadata.annotations?.[DESIRED_REPLICAS] ?? Number.NaN) === desired &&
    (set.status?.availableReplicas ?? 0) === desired
  );
}

function proportional(deployment: KubeObject, active: readonly KubeObject[]): Resize[] {
  const desired = replicasOf(deployment);
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
  const toAdd = allowed - sumSpec(active);
  const bigFirst = (a: KubeObject, b: KubeObject) => replicasOf(b) - replicasOf(a);
  const ordered = [...active].sort((a, b) => bigFirst(a, b) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)));
  let added = 0;
  const sizes = ordered.map((set) => {
    const share = toAdd === 0 ? 0 : proportion(deployment, set, toAdd, added);
    added += share;
    return { set, replicas: replicasOf(set) + share };
  });
  const first = sizes[0];
  if (first) sizes[0] = { set: first.set, replicas: Math.max(0, first.replicas + toAdd - added) };
  return sizes;
}

/** Models deployment_util.go GetReplicaSetProportion */
function proportion(deployment: KubeObject, set: KubeObject, toAdd: number, added: number): number {
  const size = replicasOf(set);
  const target = replicasOf(deployment) + maxSurge(deployment);
  const recorded = Number(set.metadata.annotations?.[MAX_REPLICAS] ?? Number.NaN);
  const before = Number.isFinite(recorded) && recorded > 0 ? recorded : (deployment.status?.replicas ?? 0);
  const share = size === 0 || before === 0 ? 0 : Math.round((size * target) / before) - size;
  const allowed = toAdd - added;
  return toAdd > 0 ? Math.min(share, allowed) : Math.max(share, allowed);
}
