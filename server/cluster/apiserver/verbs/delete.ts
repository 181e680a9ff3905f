import type { Status } from '../../../objects/api-error.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { isObject } from '../../../objects/values.ts';
import { bodyValue } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, conflict } from '../errors.ts';
import { reviewOf } from './create.ts';
import { integer } from './list-options.ts';
import { checkDryRun, dryRunOf, invalidOptions, isDryRun } from './options.ts';
import { matching } from './read.ts';

/** `metav1.DeleteOptions`, from the body or the query. */
export interface DeleteRequest {
  readonly gracePeriodSeconds: number | undefined;
  readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly dryRun: boolean;
}

const POLICIES = ['Foreground', 'Background', 'Orphan'] as const;

export function deleteRequest(call: ResourceCall): DeleteRequest {
  const body = bodyValue(call);
  const options = isObject(body) ? body : {};
  const { query } = call.info;
  const grace = options['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined;
  const policy = options['propagationPolicy'] ?? query.get('propagationPolicy') ?? undefined;
  const orphan = options['orphanDependents'] ?? query.get('orphanDependents') ?? undefined;
  const preconditions = isObject(options['preconditions']) ? options['preconditions'] : {};
  integer(query, 'gracePeriodSeconds');
  if (grace !== undefined && !Number.isInteger(Number(grace))) {
    throw badRequest(`invalid gracePeriodSeconds: ${String(grace)}`);
  }
  const errors = new FieldErrors();
  const propagationPolicy = propagation(policy, orphan, errors);
  checkDryRun(dryRunOf(query, options['dryRun']), errors);
  if (!errors.empty) throw invalidOptions('DeleteOptions', errors);
  return {
    gracePeriodSeconds: grace === undefined ? undefined : Math.max(0, Number(grace)),
    propagationPolicy,
    uid: preconditions['uid'] as string | undefined,
    resourceVersion: preconditions['resourceVersion'] as string | undefined,
    dryRun: isDryRun(call, options['dryRun']),
  };
}

/** Models apimachinery/pkg/apis/meta/v1/validation ValidateDeleteOptions. */
function propagation(
  policy: unknown,
  orphan: unknown,
  errors: FieldErrors,
): DeleteRequest['propagationPolicy'] {
  if (policy === undefined || policy === null || policy === '') {
    if (orphan === undefined || orphan === null) return undefined;
    return orphan === true || orphan === 'true' ? 'Orphan' : 'Background';
  }
  const field = 'propagationPolicy';
  if (orphan !== undefined && orphan !== null)
    errors.invalid(field, policy, 'orphanDependents and deletionPropagation cannot be both set');
  const known = POLICIES.find((name) => name === policy);
  if (!known) errors.notSupported(field, policy, [...POLICIES, 'nil']);
  return known;
}

/** Deletes the object of the request's path. What remains of it, or a Status when nothing does. */
export function remove(call: ResourceCall): KubeObject | Status {
  const { server, served, info } = call;
  const old = server.store.get(served, info.namespace, info.name);
  const request = deleteRequest(call);
  const { object, gone } = deleteObject(call, old, request);
  return gone ? deletedStatus(call, object) : object;
}

/** Deletes every object that the selectors match, and returns them. */
export function removeCollection(call: ResourceCall): KubeObject[] {
  const request = deleteRequest(call);
  const found = matching(call);
  return found.map((object) => deleteObject(call, object, request).object);
}

export function deleteObject(
  call: ResourceCall,
  old: KubeObject,
  request: DeleteRequest,
): { object: KubeObject; gone: boolean } {
  const { server, served } = call;
  checkPreconditions(call, old, request);
  const review = reviewOf(call, 'DELETE', undefined, old, request.dryRun);
  server.admission.admit(review);
  server.admission.validate(review);
  const special = server.hooks.beforeDelete(call, old, request);
  if (special) return special;
  const finalizers = finalizersAfter(old, request);
  const grace = served.kind.gracePeriodSeconds?.(old, request.gracePeriodSeconds) ?? 0;
  const kept = finalizers.length > 0 || grace > 0;
  if (!kept) return { object: request.dryRun ? old : end(call, old), gone: true };
  const marked = markDeleted(call, old, finalizers, grace);
  if (marked === undefined || request.dryRun) return { object: marked ?? old, gone: false };
  return {
    object: server.store.update(served, old, marked),
    gone: false,
  };
}

function checkPreconditions({ served }: ResourceCall, old: KubeObject, request: DeleteRequest): void {
  const { name, uid, resourceVersion } = old.metadata;
  if (request.uid && request.uid !== uid) {
    throw conflict(
      served,
      name,
      `Precondition failed: UID in precondition: ${request.uid}, UID in object meta: ${uid}`,
    );
  }
  if (request.resourceVersion && request.resourceVersion !== resourceVersion) {
    throw conflict(
      served,
      name,
      `Precondition failed: ResourceVersion in precondition: ${request.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
  }
}

/** The deletion policy is kept as a finalizer that the garbage collector takes away. */
function finalizersAfter(old: KubeObject, { propagationPolicy }: DeleteRequest): string[] {
  const finalizers = old.metadata.finalizers ?? [];
  if (propagationPolicy === undefined) return finalizers;
  const rest = finalizers.filter((name) => name !== 'orphan' && name !== 'foregroundDeletion');
  if (propagationPolicy === 'Orphan') return [...rest, 'orphan'];
  return propagationPolicy === 'Foreground' ? [...rest, 'foregroundDeletion'] : rest;
}

/** The object with its deletion marked; undefined when that changes nothing. */
function markDeleted(
  call: ResourceCall,
  old: KubeObject,
  finalizers: readonly string[],
  grace: number,
): KubeObject | undefined {
  const before = old.metadata;
  const metadata = { ...before, finalizers: [...finalizers] };
  if (finalizers.length === 0) delete (metadata as { finalizers?: string[] }).finalizers;
  const shorter = grace < (before.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
  if (before.deletionTimestamp !== undefined && !shorter) {
    const same = (before.finalizers ?? []).join() === finalizers.join();
    return same ? undefined : { ...old, metadata };
  }
  const start =
    before.deletionTimestamp === undefined
      ? call.now
      : Date.parse(before.deletionTimestamp) - (before.deletionGracePeriodSeconds ?? 0) * 1000;
  metadata.deletionTimestamp = timestamp(start + grace * 1000);
  metadata.deletionGracePeriodSeconds = grace;
  if (call.served.kind.hasGeneration || before.generation !== undefined) {
    metadata.generation = (before.generation ?? 0) + 1;
  }
  return { ...old, metadata };
}

function end(call: ResourceCall, old: KubeObject): KubeObject {
  const { server, served } = call;
  const last = server.store.delete(served, old);
  server.hooks.afterDelete(call, last);
  return last;
}

/** Ends an object whose deletion waited for this update; undefined when it goes on. */
export function finishDeletion(
  call: ResourceCall,
  old: KubeObject,
  object: KubeObject,
): KubeObject | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || (deletionGracePeriodSeconds ?? 0) > 0) return undefined;
  if ((finalizers ?? []).length > 0 || (old.metadata.finalizers ?? []).length === 0) return undefined;
  if (call.server.hooks.holdsDeletion(call, object)) return undefined;
  end(call, old);
  return object;
}

function deletedStatus({ served }: ResourceCall, object: KubeObject): Status {
  const { group, resource } = served;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: object.metadata.name,
      ...(group ? { group } : {}),
      kind: resource,
      uid: object.metadata.uid,
    },
  };
}
