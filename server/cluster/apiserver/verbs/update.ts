import { FieldErrors } from '../../../objects/field-error.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { equalValues } from '../../../objects/values.ts';
import { dropGatedFields } from '../../kinds/gated-fields.ts';
import { bodyObject } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { warn } from '../call.ts';
import { badRequest, conflict, invalid, notFound } from '../errors.ts';
import { sameButTimes, setEntries, trackUpdate } from '../managed-fields.ts';
import { validateMetadata, validateMetadataUpdate } from '../metadata.ts';
import { toStorage } from '../present.ts';
import { checkNamespace, checkSize, createObject, reviewOf, type WriteOptions } from './create.ts';
import { finishDeletion } from './delete.ts';
import { fieldManager, isDryRun } from './options.ts';

/** Kinds that a PUT to a name that does not exist creates. */
const CREATED_ON_UPDATE = new Set([
  'endpoints',
  'events',
  'limitranges',
  'leases.coordination.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'runtimeclasses.node.k8s.io',
]);

export interface Updated {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** Replaces an object by the one that the request sends. */
export function update(call: ResourceCall): Updated {
  const { name } = call.info;
  const old = call.server.store.find(call.served, call.info.namespace, name);
  const object = toStorage(call, bodyObject(call, call.served, old));
  if (!object.metadata.name) object.metadata.name = name;
  if (object.metadata.name !== name) {
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  checkNamespace(call, object);
  const options = { dryRun: isDryRun(call), manager: fieldManager(call) };
  if (!old) return upsert(call, object, options);
  return { object: replaceObject(call, old, object, options), created: false };
}

function upsert(call: ResourceCall, object: KubeObject, options: WriteOptions): Updated {
  const { group, resource } = call.served;
  const allowed = CREATED_ON_UPDATE.has(group === '' ? resource : `${resource}.${group}`);
  if (!allowed || call.info.subresource !== '') throw notFound(call.served, call.info.name);
  if (object.metadata.uid) {
    throw conflict(
      call.served,
      object.metadata.name,
      `Precondition failed: UID in precondition: ${object.metadata.uid}, UID in object meta: `,
    );
  }
  return { object: createObject(call, object, options), created: true };
}

/** Takes a decoded new state, private to the caller, of a stored object into the store. */
export function replaceObject(
  call: ResourceCall,
  old: KubeObject,
  object: KubeObject,
  options: WriteOptions,
): KubeObject {
  const { server, served } = call;
  checkPreconditions(call, old, object, options);
  inheritMetadata(old, object, options);
  served.kind.setDefaults?.(object, { now: call.now });
  dropGatedFields(object, server.gates.isOn, old);
  // What an update may not change is nobody's news; what admission adds belongs to nobody.
  reset(call, old, object);
  if (options.entries) setEntries(object, options.entries);
  else trackUpdate(call, object, old, options);
  const review = reviewOf(call, 'UPDATE', object, old, options.dryRun);
  server.admission.admit(review);
  prepare(call, old, object);
  validate(call, old, object);
  server.admission.validate(review);
  object.metadata.resourceVersion = old.metadata.resourceVersion;
  shareUnchanged(object, old);
  if (isUnchanged(object, old) && !server.store.isStale(served, old)) return old;
  if (options.dryRun) return object;
  checkSize(call, object);
  const ended = finishDeletion(call, old, object);
  if (ended) return ended;
  const stored = server.store.update(served, old, object);
  server.hooks.afterStore(call, stored, old);
  return stored;
}

function checkPreconditions(
  { served }: ResourceCall,
  old: KubeObject,
  object: KubeObject,
  { patched }: WriteOptions,
): void {
  const { uid, resourceVersion, name } = object.metadata;
  if (uid && uid !== old.metadata.uid && !patched) {
    throw conflict(
      served,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
    );
  }
  if (resourceVersion && resourceVersion !== '0' && resourceVersion !== old.metadata.resourceVersion)
    throw conflict(served, name);
}

/** What a client cannot change: when it was made, that it is being deleted, its generation. */
function inheritMetadata(old: KubeObject, object: KubeObject, { patched }: WriteOptions): void {
  const meta = object.metadata;
  const before = old.metadata;
  if (!patched || !meta.uid) meta.uid = before.uid;
  meta.creationTimestamp = before.creationTimestamp;
  copyOrDelete(meta, before, 'deletionTimestamp');
  copyOrDelete(meta, before, 'deletionGracePeriodSeconds');
  copyOrDelete(meta, before, 'generation');
  delete (meta as { selfLink?: string }).selfLink;
}

function copyOrDelete<T extends object>(to: T, from: T, key: keyof T): void {
  if (from[key] === undefined) delete to[key];
  else to[key] = from[key];
}

/** Models apiserver/pkg/registry/rest/update.go BeforeUpdate. */
function prepare(call: ResourceCall, old: KubeObject, object: KubeObject): void {
  reset(call, old, object);
  if (call.info.subresource === 'status') {
    call.server.hooks.beforeStatus(call, object, old);
    return;
  }
  call.server.hooks.beforeUpdate(call, object, old);
  if (call.served.kind.hasGeneration && !sameSpec(object, old)) {
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
}

/** Puts back what updates of this resource, or of its status, leave alone. */
function reset(call: ResourceCall, old: KubeObject, object: KubeObject): void {
  const { kind } = call.served;
  const { subresource } = call.info;
  if (subresource === 'status') {
    keepAllButStatus(old, object);
    return;
  }
  if (kind.hasStatus && subresource === '') {
    if (old.status === undefined) delete object.status;
    else object.status = old.status;
  }
  if (subresource === '') kind.prepareForUpdate?.(object, old);
}

const BESIDE_SPEC = new Set(['apiVersion', 'kind', 'metadata', 'status']);

function sameSpec(object: KubeObject, old: KubeObject): boolean {
  for (const key of new Set([...Object.keys(object), ...Object.keys(old)])) {
    if (!BESIDE_SPEC.has(key) && !equalValues(object[key], old[key])) return false;
  }
  return true;
}

function keepAllButStatus(old: KubeObject, object: KubeObject): void {
  for (const key of Object.keys(object)) {
    if (!BESIDE_SPEC.has(key) && !(key in old)) delete object[key];
  }
  for (const key of Object.keys(old)) if (!BESIDE_SPEC.has(key)) object[key] = old[key];
  copyOrDelete(object.metadata, old.metadata, 'ownerReferences');
  copyOrDelete(object.metadata, old.metadata, 'finalizers');
}

function validate(call: ResourceCall, old: KubeObject, object: KubeObject): void {
  const { kind } = call.served;
  const { subresource } = call.info;
  const errors = new FieldErrors(call.server.gates.isChanged, call.server.allowsPrivileged);
  validateMetadata(kind, object, errors);
  validateMetadataUpdate(object, old, errors);
  // The state of a custom resource is checked with the rest of it.
  if (subresource === '' || call.served.custom) {
    if (kind.updateErrorsFirst) kind.validateUpdate?.(object, old, errors);
    kind.validate?.(object, errors, old);
    if (!kind.updateErrorsFirst) kind.validateUpdate?.(object, old, errors);
  } else kind.validateSubresource?.(object, old, errors, subresource);
  if (!errors.empty) throw invalid(kind, object.metadata.name ?? '', errors.list);
  if (subresource !== '') return;
  for (const text of kind.warnings?.(object, old) ?? []) warn(call, text);
}

/** Parts that stay are those of the old state: watchers see at once what changed, and history keeps them once. */
function shareUnchanged(object: KubeObject, old: KubeObject): void {
  for (const key in object) {
    if (key !== 'metadata' && equalValues(object[key], old[key])) object[key] = old[key];
  }
  const meta = object.metadata as unknown as Record<string, unknown>;
  const before = old.metadata as unknown as Record<string, unknown>;
  for (const key in meta) if (equalValues(meta[key], before[key])) meta[key] = before[key];
}

/** A write that changes nothing is not written: the resourceVersion stays. What stays is shared already. */
function isUnchanged(object: KubeObject, old: KubeObject): boolean {
  if (!sameParts(object, old, 'metadata')) return false;
  const { managedFields } = object.metadata;
  const before = old.metadata.managedFields;
  if (!sameParts(object.metadata, old.metadata, 'managedFields')) return false;
  return (
    managedFields === before || (managedFields !== undefined && sameButTimes(managedFields, before ?? []))
  );
}

/** True when two objects have the very same parts, but for one that is not looked at. */
function sameParts(a: object, b: object, but: string): boolean {
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key in left) if (left[key] !== right[key] && key !== but) return false;
  for (const key in right) if (left[key] !== right[key] && key !== but) return false;
  return true;
}
