import type { HttpResponse } from '../../../host/index.ts';
import { describeField } from '../../kinds/schema/descriptions.ts';
import { allTypeFacts } from '../../kinds/schema/types.ts';
import type { Call } from '../call.ts';
import { withEtag } from '../etag.ts';
import type { Served } from '../served.ts';
import { type Json, VERSION_THREE, VERSION_TWO } from './dialects.ts';
import { generalDocuments, generalPath, resourcesOf } from './general.ts';
import { HELPER_TYPES, pathsOf, rootOf, schemaName, typeOfSubresource } from './operations.ts';
import { closure } from './schemas.ts';

const V3 = VERSION_THREE.prefix;
const V2 = VERSION_TWO.prefix;
const METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const LIST_METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';

/** `/openapi/v2`, `/openapi/v3` and the documents of each group and version. */
export function openapiPath(call: Call): HttpResponse | undefined {
  return withEtag(call, documentAt(call));
}

function documentAt(call: Call): HttpResponse | undefined {
  const { path } = call.info;
  if (path === '/openapi/v2') return json(versionTwo(call));
  if (path === '/openapi/v3' || path === '/openapi/v3/') return json(index(call));
  if (!path.startsWith('/openapi/v3/')) return undefined;
  const name = path.slice('/openapi/v3/'.length);
  const general = documentsOf(call).get(name);
  if (general)
    return json(
      document(call, generalPath(general, VERSION_THREE), closure(general.gives ? [general.gives] : [], V3)),
    );
  const all = servedIn(call, name);
  return all.length === 0 ? undefined : json(versionThree(call, all));
}

function json(value: unknown): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, value };
}

function servedIn(call: Call, name: string): Served[] {
  return call.server.served.all().filter((served) => rootOf(served) === `/${name}`);
}

function documentsOf(call: Call) {
  return generalDocuments(call.server.served.all().map(({ group, custom }) => [group, custom !== undefined]));
}

/** The documents with an address that changes when they do. */
function index(call: Call) {
  const paths: Json = {};
  const hashes = new Map([...documentsOf(call).keys()].map((name) => [name, name]));
  for (const served of call.server.served.all()) {
    const root = rootOf(served).slice(1);
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

function infoOf({ server }: Call) {
  return { title: 'Kubernetes', version: server.version.gitVersion };
}

function document(call: Call, paths: Json, schemas: Json) {
  return { openapi: '3.0.0', info: infoOf(call), paths, components: { schemas } };
}

function versionThree(call: Call, all: readonly Served[]) {
  const schemas: Json = closure(rootsOf(all), V3);
  for (const served of all) if (served.custom) Object.assign(schemas, customSchemas(served, V3));
  const { group, version, custom } = all[0] as Served;
  const list = resourcesOf(rootOf(all[0] as Served), group, version, custom !== undefined);
  const paths = Object.assign(
    generalPath(list, VERSION_THREE),
    ...all.map((one) => pathsOf(one, VERSION_THREE)),
  );
  return document(call, paths, schemas);
}

function versionTwo(call: Call) {
  const all = call.server.served.all();
  const definitions: Json = closure(Object.keys(allTypeFacts()), V2);
  for (const served of all) if (served.custom) Object.assign(definitions, customSchemas(served, V2));
  const lists = new Map(
    all.map((served) => [
      rootOf(served),
      resourcesOf(rootOf(served), served.group, served.version, served.custom !== undefined),
    ]),
  );
  const general = [...documentsOf(call).values(), ...lists.values()];
  const paths = Object.assign(
    {},
    ...general.map((one) => generalPath(one, VERSION_TWO)),
    ...all.map((served) => pathsOf(served, VERSION_TWO)),
  );
  return { swagger: '2.0', info: infoOf(call), paths, definitions };
}

function rootsOf(all: readonly Served[]): string[] {
  const builtIn = all.filter(({ custom }) => !custom);
  const types = builtIn.flatMap((served) => [
    served.type.fullName,
    `${served.type.fullName}List`,
    ...served.subresources.map((name) => typeOfSubresource(served, name)),
  ]);
  const custom = builtIn.length < all.length ? [METADATA, LIST_METADATA] : [];
  return [...types, ...custom, ...HELPER_TYPES, 'io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList'];
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
