import { CONNECTED, subresourceKind, subresourceVerbs } from '../discovery.ts';
import type { Served } from '../served.ts';
import type { Dialect, Json, Operation, Parameter } from './dialects.ts';
import {
  CONNECT,
  DELETE,
  DELETE_COLLECTION,
  LIST,
  NAMESPACE,
  nameOf,
  PATCH,
  PRETTY,
  PROXY_PATH,
  WRITE,
} from './parameters.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** Types that answer or ask without being served themselves. */
export const HELPER_TYPES = ['DeleteOptions', 'Patch', 'Status'].map((name) => `${META}.${name}`);

const ANY = ['*/*'];
const OBJECTS = ['application/json', 'application/yaml'];
const STREAMED = [...OBJECTS, 'application/json;stream=watch'];
const PATCH_TYPES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
];
const STRATEGIC = 'application/strategic-merge-patch+json';

/** What is said of an operation before its subject, its codes, parameters, and whether it acts on a collection. */
interface Shape {
  readonly method: string;
  readonly prefix: string;
  readonly says: string;
  readonly action: string;
  readonly codes: readonly number[];
  readonly parameters: readonly Parameter[];
  readonly isOfMany?: boolean;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  list: {
    method: 'get',
    prefix: 'list',
    says: 'list or watch objects of kind',
    action: 'list',
    codes: [200],
    parameters: LIST,
    isOfMany: true,
  },
  create: {
    method: 'post',
    prefix: 'create',
    says: 'create',
    action: 'post',
    codes: [200, 201, 202],
    parameters: WRITE,
    isOfMany: true,
  },
  deletecollection: {
    method: 'delete',
    prefix: 'delete',
    says: 'delete collection of',
    action: 'deletecollection',
    codes: [200],
    parameters: DELETE_COLLECTION,
    isOfMany: true,
  },
  get: { method: 'get', prefix: 'read', says: 'read', action: 'get', codes: [200], parameters: [] },
  update: {
    method: 'put',
    prefix: 'replace',
    says: 'replace',
    action: 'put',
    codes: [200, 201],
    parameters: WRITE,
  },
  patch: {
    method: 'patch',
    prefix: 'patch',
    says: 'partially update',
    action: 'patch',
    codes: [200, 201],
    parameters: PATCH,
  },
  delete: {
    method: 'delete',
    prefix: 'delete',
    says: 'delete',
    action: 'delete',
    codes: [200, 202],
    parameters: DELETE,
  },
};

/** `com.example.ops.v1.Backup` of the group ops.example.com. */
export function schemaName(served: Served): string {
  if (!served.custom) return served.type.fullName;
  return `${reversed(served.group)}.${served.version}.${served.kind.kind}`;
}

function reversed(group: string): string {
  return group.split('.').reverse().join('.');
}

/** `/api/v1`, `/apis/apps/v1`. */
export function rootOf({ group, version }: Pick<Served, 'group' | 'version'>): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** `core`, `apps`, `rbacAuthorization`; of a custom group `comExampleOps`. */
export function groupTag(group: string, isCustom = false): string {
  if (group === '') return 'core';
  const [first = '', ...rest] = (isCustom ? reversed(group) : group.replace(/\.k8s\.io$/, '')).split('.');
  return first + rest.map(title).join('');
}

export function title(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Every path of a resource with its operations. Models apiserver/pkg/endpoints/installer.go registerResourceHandlers. */
export function pathsOf(served: Served, dialect: Dialect): Json {
  const paths: Record<string, Json> = {};
  const put = (path: string, method: string, operation: Operation) => {
    paths[path] ??= { parameters: pathParameters(path, served).map(dialect.parameter) };
    paths[path][method] = dialect.operation(operation);
  };
  const root = rootOf(served);
  const many = `${root}${served.namespaced ? '/namespaces/{namespace}' : ''}/${served.resource}`;
  const one = `${many}/{name}`;
  for (const verb of served.verbs) {
    const shape = SHAPES[verb];
    if (shape) put(shape.isOfMany ? many : one, shape.method, operationOf(served, verb, shape));
  }
  if (served.namespaced && served.verbs.has('list'))
    put(`${root}/${served.resource}`, 'get', listOfAllNamespaces(served));
  for (const name of served.subresources) {
    if (CONNECTED.has(name)) connect(served, name, one, put);
    else for (const verb of subresourceVerbs(name)) subresource(served, name, verb, one, put);
  }
  return paths;
}

type Put = (path: string, method: string, operation: Operation) => void;

function pathParameters(path: string, { kind }: Served): Parameter[] {
  return [
    ...(path.includes('{name}') ? [nameOf(kind.kind)] : []),
    ...(path.includes('{namespace}') ? [NAMESPACE] : []),
    ...(path.includes('{path}') ? [PROXY_PATH] : []),
    PRETTY,
  ];
}

/** `CoreV1`, `ComExampleOpsV1`. */
function groupVersion({ group, version, custom }: Served): string {
  return title(groupTag(group, custom !== undefined)) + title(version);
}

function base(served: Served) {
  const { group, version, kind } = served;
  return {
    tag: `${groupTag(group, served.custom !== undefined)}_${version}`,
    gvk: { group, version, kind: kind.kind },
  };
}

function operationOf(served: Served, verb: string, shape: Shape): Operation {
  const { kind } = served;
  const collection = verb === 'deletecollection' ? 'Collection' : '';
  const scope = served.namespaced ? 'Namespaced' : '';
  const isList = verb === 'list';
  const deletes = shape.method === 'delete';
  return {
    ...base(served),
    id: `${shape.prefix}${groupVersion(served)}${collection}${scope}${kind.kind}`,
    description: `${shape.says} ${subject(verb, shape, kind.kind)}`,
    action: shape.action,
    parameters: shape.parameters,
    codes: shape.codes,
    takes: takes(served, verb, schemaName(served)),
    gives: deletes ? `${META}.Status` : schemaName(served) + (isList ? 'List' : ''),
    produces: isList ? STREAMED : OBJECTS,
  };
}

function subject(verb: string, { isOfMany }: Shape, kind: string): string {
  if (verb === 'create' || verb === 'delete') return `${article(kind)} ${kind}`;
  return isOfMany ? kind : `the specified ${kind}`;
}

function article(noun: string): string {
  return /^[AEIOU]/i.test(noun) ? 'an' : 'a';
}

function takes(served: Served, verb: string, type: string): Operation['takes'] {
  if (verb === 'create' || verb === 'update') return { type, as: ANY };
  if (verb === 'delete' || verb === 'deletecollection') return { type: `${META}.DeleteOptions`, as: ANY };
  if (verb !== 'patch') return undefined;
  return { type: `${META}.Patch`, as: served.custom ? PATCH_TYPES : [...PATCH_TYPES, STRATEGIC] };
}

function listOfAllNamespaces(served: Served): Operation {
  const { kind } = served;
  const list = operationOf(served, 'list', SHAPES['list'] as Shape);
  return { ...list, id: `list${groupVersion(served)}${kind.kind}ForAllNamespaces` };
}

function subresource(served: Served, name: string, verb: string, one: string, put: Put): void {
  const shape = SHAPES[verb];
  if (!shape) return;
  const gvk = subresourceKind(served, name);
  const isLog = name === 'log';
  const type = isLog ? undefined : typeOfSubresource(served, name);
  const { kind } = served;
  const which = verb === 'create' ? `${article(kind.kind)} ${kind.kind}` : `the specified ${kind.kind}`;
  put(`${one}/${name}`, shape.method, {
    ...base(served),
    gvk,
    id: `${shape.prefix}${groupVersion(served)}${served.namespaced ? 'Namespaced' : ''}${kind.kind}${title(name)}`,
    description: `${shape.says} ${name} of ${which}`,
    action: shape.action,
    parameters: CONNECT[name] ?? shape.parameters,
    codes: shape.codes,
    takes: type === undefined ? undefined : takes(served, verb, type),
    gives: type,
    produces: isLog ? ['text/plain', ...OBJECTS] : OBJECTS,
  });
}

const FOREIGN_TYPES: Readonly<Record<string, string>> = {
  scale: 'io.k8s.api.autoscaling.v1.Scale',
  eviction: 'io.k8s.api.policy.v1.Eviction',
  binding: 'io.k8s.api.core.v1.Binding',
  token: 'io.k8s.api.authentication.v1.TokenRequest',
};

/** The types of what subresources take and give. */
export function typeOfSubresource(served: Served, name: string): string {
  return FOREIGN_TYPES[name] ?? schemaName(served);
}

const CONNECT_METHODS: Readonly<Record<string, readonly string[]>> = {
  proxy: ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'],
};

/** Streams and proxies: every method that connects, and for a proxy all that lies below it. */
function connect(served: Served, name: string, one: string, put: Put): void {
  const { kind } = served;
  const places = name === 'proxy' ? ['', '/{path}'] : [''];
  for (const place of places)
    for (const method of CONNECT_METHODS[name] ?? ['get', 'post']) {
      const scope = served.namespaced ? 'Namespaced' : '';
      const which = `${scope}${kind.kind}${title(name)}${place ? 'WithPath' : ''}`;
      put(`${one}/${name}${place}`, method, {
        ...base(served),
        gvk: subresourceKind(served, name),
        id: `connect${groupVersion(served)}${title(method)}${which}`,
        description: `connect ${method.toUpperCase()} requests to ${name} of ${kind.kind}`,
        action: 'connect',
        parameters: CONNECT[name] ?? [],
        codes: [200],
        gives: undefined,
        produces: ANY,
      });
    }
}
