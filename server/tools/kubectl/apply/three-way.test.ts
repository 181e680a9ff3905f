import { expect, test } from 'vitest';
import { typeOf } from '../types.ts';
import { threeWayPatch, twoWayPatch } from './three-way.ts';

test('ports of one number and two protocols that did not change are no change', () => {
  const deployment = (annotations: object) => ({
    spec: {
      template: {
        metadata: { annotations },
        spec: {
          containers: [
            {
              name: 'coredns',
              ports: [
                { containerPort: 53, name: 'dns', protocol: 'UDP' },
                { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
              ],
            },
          ],
        },
      },
    },
  });
  const patch = twoWayPatch(deployment({}), deployment({ a: 'b' }), typeOf('apps/v1', 'Deployment'));
  expect(patch).toEqual({ spec: { template: { metadata: { annotations: { a: 'b' } } } } });
});

// Found by scripts/conformance/kubectl/merges.ts: what the real kubectl sends.
const pod = (fields: object) => ({ spec: { template: { spec: fields } } });
test.each([
  {
    what: 'a volume that got another source keeps only the new one',
    original: pod({ volumes: [{ name: 'a', secret: { secretName: 's' } }] }),
    current: pod({ volumes: [{ name: 'a', emptyDir: {} }] }),
    modified: pod({ volumes: [{ name: 'a', secret: { secretName: 's' } }] }),
    patch: pod({
      '$setElementOrder/volumes': [{ name: 'a' }],
      volumes: [{ name: 'a', secret: { secretName: 's' }, $retainKeys: ['name', 'secret'] }],
    }),
  },
  {
    what: 'elements come in the new order, what goes comes last',
    original: pod({ hostAliases: [{ ip: '3' }] }),
    current: pod({ hostAliases: [{ ip: '3' }] }),
    modified: pod({ hostAliases: [{ ip: '2' }, { ip: '1' }] }),
    patch: pod({
      '$setElementOrder/hostAliases': [{ ip: '2' }, { ip: '1' }],
      hostAliases: [{ ip: '2' }, { ip: '1' }, { ip: '3', $patch: 'delete' }],
    }),
  },
])('$what', ({ original, current, modified, patch }) => {
  expect(threeWayPatch({ original, current, modified }, typeOf('apps/v1', 'Deployment'))).toEqual(patch);
});

test.each([
  [['a', 'b'], ['b', 'a'], { '$setElementOrder/finalizers': ['b', 'a'] }],
  [['b', 'a'], ['a', 'b'], undefined],
  [
    ['a'],
    ['b'],
    { finalizers: ['b'], '$deleteFromPrimitiveList/finalizers': ['a'], '$setElementOrder/finalizers': ['b'] },
  ],
])('finalizers from %j to %j', (before, after, patch) => {
  const of = (finalizers: string[]) => ({ metadata: { finalizers } });
  const made = twoWayPatch(of(before), of(after), typeOf('apps/v1', 'Deployment'));
  expect(made).toEqual(patch ? { metadata: patch } : {});
});
