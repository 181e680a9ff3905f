import { expect, test } from 'vitest';
import { MemoryLog } from '../../cluster/store/memory-log.ts';
import { LogRegistry } from '../../cluster/store/registry.ts';
import { Clock } from '../../sim/index.ts';
import type { LogRow, WorldRecords } from '../records.ts';
import type { TaskStart } from '../task.ts';
import type { World } from '../world.ts';
import { RunningWorld } from './running-world.ts';

function object(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid: name, resourceVersion: '', creationTimestamp: '' },
  };
}

test('what a log forgets before it is saved is saved nevertheless', () => {
  const logs = new LogRegistry();
  const log = logs.open('l');
  log.append({ key: '/registry/pods/old', value: object('old') });
  const saved: LogRow[] = [];
  const records = { saveWorld: (_: string, { log: rows }: { log: LogRow[] }) => saved.push(...rows) };
  const world = { logs, hosts: new Map(), clock: new Clock(0), forkedAt: new Map([['l', 1]]), close() {} };
  const running = new RunningWorld(
    'w',
    world as unknown as World,
    {} as TaskStart,
    records as unknown as WorldRecords,
    { output() {}, ended() {} },
  );
  log.append({ key: '/registry/pods/a', value: object('a') });
  log.append({ key: '/registry/pods/old', value: undefined });
  log.compact(log.revision);
  const other = new MemoryLog();
  logs.set('m', other);
  other.append({ key: '/registry/pods/b', value: object('b') });
  running.close();
  expect(saved.map(({ log: name, key, value }) => [name, key, value !== undefined])).toEqual([
    ['l', '/registry/pods/a', true],
    ['l', '/registry/pods/old', false],
    ['m', '/registry/pods/b', true],
  ]);
});
