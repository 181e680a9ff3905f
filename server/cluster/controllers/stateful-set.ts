import { isApiError } from '../../objects/api-error.ts';
import { selectorOf } from '../../objects/label-selector.ts';
import { type KubeObject, keyOf } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { EventRecorder } from '../client/events.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { omitZero } from './conditions.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';
import { scaledValue } from './deployment/replica-sets.ts';
import { claim, controllerOf, controllerReference, indexByController } from './owners.ts';
import { isTerminating, podFromTemplate } from './pod-control.ts';
import { availableIn, isReady, isTerminal, type Pod } from './pods.ts';
import { currentRevision, type HistoryOptions, listRevisions, trimRevisions } from './revisions.ts';
import { claimName, inRange, ordinalOf, SetClaims } from './stateful-set-claims.ts';

const HASH = 'controller-revision-hash';
const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

// Models pkg/controller/statefulset
export const statefulSetController: Controller = {
  name: 'statefulset-controller',
  alias: 'statefulset',
  account: 'statefulset-controller',
  start: (context) => new StatefulSetReconciler(context),
};

/** A set with its revisions and pods at one moment. */
interface State {
  readonly set: KubeObject;
  /** Name of the revision that pods below the partition have, and of the one all shall have. */
  readonly current: KubeObject;
  readonly update: KubeObject;
  readonly pods: Pod[];
}

class StatefulSetReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #sets: Informer;
  readonly #pods: Informer<Pod>;
  readonly #recorder: EventRecorder;
  readonly #claims: SetClaims;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#sets = context.informers.for(RESOURCES.statefulsets);
    this.#pods = context.informers.for(RESOURCES.pods);
    this.#recorder = context.recorder('statefulset-controller');
    indexByController(this.#pods);
    indexByController(context.informers.for(RESOURCES.controllerrevisions));
    this.#claims = new SetClaims(context.client, context.informers.for(RESOURCES.persistentvolumeclaims));
    const { queue } = context;
    this.#sets.on({ added: (set) => queue.add(keyOf(set)), updated: (set) => queue.add(keyOf(set)) });
    const podChanged = (pod: Pod) => {
      const owner = controllerOf(pod);
      if (owner?.kind === 'StatefulSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
      else if (!owner) {
        const parent = parentOf(pod.metadata.name);
        if (parent) queue.add(`${pod.metadata.namespace}/${parent}`);
      }
    };
    this.#pods.on({ added: podChanged, updated: podChanged, deleted: podChanged });
    context.informers.for(RESOURCES.persistentvolumeclaims).on({
      deleted: ({ metadata }) => {
        for (const { kind, name } of metadata.ownerReferences ?? [])
          if (kind === 'Pod') queue.add(`${metadata.namespace}/${parentOf(name)}`);
      },
    });
  }

  reconcile(key: string): Result | undefined {
    const set = this.#sets.get(key);
    if (!set) return undefined;
    const { client, informers } = this.#context;
    const history: HistoryOptions = {
      client,
      owner: set,
      resource: RESOURCES.statefulsets,
      revisions: informers.for(RESOURCES.controllerrevisions),
      hashLabel: HASH,
    };
    const { current: update, revisions } = currentRevision(history, listRevisions(history));
    const recorded = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision);
    const state: State = { set, update, current: recorded ?? update, pods: this.#podsOf(set) };
    let failure: unknown;
    try {
      if (!set.metadata.deletionTimestamp) this.#manage(state);
    } catch (error) {
      failure = error;
    }
    informers.pump();
    const wait = this.#updateStatus(key, state);
    trimRevisions(client, revisions, {
      limit: set.spec.revisionHistoryLimit ?? 10,
      isUsed: ({ metadata: { name } }) =>
        name === state.update.metadata.name ||
        name === state.current.metadata.name ||
        state.pods.some((pod) => revisionOf(pod) === name),
    });
    if (failure && !isTerminating(failure)) throw failure;
    return wait === undefined ? undefined : { requeueAfterMs: wait };
  }

  #podsOf(set: KubeObject): Pod[] {
    const pods = claim(this.#pods, {
      client: this.#context.client,
      owner: set,
      ownerResource: RESOURCES.statefulsets,
      selector: selectorOf(set.spec.selector) ?? [],
      resource: RESOURCES.pods,
    });
    return pods.filter((pod) => parentOf(pod.metadata.name) === set.metadata.name);
  }

  /** Models stateful_set_control.go updateStatefulSet */
  #manage(state: State): void {
    const { set, pods } = state;
    const ordered = set.spec.podManagementPolicy !== 'Parallel';
    const start = set.spec.ordinals?.start ?? 0;
    const replicas = set.spec.replicas ?? 1;
    const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod.metadata.name), pod]));
    for (let ordinal = start; ordinal < start + replicas; ordinal++) {
      const pod = byOrdinal.get(ordinal);
      if (this.#replica(state, ordinal, pod) && ordered) return;
      if (pod) this.#claims.keep(set, pod);
    }
    const surplus = pods.filter((pod) => !inRange(pod, start, replicas));
    surplus.sort((a, b) => ordinalOf(b.metadata.name) - ordinalOf(a.metadata.name));
    for (const pod of surplus) this.#claims.keep(set, pod);
    const wanted = [...byOrdinal.values()].filter((pod) => inRange(pod, start, replicas));
    const unhealthy = wanted.find((pod) => !this.#isHealthy(pod));
    for (const pod of surplus) {
      if (pod.metadata.deletionTimestamp) {
        if (ordered) return;
        continue;
      }
      // Scaling down waits for what is below, except for the first one that is itself the trouble.
      if (ordered && unhealthy && pod !== unhealthy && isReady(pod)) return;
      this.#deletePod(set, pod);
      if (ordered) return;
    }
    if (set.spec.updateStrategy?.type === 'OnDelete') return;
    if (this.#context.settings.isOn('MaxUnavailableStatefulSet')) this.#rollMany(state, byOrdinal);
    else this.#roll(state, byOrdinal);
  }

  /** Brings one replica up. True: an ordered set waits for it. */
  #replica(state: State, ordinal: number, pod: Pod | undefined): boolean {
    const { set } = state;
    if (!pod) {
      if (!this.#claims.areStale(set, ordinal)) this.#createPod(state, ordinal);
      return true;
    }
    if (isTerminal(pod)) {
      if (pod.metadata.deletionTimestamp) return true;
      const text = `StatefulSet ${keyOf(set)} is recreating ${pod.status.phase === 'Failed' ? 'failed' : 'terminated'} Pod ${pod.metadata.name}`;
      const reason = pod.status.phase === 'Failed' ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod';
      this.#recorder.event(set, pod.status.phase === 'Failed' ? 'Warning' : 'Normal', reason, text);
      this.#deletePod(set, pod);
      return true;
    }
    if (pod.metadata.deletionTimestamp) return true;
    if ((pod.status?.phase ?? 'Pending') === 'Pending') {
      this.#makeClaims(set, ordinal);
      this.#claims.keep(set, pod);
    }
    const minReady = set.spec.minReadySeconds ?? 0;
    return pod.status?.phase !== 'Running' || availableIn(pod, minReady, this.#context.clock.now) !== 0;
  }

  /** Replaces pods of older revisions, highest ordinal first, one at a time. */
  #roll(state: State, pods: ReadonlyMap<number, Pod>): void {
    const { set, update } = state;
    const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    const first = set.spec.ordinals?.start ?? 0;
    for (let i = first + (set.spec.replicas ?? 1) - 1; i >= first + partition; i--) {
      const pod = pods.get(i);
      // One that was made just now is not healthy yet.
      if (!pod) return;
      if (revisionOf(pod) !== update.metadata.name) {
        if (!pod.metadata.deletionTimestamp) this.#deletePod(set, pod);
        return;
      }
      if (!this.#isHealthy(pod)) return;
    }
  }

  /** Replaces as many at a time as may be away. Models updateStatefulSetAfterInvariantEstablished */
  #rollMany({ set, update }: State, pods: ReadonlyMap<number, Pod>): void {
    const { partition = 0, maxUnavailable } = set.spec.updateStrategy?.rollingUpdate ?? {};
    const first = set.spec.ordinals?.start ?? 0;
    const replicas = set.spec.replicas ?? 1;
    const { now } = this.#context.clock;
    const isAway = (pod: Pod | undefined) =>
      !pod || !this.#isHealthy(pod) || availableIn(pod, set.spec.minReadySeconds ?? 0, now) !== 0;
    const ordinals = Array.from({ length: replicas }, (_, i) => first + i);
    const allowed = Math.max(1, scaledValue(maxUnavailable ?? 1, replicas, false));
    let left = allowed - ordinals.filter((ordinal) => isAway(pods.get(ordinal))).length;
    for (const ordinal of ordinals.slice(partition).reverse()) {
      const pod = pods.get(ordinal);
      if (left <= 0) return;
      if (!pod || revisionOf(pod) === update.metadata.name || pod.metadata.deletionTimestamp) continue;
      this.#deletePod(set, pod);
      left--;
    }
  }

  #isHealthy(pod: Pod): boolean {
    return pod.status?.phase === 'Running' && isReady(pod) && !pod.metadata.deletionTimestamp;
  }

  /** Models stateful_set_utils.go newVersionedStatefulSetPod and stateful_pod_control.go CreateStatefulPod */
  #createPod({ set, current, update }: State, ordinal: number): void {
    const start = set.spec.ordinals?.start ?? 0;
    const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    const onDelete = set.spec.updateStrategy?.type === 'OnDelete';
    const older = !onDelete && ordinal < start + partition;
    const old = older || (ordinal < start + (set.status?.currentReplicas ?? 0) && onDelete);
    const revision = old ? current : update;
    const template = revision['data'].spec.template;
    const name = `${set.metadata.name}-${ordinal}`;
    const pod = podFromTemplate(template, set, controllerReference(set, RESOURCES.statefulsets));
    const { generateName: _, ...metadata } = pod.metadata;
    const claims = set.spec.volumeClaimTemplates ?? [];
    const volumes = claims.map((claim: any) => ({
      name: claim.metadata.name,
      persistentVolumeClaim: { claimName: claimName(set, claim, ordinal), readOnly: false },
    }));
    const others = (pod.spec.volumes ?? []).filter(
      (volume: any) => !claims.some((claim: any) => claim.metadata.name === volume.name),
    );
    const wanted = {
      ...pod,
      metadata: {
        ...metadata,
        name,
        labels: {
          ...metadata.labels,
          [POD_NAME]: name,
          [POD_INDEX]: String(ordinal),
          [HASH]: revision.metadata.name,
        },
      },
      spec: {
        ...pod.spec,
        hostname: name,
        ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
        ...(volumes.length > 0 ? { volumes: [...volumes, ...others] } : {}),
      },
    };
    try {
      this.#makeClaims(set, ordinal);
      this.#context.client.create(RESOURCES.pods, wanted, set.metadata.namespace);
      this.#tell(set, 'create', `Pod ${name}`);
    } catch (error) {
      if (isApiError(error, 'AlreadyExists') || isTerminating(error)) throw error;
      this.#tell(set, 'create', `Pod ${name}`, error);
      throw error;
    }
  }

  #makeClaims(set: KubeObject, ordinal: number): void {
    this.#claims.create(set, ordinal, (what, error) => {
      if (error) return this.#tell(set, 'create', what, error);
      const text = `create ${what} in StatefulSet ${set.metadata.name} success`;
      this.#recorder.event(set, 'Normal', 'SuccessfulCreate', text);
    });
  }

  #tell(set: KubeObject, verb: 'create' | 'delete', what: string, error?: unknown): void {
    const word = verb === 'create' ? 'Create' : 'Delete';
    const { name } = set.metadata;
    if (error === undefined) {
      const text = `${verb} ${what} in StatefulSet ${name} successful`;
      this.#recorder.event(set, 'Normal', `Successful${word}`, text);
      return;
    }
    const text = `${verb} ${what} in StatefulSet ${name} failed error: ${(error as Error).message}`;
    this.#recorder.event(set, 'Warning', `Failed${word}`, text);
  }

  #deletePod(set: KubeObject, pod: Pod): void {
    try {
      this.#context.client.delete(RESOURCES.pods, pod.metadata.name, pod.metadata.namespace);
    } catch (error) {
      if (isApiError(error, 'NotFound')) return;
      this.#tell(set, 'delete', `Pod ${pod.metadata.name}`, error);
      throw error;
    }
    this.#tell(set, 'delete', `Pod ${pod.metadata.name}`);
  }

  /** Models completeRollingUpdate and updateStatus */
  #updateStatus(key: string, state: State): number | undefined {
    const set = this.#sets.get(key);
    if (!set) return undefined;
    const { now } = this.#context.clock;
    const currentName = state.current.metadata.name;
    const updateName = state.update.metadata.name;
    const count = { replicas: 0, ready: 0, available: 0, current: 0, updated: 0 };
    let wait: number | undefined;
    for (const pod of this.#podsOf(set)) {
      if (isTerminal(pod)) continue;
      count.replicas++;
      const minReady = set.spec.minReadySeconds ?? 0;
      if (pod.status?.phase === 'Running' && isReady(pod)) {
        count.ready++;
        const left = availableIn(pod, minReady, now);
        if (left === 0) count.available++;
        else if (left !== undefined) wait = Math.min(wait ?? left, left);
      }
      if (pod.metadata.deletionTimestamp) continue;
      if (revisionOf(pod) === currentName) count.current++;
      if (revisionOf(pod) === updateName) count.updated++;
    }
    const rolling = set.spec.updateStrategy?.type !== 'OnDelete';
    const done = rolling && count.updated === count.replicas && count.ready === count.replicas;
    const current = done ? updateName : currentName;
    const status = {
      replicas: count.replicas,
      availableReplicas: count.available,
      ...omitZero({
        observedGeneration: set.metadata.generation ?? 1,
        readyReplicas: count.ready,
        currentReplicas: done ? count.updated : count.current,
        updatedReplicas: count.updated,
      }),
      currentRevision: current,
      updateRevision: updateName,
      collisionCount: set.status?.collisionCount ?? 0,
    };
    if (!equalValues(status, set.status)) {
      this.#context.client.updateStatus(RESOURCES.statefulsets, { ...set, status });
    }
    return wait;
  }
}

function revisionOf(pod: Pod): string | undefined {
  return pod.metadata.labels?.[HASH];
}

function parentOf(podName: string): string | undefined {
  return /^(.*)-(\d+)$/.exec(podName)?.[1];
}
