/**
 * The OpenAPI v2 document in the binary form that Go's clients ask for before they validate objects themselves
 * (helm, older kubectl). The field numbers are those of gnostic's OpenAPIv2.proto.
 */

type Json = Readonly<Record<string, unknown>>;

export const OPENAPI_V2_BINARY = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** True when a client takes the binary form first. */
export function wantsBinary(accept: string | undefined): boolean {
  return accept?.split(',')[0]?.includes('proto-openapi.spec.v2') ?? false;
}

export function encodeOpenapi(document: Json): Buffer {
  const info = document['info'] as Json;
  return message(
    text(1, document['swagger']),
    field(2, message(text(1, info['title']), text(2, info['version']))),
    field(8, named(2, document['paths'], pathItem)),
    field(9, named(1, document['definitions'], schema)),
  );
}

const METHODS: readonly (readonly [name: string, number: number])[] = [
  ['get', 2],
  ['put', 3],
  ['post', 4],
  ['delete', 5],
  ['patch', 8],
];

function pathItem(item: Json): Buffer {
  return message(
    ...METHODS.flatMap(([name, number]) =>
      item[name] ? [field(number, operation(item[name] as Json))] : [],
    ),
  );
}

function operation(one: Json): Buffer {
  const parameters = (one['parameters'] ?? []) as readonly Json[];
  return message(
    text(5, one['operationId']),
    ...parameters.map((parameter) => field(8, queryParameter(parameter))),
    field(9, named(1, one['responses'], response)),
    extensions(13, one),
  );
}

/** A query parameter, three wrappers deep. */
function queryParameter(one: Json): Buffer {
  const query = message(text(2, one['in']), text(4, one['name']), text(6, one['type']));
  return field(1, field(2, field(3, query)));
}

function response(one: Json): Buffer {
  const body = one['schema'] ? field(2, field(1, schema(one['schema'] as Json))) : NOTHING;
  return field(1, message(text(1, one['description']), body));
}

function schema(one: Json): Buffer {
  const list = (name: string) => (one[name] ?? []) as readonly unknown[];
  const { additionalProperties: more, items } = one;
  return message(
    text(1, one['$ref']),
    text(2, one['format']),
    text(4, one['description']),
    one['default'] === undefined ? NOTHING : field(5, any(one['default'])),
    ...list('required').map((name) => text(19, name)),
    ...list('enum').map((value) => field(20, any(value))),
    isJson(more) ? field(21, field(1, schema(more))) : NOTHING,
    one['type'] === undefined ? NOTHING : field(22, text(1, one['type'])),
    isJson(items) ? field(23, field(1, schema(items))) : NOTHING,
    ...list('allOf').map((part) => field(24, schema(part as Json))),
    isJson(one['properties']) ? field(25, named(1, one['properties'], schema)) : NOTHING,
    extensions(31, one),
  );
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function extensions(number: number, one: Json): Buffer {
  const own = Object.entries(one).filter(([name]) => name.startsWith('x-'));
  return message(...own.map(([name, value]) => field(number, message(text(1, name), field(2, any(value))))));
}

/** Any value is carried as YAML, which JSON is. */
function any(value: unknown): Buffer {
  return text(2, JSON.stringify(value));
}

/** A map: repeated pairs of name and value. */
function named(number: number, map: unknown, encode: (value: Json) => Buffer): Buffer {
  const pairs = Object.entries((map ?? {}) as Record<string, Json>);
  return message(
    ...pairs.map(([name, value]) => field(number, message(text(1, name), field(2, encode(value))))),
  );
}

const NOTHING = Buffer.alloc(0);

function message(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts);
}

/** A field that has a length before it: a text or a message. */
function field(number: number, body: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(body.length), body]);
}

function text(number: number, value: unknown): Buffer {
  return typeof value === 'string' && value !== '' ? field(number, Buffer.from(value)) : NOTHING;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}
