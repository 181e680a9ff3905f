import Database from 'better-sqlite3';

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
export function openDatabase(file: string): Database.Database {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  // A commit survives the end of the process; only a power cut could take the last ones back.
  database.pragma('synchronous = NORMAL');
  database.pragma('busy_timeout = 5000');
  const migrate = database.transaction(() => {
    const seen = database.pragma('user_version', { simple: true }) as number;
    for (const step of MIGRATIONS.slice(seen)) database.exec(step);
    database.pragma(`user_version = ${MIGRATIONS.length}`);
  });
  migrate.immediate();
  return database;
}
