import { parse as parseYaml } from 'yaml';
import { ApiError } from '../../objects/api-error.ts';
import { DecodeError, decodeObject } from '../../objects/decode.ts';
import { isDeeper } from '../../objects/depth.ts';
import { goJsonError } from '../../objects/json-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import { repeatedKeys, repeatedYamlKeys } from '../../objects/repeated-keys.ts';
import { isObject } from '../../objects/values.ts';
import { objectType } from '../kinds/schema/types.ts';
import type { Call } from './call.ts';
import { warn } from './call.ts';
import { badRequest, unsupportedMediaType } from './errors.ts';
import type { Served } from './served.ts';

/** Bytes of a request body that are read. Models the limit of apiserver/pkg/server config MaxRequestBodyBytes. */
const MAX_BODY = 3 * 1024 * 1024;

const READABLE = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The body of a request as a JSON value, not to be changed; undefined when there is none. */
export function bodyValue(call: Call): unknown {
  const { request } = call;
  if (request.value !== undefined) return shallow(request.value, badRequest);
  const text = request.body;
  if (text === undefined || text === '') return undefined;
  const type = mediaType(request.headers['content-type']);
  if (type === 'application/yaml') return readYaml(text, badRequest);
  if (type !== 'application/json') {
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${READABLE.join(', ')}`,
    );
  }
  return readJson(text, (message) => badRequest(`couldn't get version/kind; json parse error: ${message}`));
}

export function mediaType(header: string | undefined): string {
  const type = (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === '' || type === '*/*' ? 'application/json' : type;
}

/** The value of a patch: written as YAML, or as JSON. */
export function patchBody(call: Call, form: 'json' | 'yaml'): unknown {
  const { request } = call;
  if (request.value !== undefined) return shallow(request.value, badRequest);
  const text = request.body ?? '';
  if (form === 'json') return readJson(text, badRequest);
  const twice = fieldValidation(call) === 'Strict' ? repeatedYamlKeys(text) : undefined;
  if (twice) throw badRequest(`error strict decoding YAML: error converting YAML to JSON: ${twice}`);
  return readYaml(text, (message) => badRequest(`error decoding YAML: ${message}`));
}

/** Levels of nesting that are read. Models the limit of Go's decoder, scaled to our stack. */
const MAX_DEPTH = 500;

/** Refuses what is nested too deeply. Frozen parts come from the store, and were read before. */
function shallow(value: unknown, fail: (message: string) => Error): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key];
    if (typeof part !== 'object' || Object.isFrozen(part)) continue;
    if (isDeeper(part, MAX_DEPTH - 1)) throw fail('exceeded max depth');
  }
  return value;
}

function checkLength(text: string): void {
  if (text.length <= MAX_BODY) return;
  throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY}`);
}

function readJson(text: string, fail: (message: string) => Error): unknown {
  checkLength(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fail(goJsonError(text, error as Error));
  }
  return shallow(value, fail);
}

/** True for a text that opens many more brackets than it closes: the parser takes long to give it up. */
function opensMore(text: string, limit: number): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open += bracket === '[' || bracket === '{' ? 1 : -1;
    if (open > limit) return true;
  }
  return false;
}

/** Text that is no YAML, or deeper than the parser's own recursion goes. */
function readYaml(text: string, fail: (message: string) => Error): unknown {
  checkLength(text);
  let value: unknown;
  try {
    if (opensMore(text, 2 * MAX_DEPTH)) throw new Error('exceeded max depth of 10000');
    value = parseYaml(text, { version: '1.1', uniqueKeys: false, logLevel: 'error' });
  } catch (error) {
    throw fail(`yaml: ${(error as Error).message.split('\n')[0]}`);
  }
  return shallow(value, fail);
}

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export function fieldValidation(call: Call): FieldValidation {
  const asked = call.info.query.get('fieldValidation');
  return asked === 'Strict' || asked === 'Ignore' ? asked : 'Warn';
}

/** The object that a request sends, decoded by its type; `old` is the stored one that it is to replace. */
export function bodyObject(call: Call, served: Served, old?: KubeObject): KubeObject {
  const value = bodyValue(call);
  if (value === undefined) throw badRequest(`unable to decode: no body`);
  return decodeFor(call, served, old ? withoutOwners(value, old) : value, { stored: old });
}

/** A body without the owners of fields that its sender hands back as they are: an update keeps those of the old state. */
function withoutOwners(value: unknown, old: KubeObject): unknown {
  if (!isObject(value) || !isObject(value['metadata'])) return value;
  const { managedFields, ...metadata } = value['metadata'];
  return managedFields === old.metadata.managedFields ? { ...value, metadata } : value;
}

/** How a value that does not decode is refused: by default as a bad request that names the kind. */
export type Refusal = (message: string, error?: DecodeError) => ApiError;

interface DecodeOptions {
  readonly refused?: Refusal | undefined;
  /** The state that is to be replaced: parts that are its own were read when it was stored. */
  readonly stored?: KubeObject | undefined;
}

/** Decodes a JSON value for a resource: the right kind, types that fit, unknown fields refused or warned of. */
export function decodeFor(
  call: Call,
  served: Served,
  value: unknown,
  { refused, stored }: DecodeOptions = {},
): KubeObject {
  checkKind(served, value);
  const { kind } = served.kind;
  const cannot = `${kind} in version "${served.version}" cannot be handled as a ${kind}: `;
  const refuse = refused ?? ((message) => badRequest(cannot + message));
  try {
    const decoded = served.custom
      ? served.custom.decode(value as Record<string, unknown>)
      : decodeObject(value, served.type, served.stored ? stored : undefined);
    reportStrict(call, decoded.unknown, refuse);
    decoded.value['apiVersion'] = served.apiVersion;
    decoded.value['kind'] = kind;
    decoded.value['metadata'] ??= {};
    return decoded.value as KubeObject;
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message, error);
    throw error;
  }
}

/** Refuses or warns of keys that were given twice and fields that nobody knows. */
function reportStrict(call: Call, unknown: readonly string[], refuse: Refusal): void {
  const mode = fieldValidation(call);
  if (mode === 'Ignore') return;
  const twice = givenTwice(call, mode);
  if (twice.length === 0 && unknown.length === 0) return;
  const texts = [...twice, ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`)];
  if (mode === 'Strict') throw refuse(`strict decoding error: ${texts.join(', ')}`);
  for (const text of texts) warn(call, text);
}

/** Of YAML only those hear who are strict: what there is to say has lines, and warnings cannot. */
function givenTwice({ request }: Call, mode: FieldValidation): string[] {
  const { body, value, headers } = request;
  if (body === undefined || value !== undefined) return [];
  if (mediaType(headers['content-type']).endsWith('json'))
    return repeatedKeys(body).map((path) => `duplicate field ${JSON.stringify(path)}`);
  const found = mode === 'Strict' ? repeatedYamlKeys(body) : undefined;
  return found ? [found] : [];
}

/** Decodes what a subresource with a type of its own is sent: `io.k8s.api.policy.v1.Eviction`. */
export function decodeType(type: string, value: unknown): KubeObject {
  const [version, kind] = type.split('.').slice(-2);
  try {
    return decodeObject(objectSent(value), objectType(type)).value as unknown as KubeObject;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${error.message}`);
  }
}

function objectSent(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  throw badRequest(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
  );
}

function checkKind(served: Served, value: unknown): void {
  const { apiVersion, kind } = objectSent(value);
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== served.apiVersion) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${served.apiVersion})`,
    );
  }
  if (kind !== undefined && kind !== '' && kind !== served.kind.kind) {
    throw badRequest(
      `${kind} in version ${JSON.stringify(served.version)} cannot be handled as a ${served.kind.kind}: converting (${kind}) to (${served.kind.kind}): unknown conversion`,
    );
  }
}
