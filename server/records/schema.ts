import { Database } from './database.ts';

/** Every step from an empty file to today's tables; the file remembers how many it has seen. */
const MIGRATIONS: readonly string[] = [
  `create table starts (id text primary key, data blob not null) without rowid;
   create table worlds (
     id text primary key, start text not null, wakes integer not null default 0, now real not null
   ) without rowid;
   create table world_log (
     world text not null, log text not null, revision integer not null, key text not null, value text,
     primary key (world, log, revision)
   ) without rowid;
   create table world_inodes (
     world text not null, host text not null, ino integer not null, inode text,
     primary key (world, host, ino)
   );
   create table attempts (
     id text primary key, owner text not null, started integer not null, state text not null
   ) without rowid;
   create index attempts_by_owner on attempts (owner, started);`,
];

/** Opens the database and brings its tables up to date. */
export function openDatabase(file: string): Database {
  const database = new Database(file);
  // A commit survives the end of the process; only a power cut could take the last ones back.
  database.execute('pragma journal_mode = WAL; pragma synchronous = NORMAL; pragma busy_timeout = 5000');
  const migrate = () => {
    const { user_version: seen } = database.prepared('pragma user_version').get() as { user_version: number };
    for (const step of MIGRATIONS.slice(seen)) database.execute(step);
    database.execute(`pragma user_version = ${MIGRATIONS.length}`);
  };
  database.transaction(migrate, { immediate: true });
  return database;
}
