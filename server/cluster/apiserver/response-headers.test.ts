import { expect, test } from 'vitest';
import { startApiServer } from './testing.ts';
import { ANONYMOUS } from './user.ts';

const { server } = startApiServer();

/** The names of the flow and the level that an answer tells of. */
function flowOf(headers: Readonly<Record<string, string>>): (string | undefined)[] {
  return ['flowschema', 'prioritylevel'].map((kind) => {
    const uid = headers[`x-kubernetes-pf-${kind}-uid`];
    const prefix = kind === 'flowschema' ? 'flowschemas' : 'prioritylevelconfigurations';
    const found = server.store.log.list(`/registry/${prefix}/`);
    return found.find(({ value }) => value.metadata.uid === uid)?.value.metadata.name;
  });
}

const ask = (path: string, name: string, groups: readonly string[] = []) =>
  server.handle({ method: 'GET', path, headers: {} }, name === 'nobody' ? ANONYMOUS : { name, groups });

test('every answer has a name, is not to be kept, and is dated', () => {
  const { headers } = ask('/api/v1/pods', 'jane');
  expect(headers).toMatchObject({
    'audit-id': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
    'cache-control': 'no-cache, private',
    date: 'Thu, 01 Jan 2026 00:00:00 GMT',
    'x-content-type-options': 'nosniff',
  });
  const named = server.handle({ method: 'GET', path: '/version', headers: { 'audit-id': 'mine' } });
  expect(named.headers['audit-id']).toBe('mine');
});

test.each([
  ['/api/v1/pods', 'root', ['system:masters'], ['exempt', 'exempt']],
  ['/healthz', 'nobody', [], ['probes', 'exempt']],
  ['/version', 'nobody', [], ['global-default', 'global-default']],
  ['/api/v1/nodes/n/status', 'system:node:n', ['system:nodes'], ['system-node-high', 'node-high']],
  [
    '/api/v1/pods',
    'system:serviceaccount:kube-system:job-controller',
    [],
    ['kube-system-service-accounts', 'workload-high'],
  ],
  [
    '/api/v1/pods',
    'system:serviceaccount:shop:default',
    ['system:serviceaccounts'],
    ['service-accounts', 'workload-low'],
  ],
  [
    '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler',
    'system:kube-scheduler',
    [],
    ['system-leader-election', 'leader-election'],
  ],
  ['/api/v1/namespaces/a/pods/b/log', 'jane', [], [undefined, undefined]],
])('%s of %s flows with its kind', (path, name, groups, expected) => {
  const { headers } = ask(path, name, groups);
  expect(flowOf(headers)).toEqual(expected);
});
