import { ApiError } from '../../objects/api-error.ts';
import type { FieldError } from '../../objects/field-error.ts';

/** What errors say of a resource: `deployments.apps`. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export function qualified({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function details(of: GroupResource, name: string) {
  return { ...(name ? { name } : {}), ...(of.group ? { group: of.group } : {}), kind: of.resource };
}

// The constructors of apimachinery/pkg/api/errors.

export function notFound(of: GroupResource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(of)} "${name}" not found`, details(of, name));
}

/** A path that nobody serves. */
export function pathNotFound(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(of: GroupResource, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualified(of)} "${name}" already exists`, details(of, name));
}

export const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(of: GroupResource, name: string, why: string = MODIFIED): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, details(of, name));
}

export function forbidden(of: GroupResource, name: string, why: string): ApiError {
  const subject = name === '' ? qualified(of) : `${qualified(of)} "${name}"`;
  const message = of.resource === '' ? `forbidden: ${why}` : `${subject} is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', message, details(of, name));
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function internalError(message: string): ApiError {
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });
}

export function methodNotAllowed(of: GroupResource, action: string): ApiError {
  const message = `${action} is not supported on resources of kind "${qualified(of)}"`;
  return new ApiError(405, 'MethodNotAllowed', message, details(of, ''));
}

/** What the router says of a method that a path has not. Models apiserver/pkg/server serviceErrorHandler. */
export function methodNotRouted(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError(405, 'MethodNotAllowed', message, {});
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

export function unsupportedMediaType(message: string): ApiError {
  return new ApiError(415, 'UnsupportedMediaType', message);
}

export function notAcceptable(accepted: readonly string[]): ApiError {
  return new ApiError(
    406,
    'NotAcceptable',
    `only the following media types are accepted: ${accepted.join(', ')}`,
  );
}

export function gone(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

export function tooManyRequests(message: string, retryAfterSeconds = 0): ApiError {
  return new ApiError(429, 'TooManyRequests', message, retryAfterSeconds ? { retryAfterSeconds } : {});
}

export function serviceUnavailable(message: string): ApiError {
  return new ApiError(503, 'ServiceUnavailable', message);
}

export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): ApiError {
  const subject = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const causes = errors.map(({ type, field, body }) => ({ reason: type, message: body, field }));
  return new ApiError(422, 'Invalid', `${subject} ${JSON.stringify(name)} is invalid: ${aggregate(errors)}`, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    ...(kind.kind ? { kind: kind.kind } : {}),
    causes,
  });
}

/** One error as it is, several in brackets; the same text only once. */
export function aggregate(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(({ field, body }) => (field === '' ? body : `${field}: ${body}`)))];
  return texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`;
}
