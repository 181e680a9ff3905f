import { expect, test } from 'vitest';
import { typeOf } from '../types.ts';
import { twoWayPatch } from './three-way.ts';

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
