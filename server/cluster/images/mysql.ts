import type { Context, Main } from '../../host/index.ts';
import { MEBI } from './image.ts';
import { dateTime, hasAny, type ServerSpec, serverImage } from './server.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(
  new Map([
    ...releases({
      '9.5': 0,
      '9.4': 0,
      '9.3': 0,
      '9.2': 0,
      '9.1': 0,
      '9.0': 1,
      '8.4': 7,
      '8.0': 44,
      '5.7': 44,
    }),
    ...releases({ '5.6': 51, '5.5': 62 }),
    ['lts', '8.4.7'],
    ['8', '8.4.7'],
  ]),
  '9.5.0',
  ['oraclelinux9', 'debian'],
);

const REQUIRED = ['MYSQL_ROOT_PASSWORD', 'MYSQL_ALLOW_EMPTY_PASSWORD', 'MYSQL_RANDOM_ROOT_PASSWORD'];

const version = (context: Context) => context.env.get('MYSQL_VERSION') ?? '8.4.7-1.el9';
const note = (context: Context, text: string) => `${dateTime(context)}+00:00 [Note] [Entrypoint]: ${text}\n`;
const stamp = (context: Context) => `${new Date(context.now).toISOString().slice(0, 23)}000Z`;
const greeting = (context: Context) =>
  note(context, `Entrypoint script for MySQL Server ${version(context)} started.`) +
  note(context, "Switching to dedicated user 'mysql'") +
  note(context, `Entrypoint script for MySQL Server ${version(context)} started.`);
const isNew = (context: Context) => !context.fs.isDirectory('/var/lib/mysql/mysql');

const SPEC: ServerSpec = {
  program: 'mysqld',
  port: 3306,
  fd: 2,
  refusal(context) {
    if (!isNew(context) || hasAny(context, REQUIRED)) return undefined;
    return `${greeting(context)}${dateTime(context)}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n${REQUIRED.map((name) => `    - ${name}\n`).join('')}`;
  },
  prepares(context) {
    if (!isNew(context)) return { says: greeting(context), takesMs: 1500 };
    context.fs.mkdirAll('/var/lib/mysql/mysql');
    const { env } = context;
    const database = env.get('MYSQL_DATABASE');
    const user = env.get('MYSQL_USER');
    if (database) context.fs.mkdirAll(`/var/lib/mysql/${database}`);
    const says = [
      greeting(context),
      note(context, 'Initializing database files'),
      note(context, 'Database files initialized'),
      note(context, 'Starting temporary server'),
      note(context, 'Temporary server started.'),
      ...(database ? [note(context, `Creating database ${database}`)] : []),
      ...(user && user !== 'root' ? [note(context, `Creating user ${user}`)] : []),
      note(context, 'Stopping temporary server'),
      note(context, 'Temporary server stopped'),
      note(context, 'MySQL init process done. Ready for start up.'),
    ];
    return { says: says.join(''), takesMs: 9000 };
  },
  started: (context) =>
    `${stamp(context)} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '${version(context).replace(/-.*/, '')}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.\n`,
  stopped: (context) =>
    `${stamp(context)} 0 [System] [MY-013172] [Server] Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: ${version(context).replace(/-.*/, '')}).\n`,
  taken: (context) =>
    `${stamp(context)} 0 [ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use\n`,
};

/** `mysqladmin ping`, as probes use it. */
export const mysqladmin: Main = function* (context) {
  const [command] = context.args.slice(1).filter((arg) => !arg.startsWith('-'));
  if (command !== 'ping') {
    yield* context.err(`mysqladmin: Unknown command: '${command ?? ''}'\n`);
    return 1;
  }
  if (context.network.connect('127.0.0.1', 3306).ok) {
    yield* context.out('mysqld is alive\n');
    return 0;
  }
  yield* context.err(
    "mysqladmin: connect to server at 'localhost' failed\nerror: 'Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)'\nCheck that mysqld is running and that the socket: '/var/run/mysqld/mysqld.sock' exists!\n",
  );
  return 1;
};

export const MYSQL = serverImage({
  repository: 'mysql',
  tags: VERSIONS.keys(),
  sizeBytes: 240_000_000,
  footprint: { memoryBytes: 450 * MEBI, cores: 0.006 },
  spec: SPEC,
  path: '/usr/sbin/mysqld',
  tools: { '/usr/bin/mysqladmin': 'mysqladmin' },
  programs: [{ name: 'mysqladmin', main: mysqladmin }],
  env: (tag) => {
    const number = VERSIONS.get(tag) ?? '8.4.7';
    return { MYSQL_MAJOR: number.split('.').slice(0, 2).join('.'), MYSQL_VERSION: `${number}-1.el9` };
  },
  files: (into) => into.fs.mkdirAll('/var/lib/mysql'),
});
