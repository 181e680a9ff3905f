import { matches, type Selector } from '../../objects/label-selector.ts';
import type { KubeObject, OwnerReference } from '../../objects/object.ts';
import type { Client, Resource } from '../client/client.ts';
import type { Informer } from '../client/informer.ts';

/** The reference that makes `owner` the managing controller. `kind` is its resource, whose group is the reference's. */
export function controllerReference(owner: KubeObject, resource: Resource): OwnerReference {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** The managing controller's reference, if there is one. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller);
}

const INDEX = 'controller';

/** Lets objects be found by the uid of their controller, and orphans by namespace. */
export function indexByController(informer: Informer): void {
  informer.addIndex(INDEX, (object) => [controllerOf(object)?.uid ?? `orphans/${object.metadata.namespace}`]);
}

export function ownedBy<T extends KubeObject>(informer: Informer<T>, uid: string): Iterable<T> {
  return informer.byIndex(INDEX, uid);
}

export function orphansIn<T extends KubeObject>(informer: Informer<T>, namespace: string): Iterable<T> {
  return informer.byIndex(INDEX, `orphans/${namespace}`);
}

export interface ClaimOptions {
  client: Client;
  owner: KubeObject;
  ownerResource: Resource;
  selector: Selector;
  resource: Resource;
}

/**
 * The objects that `owner` controls, after it has adopted matching orphans and let go of those that match no longer.
 * Models pkg/controller/controller_ref_manager.go ClaimObject
 */
export function claim<T extends KubeObject>(informer: Informer<T>, options: ClaimOptions): T[] {
  const { owner, selector } = options;
  const claimed: T[] = [];
  const dying = owner.metadata.deletionTimestamp !== undefined;
  for (const object of ownedBy(informer, owner.metadata.uid)) {
    if (matches(selector, object.metadata.labels)) claimed.push(object);
    else if (!dying && !object.metadata.deletionTimestamp) release(object, options);
  }
  if (dying) return claimed;
  for (const object of [...orphansIn(informer, owner.metadata.namespace ?? '')]) {
    if (object.metadata.deletionTimestamp || !matches(selector, object.metadata.labels)) continue;
    const adopted = adopt(object, options);
    if (adopted) claimed.push(adopted);
  }
  return claimed;
}

function adopt<T extends KubeObject>(object: T, options: ClaimOptions): T | undefined {
  const { name, namespace, uid } = object.metadata;
  const ownerReferences = [controllerReference(options.owner, options.ownerResource)];
  return options.client.patch<T>(
    options.resource,
    name,
    { type: 'strategic', body: { metadata: { ownerReferences, uid } } },
    namespace,
  );
}

function release(object: KubeObject, options: ClaimOptions): void {
  const { name, namespace, uid } = object.metadata;
  const ownerReferences = [{ $patch: 'delete', uid: options.owner.metadata.uid }];
  options.client.patch(
    options.resource,
    name,
    { type: 'strategic', body: { metadata: { ownerReferences, uid } } },
    namespace,
  );
}
