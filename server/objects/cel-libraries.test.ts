import { expect, test } from 'vitest';
import { celValue, compileCel } from './cel.ts';
import { CelAuthorizer } from './cel-authorizer.ts';

test.each([
  "'abc'.charAt(1) == 'b' && 'aaa'.replace('a', 'b', 2) == 'bba' && 'a.b'.replace('.', '') == 'ab'",
  "'%s has %d of %.2f, %s, %x'.format(['a', 2, 1.5, [1, 'b'], 255]) == 'a has 2 of 1.50, [1, b], ff'",
  'sets.contains([1, 2], [2]) && !sets.intersects([1], [2]) && sets.equivalent([1], [1, 1])',
  "isIP('::1') && !isIP('1.2.3') && ip('10.0.0.1').family() == 4 && ip('127.0.0.1').isLoopback()",
  "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('fd00::/8').containsIP('fe80::1')",
  "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.0.0.0/8').prefixLength() == 8 && !isCIDR('1.1.1.1/33')",
  "url('https://a.example:8443/b').getHostname() == 'a.example' && url('https://a.b:1').getPort() == '1'",
  "quantity('2k').asInteger() == 2000 && quantity('500m').asApproximateFloat() == 0.5",
])('%s', (expression) => expect(compileCel(expression)({})).toBe(true));

test('an expression asks what somebody may do', () => {
  const asked: unknown[] = [];
  const authorizer = new CelAuthorizer(
    (access) => {
      asked.push(access);
      return { allowed: access.verb === 'get', reason: '' };
    },
    { resource: 'pods', namespace: 'shop' },
  );
  const ask = (expression: string) => compileCel(expression)({ authorizer, object: celValue({}) });
  expect(ask("authorizer.requestResource.check('get').allowed()")).toBe(true);
  expect(ask("authorizer.group('apps').resource('deployments').name('a').check('delete').allowed()")).toBe(
    false,
  );
  expect(ask("authorizer.serviceAccount('ns', 'sa').path('/x').check('get').allowed()")).toBe(true);
  expect(asked).toEqual([
    { resource: 'pods', namespace: 'shop', verb: 'get' },
    { group: 'apps', resource: 'deployments', name: 'a', verb: 'delete' },
    { serviceAccount: { namespace: 'ns', name: 'sa' }, path: '/x', verb: 'get' },
  ]);
});
