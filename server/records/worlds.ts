import type {
  Inode,
  InodeRow,
  KubeObject,
  LogRow,
  SavedWorld,
  StoredStart,
  WorldChange,
  WorldRecords,
} from '../exam/records.ts';
import type { Database } from './database.ts';
import { decodeStart, encodeStart } from './snapshot-format.ts';

/** Worlds in SQLite. Every call is one transaction. */
export class SqliteWorlds implements WorldRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  start(id: string): StoredStart | undefined {
    const row = this.#database.prepared('select data from starts where id = ?').get(id) as
      | { data: Buffer }
      | undefined;
    return row && decodeStart(row.data);
  }

  saveStart(id: string, start: StoredStart): void {
    this.#database
      .prepared('insert or ignore into starts (id, data) values (?, ?)')
      .run(id, encodeStart(start));
  }

  createWorld(id: string, startId: string, now: number): void {
    this.#database.transaction(() => {
      this.#database.prepared('delete from world_log where world = ?').run(id);
      this.#database.prepared('delete from world_inodes where world = ?').run(id);
      this.#database
        .prepared(
          `insert into worlds (id, start, now) values (?, ?, ?)
           on conflict (id) do update set start = excluded.start, now = excluded.now, wakes = wakes + 1`,
        )
        .run(id, startId, now);
    });
  }

  wakeWorld(id: string): SavedWorld | undefined {
    const row = this.#database
      .prepared('update worlds set wakes = wakes + 1 where id = ? returning start, wakes, now')
      .get(id) as { start: string; wakes: number; now: number } | undefined;
    if (!row) return undefined;
    const log = this.#database
      .prepared('select log, revision, key, value from world_log where world = ? order by log, revision')
      .all(id) as { log: string; revision: number; key: string; value: string | null }[];
    const inodes = this.#database
      .prepared('select host, ino, inode from world_inodes where world = ?')
      .all(id) as {
      host: string;
      ino: number;
      inode: string | null;
    }[];
    return {
      startId: row.start,
      wakes: row.wakes,
      now: row.now,
      log: log.map(
        (entry): LogRow => ({
          ...entry,
          value: entry.value === null ? undefined : (JSON.parse(entry.value) as KubeObject),
        }),
      ),
      inodes: inodes.map(
        ({ host, ino, inode }): InodeRow => ({
          host,
          ino,
          inode: inode === null ? undefined : decodeInode(inode),
        }),
      ),
    };
  }

  saveWorld(id: string, change: WorldChange): void {
    const insertLog = this.#database.prepared(
      'insert or replace into world_log (world, log, revision, key, value) values (?, ?, ?, ?, ?)',
    );
    const insertInode = this.#database.prepared(
      'insert or replace into world_inodes (world, host, ino, inode) values (?, ?, ?, ?)',
    );
    this.#database.transaction(() => {
      for (const { log, revision, key, value } of change.log) {
        insertLog.run(id, log, revision, key, value === undefined ? null : JSON.stringify(value));
      }
      for (const { host, ino, inode } of change.inodes) {
        insertInode.run(id, host, ino, inode === undefined ? null : encodeInode(inode));
      }
      this.#database.prepared('update worlds set now = ? where id = ?').run(change.now, id);
    });
  }

  close(): void {
    this.#database.close();
  }
}

/** An inode as JSON: escaped bytes (lone surrogates) survive that. */
function encodeInode(inode: Inode): string {
  return JSON.stringify(inode.entries ? { ...inode, entries: [...inode.entries] } : inode);
}

function decodeInode(text: string): Inode {
  const plain = JSON.parse(text) as Inode & { entries?: [string, number][] };
  return plain.entries ? { ...plain, entries: new Map(plain.entries) } : plain;
}
