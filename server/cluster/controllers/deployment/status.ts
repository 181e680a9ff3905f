import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { type Condition, findCondition, omitZero, setCondition, withoutCondition } from '../conditions.ts';
import { hasDeadline, maxUnavailable, replicasOf, sumSpec, sumStatus } from './replica-sets.ts';

export type DeploymentStatus = Record<string, any>;

export const REASONS = {
  created: 'NewReplicaSetCreated',
  found: 'FoundNewReplicaSet',
  updated: 'ReplicaSetUpdated',
  available: 'NewReplicaSetAvailable',
  timedOut: 'ProgressDeadlineExceeded',
  createFailed: 'ReplicaSetCreateError',
  paused: 'DeploymentPaused',
  resumed: 'DeploymentResumed',
} as const;

/** A Progressing, Available or ReplicaFailure condition as of now. */
export function condition(
  now: number,
  fields: Omit<Condition, 'lastUpdateTime' | 'lastTransitionTime'>,
): Condition {
  const time = timestamp(now);
  const { type, status, reason, message } = fields;
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message } as Condition;
}

export function progressing(now: number, status: string, reason: string, message: string): Condition {
  return condition(now, { type: 'Progressing', status, reason, message });
}

/** Models pkg/controller/deployment/sync.go calculateStatus */
export function calculateStatus(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  newSet: KubeObject | undefined,
  now: number,
): DeploymentStatus {
  const available = sumStatus(sets, 'availableReplicas');
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const conditions = setCondition(
    deployment.status?.conditions ?? [],
    condition(now, {
      type: 'Available',
      status: enough ? 'True' : 'False',
      reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: `Deployment ${enough ? 'has' : 'does not have'} minimum availability.`,
    }),
  );
  return {
    ...omitZero({
      observedGeneration: deployment.metadata.generation ?? 0,
      replicas: sumStatus(sets, 'replicas'),
      updatedReplicas: sumStatus([newSet], 'replicas'),
      readyReplicas: sumStatus(sets, 'readyReplicas'),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, sumSpec(sets) - available),
      collisionCount: deployment.status?.collisionCount,
    }),
    conditions,
  };
}

/** Models deployment_util.go DeploymentComplete */
export function isComplete(deployment: KubeObject, status: DeploymentStatus): boolean {
  const desired = replicasOf(deployment);
  return (
    (status['updatedReplicas'] ?? 0) === desired &&
    (status['replicas'] ?? 0) === desired &&
    (status['availableReplicas'] ?? 0) === desired &&
    (status['observedGeneration'] ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Models deployment_util.go DeploymentProgressing */
function hasProgressed(deployment: KubeObject, status: DeploymentStatus): boolean {
  const old = deployment.status ?? {};
  const n = (of: DeploymentStatus, field: string): number => of[field] ?? 0;
  return (
    n(status, 'updatedReplicas') > n(old, 'updatedReplicas') ||
    n(status, 'replicas') - n(status, 'updatedReplicas') < n(old, 'replicas') - n(old, 'updatedReplicas') ||
    n(status, 'readyReplicas') > n(old, 'readyReplicas') ||
    n(status, 'availableReplicas') > n(old, 'availableReplicas')
  );
}

/** Models deployment_util.go DeploymentTimedOut */
export function hasTimedOut(deployment: KubeObject, status: DeploymentStatus, now: number): boolean {
  if (!hasDeadline(deployment)) return false;
  const current = findCondition(status['conditions'], 'Progressing');
  if (!current) return false;
  if (current.reason === REASONS.available) return false;
  if (current.reason === REASONS.timedOut) return true;
  const from = Date.parse(current.lastUpdateTime ?? '');
  return from + deployment.spec.progressDeadlineSeconds * 1000 < now;
}

/** The status with its conditions brought up to date. Models pkg/controller/deployment/progress.go syncRolloutStatus */
export function rolloutStatus(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  newSet: KubeObject | undefined,
  now: number,
): DeploymentStatus {
  const status = calculateStatus(deployment, sets, newSet, now);
  if (!hasDeadline(deployment)) status['conditions'] = withoutCondition(status['conditions'], 'Progressing');
  const current = findCondition(deployment.status?.conditions, 'Progressing');
  const done =
    (status['replicas'] ?? 0) === (status['updatedReplicas'] ?? 0) && current?.reason === REASONS.available;
  if (hasDeadline(deployment) && !done) {
    status['conditions'] = withProgress(deployment, status, newSet, now);
  }
  const failure = [newSet, ...sets]
    .map((set) => findCondition(set?.status?.conditions, 'ReplicaFailure'))
    .find((found) => found);
  status['conditions'] = failure
    ? setCondition(status['conditions'], {
        ...condition(now, failure),
        ...(failure.lastTransitionTime
          ? { lastTransitionTime: failure.lastTransitionTime, lastUpdateTime: failure.lastTransitionTime }
          : {}),
      })
    : withoutCondition(status['conditions'], 'ReplicaFailure');
  return status;
}

function withProgress(
  deployment: KubeObject,
  status: DeploymentStatus,
  newSet: KubeObject | undefined,
  now: number,
): Condition[] {
  const conditions: Condition[] = status['conditions'];
  const who = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const text = `${who} has successfully progressed.`;
    return setCondition(conditions, progressing(now, 'True', REASONS.available, text));
  }
  if (hasProgressed(deployment, status)) {
    const current = findCondition(deployment.status?.conditions, 'Progressing');
    const next = progressing(now, 'True', REASONS.updated, `${who} is progressing.`);
    if (current?.status === 'True' && current.lastTransitionTime) {
      next.lastTransitionTime = current.lastTransitionTime;
    }
    return [...withoutCondition(conditions, 'Progressing'), next];
  }
  if (hasTimedOut(deployment, status, now)) {
    const text = `${who} has timed out progressing.`;
    return setCondition(conditions, progressing(now, 'False', REASONS.timedOut, text));
  }
  return conditions;
}

/** When a rollout that makes no progress has to be looked at again. Models progress.go requeueStuckDeployment */
export function stuckIn(deployment: KubeObject, status: DeploymentStatus, now: number): number | undefined {
  const current = findCondition(status['conditions'], 'Progressing');
  if (!hasDeadline(deployment) || !current) return undefined;
  // A rollout that was done does not time out, whatever becomes of its pods.
  const isDecided = current.reason === REASONS.timedOut || current.reason === REASONS.available;
  if (isDecided || isComplete(deployment, status)) return undefined;
  const due = Date.parse(current.lastUpdateTime ?? '') + deployment.spec.progressDeadlineSeconds * 1000;
  return Math.max(0, due - now) + 1000;
}
