import { expect, test } from 'vitest';
import { ConnectionError } from '../client/http-client.ts';
import { RESOURCES } from '../client/resources.ts';
import type { Controller } from './controller.ts';
import { startCluster } from './testing/cluster.ts';

test('a controller whose server goes away tries again, and the manager goes on', () => {
  const cluster = startCluster();
  let looks = 0;
  const controller: Controller = {
    name: 'looking-controller',
    alias: 'looking',
    start: ({ informers, queue }) => {
      informers.for(RESOURCES.namespaces).on({ added: ({ metadata }) => queue.add(metadata.name) });
      return {
        reconcile(key) {
          if (key !== 'default') return undefined;
          looks++;
          if (looks < 3) throw new ConnectionError('ECONNREFUSED', 'connect: connection refused');
          return undefined;
        },
      };
    },
  };
  cluster.startManager([controller]);
  cluster.settle();
  expect(looks).toBe(3);
});
