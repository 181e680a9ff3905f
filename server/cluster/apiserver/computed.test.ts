import { expect, test } from 'vitest';
import { RESOURCES } from '../client/resources.ts';
import { startApiServer } from './testing.ts';

test('events are gone an hour after they were last touched', () => {
  const { client, clock } = startApiServer();
  const admin = client();
  const event = (name: string) => ({
    metadata: { name, namespace: 'default' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
    reason: 'Started',
    message: 'x',
    type: 'Normal',
  });
  admin.create(RESOURCES.events, event('old'), 'default');
  clock.advance(1_800_000);
  admin.create(RESOURCES.events, event('new'), 'default');
  clock.advance(1_800_000);
  expect(admin.list(RESOURCES.events).items.map(({ metadata }) => metadata.name)).toEqual(['new']);
});

test('an API service of another server is available when its service has endpoints', () => {
  const admin = startApiServer().client();
  const spec = {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
  };
  const service = { name: 'metrics-server', namespace: 'kube-system', port: 443 };
  admin.create(RESOURCES.apiservices, {
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: { ...spec, service },
  });
  const reason = () =>
    admin.get<any>(RESOURCES.apiservices, 'v1beta1.metrics.k8s.io').status.conditions[0].reason;
  expect(reason()).toBe('ServiceNotFound');
  const ports = [{ name: 'https', port: 443, targetPort: 4443 }];
  admin.create(RESOURCES.services, { metadata: { name: 'metrics-server' }, spec: { ports } }, 'kube-system');
  expect(reason()).toBe('MissingEndpoints');
  const subsets = [{ addresses: [{ ip: '10.244.1.9' }], ports: [{ name: 'https', port: 4443 }] }];
  admin.create(RESOURCES.endpoints, { metadata: { name: 'metrics-server' }, subsets }, 'kube-system');
  expect(reason()).toBe('Passed');
  expect(admin.get<any>(RESOURCES.apiservices, 'v1.apps').status.conditions[0].reason).toBe('Local');
  const path = '/apis/metrics.k8s.io/v1beta1/nodes';
  const refused = admin.request({ method: 'GET', path, headers: {} });
  expect([refused.status, refused.body?.toString().trim()]).toEqual([
    503,
    'error trying to reach service: dial tcp 10.244.1.9:4443: connect: connection refused',
  ]);
  const groups = () =>
    (admin.request({ method: 'GET', path: '/apis', headers: {} }).value as any).groups.map(
      (one: any) => one.name,
    );
  expect(groups()).toContain('apps');
  admin.delete(RESOURCES.apiservices, 'v1.apps', undefined, {});
  // Nobody is told of it any more, and it is served still.
  expect(groups()).not.toContain('apps');
  expect(admin.list(RESOURCES.deployments).items).toEqual([]);
});

test('RBAC: what a user may do, and may hand on', () => {
  const { client } = startApiServer();
  const admin = client();
  const rules = [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] }];
  admin.create(RESOURCES.roles, { metadata: { name: 'reader' }, rules }, 'default');
  const manage = [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'], verbs: ['create'] }];
  admin.create(RESOURCES.roles, { metadata: { name: 'manager' }, rules: manage }, 'default');
  const bind = (name: string, roleRefKind = 'Role') => ({
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: roleRefKind, name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
  });
  for (const name of ['reader', 'manager']) admin.create(RESOURCES.rolebindings, bind(name), 'default');
  const jane = client('jane', []);
  const failure = (run: () => unknown) => {
    try {
      run();
      return 'done';
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(failure(() => jane.list(RESOURCES.pods, { namespace: 'default' }))).toBe('done');
  expect(failure(() => jane.list(RESOURCES.nodes))).toBe(
    'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
  );
  expect(failure(() => jane.delete(RESOURCES.pods, 'x', 'default'))).toBe(
    'pods "x" is forbidden: User "jane" cannot delete resource "pods" in API group "" in the namespace "default"',
  );
  const more = {
    metadata: { name: 'more' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['watch', 'get', 'delete'] }],
  };
  expect(failure(() => jane.create(RESOURCES.roles, more, 'default'))).toBe(
    'roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["watch" "delete"]}',
  );
  admin.delete(RESOURCES.roles, 'reader', 'default');
  expect(failure(() => jane.list(RESOURCES.pods, { namespace: 'default' }))).toBe(
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default": RBAC: role.rbac.authorization.k8s.io "reader" not found',
  );
});

test.each([
  ['/api/v1', 'pods', 'xPOwRZ+Yhw8='],
  ['/api/v1', 'events', 'r2yiGXH7wu8='],
  ['/api/v1', 'bindings', undefined],
])('%s: the version in which %s are stored has the hash %s', (path, name, hash) => {
  const { value }: any = startApiServer().client().request({ method: 'GET', path, headers: {} });
  expect(value.resources.find((r: any) => r.name === name).storageVersionHash).toBe(hash);
});
