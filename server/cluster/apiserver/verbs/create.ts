import { ApiError } from '../../../objects/api-error.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import { type KubeObject, type ManagedFieldsEntry, timestamp } from '../../../objects/object.ts';
import { dropGatedFields } from '../../kinds/gated-fields.ts';
import type { Operation, Review } from '../admission/admission.ts';
import { bodyObject } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { warn } from '../call.ts';
import { alreadyExists, badRequest, invalid } from '../errors.ts';
import { setEntries, trackUpdate } from '../managed-fields.ts';
import { validateMetadata } from '../metadata.ts';
import { OBJECT_BYTES, tooLarge } from '../objects-store.ts';
import { toStorage } from '../present.ts';
import { fieldManager, isDryRun } from './options.ts';

/** Characters of generated names. Models apimachinery/pkg/util/rand: no vowels, so that no words come out. */
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Creates the object that the request sends. */
export function create(call: ResourceCall): KubeObject {
  const object = toStorage(call, bodyObject(call, call.served));
  return createObject(call, object, { dryRun: isDryRun(call), manager: fieldManager(call) });
}

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly manager: string;
  /** Whose subresource the fields are set through, where it is not the call's. */
  readonly subresource?: string;
  /** The new state came from a patch: a changed uid is a bad value, not a failed precondition. */
  readonly patched?: boolean;
  /** Who owns which fields, where that is known already (apply). */
  readonly entries?: readonly ManagedFieldsEntry[];
}

/** Takes a decoded object, private to the caller, all the way into the store. */
export function createObject(call: ResourceCall, object: KubeObject, options: WriteOptions): KubeObject {
  const { server, served } = call;
  checkNamespace(call, object);
  // What is no number is not looked at.
  const version = Number(object.metadata.resourceVersion) > 0;
  served.kind.setDefaults?.(object, { now: call.now });
  dropGatedFields(object, server.gates.isOn);
  nameObject(call, object);
  // Before admission: what plugins add belongs to nobody.
  if (options.entries) setEntries(object, options.entries);
  else trackUpdate(call, object, undefined, options);
  const review = reviewOf(call, 'CREATE', object, undefined, options.dryRun);
  server.admission.admit(review);
  prepare(call, object);
  validate(call, object);
  server.admission.validate(review);
  if (options.dryRun) {
    if (server.store.find(served, object.metadata.namespace ?? '', object.metadata.name)) {
      throw alreadyExists(served, object.metadata.name);
    }
    return object;
  }
  if (version)
    throw new ApiError(500, undefined, 'resourceVersion should not be set on objects to be created');
  checkSize(call, object);
  const stored = server.store.create(served, object);
  server.hooks.afterStore(call, stored);
  return stored;
}

export function reviewOf(
  call: ResourceCall,
  operation: Operation,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
  dryRun: boolean,
): Review {
  const { info, served } = call;
  const name = (object ?? old)?.metadata.name || info.name;
  const { namespace, subresource } = info;
  return { call, operation, served, subresource, namespace, name, object, old, dryRun };
}

export function checkNamespace({ info, served }: ResourceCall, object: KubeObject): void {
  const meta = object.metadata;
  if (!served.namespaced) {
    if (meta.namespace) {
      throw badRequest('namespace may not be set on cluster-scoped resources');
    }
    return;
  }
  if (meta.namespace && meta.namespace !== info.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  meta.namespace = info.namespace;
}

function nameObject({ server }: ResourceCall, object: KubeObject): void {
  const meta = object.metadata;
  if (meta.name || !meta.generateName) return;
  const base = meta.generateName.slice(0, 58);
  meta.name = base + server.randomFor(`name/${base}`).text(5, NAME_ALPHABET);
}

/** Models apiserver/pkg/registry/rest/create.go BeforeCreate. */
function prepare(call: ResourceCall, object: KubeObject): void {
  const { kind } = call.served;
  const meta = object.metadata;
  delete meta.deletionTimestamp;
  delete meta.deletionGracePeriodSeconds;
  meta.creationTimestamp = timestamp(call.now);
  meta.uid = call.server.randomFor(`uid/${meta.name}`).uuid();
  delete (meta as { selfLink?: string }).selfLink;
  delete meta.generation;
  if (kind.hasGeneration) meta.generation = 1;
  kind.prepareForCreate?.(object);
  call.server.hooks.beforeCreate(call, object);
}

function validate(call: ResourceCall, object: KubeObject): void {
  const { kind } = call.served;
  const errors = new FieldErrors(call.server.gates.isChanged, call.server.allowsPrivileged);
  validateMetadata(kind, object, errors);
  kind.validate?.(object, errors);
  kind.validateCreate?.(object, errors);
  if (!errors.empty) throw invalid(kind, object.metadata.name ?? '', errors.list);
  for (const text of kind.warnings?.(object) ?? []) warn(call, text);
}

/** Kinds that hold what people put into them; the others cannot grow that large. */
const ROOMY = new Set(['ConfigMap', 'Secret', 'CustomResourceDefinition']);

/** Models the limit of etcd's requests. */
export function checkSize({ served }: ResourceCall, object: KubeObject): void {
  if (!served.custom && !ROOMY.has(object.kind)) return;
  if (roughSize(object) > OBJECT_BYTES) throw tooLarge();
}

function roughSize(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 4;
  let size = 0;
  for (const key in value) size += key.length + 4 + roughSize((value as Record<string, unknown>)[key]);
  return size;
}
