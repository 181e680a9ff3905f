import { expect, test } from 'vitest';
import { startApiServer } from '../testing.ts';

const api = startApiServer();
const kubelet = api.client('system:node:node01', ['system:nodes', 'system:authenticated']);
const admin = api.client();

function message(client: typeof admin, method: string, path: string, value: object): string {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const headers = { 'content-type': type };
  const answer = client.request({ method, path, headers, value: value as never }).value as any;
  return answer.kind === 'Status' ? answer.message : answer.kind;
}

admin.request({
  method: 'POST',
  path: '/api/v1/namespaces/default/pods',
  headers: {},
  value: {
    metadata: { name: 'mine' },
    spec: { nodeName: 'node01', containers: [{ name: 'c', image: 'x' }] },
  } as never,
});

const node = (name: string, labels: object) => ({ metadata: { name, labels } });
const pod = (annotations: object, spec: object = {}) => ({
  metadata: { name: 'p', annotations },
  spec: { nodeName: 'node01', containers: [{ name: 'c', image: 'x' }], ...spec },
});
const MIRROR = { 'kubernetes.io/config.mirror': 'x' };
const PODS = '/api/v1/namespaces/default/pods';

test.each<[string, string, object, string]>([
  [
    'POST',
    '/api/v1/nodes',
    node('node01', { 'node-restriction.kubernetes.io/a': 'b', 'k8s.io/x': 'y' }),
    'nodes "node01" is forbidden: node "node01" is not allowed to set the following labels: k8s.io/x, node-restriction.kubernetes.io/a',
  ],
  [
    'POST',
    '/api/v1/nodes',
    node('node02', {}),
    'nodes "node02" is forbidden: node "node01" is not allowed to modify node "node02"',
  ],
  ['POST', '/api/v1/nodes', node('node01', { disk: 'ssd' }), 'Node'],
  [
    'PATCH',
    '/api/v1/nodes/node01',
    { metadata: { labels: { 'node-role.kubernetes.io/worker': '' } } },
    'nodes "node01" is forbidden: is not allowed to modify labels: node-role.kubernetes.io/worker',
  ],
  [
    'PATCH',
    '/api/v1/nodes/node01',
    { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } },
    'nodes "node01" is forbidden: node "node01" is not allowed to modify taints',
  ],
  [
    'POST',
    PODS,
    pod({}),
    'pods "p" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "node01" can only create mirror pods',
  ],
  [
    'POST',
    PODS,
    pod(MIRROR),
    'pods "p" is forbidden: node "node01" can only create pods with an owner reference set to itself',
  ],
  [
    'POST',
    '/api/v1/namespaces/default/serviceaccounts/default/token',
    { spec: {} },
    'serviceaccounts "default" is forbidden: node requested token not bound to a pod',
  ],
  [
    'POST',
    '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
    { metadata: { name: 'node02' } },
    'leases.coordination.k8s.io "node02" is forbidden: can only access node lease with the same name as the requesting node',
  ],
])('a kubelet: %s %s %j', (method, path, value, expected) => {
  expect(message(kubelet, method, path, value)).toBe(expected);
});
