import { expect, test } from 'vitest';
import { logContract } from './log.contract.ts';
import { MemoryLog } from './memory-log.ts';

logContract('memory log', (limitBytes) => new MemoryLog(limitBytes));

test('a fork goes its own way', () => {
  const log = new MemoryLog();
  const object = (name: string) =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, uid: '', resourceVersion: '', creationTimestamp: '' },
    }) as const;
  log.append({ key: '/registry/pods/x/a', value: object('a') });
  const fork = log.fork();
  fork.append({ key: '/registry/pods/x/b', value: object('b') });
  expect(log.count('/registry/pods/')).toBe(1);
  expect(fork.count('/registry/pods/')).toBe(2);
  expect(fork.since(0, '/').length).toBe(2);
});
