import { describe, expect, it } from 'vitest';
import { MemoryLog } from '../cluster/store/memory-log.ts';
import type { StoredStart } from '../exam/records.ts';
import type { Inode } from '../host/index.ts';
import { openDatabase } from './schema.ts';
import { SqliteWorlds } from './worlds.ts';

function object(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid: name, resourceVersion: '', creationTimestamp: '' },
  };
}

function file(ino: number, data: string): Inode {
  return { ino, type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeMs: 1, ctimeMs: 1, links: 1, data };
}

function directory(ino: number, entries: [string, number][]): Inode {
  return { ...file(ino, ''), type: 'directory', entries: new Map(entries) };
}

function start(): StoredStart {
  const log = new MemoryLog();
  log.append({ key: '/registry/pods/a', value: object('a') });
  log.append({ key: '/registry/pods/b', value: object('b') });
  log.append({ key: '/registry/pods/a', value: undefined });
  log.compact(1);
  const disk = {
    inodes: new Map([
      [1, directory(1, [['f', 2]])],
      [2, file(2, 'x\udc80y')],
    ]),
    next: 3,
  };
  const topology = { name: 't' } as StoredStart['snapshot']['topology'];
  return {
    snapshot: {
      topology,
      now: 5,
      bootedAt: new Map([['h', 1]]),
      disks: new Map([['h', disk]]),
      logs: new Map([['l', log]]),
    },
    baseline: { certificate: 'c', objects: {}, files: {} },
  };
}

describe('worlds in SQLite', () => {
  it('keep a start with its disks and logs', () => {
    const records = new SqliteWorlds(openDatabase(':memory:'));
    records.saveStart('s', start());
    const found = records.start('s') as StoredStart;
    expect(found.snapshot.disks.get('h')?.inodes.get(2)?.data).toBe('x\udc80y');
    expect(found.snapshot.disks.get('h')?.inodes.get(1)?.entries?.get('f')).toBe(2);
    const log = found.snapshot.logs.get('l') as MemoryLog;
    expect([log.revision, log.compacted, log.count('/registry/')]).toEqual([3, 1, 1]);
    expect(log.get('/registry/pods/b')?.modRevision).toBe(2);
    expect(records.start('other')).toBe(undefined);
  });

  it('give back what was saved last, in order', () => {
    const records = new SqliteWorlds(openDatabase(':memory:'));
    records.createWorld('w', 's', 10);
    const log = [
      { log: 'l', revision: 4, key: 'k', value: object('k') },
      { log: 'l', revision: 10, key: 'k', value: undefined },
    ];
    records.saveWorld('w', { now: 20, log, inodes: [{ host: 'h', ino: 2, inode: file(2, 'one') }] });
    records.saveWorld('w', {
      now: 30,
      log: [],
      inodes: [
        { host: 'h', ino: 2, inode: file(2, 'two') },
        { host: 'h', ino: 3, inode: undefined },
        { host: 'h', ino: 1, inode: directory(1, [['g', 2]]) },
      ],
    });
    const saved = records.wakeWorld('w');
    expect(saved).toMatchObject({ startId: 's', wakes: 1, now: 30 });
    expect(saved?.log).toEqual(log);
    const inodes = new Map(saved?.inodes.map(({ ino, inode }) => [ino, inode]));
    expect(inodes.get(2)?.data).toBe('two');
    expect(inodes.get(3)).toBe(undefined);
    expect(inodes.get(1)?.entries?.get('g')).toBe(2);
    expect(records.wakeWorld('w')?.wakes).toBe(2);
  });

  it('forget a world that is taken back to its start', () => {
    const records = new SqliteWorlds(openDatabase(':memory:'));
    records.createWorld('w', 's', 10);
    records.saveWorld('w', { now: 20, log: [], inodes: [{ host: 'h', ino: 2, inode: file(2, 'one') }] });
    records.createWorld('w', 's', 11);
    expect(records.wakeWorld('w')).toMatchObject({ now: 11, inodes: [], log: [] });
    expect(records.wakeWorld('nobody')).toBe(undefined);
  });
});
