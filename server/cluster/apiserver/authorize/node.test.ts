import { expect, test } from 'vitest';
import { MemoryLog } from '../../store/memory-log.ts';
import type { Access } from './access.ts';
import { NodeAuthorizer } from './node.ts';

/** `list pods`, `get nodes/node02`, as node01; the rest as fields are selected. */
function access(text: string, selectedFields: Record<string, string> = {}): Access {
  const [verb = '', what = ''] = text.split(' ');
  const [resource = '', name = '', subresource = ''] = what.split('/');
  const user = { name: 'system:node:node01', groups: ['system:nodes'] };
  const none = { path: '', group: '', version: 'v1', namespace: '', isResource: true };
  return { ...none, user, verb, resource, name, subresource, selectedFields };
}

const ONLY_OWN = 'only its own Node object';

test.each<[string, Record<string, string>, string | true]>([
  ['list pods', {}, 'can only list/watch pods with spec.nodeName field selector'],
  ['list pods', { 'spec.nodeName': 'node02' }, 'can only list/watch pods with spec.nodeName field selector'],
  ['watch pods', { 'spec.nodeName': 'node01' }, true],
  ['create pods', {}, true],
  ['patch pods/a/status', {}, true],
  ['patch pods/a', {}, ''],
  ['list nodes', {}, `node 'node01' cannot read all nodes, ${ONLY_OWN}`],
  ['get nodes/node02', {}, `node 'node01' cannot read 'node02', ${ONLY_OWN}`],
  ['get nodes/node01', {}, true],
  ['delete nodes/node01', {}, ''],
  ['list secrets', {}, 'can only read namespaced object of this type'],
])('a kubelet: %s %j', (what, fields, answer) => {
  const decision = new NodeAuthorizer(new MemoryLog()).decide(access(what, fields));
  expect(decision.allowed || decision.reason).toBe(answer);
});

test('without AuthorizeNodeWithSelectors it reads all pods and nodes', () => {
  const authorizer = new NodeAuthorizer(new MemoryLog(), false);
  expect(['list pods', 'list nodes'].map((what) => authorizer.decide(access(what)).allowed)).toEqual([
    true,
    true,
  ]);
});
