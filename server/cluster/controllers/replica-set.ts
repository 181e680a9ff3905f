import { matches, type Selector, selectorOf, selectorOfMap } from '../../objects/label-selector.ts';
import { type KubeObject, keyOf, timestamp } from '../../objects/object.ts';
import { equalValues } from '../../objects/values.ts';
import type { Resource } from '../client/client.ts';
import type { Informer } from '../client/informer.ts';
import { RESOURCES } from '../client/resources.ts';
import { setCondition } from './conditions.ts';
import type { Controller, ControllerContext, Reconciler, Result } from './controller.ts';
import { claim, controllerOf, controllerReference, indexByController, ownedBy } from './owners.ts';
import { isTerminating, PodControl, podFromTemplate, slowStart } from './pod-control.ts';
import { availableIn, isActive, isReady, type Pod, sortForDeletion } from './pods.ts';

/** Pods made or deleted in one go. Models pkg/controller/replicaset/replica_set.go BurstReplicas */
const BURST = 500;

/** ReplicaSets and ReplicationControllers differ in the form of their selector only. */
interface Flavour {
  readonly resource: Resource;
  readonly component: string;
  selector(object: KubeObject): Selector;
}

export const replicaSetController: Controller = {
  name: 'replicaset-controller',
  alias: 'replicaset',
  account: 'replicaset-controller',
  start: (context) =>
    new ReplicaSetReconciler(context, {
      resource: RESOURCES.replicasets,
      component: 'replicaset-controller',
      selector: (object) => selectorOf(object.spec.selector) ?? [],
    }),
};

export const replicationController: Controller = {
  name: 'replicationcontroller-controller',
  alias: 'replicationcontroller',
  account: 'replication-controller',
  start: (context) =>
    new ReplicaSetReconciler(context, {
      resource: RESOURCES.replicationcontrollers,
      component: 'replication-controller',
      selector: (object) => selectorOfMap(object.spec.selector ?? {}),
    }),
};

class ReplicaSetReconciler implements Reconciler {
  readonly #context: ControllerContext;
  readonly #flavour: Flavour;
  readonly #sets: Informer;
  readonly #pods: Informer<Pod>;
  readonly #podControl: PodControl;

  constructor(context: ControllerContext, flavour: Flavour) {
    this.#context = context;
    this.#flavour = flavour;
    this.#sets = context.informers.for(flavour.resource);
    this.#pods = context.informers.for(RESOURCES.pods);
    this.#podControl = new PodControl(context.client, context.recorder(flavour.component));
    indexByController(this.#sets);
    indexByController(this.#pods);
    this.#sets.on({
      added: (set) => context.queue.add(keyOf(set)),
      updated: (set) => context.queue.add(keyOf(set)),
    });
    this.#pods.on({
      added: (pod) => this.#podChanged(pod),
      updated: (pod, old) => {
        if (pod.metadata.ownerReferences !== old.metadata.ownerReferences) this.#enqueueOwner(old);
        this.#podChanged(pod);
      },
      deleted: (pod) => this.#enqueueOwner(pod),
    });
  }

  #enqueueOwner(pod: Pod): boolean {
    const owner = controllerOf(pod);
    if (!owner) return false;
    if (owner.kind === this.#flavour.resource.kind) {
      this.#context.queue.add(`${pod.metadata.namespace}/${owner.name}`);
    }
    return true;
  }

  #podChanged(pod: Pod): void {
    if (this.#enqueueOwner(pod) || pod.metadata.deletionTimestamp || !pod.metadata.labels) return;
    for (const set of this.#sets.byNamespace(pod.metadata.namespace ?? '')) {
      if (matchesNonEmpty(this.#flavour.selector(set), pod)) this.#context.queue.add(keyOf(set));
    }
  }

  reconcile(key: string): Result | undefined {
    const set = this.#sets.get(key);
    if (!set) return;
    const { client } = this.#context;
    const pods = claim(this.#pods, {
      client,
      owner: set,
      ownerResource: this.#flavour.resource,
      selector: this.#flavour.selector(set),
      resource: RESOURCES.pods,
    }).filter(isActive);
    const error = set.metadata.deletionTimestamp ? undefined : this.#manage(set, pods);
    const wait = this.#updateStatus(key, error);
    if (error && !isTerminating(error)) throw error;
    return wait === undefined ? undefined : { requeueAfterMs: wait };
  }

  /** Models pkg/controller/replicaset/replica_set.go manageReplicas */
  #manage(set: KubeObject, pods: Pod[]): unknown {
    const difference = pods.length - (set.spec.replicas ?? 1);
    if (difference < 0) {
      const pod = podFromTemplate(set.spec.template, set, controllerReference(set, this.#flavour.resource));
      return slowStart(Math.min(-difference, BURST), () => this.#podControl.create(set, pod)).error;
    }
    if (difference > 0) {
      for (const pod of this.#toDelete(set, pods, Math.min(difference, BURST))) {
        this.#podControl.delete(set, pod);
      }
    }
    return undefined;
  }

  #toDelete(set: KubeObject, pods: Pod[], count: number): Pod[] {
    if (count >= pods.length) return pods;
    const onNode = new Map<string, number>();
    for (const pod of this.#related(set)) {
      const node = pod.spec.nodeName;
      if (node && isActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1);
    }
    const rank = (pod: Pod) => onNode.get(pod.spec.nodeName ?? '') ?? 0;
    const { clock, settings } = this.#context;
    return sortForDeletion(pods, rank, clock.now, settings.isOn('PodDeletionCost')).slice(0, count);
  }

  /** Pods of all sets with the same controller (the deployment), or of this set alone. */
  *#related(set: KubeObject): Iterable<Pod> {
    const owner = controllerOf(set);
    const siblings = owner ? ownedBy(this.#sets, owner.uid) : [set];
    for (const sibling of siblings) yield* ownedBy(this.#pods, sibling.metadata.uid);
  }

  /** Models pkg/controller/replicaset/replica_set_utils.go calculateStatus. Returns when to look again. */
  #updateStatus(key: string, error: unknown): number | undefined {
    this.#context.informers.pump();
    const set = this.#sets.get(key);
    if (!set) return undefined;
    const now = this.#context.clock.now;
    const counts = { replicas: 0, labelled: 0, ready: 0, available: 0 };
    let wait: number | undefined;
    const templateLabels = selectorOfMap(set.spec.template?.metadata?.labels ?? {});
    const selector = this.#flavour.selector(set);
    for (const pod of ownedBy(this.#pods, set.metadata.uid)) {
      if (!isActive(pod) || !matches(selector, pod.metadata.labels)) continue;
      counts.replicas++;
      if (matches(templateLabels, pod.metadata.labels)) counts.labelled++;
      if (!isReady(pod)) continue;
      counts.ready++;
      const left = availableIn(pod, set.spec.minReadySeconds ?? 0, now);
      if (left === 0) counts.available++;
      else if (left !== undefined && (wait === undefined || left < wait)) wait = left;
    }
    const status = {
      replicas: counts.replicas,
      ...(counts.labelled ? { fullyLabeledReplicas: counts.labelled } : {}),
      ...(counts.ready ? { readyReplicas: counts.ready } : {}),
      ...(counts.available ? { availableReplicas: counts.available } : {}),
      observedGeneration: set.metadata.generation ?? 1,
      ...this.#conditions(set, error, counts.replicas),
    };
    if (!equalValues(status, set.status))
      this.#context.client.updateStatus(this.#flavour.resource, { ...set, status });
    return wait;
  }

  #conditions(set: KubeObject, error: unknown, replicas: number): { conditions?: unknown[] } {
    const old: any[] = set.status?.conditions ?? [];
    const failed = old.find((condition) => condition.type === 'ReplicaFailure');
    let conditions = old;
    if (error && !failed) {
      conditions = setCondition(old, {
        type: 'ReplicaFailure',
        status: 'True',
        lastTransitionTime: timestamp(this.#context.clock.now),
        reason: replicas < (set.spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete',
        message: (error as Error).message,
      });
    } else if (!error && failed) conditions = old.filter((condition) => condition !== failed);
    return conditions.length > 0 ? { conditions } : {};
  }
}

function matchesNonEmpty(selector: Selector, pod: Pod): boolean {
  return selector.length > 0 && matches(selector, pod.metadata.labels);
}
