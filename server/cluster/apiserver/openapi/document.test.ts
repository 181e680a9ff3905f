import { describe, expect, test } from 'vitest';
import { RESOURCES } from '../../client/resources.ts';
import { startApiServer } from '../testing.ts';

const admin = startApiServer().client();
admin.create(RESOURCES.customresourcedefinitions, {
  metadata: { name: 'backups.ops.example.com' },
  spec: {
    group: 'ops.example.com',
    scope: 'Namespaced',
    names: { plural: 'backups', singular: 'backup', kind: 'Backup' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } },
        subresources: { status: {} },
      },
    ],
  },
});
const get = (path: string): any => admin.request({ method: 'GET', path, headers: {} }).value;
const two = get('/openapi/v2');
const documents = Object.entries<any>(get('/openapi/v3').paths).map(
  ([name, { serverRelativeURL }]) => [name, get(serverRelativeURL)] as const,
);

/** Every operation of a document with its path. */
function operations(document: any): { path: string; method: string; operation: any }[] {
  return Object.entries<any>(document.paths).flatMap(([path, item]) =>
    Object.entries<any>(item)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => ({ path, method, operation })),
  );
}

function references(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"([^"]+)"/g)].map(([, found]) => found as string);
}

test('both versions tell of the same operations', () => {
  const names = (all: ReturnType<typeof operations>) => all.map((o) => `${o.method} ${o.path}`).sort();
  expect(names(documents.flatMap(([, document]) => operations(document)))).toEqual(names(operations(two)));
});

test.each(documents)('types of %s say in a list which kinds they are', (_, document) => {
  for (const [name, schema] of Object.entries<any>(document.components.schemas))
    expect(Array.isArray(schema['x-kubernetes-group-version-kind'] ?? []), name).toBe(true);
});

test('no two operations have one name', () => {
  const ids = operations(two).map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each([['v2', two] as const, ...documents])('every reference of %s leads somewhere', (_, document) => {
  const at = (pointer: string) =>
    pointer
      .slice(2)
      .split('/')
      .reduce((value: any, key) => value?.[key], document);
  for (const pointer of new Set(references(document))) expect(at(pointer), pointer).toBeDefined();
});

test.each(documents)('the parameters in paths of %s are declared', (_, document) => {
  for (const [path, item] of Object.entries<any>(document.paths)) {
    const declared = (item.parameters ?? []).filter((p: any) => p.in === 'path').map((p: any) => p.name);
    expect(declared.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
  }
});

describe('names of operations are those of Kubernetes', () => {
  const CASES = [
    ['get', '/api/v1/pods', 'listCoreV1PodForAllNamespaces'],
    ['get', '/api/v1/namespaces/{namespace}/pods', 'listCoreV1NamespacedPod'],
    ['delete', '/api/v1/namespaces/{namespace}/pods', 'deleteCoreV1CollectionNamespacedPod'],
    ['get', '/api/v1/namespaces/{namespace}/pods/{name}/log', 'readCoreV1NamespacedPodLog'],
    ['post', '/api/v1/namespaces/{namespace}/pods/{name}/exec', 'connectCoreV1PostNamespacedPodExec'],
    ['get', '/api/v1/nodes/{name}/proxy/{path}', 'connectCoreV1GetNodeProxyWithPath'],
    ['put', '/api/v1/namespaces/{name}/finalize', 'replaceCoreV1NamespaceFinalize'],
    [
      'patch',
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale',
      'patchAppsV1NamespacedDeploymentScale',
    ],
    ['get', '/apis/rbac.authorization.k8s.io/v1/clusterroles', 'listRbacAuthorizationV1ClusterRole'],
    ['get', '/apis/ops.example.com/v1/backups', 'listComExampleOpsV1BackupForAllNamespaces'],
    ['get', '/apis/apps/v1/', 'getAppsV1APIResources'],
  ] as const;
  test.each(CASES)('%s %s: %s', (method, path, id) => {
    expect(two.paths[path]?.[method]?.operationId).toBe(id);
  });
});
