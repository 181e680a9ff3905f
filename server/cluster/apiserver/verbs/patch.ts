import { ApiError } from '../../../objects/api-error.ts';
import { FieldErrors } from '../../../objects/field-error.ts';
import { JsonPatchError, type JsonPatchOperation, jsonPatch } from '../../../objects/json-patch.ts';
import { mergePatch } from '../../../objects/merge-patch.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { goMap, StrategicMergeError, strategicMerge } from '../../../objects/strategic-merge.ts';
import { copyValue, isObject } from '../../../objects/values.ts';
import { decodeFor, mediaType, patchBody, type Refusal } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest, invalid, unsupportedMediaType } from '../errors.ts';
import { present, toStorage } from '../present.ts';
import { apply } from './apply.ts';
import { fieldManager, isDryRun } from './options.ts';
import { replaceObject, type Updated } from './update.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY_YAML = 'application/apply-patch+yaml';

/** Changes an object as the request's patch says. */
export function patch(call: ResourceCall): Updated {
  const type = mediaType(call.request.headers['content-type']);
  if (type === APPLY_YAML) return apply(call, patchBody(call, 'yaml'));
  const old = call.server.store.get(call.served, call.info.namespace, call.info.name);
  return { object: patchObject(call, old, (current) => patchedValue(call, current)), created: false };
}

/** What the request's patch makes of a value of the call's type. */
export function patchedValue(call: ResourceCall, current: KubeObject): unknown {
  const type = mediaType(call.request.headers['content-type']);
  const known = [JSON_PATCH, MERGE_PATCH, ...(call.served.custom ? [] : [STRATEGIC])];
  if (!known.includes(type)) {
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${[...known, APPLY_YAML].join(', ')}`,
    );
  }
  return patched(call, current, type, patchBody(call, 'json'));
}

/** Applies a change to the version of the call of a stored object, and stores the outcome. */
export function patchObject(
  call: ResourceCall,
  old: KubeObject,
  change: (current: KubeObject) => unknown,
): KubeObject {
  const current = present(call.served, old);
  const changed = change(current);
  if (isObject(changed)) {
    const { metadata } = changed;
    const name = isObject(metadata) ? metadata['name'] : undefined;
    // What is no text does not decode.
    if (typeof name === 'string' && name !== old.metadata.name) {
      throw badRequest(
        `the name of the object (${name}) does not match the name on the URL (${old.metadata.name})`,
      );
    }
  }
  const object = toStorage(
    call,
    decodeFor(call, call.served, changed, { refused: refusalOf(call, changed), stored: old }),
  );
  return replaceObject(call, old, object, {
    dryRun: isDryRun(call),
    manager: fieldManager(call),
    patched: true,
  });
}

/** What a patch makes is refused as the field `patch`: the patch itself when it is strategic, else the outcome. */
function refusalOf(call: ResourceCall, changed: unknown): Refusal | undefined {
  const strategic = mediaType(call.request.headers['content-type']) === STRATEGIC;
  return (message, error) => {
    const value = strategic ? goMap(patchBody(call, 'json')) : JSON.stringify(changed);
    const errors = new FieldErrors();
    errors.invalid('patch', value, strategic && error ? error.restored : message);
    return invalid({ group: '', kind: '' }, '', errors.list);
  };
}

function patched(call: ResourceCall, current: KubeObject, type: string, body: unknown): unknown {
  switch (type) {
    case JSON_PATCH:
      return applyJsonPatch(current, body);
    case MERGE_PATCH:
      return mergePatch(copyValue(current), body);
    default:
      return applyStrategic(call, current, body);
  }
}

function applyJsonPatch(current: KubeObject, body: unknown): unknown {
  if (!Array.isArray(body)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${isObject(body) ? 'object' : typeof body} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (body.length > 10_000) {
    throw new ApiError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is 10000, got ${body.length}`,
    );
  }
  try {
    return jsonPatch(current, body.map(operationOf));
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    // The client is told no more than this; the library's message stays on the server.
    throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
}

/** An item of a JSON patch; one that is null is of no known kind. */
function operationOf(item: unknown): JsonPatchOperation {
  const cannot = (what: string) => badRequest(`error decoding patch: json: cannot unmarshal ${what}`);
  const typeOf = (value: unknown) =>
    Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  if (item === null) return { op: 'unknown', path: '' };
  if (!isObject(item)) throw cannot(`${typeOf(item)} into Go value of type handlers.jsonPatchOp`);
  for (const field of ['op', 'path', 'from']) {
    const value = item[field];
    if (value === undefined || value === null || typeof value === 'string') continue;
    throw cannot(`${typeOf(value)} into Go struct field jsonPatchOp.${field} of type string`);
  }
  return { ...item, op: String(item['op'] ?? 'unknown'), path: String(item['path'] ?? '') };
}

function applyStrategic(call: ResourceCall, current: KubeObject, body: unknown): unknown {
  if (!isObject(body)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into Go value of type map[string]interface {}`,
    );
  }
  try {
    return strategicMerge(current, body, call.served.type);
  } catch (error) {
    if (!(error instanceof StrategicMergeError)) throw error;
    throw badRequest(error.message);
  }
}
