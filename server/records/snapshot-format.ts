import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type LogState, MemoryLog } from '../cluster/store/memory-log.ts';
import type { FrozenDisk, StoredStart } from '../exam/records.ts';

interface Plain extends Omit<StoredStart, 'snapshot'> {
  snapshot: Omit<StoredStart['snapshot'], 'logs'> & {
    logs: Map<string, LogState>;
  };
}

/** A start as bytes. */
export function encodeStart({ snapshot, baseline }: StoredStart): Buffer {
  const logs = new Map([...snapshot.logs].map(([id, log]) => [id, log.dump()] as const));
  const plain: Plain = { baseline, snapshot: { ...snapshot, logs } };
  return gzipSync(serialize(plain), { level: 1 });
}

export function decodeStart(bytes: Buffer): StoredStart {
  const { baseline, snapshot } = deserialize(gunzipSync(bytes)) as Plain;
  const logs = new Map([...snapshot.logs].map(([id, state]) => [id, MemoryLog.load(state)] as const));
  const disks = new Map<string, FrozenDisk>(snapshot.disks);
  return { baseline, snapshot: { ...snapshot, disks, logs } };
}
