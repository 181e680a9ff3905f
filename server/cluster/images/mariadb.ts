import type { Context } from '../../host/index.ts';
import { MEBI } from './image.ts';
import { DATA, isNew, openMysql, prepareMysql } from './mysql-data.ts';
import { dateTime, hasAny, type ServerSpec, serverImage } from './server.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(
  new Map([
    ...releases({
      '12.0': 2,
      '11.8': 3,
      '11.7': 2,
      '11.4': 8,
      '10.11': 14,
      '10.6': 23,
      '10.5': 29,
      '10.4': 34,
      '10.3': 39,
    }),
    ['lts', '11.8.3'],
  ]),
  '12.0.2',
  ['noble', 'ubi'],
);

const REQUIRED = [
  'MARIADB_ROOT_PASSWORD',
  'MYSQL_ROOT_PASSWORD',
  'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
  'MYSQL_ALLOW_EMPTY_PASSWORD',
  'MARIADB_RANDOM_ROOT_PASSWORD',
  'MYSQL_RANDOM_ROOT_PASSWORD',
  'MARIADB_ROOT_PASSWORD_HASH',
];

const version = (context: Context) => context.env.get('MARIADB_VERSION') ?? '1:11.8.3+maria~ubu2404';
const short = (context: Context) => /(\d+\.\d+\.\d+)/.exec(version(context))?.[1] ?? '11.8.3';
const note = (context: Context, text: string) => `${dateTime(context)}+00:00 [Note] [Entrypoint]: ${text}\n`;
const greeting = (context: Context) =>
  note(context, `Entrypoint script for MariaDB Server ${version(context)} started.`) +
  note(context, "Switching to dedicated user 'mysql'") +
  note(context, `Entrypoint script for MariaDB Server ${version(context)} started.`);

const SPEC: ServerSpec = {
  program: 'mariadbd',
  port: 3306,
  fd: 2,
  refusal(context) {
    if (!isNew(context) || hasAny(context, REQUIRED)) return undefined;
    return `${greeting(context)}${dateTime(context)}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD\n`;
  },
  user: 'mysql',
  data: () => DATA,
  backlog: 80,
  six: 'both',
  service: (context) => openMysql(context, `${short(context)}-MariaDB-ubu2404`),
  prepares: (context) =>
    prepareMysql(context, {
      note: (text) => note(context, text),
      greeting: greeting(context),
      product: 'MariaDB',
      prefix: 'MARIADB',
      version: short(context),
    }),
  started: (context) =>
    `${dateTime(context)} 0 [Note] mariadbd: ready for connections.\nVersion: '${short(context)}-MariaDB-ubu2404'  socket: '/run/mysqld/mysqld.sock'  port: 3306  mariadb.org binary distribution\n`,
  stopped: (context) => `${dateTime(context)} 0 [Note] mariadbd: Shutdown complete\n`,
  taken: (context) =>
    `${dateTime(context)} 0 [ERROR] Can't start server: Bind on TCP/IP port. Got error: 98: Address already in use\n`,
};

export const MARIADB = serverImage({
  repository: 'mariadb',
  tags: VERSIONS.keys(),
  sizeBytes: 117_000_000,
  footprint: { memoryBytes: 85 * MEBI, cores: 0.001 },
  spec: SPEC,
  path: '/usr/sbin/mariadbd',
  account: { name: 'mysql', id: 999, home: '/var/lib/mysql' },
  tools: { '/usr/bin/mariadb': 'mysql', '/usr/bin/mariadb-admin': 'mysqladmin' },
  env: (tag) => ({ MARIADB_VERSION: `1:${VERSIONS.get(tag) ?? '11.8.3'}+maria~ubu2404` }),
  files(into) {
    into.fs.mkdirAll(DATA);
    // Since 11 the names of MySQL are no longer there.
    if (!/^10\./.test(VERSIONS.get(into.tag) ?? '')) return;
    into.install('/usr/bin/mysql', 'mysql');
    into.install('/usr/bin/mysqladmin', 'mysqladmin');
  },
});
