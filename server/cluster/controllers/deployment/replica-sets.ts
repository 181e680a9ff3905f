import type { KubeObject } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import { shortHash } from '../hash.ts';

// Models pkg/controller/deployment/util/deployment_util.go

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const HASH_LABEL = 'pod-template-hash';
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);
const HISTORY_LIMIT_CHARS = 2000;
const NO_DEADLINE = 2_147_483_647;

export function replicasOf(object: KubeObject): number {
  return object.spec.replicas ?? 1;
}

export function sumSpec(sets: readonly KubeObject[]): number {
  return sets.reduce((sum, set) => sum + replicasOf(set), 0);
}

export function sumStatus(sets: readonly (KubeObject | undefined)[], field: string): number {
  return sets.reduce((sum, set) => sum + (set?.status?.[field] ?? 0), 0);
}

export function isRolling(deployment: KubeObject): boolean {
  return deployment.spec.strategy?.type !== 'Recreate';
}

/** A count or a percentage of `total`. */
export function scaledValue(value: number | string | undefined, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value ?? '0%');
  if (!percent) return 0;
  const exact = (Number(percent[1]) * total) / 100;
  return roundUp ? Math.ceil(exact) : Math.floor(exact);
}

/** Models ResolveFenceposts */
function fenceposts(deployment: KubeObject): { surge: number; unavailable: number } {
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  const desired = replicasOf(deployment);
  const surge = scaledValue(maxSurge, desired, true);
  const unavailable = scaledValue(maxUnavailable, desired, false);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

export function maxUnavailable(deployment: KubeObject): number {
  const desired = replicasOf(deployment);
  if (!isRolling(deployment) || desired === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, desired);
}

export function maxSurge(deployment: KubeObject): number {
  return isRolling(deployment) ? fenceposts(deployment).surge : 0;
}

export function hasDeadline(deployment: KubeObject): boolean {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== NO_DEADLINE;
}

/** The template without the label that a ReplicaSet adds to it. */
function withoutHash(template: any): any {
  const labels = template?.metadata?.labels;
  if (labels?.[HASH_LABEL] === undefined) return template;
  const { [HASH_LABEL]: _, ...rest } = labels;
  return { ...template, metadata: { ...template.metadata, labels: rest } };
}

export function sameTemplate(a: any, b: any): boolean {
  return a === b || equalValues(withoutHash(a), withoutHash(b));
}

/** Oldest first; names decide between those of the same second. */
export function byAge(a: KubeObject, b: KubeObject): number {
  const left = a.metadata.creationTimestamp;
  const right = b.metadata.creationTimestamp;
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** Models FindNewReplicaSet: the oldest that has the deployment's template. */
export function findNew(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  return [...sets].sort(byAge).find((set) => sameTemplate(set.spec.template, deployment.spec.template));
}

export function templateHash(deployment: KubeObject): string {
  return shortHash(deployment.spec.template, deployment.status?.collisionCount);
}

export function revisionOf(object: KubeObject): number {
  const revision = Number(object.metadata.annotations?.[REVISION] ?? 0);
  return Number.isFinite(revision) ? revision : 0;
}

/** The annotations that record what a set was last scaled for. Undefined: they are right already. */
export function replicasAnnotations(
  set: KubeObject | undefined,
  desired: number,
  max: number,
): Record<string, string> | undefined {
  const old = set?.metadata.annotations ?? {};
  if (old[DESIRED_REPLICAS] === String(desired) && old[MAX_REPLICAS] === String(max)) return undefined;
  return { ...old, [DESIRED_REPLICAS]: String(desired), [MAX_REPLICAS]: String(max) };
}

/**
 * The new set's annotations: those of the deployment, and the revision. Undefined: nothing to change.
 * Models SetNewReplicaSetAnnotations
 */
export function newSetAnnotations(
  deployment: KubeObject,
  old: Readonly<Record<string, string>> | undefined,
  revision: number,
): Record<string, string> | undefined {
  const annotations: Record<string, string> = { ...old };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(key)) annotations[key] = value;
  }
  const oldRevision = old?.[REVISION];
  if (Number(oldRevision ?? 0) < revision) {
    annotations[REVISION] = String(revision);
    if (oldRevision !== undefined)
      annotations[REVISION_HISTORY] = history(old?.[REVISION_HISTORY], oldRevision);
  }
  return equalValues(annotations, old ?? {}) ? undefined : annotations;
}

function history(old: string | undefined, revision: string): string {
  let revisions = old ? old.split(',') : [];
  if (revisions.includes(revision)) return old ?? '';
  revisions = [...revisions, revision];
  while (revisions.join(',').length > HISTORY_LIMIT_CHARS && revisions.length > 1) revisions.shift();
  return revisions.join(',');
}

/** How many replicas the new set may have now. Models NewRSNewReplicas */
export function newSetReplicas(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  newSet: KubeObject,
): number {
  const desired = replicasOf(deployment);
  if (!isRolling(deployment)) return desired;
  const limit = desired + maxSurge(deployment);
  const current = sumSpec(sets);
  if (current >= limit) return replicasOf(newSet);
  return replicasOf(newSet) + Math.min(limit - current, desired - replicasOf(newSet));
}
