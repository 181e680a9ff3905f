import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../objects/object.ts';
import { CompactedError, type Log, type LogEntry, SpaceExceededError } from './log.ts';

/** What every log must do. `create` makes an empty one, `limitBytes` large at most. */
export function logContract(name: string, create: (limitBytes?: number) => Log): void {
  const pod = (podName: string, label = 'a'): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podName, uid: podName, resourceVersion: '', creationTimestamp: '', labels: { label } },
  });
  const at = (podName: string) => `/registry/pods/default/${podName}`;
  const filled = () => {
    const log = create();
    log.append({ key: at('b'), value: pod('b') });
    log.append({ key: at('a'), value: pod('a') });
    log.append({ key: '/registry/services/specs/default/s', value: pod('s') });
    log.append({ key: at('b'), value: pod('b', 'changed') });
    log.append({ key: at('a'), value: undefined });
    return log;
  };
  const names = (list: readonly { value: KubeObject }[]) => list.map(({ value }) => value.metadata.name);

  describe(name, () => {
    test('counts revisions, creations and changes', () => {
      const log = filled();
      expect(log.revision).toBe(5);
      expect(log.get(at('b'))).toMatchObject({ createRevision: 1, modRevision: 4, version: 2 });
      expect(log.get(at('b'))?.value.metadata.resourceVersion).toBe('4');
      expect(log.get(at('a'))).toBeUndefined();
    });

    test('values are frozen', () => {
      const stored = filled().get(at('b'));
      expect(Object.isFrozen(stored?.value.metadata.labels)).toBe(true);
    });

    test('lists live keys in key order', () => {
      const log = filled();
      log.append({ key: at('a'), value: pod('a') });
      expect(names(log.list('/registry/pods/'))).toEqual(['a', 'b']);
      expect(names(log.list('/registry/'))).toEqual(['a', 'b', 's']);
      expect(names(log.list('/registry/services/specs/'))).toEqual(['s']);
      expect(log.count('/registry/pods/default/')).toBe(2);
      expect(log.count('/registry/pods/other/')).toBe(0);
    });

    test('lists as of a past revision', () => {
      const log = filled();
      expect(names(log.listAt('/registry/pods/', 2))).toEqual(['a', 'b']);
      expect(log.listAt('/registry/pods/', 3)[1]?.value.metadata.labels).toEqual({ label: 'a' });
      expect(names(log.listAt('/registry/pods/', 5))).toEqual(['b']);
    });

    test.each([
      ['create of a new key', 'c', 0, true],
      ['create of a key that exists', 'b', 0, false],
      ['change of the last revision', 'b', 4, true],
      ['change of an older revision', 'b', 1, false],
      ['change of a deleted key', 'a', 2, false],
    ])('expectation: %s', (_, podName, expected, holds) => {
      const log = filled();
      expect(log.append({ key: at(podName), value: pod(podName), expected }) !== undefined).toBe(holds);
      expect(log.revision).toBe(holds ? 6 : 5);
    });

    test('a deletion returns the last state with the new revision', () => {
      const log = filled();
      expect(log.append({ key: at('b'), value: undefined })?.value.metadata).toMatchObject({
        name: 'b',
        resourceVersion: '6',
      });
      expect(log.append({ key: at('b'), value: undefined })).toBeUndefined();
    });

    test('a watch tells the past, then the present, and nothing after it is closed', () => {
      const log = filled();
      const seen: string[] = [];
      const show = (e: LogEntry) =>
        seen.push(`${e.revision} ${e.key.slice(-1)} ${e.value ? 'put' : 'delete'}`);
      const watch = log.watch('/registry/pods/', 3, show);
      log.append({ key: at('c'), value: pod('c') });
      log.append({ key: '/registry/nodes/c', value: pod('c') });
      watch.close();
      log.append({ key: at('d'), value: pod('d') });
      expect(seen).toEqual(['4 b put', '5 a delete', '6 c put']);
    });

    test('entries carry the value before', () => {
      const [changed, deleted] = filled().since(3, '/registry/pods/');
      expect(changed?.previous?.metadata.labels).toEqual({ label: 'a' });
      expect(deleted).toMatchObject({ value: undefined, previous: { metadata: { name: 'a' } } });
    });

    test('compaction forgets entries, not state', () => {
      const log = filled();
      log.compact(4);
      expect(log.compacted).toBe(4);
      expect(() => log.since(3, '/')).toThrow(CompactedError);
      expect(() => log.listAt('/', 3)).toThrow(CompactedError);
      expect(log.since(4, '/').map((e) => e.revision)).toEqual([5]);
      expect(names(log.list('/registry/pods/'))).toEqual(['b']);
    });

    test('a full store refuses to grow but lets go', () => {
      const log = create(500);
      log.append({ key: at('a'), value: pod('a') });
      expect(() => log.append({ key: at('b'), value: pod('b', 'x'.repeat(600)) })).toThrow(
        SpaceExceededError,
      );
      expect(log.revision).toBe(1);
      log.append({ key: at('a'), value: undefined });
      expect(log.bytes).toBe(0);
    });
  });
}
