import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import { RESOURCES } from '../client/resources.ts';
import { startApiServer } from './testing.ts';

const pod = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
});

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.reason}: ${error.message}`;
    throw error;
  }
  return 'no failure';
}

describe('objects', () => {
  test('are created, read, changed and deleted', () => {
    const client = startApiServer().client();
    const created = client.create<any>(
      RESOURCES.configmaps,
      { metadata: { name: 'a' }, data: { x: '1' } },
      'default',
    );
    expect(created).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default' },
    });
    expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    const updated = client.update(RESOURCES.configmaps, { ...created, data: { x: '2' } });
    expect(Number(updated.metadata.resourceVersion)).toBeGreaterThan(
      Number(created.metadata.resourceVersion),
    );
    expect(client.list(RESOURCES.configmaps, { namespace: 'default' }).items).toEqual([updated]);
    client.delete(RESOURCES.configmaps, 'a', 'default');
    expect(client.find(RESOURCES.configmaps, 'a', 'default')).toBeUndefined();
  });

  test('a write that changes nothing keeps the resourceVersion', () => {
    const client = startApiServer().client();
    const created = client.create<any>(
      RESOURCES.configmaps,
      { metadata: { name: 'a' }, data: { x: '1' } },
      'default',
    );
    expect(client.update(RESOURCES.configmaps, created)).toBe(
      client.get(RESOURCES.configmaps, 'a', 'default'),
    );
  });

  test.each([
    ['merge', { data: { x: null, y: '2' } }, { y: '2' }],
    ['strategic', { data: { y: '2' } }, { x: '1', y: '2' }],
    ['json', [{ op: 'replace', path: '/data/x', value: '3' }], { x: '3' }],
  ] as const)('%s patch', (type, body, data) => {
    const client = startApiServer().client();
    client.create(RESOURCES.configmaps, { metadata: { name: 'a' }, data: { x: '1' } }, 'default');
    expect(client.patch<any>(RESOURCES.configmaps, 'a', { type, body }, 'default').data).toEqual(data);
  });

  test('the status of a service changes beside its spec', () => {
    const client = startApiServer().client();
    const spec = { type: 'LoadBalancer', clusterIP: '10.96.0.77', ports: [{ port: 80 }] };
    client.create<any>(RESOURCES.services, { metadata: { name: 'h' }, spec } as any, 'default');
    const body = { status: { loadBalancer: { ingress: [{ ip: '9.9.9.9' }] } } };
    const change = { type: 'merge', body, subresource: 'status' } as const;
    expect(client.patch<any>(RESOURCES.services, 'h', change, 'default').spec.clusterIPs).toEqual([
      '10.96.0.77',
    ]);
  });

  test('a strategic patch merges containers by name', () => {
    const client = startApiServer().client();
    client.create(RESOURCES.pods, pod('a'), 'default');
    const body = { spec: { containers: [{ name: 'c', image: 'httpd' }] } };
    const patched = client.patch<any>(RESOURCES.pods, 'a', { type: 'strategic', body }, 'default');
    expect(patched.spec.containers).toMatchObject([{ name: 'c', image: 'httpd' }]);
  });
});

describe('failures', () => {
  const cases: [string, Partial<HttpRequest>, string][] = [
    [
      'no such object',
      { method: 'GET', path: '/api/v1/namespaces/default/pods/x' },
      '404 NotFound: pods "x" not found',
    ],
    [
      'no such namespace',
      { method: 'POST', path: '/api/v1/namespaces/nowhere/pods', value: pod('a') },
      '404 NotFound: namespaces "nowhere" not found',
    ],
    [
      'it exists',
      { method: 'POST', path: '/api/v1/namespaces', value: { metadata: { name: 'default' } } },
      '409 AlreadyExists: namespaces "default" already exists',
    ],
    [
      'immortal namespace',
      { method: 'DELETE', path: '/api/v1/namespaces/default' },
      '403 Forbidden: namespaces "default" is forbidden: this namespace may not be deleted',
    ],
    [
      'unknown resource',
      { method: 'GET', path: '/api/v1/gadgets' },
      '404 NotFound: the server could not find the requested resource',
    ],
    [
      'unknown field selector',
      { method: 'GET', path: '/api/v1/pods?fieldSelector=spec.color%3Dred' },
      '400 BadRequest: field label not supported: spec.color',
    ],
    [
      'malformed label selector',
      { method: 'GET', path: '/api/v1/pods?labelSelector=a%20in' },
      "400 BadRequest: unable to parse requirement: found '' expected: '('",
    ],
    [
      'unknown field',
      {
        method: 'POST',
        path: '/api/v1/namespaces/default/pods?fieldValidation=Strict',
        value: pod('a', { foo: 1, containers: [{ name: 'c', imagee: 'x' }] }),
      },
      '400 BadRequest: Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].imagee", unknown field "spec.foo"',
    ],
    [
      'wrong type',
      { method: 'POST', path: '/api/v1/namespaces/default/pods', value: pod('a', { hostNetwork: 'yes' }) },
      '400 BadRequest: Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
    [
      'another name in the body',
      {
        method: 'PUT',
        path: '/api/v1/namespaces/default/configmaps/web',
        value: { metadata: { name: 'other' } },
      },
      '400 BadRequest: the name of the object (other) does not match the name on the URL (web)',
    ],
    [
      'no name',
      { method: 'POST', path: '/api/v1/namespaces/default/configmaps', value: {} },
      '422 Invalid: ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
  ];
  test.each(cases)('%s', (_, request, expected) => {
    const client = startApiServer().client();
    const response = client.request({ method: 'GET', path: '/', headers: {}, ...request });
    const status = response.value as { reason: string; message: string };
    expect(`${response.status} ${status.reason}: ${status.message}`).toBe(expected);
  });

  test('a path that nobody knows is a page that is not there; people get indented answers', () => {
    const client = startApiServer().client();
    const page = client.request({ method: 'GET', path: '/nope', headers: {} });
    expect([page.status, page.body]).toEqual([404, '404 page not found\n']);
    const headers = { 'user-agent': 'curl/8.5.0' };
    const shown = client.request({ method: 'GET', path: '/api/v1/namespaces/default', headers });
    expect(shown.body).toMatch(
      /^\{\n {2}"kind": "Namespace",\n {2}"apiVersion": "v1",\n {2}"metadata": \{\n {4}"name"/,
    );
  });

  test('an old resourceVersion', () => {
    const client = startApiServer().client();
    const old = client.create<any>(RESOURCES.configmaps, { metadata: { name: 'a' } }, 'default');
    client.update(RESOURCES.configmaps, { ...old, data: { x: '1' } });
    expect(failure(() => client.update(RESOURCES.configmaps, { ...old, data: { x: '2' } }))).toBe(
      '409 Conflict: Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  test('unknown fields are warned of by default', () => {
    const client = startApiServer().client();
    const response = client.request({
      method: 'POST',
      path: '/api/v1/namespaces/default/pods',
      headers: {},
      value: pod('a', { foo: 1 }),
    });
    expect(response.headers['warning']).toBe('299 - "unknown field \\"spec.foo\\""');
  });
});

describe('watches', () => {
  test('show the present, then changes, as the selector sees them', () => {
    const client = startApiServer().client();
    const create = (name: string) => client.create<any>(RESOURCES.pods, pod(name), 'default');
    const first = create('a');
    const watch = client.watch(RESOURCES.pods, { namespace: 'default', labelSelector: 'app=a' });
    create('b');
    client.patch(
      RESOURCES.pods,
      'a',
      { type: 'merge', body: { metadata: { labels: { app: 'z' } } } },
      'default',
    );
    const events = [];
    for (let event = watch.next(); event; event = watch.next())
      events.push([event.type, event.object.metadata.name]);
    expect(events).toEqual([
      ['ADDED', 'a'],
      ['DELETED', 'a'],
    ]);
    watch.close();
    expect(watch.ended).toBe(true);
    expect(first.metadata.name).toBe('a');
  });

  test('too old a revision is an error event', () => {
    const { client, log } = startApiServer();
    const { revision } = log;
    client().create(RESOURCES.pods, pod('a'), 'default');
    log.compact(log.revision);
    const watch = client().watch(RESOURCES.pods, { resourceVersion: String(revision) });
    expect(watch.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    expect(watch.ended).toBe(true);
  });
});

test('pages together are the whole list', () => {
  const client = startApiServer().client();
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    client.create(RESOURCES.configmaps, { metadata: { name } }, 'default');
  const names: string[] = [];
  let next = '';
  do {
    const path = `/api/v1/namespaces/default/configmaps?limit=2&continue=${encodeURIComponent(next)}`;
    const list = client.request({ method: 'GET', path, headers: {} }).value as any;
    names.push(...list.items.map((item: any) => item.metadata.name));
    next = list.metadata.continue ?? '';
    client.delete(RESOURCES.configmaps, list.items[0].metadata.name, 'default');
  } while (next !== '');
  expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('discovery is that of a real server', async () => {
  const { default: expected } = await import('../kinds/schema/discovery.json', { with: { type: 'json' } });
  const client = startApiServer().client();
  for (const resource of expected) {
    const root =
      resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
    const list = client.request({ method: 'GET', path: root, headers: {} }).value as any;
    const found = list.resources.find((entry: any) => entry.name === resource.resource);
    expect(found, resource.resource).toBeDefined();
    expect([found.kind, found.singularName, found.namespaced, [...found.verbs].sort()]).toEqual([
      resource.kind,
      resource.singular,
      resource.scope === 'Namespaced',
      [...resource.verbs].sort(),
    ]);
    expect(found.shortNames ?? []).toEqual(resource.shortNames);
    expect(found.categories ?? []).toEqual(resource.categories);
    const below = list.resources.filter((entry: any) => entry.name.startsWith(`${resource.resource}/`));
    expect(below.map((entry: any) => [entry.name.split('/')[1], entry.kind])).toEqual(
      resource.subresources.map((entry) => [entry.name, entry.kind]),
    );
  }
});
