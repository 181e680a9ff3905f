import type { HttpResponse } from '../../../host/index.ts';
import { describeField } from '../../kinds/schema/descriptions.ts';
import { allTypeFacts } from '../../kinds/schema/types.ts';
import type { Call } from '../call.ts';
import { ALL_VERBS, type Served } from '../served.ts';
import { closure } from './schemas.ts';

type Json = Record<string, unknown>;

const INFO = { title: 'Kubernetes', version: 'v1.33.1' };
const V3 = '#/components/schemas/';
const V2 = '#/definitions/';
const METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const LIST_METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';

/** `/openapi/v2`, `/openapi/v3` and the documents of each group and version. */
export function openapiPath(call: Call): HttpResponse | undefined {
  const { path } = call.info;
  if (path === '/openapi/v2') return json(versionTwo(call));
  if (path === '/openapi/v3' || path === '/openapi/v3/') return json(index(call));
  const match = /^\/openapi\/v3\/(api\/[^/]+|apis\/[^/]+\/[^/]+|version|api|apis|apis\/[^/]+)$/.exec(path);
  if (!match) return undefined;
  const [, document = ''] = match;
  const all = servedIn(call, document);
  return all.length === 0 ? undefined : json(versionThree(all));
}

function json(value: unknown): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, value };
}

function rootOf({ group, version }: Served): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function servedIn(call: Call, document: string): Served[] {
  return call.server.served.all().filter((served) => rootOf(served) === document);
}

/** The documents with an address that changes when they do. */
function index(call: Call) {
  const paths: Json = {};
  const hashes = new Map<string, string>();
  for (const served of call.server.served.all()) {
    const root = rootOf(served);
    const custom = served.custom
      ? call.server.store.log.get(
          `/registry/apiextensions.k8s.io/customresourcedefinitions/${served.custom.definition}`,
        )?.modRevision
      : 0;
    hashes.set(root, `${hashes.get(root) ?? ''}${served.resource}${custom || ''}`);
  }
  for (const [root, text] of [...hashes].sort()) {
    paths[root] = { serverRelativeURL: `/openapi/v3/${root}?hash=${hash(text)}` };
  }
  return { paths };
}

function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(16).toUpperCase().padStart(8, '0').repeat(4);
}

function versionThree(all: readonly Served[]) {
  const builtIn = all.filter(({ custom }) => !custom);
  const schemas: Json = closure(rootsOf(builtIn), V3);
  for (const served of all) if (served.custom) Object.assign(schemas, customSchemas(served, V3));
  if (all.some(({ custom }) => custom)) Object.assign(schemas, closure([METADATA, LIST_METADATA], V3));
  const paths = Object.assign({}, ...all.map((served) => pathsOf(served, V3)));
  return { openapi: '3.0.0', info: INFO, paths, components: { schemas } };
}

function versionTwo(call: Call) {
  const all = call.server.served.all();
  const definitions: Json = closure(Object.keys(allTypeFacts()), V2);
  for (const served of all) if (served.custom) Object.assign(definitions, customSchemas(served, V2));
  const paths = Object.assign({}, ...all.map((served) => pathsOf(served, V2)));
  return { swagger: '2.0', info: INFO, paths, definitions };
}

function rootsOf(all: readonly Served[]): string[] {
  return all.flatMap(({ type }) => [type.fullName, `${type.fullName}List`]);
}

/** `com.example.ops.v1.Backup` of the group ops.example.com. */
function schemaName(served: Served): string {
  if (!served.custom) return served.type.fullName;
  return `${served.group.split('.').reverse().join('.')}.${served.version}.${served.kind.kind}`;
}

function gvkOf({ group, version, kind }: Served, suffix = '') {
  return { group, version, kind: kind.kind + suffix };
}

function customSchemas(served: Served, prefix: string): Json {
  const name = schemaName(served);
  const schema = served.custom?.schema as Json;
  const text = (field: string) => describeField('', field, true);
  const properties = {
    ...(schema['properties'] as Json),
    apiVersion: { type: 'string', description: text('apiVersion') },
    kind: { type: 'string', description: text('kind') },
    metadata: {
      description:
        "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
      ...(prefix === V3 ? { allOf: [{ $ref: prefix + METADATA }] } : { $ref: prefix + METADATA }),
    },
  };
  const list = {
    type: 'object',
    description: `${served.kind.kind}List is a list of ${served.kind.kind}`,
    required: ['items'],
    properties: {
      apiVersion: properties.apiVersion,
      kind: properties.kind,
      metadata: { $ref: prefix + LIST_METADATA },
      items: { type: 'array', items: { $ref: prefix + name } },
    },
    'x-kubernetes-group-version-kind': [gvkOf(served, 'List')],
  };
  return {
    [name]: { ...schema, properties, 'x-kubernetes-group-version-kind': [gvkOf(served)] },
    [`${name}List`]: list,
  };
}

const METHODS: Readonly<Record<string, readonly [method: string, action: string, many: boolean]>> = {
  create: ['post', 'post', true],
  deletecollection: ['delete', 'deletecollection', true],
  list: ['get', 'list', true],
  get: ['get', 'get', false],
  delete: ['delete', 'delete', false],
  update: ['put', 'put', false],
  patch: ['patch', 'patch', false],
};

function pathsOf(served: Served, prefix: string): Json {
  const base = served.namespaced ? `/${rootOf(served)}/namespaces/{namespace}` : `/${rootOf(served)}`;
  const many = `${base}/${served.resource}`;
  const paths: Record<string, Json> = {};
  for (const verb of ALL_VERBS) {
    const known = METHODS[verb];
    if (!known || !served.verbs.has(verb)) continue;
    const [method, action, collection] = known;
    const path = collection ? many : `${many}/{name}`;
    paths[path] = { ...paths[path], [method]: operation(served, action, verb, prefix) };
  }
  for (const name of served.subresources) {
    if (name !== 'status') continue;
    const methods = ['get', 'put', 'patch'].map((method) => [
      method,
      operation(served, method, 'get', prefix),
    ]);
    paths[`${many}/{name}/status`] = Object.fromEntries(methods);
  }
  return paths;
}

function operation(served: Served, action: string, verb: string, prefix: string): Json {
  const name = schemaName(served) + (verb === 'list' ? 'List' : '');
  const schema = { $ref: prefix + name };
  const ok = prefix === V3 ? { content: { 'application/json': { schema } } } : { schema };
  const dryRun = {
    name: 'dryRun',
    in: 'query',
    ...(prefix === V3 ? { schema: { type: 'string' } } : { type: 'string' }),
  };
  const validation = { ...dryRun, name: 'fieldValidation' };
  const writes = ['post', 'put', 'patch'].includes(action);
  return {
    operationId: `${action}${served.group.split('.')[0] ?? ''}${served.version}${served.kind.kind}`,
    ...(writes ? { parameters: [dryRun, validation] } : {}),
    responses: { '200': { description: 'OK', ...ok } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvkOf(served),
  };
}
