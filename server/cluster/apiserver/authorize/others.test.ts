import { expect, test } from 'vitest';
import { readAbacPolicies } from './abac.ts';
import type { Access } from './access.ts';
import { webhookAuthorizer } from './webhook.ts';

const policy = (spec: object) =>
  JSON.stringify({ apiVersion: 'abac.authorization.kubernetes.io/v1beta1', kind: 'Policy', spec });
const POLICIES = [
  '# who may do what',
  policy({ user: 'alice', namespace: '*', resource: '*', apiGroup: '*' }),
  policy({ user: 'bob', namespace: 'shop', resource: 'pods', readonly: true }),
  policy({ group: 'system:authenticated', nonResourcePath: '/version*', readonly: true }),
].join('\n');

/** `bob get pods shop`, or `bob get /version`. */
function access(text: string): Access {
  const [name = '', verb = '', what = '', namespace = ''] = text.split(' ');
  const isResource = !what.startsWith('/');
  const user = { name, groups: ['system:authenticated'] };
  const path = isResource ? '' : what;
  const resource = isResource ? what : '';
  return {
    user,
    verb,
    isResource,
    path,
    group: '',
    version: 'v1',
    resource,
    subresource: '',
    namespace,
    name: '',
  };
}

test.each([
  ['alice delete secrets kube-system', true],
  ['bob list pods shop', true],
  ['bob delete pods shop', false],
  ['bob list pods default', false],
  ['bob get /version/x', true],
  ['bob get /metrics', false],
])('ABAC: %s', (what, allowed) =>
  expect(readAbacPolicies(POLICIES, '/p').decide(access(what)).allowed).toBe(allowed),
);

test('a line of a policy file that is none is named', () => {
  expect(() => readAbacPolicies('{"kind":"Role"}', '/p')).toThrow(
    'error reading policy file /p, line 1: {"kind":"Role"}: no kind "Role" is registered for version ""',
  );
});

test('a webhook decides; while it does not answer nobody does, or it is a no', () => {
  const asked: any[] = [];
  const ask = (review: any) => {
    asked.push(review.spec);
    return { status: { allowed: false, denied: true, reason: 'not today' } };
  };
  const down = () => {
    throw new Error('connection refused');
  };
  const what = access('bob get pods shop');
  expect(webhookAuthorizer(ask, 'v1').decide(what)).toEqual({
    allowed: false,
    denied: true,
    reason: 'not today',
  });
  expect(asked).toEqual([
    {
      resourceAttributes: { namespace: 'shop', verb: 'get', version: 'v1', resource: 'pods' },
      user: 'bob',
      groups: ['system:authenticated'],
    },
  ]);
  expect(webhookAuthorizer(down, 'v1').decide(what)).toEqual({ allowed: false, reason: '' });
  expect(webhookAuthorizer(down, 'v1', 'Deny').decide(what).denied).toBe(true);
});
