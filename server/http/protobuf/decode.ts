import FIELDS from './fields.json' with { type: 'json' };

/**
 * Kubernetes' binary form of objects, which kubectl sends where it has types of its own (`create deployment`,
 * `drain`, `auth can-i`). Clients take JSON as an answer, so only this direction is needed. `fields.json` holds the
 * numbers, names and types of all fields as the published `generated.proto` files have them.
 */

/** Text before the envelope. Models apimachinery/pkg/runtime/serializer/protobuf protoEncodingPrefix. */
const PREFIX = 'k8s\0';
const ENVELOPE = 'runtime.Unknown';

/** Names that differ from those in JSON. */
const JSON_NAMES: Readonly<Record<string, string>> = {
  Webhooks: 'webhooks',
  uID: 'uid',
  Name: 'name',
  Expression: 'expression',
  aPIGroup: 'apiGroup',
};

/** Scalars that are pointers in Go: there, zero is not the same as nothing. */
const POINTERS = new Set(
  `replicas parallelism completions backoffLimit backoffLimitPerIndex activeDeadlineSeconds ttlSecondsAfterFinished
  suspend revisionHistoryLimit progressDeadlineSeconds terminationGracePeriodSeconds gracePeriodSeconds runAsUser
  runAsGroup runAsNonRoot fsGroup privileged readOnlyRootFilesystem allowPrivilegeEscalation
  automountServiceAccountToken storageClassName ingressClassName immutable controller blockOwnerDeletion optional
  defaultMode mode partition startingDeadlineSeconds successfulJobsHistoryLimit failedJobsHistoryLimit
  expirationSeconds tolerationSeconds deletionGracePeriodSeconds orphanDependents hostUsers shareProcessNamespace
  enableServiceLinks setHostnameAsFQDN allocateLoadBalancerNodePorts minReplicas stabilizationWindowSeconds
  averageUtilization timeoutSeconds ready serving terminating`.split(/\s+/),
);

interface Field {
  readonly name: string;
  readonly shape: 'one' | 'list' | 'map' | 'inline';
  /** `s`, `i`, `b`, `d`, `y`, or `m` and the message's name. */
  readonly type: string;
}

export class ProtobufError extends Error {
  override name = 'ProtobufError';
}

const messages = new Map<string, Map<number, Field>>();

/** The object that a request's body holds. */
export function decodeObject(bytes: Uint8Array): Record<string, unknown> {
  const prefix = Buffer.from(bytes.subarray(0, PREFIX.length)).toString('latin1');
  if (prefix !== PREFIX) throw new ProtobufError('provided data does not appear to be a protobuf message');
  const envelope = decodeMessage(ENVELOPE, bytes.subarray(PREFIX.length), (raw) => raw);
  const type = (envelope['typeMeta'] ?? {}) as { apiVersion?: string; kind?: string };
  const { apiVersion = '', kind = '' } = type;
  const name = messageName(apiVersion, kind);
  return {
    kind,
    apiVersion,
    ...decodeMessage(name, (envelope['raw'] as Uint8Array | undefined) ?? new Uint8Array()),
  };
}

function messageName(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? 'core' : (apiVersion.slice(0, slash).split('.')[0] as string);
  const own = `${group}.${apiVersion.slice(slash + 1)}.${kind}`;
  for (const name of [own, `meta.v1.${kind}`]) if (Object.hasOwn(FIELDS, name)) return name;
  throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}"`);
}

function fieldsOf(message: string): Map<number, Field> {
  let fields = messages.get(message);
  if (!fields) {
    const text = (FIELDS as Readonly<Record<string, string>>)[message];
    if (text === undefined) throw new ProtobufError(`unknown message ${message}`);
    fields = new Map(text === '' ? [] : text.split(';').map(parseField));
    messages.set(message, fields);
  }
  return fields;
}

const SHAPES: Readonly<Record<string, Field['shape']>> = { '*': 'list', '%': 'map', '^': 'inline' };

/** `2 containers *mcore.v1.Container`. */
function parseField(text: string): [number, Field] {
  const [number, name, type] = text.split(' ') as [string, string, string];
  const shape = SHAPES[type[0] as string] ?? 'one';
  const rest = shape === 'one' ? type : type.slice(1);
  return [
    Number(number),
    { name: JSON_NAMES[name] ?? name, shape, type: shape === 'inline' ? `m${rest}` : rest },
  ];
}

function decodeMessage(
  message: string,
  bytes: Uint8Array,
  asBytes: (raw: Uint8Array) => unknown = (raw) => Buffer.from(raw).toString('base64'),
): Record<string, unknown> {
  const fields = fieldsOf(message);
  const object: Record<string, unknown> = {};
  for (const [number, raw] of parts(bytes)) {
    const field = fields.get(number);
    if (field) put(object, field, raw, asBytes);
  }
  return object;
}

function put(
  object: Record<string, unknown>,
  { name, shape, type }: Field,
  raw: Uint8Array | bigint,
  asBytes: (raw: Uint8Array) => unknown,
): void {
  if (shape === 'map') {
    object[name] ??= {};
    const [key, value] = entry(raw as Uint8Array, type);
    Object.defineProperty(object[name], key, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
  const value = decodeValue(type, raw, asBytes);
  if (shape === 'inline') Object.assign(object, value);
  else if (shape === 'list') object[name] = [...((object[name] as unknown[] | undefined) ?? []), value];
  else if (value !== undefined && (!isZero(value) || POINTERS.has(name))) object[name] = value;
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false;
}

function entry(bytes: Uint8Array, type: string): [string, unknown] {
  let key = '';
  let value: unknown = type === 'i' ? 0 : '';
  for (const [number, raw] of parts(bytes)) {
    if (number === 1) key = text(raw);
    else value = decodeValue(type, raw, (part) => Buffer.from(part).toString('base64'));
  }
  return [key, value];
}

function decodeValue(type: string, raw: Uint8Array | bigint, asBytes: (raw: Uint8Array) => unknown): unknown {
  switch (type) {
    case 's':
      return text(raw);
    case 'i':
      return Number(BigInt.asIntN(64, raw as bigint));
    case 'b':
      return raw !== 0n;
    case 'd':
      return new DataView(Uint8Array.from(raw as Uint8Array).buffer).getFloat64(0, true);
    case 'y':
      return asBytes(raw as Uint8Array);
    default:
      return special(type.slice(1), raw as Uint8Array) ?? decodeMessage(type.slice(1), raw as Uint8Array);
  }
}

/** Types that are no objects in JSON. `undefined` for all others; an absent time is `undefined` in a wrapper. */
function special(message: string, raw: Uint8Array): unknown {
  switch (message) {
    case 'api.resource.Quantity':
      return String(decodeMessage(message, raw)['string'] ?? '0');
    case 'util.intstr.IntOrString': {
      const { type, intVal, strVal } = decodeMessage(message, raw);
      return type === 1 ? (strVal ?? '') : (intVal ?? 0);
    }
    case 'meta.v1.Time':
    case 'meta.v1.MicroTime':
      return timeOf(decodeMessage(message, raw));
    case 'runtime.RawExtension':
    case 'meta.v1.FieldsV1':
      return jsonOf(raw, message);
    case 'authentication.v1.ExtraValue':
    case 'authorization.v1.ExtraValue':
    case 'certificates.v1.ExtraValue':
      return decodeMessage(message, raw)['items'] ?? [];
    default:
      return undefined;
  }
}

function timeOf({ seconds, nanos }: Record<string, unknown>): string {
  // The zero time of Go stands for none; as an empty text it is left out like every zero.
  if (typeof seconds !== 'number' || seconds < 0) return '';
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  return nanos ? `${date}.${String(Math.floor(Number(nanos) / 1000)).padStart(6, '0')}Z` : `${date}Z`;
}

function jsonOf(raw: Uint8Array, message: string): unknown {
  for (const [number, part] of parts(raw)) if (number === 1) return JSON.parse(text(part));
  return message === 'meta.v1.FieldsV1' ? {} : null;
}

function text(raw: Uint8Array | bigint): string {
  if (typeof raw === 'bigint') throw new ProtobufError('a number where a string was expected');
  return Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('utf8');
}

/** The fields of a message as they lie on the wire. */
function* parts(bytes: Uint8Array): Generator<[number, Uint8Array | bigint]> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError('proto: unexpected EOF');
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new ProtobufError('proto: unexpected EOF');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    const kind = tag & 7;
    if (kind === 0) yield [number, varint()];
    else if (kind === 1) yield [number, take(8)];
    else if (kind === 2) yield [number, take(Number(varint()))];
    else if (kind === 5) yield [number, take(4)];
    else throw new ProtobufError('proto: illegal wireType');
  }
}
