import { isApiError } from '../../objects/api-error.ts';
import type { KubeObject, OwnerReference } from '../../objects/object.ts';
import type { Resource } from '../client/client.ts';
import { ifThere } from '../client/tolerate.ts';
import { eachResource, resourceOfKind } from './api-resources.ts';
import type { Controller, ControllerContext, Reconciler } from './controller.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

// Models pkg/controller/garbagecollector
export const garbageCollector: Controller = {
  name: 'garbage-collector-controller',
  alias: 'garbagecollector',
  account: 'generic-garbage-collector',
  start: (context) => new GarbageCollector(context),
};

/** An object in the graph of owners and dependents. */
interface GraphNode {
  readonly resource: Resource;
  object: KubeObject;
}

class GarbageCollector implements Reconciler {
  readonly #context: ControllerContext;
  readonly #nodes = new Map<string, GraphNode>();
  /** Owner's uid to the uids of its dependents. */
  readonly #dependents = new Map<string, Set<string>>();

  constructor(context: ControllerContext) {
    this.#context = context;
    eachResource(context.informers, (resource) => this.#watch(resource));
  }

  #watch(resource: Resource): void {
    // Events come and go by the thousand, own nothing and are owned by nobody.
    if (resource.plural === 'events') return;
    this.#context.informers.for(resource).on({
      added: (object) => this.#added(resource, object),
      updated: (object, old) => this.#updated(object, old),
      deleted: (object) => this.#deleted(object),
    });
  }

  #added(resource: Resource, object: KubeObject): void {
    const { uid, ownerReferences } = object.metadata;
    this.#nodes.set(uid, { resource, object });
    this.#link(object, ownerReferences ?? []);
    if (ownerReferences?.some((owner) => !this.#isNear(owner, object))) this.#context.queue.add(uid);
    if (isFinishing(object)) this.#context.queue.add(uid);
    for (const dependent of this.#dependentsOf(uid)) {
      if (isForeign(object, dependent.object)) this.#context.queue.add(dependent.object.metadata.uid);
    }
  }

  #updated(object: KubeObject, old: KubeObject): void {
    const { uid, ownerReferences } = object.metadata;
    const node = this.#nodes.get(uid);
    if (node) node.object = object;
    if (ownerReferences !== old.metadata.ownerReferences) {
      this.#unlink(old);
      this.#link(object, ownerReferences ?? []);
      this.#context.queue.add(uid);
      for (const owner of old.metadata.ownerReferences ?? []) this.#lookAtFinishing(owner.uid);
    }
    if (object.metadata.deletionTimestamp !== old.metadata.deletionTimestamp && isFinishing(object)) {
      this.#context.queue.add(uid);
    }
  }

  #deleted(object: KubeObject): void {
    const { uid, ownerReferences } = object.metadata;
    this.#nodes.delete(uid);
    this.#unlink(object);
    for (const dependent of this.#dependents.get(uid) ?? []) this.#context.queue.add(dependent);
    for (const owner of ownerReferences ?? []) this.#lookAtFinishing(owner.uid);
  }

  /** The owner is known and is where an owner may be. */
  #isNear(owner: OwnerReference, object: KubeObject): boolean {
    const known = this.#nodes.get(owner.uid);
    return known !== undefined && !isForeign(known.object, object);
  }

  #lookAtFinishing(uid: string): void {
    const owner = this.#nodes.get(uid);
    if (owner && isFinishing(owner.object)) this.#context.queue.add(uid);
  }

  #link(object: KubeObject, owners: readonly OwnerReference[]): void {
    for (const { uid } of owners) {
      const dependents = this.#dependents.get(uid) ?? new Set();
      dependents.add(object.metadata.uid);
      this.#dependents.set(uid, dependents);
    }
  }

  #unlink(object: KubeObject): void {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(uid);
      dependents?.delete(object.metadata.uid);
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
  }

  reconcile(uid: string): undefined {
    const node = this.#nodes.get(uid);
    if (!node) return;
    const { deletionTimestamp, finalizers } = node.object.metadata;
    if (deletionTimestamp && finalizers?.includes(ORPHAN)) this.#orphanDependents(node);
    else if (deletionTimestamp && finalizers?.includes(FOREGROUND)) this.#deleteDependents(node);
    else if (!deletionTimestamp) this.#collect(node);
  }

  #dependentsOf(uid: string): GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#nodes.get(dependent) ?? []);
  }

  /** Models garbagecollector.go orphanDependents */
  #orphanDependents(node: GraphNode): void {
    const { uid } = node.object.metadata;
    for (const dependent of this.#dependentsOf(uid)) this.#dropOwners(dependent, [uid]);
    this.#removeFinalizer(node, ORPHAN);
  }

  /** Models garbagecollector.go processDeletingDependentsItem */
  #deleteDependents(node: GraphNode): void {
    const { uid } = node.object.metadata;
    const dependents = this.#dependentsOf(uid);
    const blocking = dependents.filter(({ object }) =>
      object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
    );
    if (blocking.length === 0) {
      this.#removeFinalizer(node, FOREGROUND);
      return;
    }
    for (const dependent of blocking)
      if (!dependent.object.metadata.deletionTimestamp) this.#collect(dependent);
  }

  /** Deletes an object that has lost its last owner. Models garbagecollector.go attemptToDeleteItem */
  #collect(node: GraphNode): void {
    const owners = node.object.metadata.ownerReferences ?? [];
    if (owners.length === 0) return;
    const states = owners.map((owner) => ({ owner, state: this.#stateOf(owner, node) }));
    const gone = states.filter(({ state }) => state !== 'solid').map(({ owner }) => owner.uid);
    if (gone.length === 0) return;
    if (gone.length < owners.length) {
      this.#dropOwners(node, gone);
      return;
    }
    const foreground =
      states.some(({ state }) => state === 'waiting') &&
      this.#dependentsOf(node.object.metadata.uid).length > 0;
    this.#delete(node, foreground);
  }

  #stateOf(owner: OwnerReference, node: GraphNode): 'solid' | 'absent' | 'waiting' {
    const known = this.#nodes.get(owner.uid);
    if (known) {
      if (isForeign(known.object, node.object)) return this.#foreignOwner(owner, node);
      const { deletionTimestamp, finalizers } = known.object.metadata;
      const waits = deletionTimestamp !== undefined && finalizers?.includes(FOREGROUND);
      return waits ? 'waiting' : 'solid';
    }
    const resource = resourceOfKind(this.#context.informers, owner.apiVersion, owner.kind);
    // Nobody may delete for want of an owner of a kind that cannot be looked up.
    if (!resource) return 'solid';
    const namespace = resource.namespaced ? node.object.metadata.namespace : undefined;
    if (resource.namespaced && !namespace) return this.#foreignOwner(owner, node);
    const found = this.#context.client.find(resource, owner.name, namespace);
    return found?.metadata.uid === owner.uid ? 'solid' : 'absent';
  }

  #foreignOwner(owner: OwnerReference, node: GraphNode): 'absent' | 'solid' {
    const { namespace = '' } = node.object.metadata;
    this.#context
      .recorder('garbage-collector-controller')
      .event(
        node.object,
        'Warning',
        'OwnerRefInvalidNamespace',
        `ownerRef [${owner.apiVersion}/${owner.kind}, namespace: ${namespace}, name: ${owner.name}, uid: ${owner.uid}] does not exist in namespace "${namespace}"`,
      );
    return namespace === '' ? 'solid' : 'absent';
  }

  #delete({ resource, object }: GraphNode, foreground: boolean): void {
    const { name, namespace, uid, finalizers } = object.metadata;
    const kept = finalizers?.includes(ORPHAN)
      ? 'Orphan'
      : finalizers?.includes(FOREGROUND)
        ? 'Foreground'
        : 'Background';
    const propagationPolicy = foreground ? 'Foreground' : kept;
    try {
      this.#context.client.delete(resource, name, namespace, { propagationPolicy, preconditions: { uid } });
    } catch (error) {
      if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error;
    }
  }

  #dropOwners({ resource, object }: GraphNode, uids: readonly string[]): void {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const ownerReferences = (object.metadata.ownerReferences ?? []).filter(
      (owner) => !uids.includes(owner.uid),
    );
    const body = {
      metadata: {
        uid,
        resourceVersion,
        ownerReferences: ownerReferences.length > 0 ? ownerReferences : null,
      },
    };
    ifThere(() => this.#context.client.patch(resource, name, { type: 'merge', body }, namespace));
  }

  #removeFinalizer({ resource, object }: GraphNode, finalizer: string): void {
    const { name, namespace, resourceVersion } = object.metadata;
    const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    const body = { metadata: { resourceVersion, finalizers: finalizers.length > 0 ? finalizers : null } };
    ifThere(() => this.#context.client.patch(resource, name, { type: 'merge', body }, namespace));
  }
}

/** An owner in another namespace is none. */
function isForeign(owner: KubeObject, object: KubeObject): boolean {
  const { namespace } = owner.metadata;
  return namespace !== undefined && namespace !== object.metadata.namespace;
}

/** Its deletion waits for what is to become of its dependents. */
function isFinishing({ metadata }: KubeObject): boolean {
  if (!metadata.deletionTimestamp || !metadata.finalizers) return false;
  return metadata.finalizers.includes(FOREGROUND) || metadata.finalizers.includes(ORPHAN);
}
