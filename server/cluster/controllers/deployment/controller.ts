import { isApiError } from '../../../objects/api-error.ts';
import { selectorOf } from '../../../objects/label-selector.ts';
import { type KubeObject, keyOf } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Informer } from '../../client/informer.ts';
import { RESOURCES } from '../../client/resources.ts';
import { ifThere } from '../../client/tolerate.ts';
import { findCondition, setCondition } from '../conditions.ts';
import type { Controller, ControllerContext, Reconciler, Result } from '../controller.ts';
import { claim, controllerOf, indexByController, ownedBy } from '../owners.ts';
import { isTerminating } from '../pod-control.ts';
import { isTerminal, type Pod } from '../pods.ts';
import { newReplicaSet } from './new-set.ts';
import {
  byAge,
  findNew,
  hasDeadline,
  isRolling,
  maxSurge,
  newSetAnnotations,
  REVISION,
  replicasAnnotations,
  replicasOf,
  revisionOf,
  sameTemplate,
} from './replica-sets.ts';
import { type Resize, rescale, resizeNew, resizeOld, wasScaled } from './rolling.ts';
import {
  calculateStatus,
  type DeploymentStatus,
  isComplete,
  progressing,
  REASONS,
  rolloutStatus,
  stuckIn,
} from './status.ts';

export const deploymentController: Controller = {
  name: 'deployment-controller',
  alias: 'deployment',
  account: 'deployment-controller',
  start: (context) => new DeploymentReconciler(context),
};

/** The deployment and its sets at one moment. */
interface Rollout {
  deployment: KubeObject;
  sets: KubeObject[];
}

class DeploymentReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #deployments: Informer;
  readonly #sets: Informer;
  readonly #pods: Informer<Pod>;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#deployments = context.informers.for(RESOURCES.deployments);
    this.#sets = context.informers.for(RESOURCES.replicasets);
    this.#pods = context.informers.for(RESOURCES.pods);
    this.#recorder = context.recorder('deployment-controller');
    indexByController(this.#sets);
    indexByController(this.#pods);
    const { queue } = context;
    this.#deployments.on({
      added: (deployment) => queue.add(keyOf(deployment)),
      updated: (deployment) => queue.add(keyOf(deployment)),
    });
    this.#sets.on({
      added: (set) => this.#setChanged(set),
      updated: (set, old) => {
        if (set.metadata.ownerReferences !== old.metadata.ownerReferences) this.#setChanged(old);
        this.#setChanged(set);
      },
      deleted: (set) => this.#setChanged(set),
    });
    // Recreate waits until the last old pod is gone.
    this.#pods.on({ deleted: (pod) => this.#podDeleted(pod) });
  }

  #setChanged(set: KubeObject): void {
    const owner = controllerOf(set);
    const namespace = set.metadata.namespace ?? '';
    if (owner) {
      if (owner.kind === 'Deployment') this.#context.queue.add(`${namespace}/${owner.name}`);
      return;
    }
    for (const deployment of this.#deployments.byNamespace(namespace))
      this.#context.queue.add(keyOf(deployment));
  }

  #podDeleted(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'ReplicaSet') return;
    const set = this.#sets.get(`${pod.metadata.namespace}/${owner.name}`);
    const deployment = set && this.#deployments.get(`${pod.metadata.namespace}/${controllerOf(set)?.name}`);
    if (deployment && !isRolling(deployment)) this.#context.queue.add(keyOf(deployment));
  }

  /** Models pkg/controller/deployment/deployment_controller.go syncDeployment */
  reconcile(key: string): Result | undefined {
    const found = this.#deployments.get(key);
    if (!found) return;
    const selector = selectorOf(found.spec.selector) ?? [];
    if (selector.length === 0) return;
    const sets = claim(this.#sets, {
      client: this.#context.client,
      owner: found,
      ownerResource: RESOURCES.deployments,
      selector,
      resource: RESOURCES.replicasets,
    });
    let rollout: Rollout = { deployment: found, sets };
    if (found.metadata.deletionTimestamp) {
      this.#writeStatus(found, calculateStatus(found, sets, findNew(found, sets), this.#context.clock.now));
      return;
    }
    rollout = { ...rollout, deployment: this.#notePause(found) };
    if (rollout.deployment.spec.paused || wasScaled(rollout.deployment, sets)) return this.#rescale(rollout);
    return isRolling(rollout.deployment) ? this.#roll(rollout) : this.#recreate(rollout);
  }

  /** Models pkg/controller/deployment/sync.go checkPausedConditions */
  #notePause(deployment: KubeObject): KubeObject {
    if (!hasDeadline(deployment)) return deployment;
    const current = findCondition(deployment.status?.conditions, 'Progressing');
    if (current?.reason === REASONS.timedOut) return deployment;
    const wasPaused = current?.reason === REASONS.paused;
    const paused = deployment.spec.paused === true;
    if (paused === wasPaused) return deployment;
    const next = paused
      ? progressing(this.#context.clock.now, 'Unknown', REASONS.paused, 'Deployment is paused')
      : progressing(this.#context.clock.now, 'Unknown', REASONS.resumed, 'Deployment is resumed');
    return this.#writeStatus(deployment, {
      ...deployment.status,
      conditions: setCondition(deployment.status?.conditions ?? [], next),
    });
  }

  /** While paused or just scaled, only sizes change. Models sync.go sync */
  #rescale(rollout: Rollout): Result | undefined {
    const { deployment, newSet, oldSets } = this.#revise(rollout, false);
    const resized = this.#resize(deployment, rescale(deployment, oldSets, newSet));
    const sets = replaced(newSet ? [...oldSets, newSet] : oldSets, resized);
    if (deployment.spec.paused) this.#cleanUp(deployment, oldSets);
    const status = calculateStatus(deployment, sets, findNew(deployment, sets), this.#context.clock.now);
    this.#writeStatus(deployment, status);
    if (deployment.spec.paused) return undefined;
    const wait = stuckIn(deployment, status, this.#context.clock.now);
    return wait === undefined ? undefined : { requeueAfterMs: wait };
  }

  /** Models pkg/controller/deployment/rolling.go rolloutRolling */
  #roll(rollout: Rollout): Result | undefined {
    const { deployment, newSet, oldSets } = this.#revise(rollout, true);
    if (!newSet) return undefined;
    const sets = [...oldSets, newSet];
    const up = this.#resize(deployment, resizeNew(deployment, sets, newSet));
    if (up.length > 0) return this.#finish(deployment, replaced(sets, up));
    const down = this.#resize(deployment, resizeOld(deployment, oldSets, newSet));
    if (down.length > 0) return this.#finish(deployment, replaced(sets, down));
    const annotated = this.#resize(deployment, [{ set: newSet, replicas: replicasOf(newSet) }]);
    if (isComplete(deployment, deployment.status ?? {})) this.#cleanUp(deployment, oldSets);
    return this.#finish(deployment, replaced(sets, annotated));
  }

  /** Models pkg/controller/deployment/recreate.go rolloutRecreate */
  #recreate(rollout: Rollout): Result | undefined {
    const before = this.#revise(rollout, false);
    const active = before.oldSets.filter((set) => replicasOf(set) > 0);
    if (active.length > 0) {
      const down = this.#resize(
        before.deployment,
        active.map((set) => ({ set, replicas: 0 })),
      );
      const sets = before.newSet ? [...before.oldSets, before.newSet] : before.oldSets;
      return this.#finish(before.deployment, replaced(sets, down));
    }
    if (this.#oldPodsRun(before.newSet, before.oldSets)) {
      const sets = before.newSet ? [...before.oldSets, before.newSet] : before.oldSets;
      return this.#finish(before.deployment, sets);
    }
    const { deployment, newSet, oldSets } = before.newSet
      ? before
      : this.#revise({ deployment: before.deployment, sets: rollout.sets }, true);
    if (!newSet) return undefined;
    const desired = replicasOf(deployment);
    const up = this.#resize(deployment, [{ set: newSet, replicas: desired }]);
    if (isComplete(deployment, deployment.status ?? {})) this.#cleanUp(deployment, oldSets);
    return this.#finish(deployment, replaced([...oldSets, newSet], up));
  }

  #oldPodsRun(newSet: KubeObject | undefined, oldSets: readonly KubeObject[]): boolean {
    for (const set of oldSets) {
      if (set.metadata.uid === newSet?.metadata.uid) continue;
      for (const pod of ownedBy(this.#pods, set.metadata.uid)) if (!isTerminal(pod)) return true;
    }
    return false;
  }

  #finish(deployment: KubeObject, sets: KubeObject[]): Result | undefined {
    const { now } = this.#context.clock;
    const status = rolloutStatus(deployment, sets, findNew(deployment, sets), now);
    this.#writeStatus(deployment, status);
    const wait = stuckIn(deployment, status, now);
    return wait === undefined ? undefined : { requeueAfterMs: wait };
  }

  #writeStatus(deployment: KubeObject, status: DeploymentStatus): KubeObject {
    if (equalValues(status, deployment.status)) return deployment;
    return this.#context.client.updateStatus(RESOURCES.deployments, { ...deployment, status });
  }

  /** The new set, made if wanted, and the old ones. Models sync.go getAllReplicaSetsAndSyncRevision */
  #revise(rollout: Rollout, create: boolean) {
    const existing = findNew(rollout.deployment, rollout.sets);
    const oldSets = rollout.sets.filter((set) => set.metadata.uid !== existing?.metadata.uid);
    const revision = Math.max(0, ...oldSets.map(revisionOf)) + 1;
    if (existing) return { ...this.#keepNewSet(rollout.deployment, existing, revision), oldSets };
    if (!create) return { deployment: rollout.deployment, newSet: undefined, oldSets };
    return { ...this.#createSet(rollout.deployment, oldSets, revision), oldSets };
  }

  #keepNewSet(deployment: KubeObject, existing: KubeObject, revision: number) {
    const annotations = newSetAnnotations(deployment, existing.metadata.annotations, revision);
    const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
    let newSet = existing;
    if (annotations || (existing.spec.minReadySeconds ?? 0) !== minReadySeconds) {
      newSet = this.#context.client.update(RESOURCES.replicasets, {
        ...existing,
        metadata: { ...existing.metadata, ...(annotations ? { annotations } : {}) },
        spec: { ...existing.spec, minReadySeconds },
      });
    }
    const missing = hasDeadline(deployment) && !findCondition(deployment.status?.conditions, 'Progressing');
    const text = `Found new replica set "${newSet.metadata.name}"`;
    const added = missing ? progressing(this.#context.clock.now, 'True', REASONS.found, text) : undefined;
    return {
      newSet,
      deployment: this.#noteRevision(deployment, newSet.metadata.annotations?.[REVISION], added),
    };
  }

  /** Writes the revision to the deployment, with a new Progressing condition if there is one. */
  #noteRevision(
    deployment: KubeObject,
    revision: string | undefined,
    condition: ReturnType<typeof progressing> | undefined,
  ): KubeObject {
    const { annotations } = deployment.metadata;
    const noted = revision === undefined || annotations?.[REVISION] === revision;
    if (noted && !condition) return deployment;
    const { conditions = [] } = deployment.status ?? {};
    return this.#context.client.updateStatus(RESOURCES.deployments, {
      ...deployment,
      metadata: noted
        ? deployment.metadata
        : { ...deployment.metadata, annotations: { ...annotations, [REVISION]: revision } },
      status: condition
        ? { ...deployment.status, conditions: setCondition(conditions, condition) }
        : deployment.status,
    });
  }

  /** Models sync.go getNewReplicaSet */
  #createSet(deployment: KubeObject, oldSets: readonly KubeObject[], revision: number) {
    const { client, clock } = this.#context;
    const wanted = newReplicaSet(deployment, oldSets, revision);
    const { name } = wanted.metadata;
    let newSet: KubeObject | undefined;
    try {
      newSet = client.create(RESOURCES.replicasets, wanted, deployment.metadata.namespace);
      if (replicasOf(wanted) > 0) this.#tellScaled(deployment, name, 0, replicasOf(wanted));
    } catch (error) {
      if (isTerminating(error)) return { deployment, newSet };
      if (!isApiError(error, 'AlreadyExists')) return this.#createFailed(deployment, name, error);
      newSet = this.#taken(deployment, name, error);
    }
    const text = `Created new replica set "${name}"`;
    const condition = hasDeadline(deployment)
      ? progressing(clock.now, 'True', REASONS.created, text)
      : undefined;
    return { newSet, deployment: this.#noteRevision(deployment, String(revision), condition) };
  }

  /** The name is taken: by our own set, or by another one, which calls for another hash. */
  #taken(deployment: KubeObject, name: string, error: unknown): KubeObject {
    const { client } = this.#context;
    const set = client.get(RESOURCES.replicasets, name, deployment.metadata.namespace);
    const ours = controllerOf(set)?.uid === deployment.metadata.uid;
    if (ours && sameTemplate(set.spec.template, deployment.spec.template)) return set;
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    this.#writeStatus(deployment, { ...deployment.status, collisionCount });
    throw error;
  }

  #createFailed(deployment: KubeObject, name: string, error: unknown): never {
    const text = `Failed to create new replica set "${name}": ${(error as Error).message}`;
    if (hasDeadline(deployment)) {
      const failed = progressing(this.#context.clock.now, 'False', REASONS.createFailed, text);
      const conditions = setCondition(deployment.status?.conditions ?? [], failed);
      this.#writeStatus(deployment, { ...deployment.status, conditions });
    }
    this.#recorder.event(deployment, 'Warning', REASONS.createFailed, text);
    throw error;
  }

  /** Brings sets to their sizes, with the annotations that record what for. Models sync.go scaleReplicaSet */
  #resize(deployment: KubeObject, resizes: readonly Resize[]): KubeObject[] {
    const desired = replicasOf(deployment);
    const changed: KubeObject[] = [];
    for (const { set, replicas } of resizes) {
      const annotations = replicasAnnotations(set, desired, desired + maxSurge(deployment));
      const before = replicasOf(set);
      if (before === replicas && !annotations) continue;
      changed.push(
        this.#context.client.update(RESOURCES.replicasets, {
          ...set,
          metadata: { ...set.metadata, ...(annotations ? { annotations } : {}) },
          spec: { ...set.spec, replicas },
        }),
      );
      if (before !== replicas) this.#tellScaled(deployment, set.metadata.name, before, replicas);
    }
    return changed;
  }

  #tellScaled(deployment: KubeObject, name: string, from: number, to: number): void {
    const text = `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`;
    this.#recorder.event(deployment, 'Normal', 'ScalingReplicaSet', text);
  }

  /** Models sync.go cleanupDeployment */
  #cleanUp(deployment: KubeObject, oldSets: readonly KubeObject[]): void {
    const limit = deployment.spec.revisionHistoryLimit;
    if (limit === undefined || limit === 2_147_483_647) return;
    const alive = oldSets.filter((set) => !set.metadata.deletionTimestamp);
    const surplus = alive.length - limit;
    if (surplus <= 0) return;
    const oldest = [...alive].sort((a, b) => revisionOf(a) - revisionOf(b) || byAge(a, b)).slice(0, surplus);
    for (const set of oldest) {
      const idle =
        (set.status?.replicas ?? 0) === 0 &&
        replicasOf(set) === 0 &&
        (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
      if (!idle) continue;
      ifThere(() =>
        this.#context.client.delete(RESOURCES.replicasets, set.metadata.name, set.metadata.namespace),
      );
    }
  }
}

function replaced(sets: readonly KubeObject[], changed: readonly KubeObject[]): KubeObject[] {
  const byUid = new Map(changed.map((set) => [set.metadata.uid, set]));
  return sets.map((set) => byUid.get(set.metadata.uid) ?? set);
}
