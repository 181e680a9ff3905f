import type { Context, Main } from '../../host/index.ts';
import { alpineBase, debianBase } from './bases/unix.ts';
import type { ImageFamily } from './image.ts';
import { log, tryListen, untilSignal } from './serve.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A server that speaks a protocol nobody here speaks: it listens, says so, and stops when told. */
interface ServerSpec {
  readonly program: string;
  readonly port: number;
  /** At least one of these must be set and not empty; otherwise `refusal` is printed and it exits 1. */
  readonly requires?: readonly string[];
  readonly refusal?: (context: Context) => string;
  readonly started: (context: Context) => string;
  readonly stopped?: (context: Context) => string;
  readonly taken: (context: Context) => string;
}

function server(spec: ServerSpec): Main {
  return function* (context) {
    if (spec.requires && !spec.requires.some((name) => (context.env.get(name) ?? '') !== '')) {
      yield* context.err(spec.refusal?.(context) ?? '');
      return 1;
    }
    const problem = tryListen(context, { port: spec.port, service: spec.program });
    if (problem) {
      yield* context.err(spec.taken(context));
      return 1;
    }
    log(context, spec.started(context));
    yield* untilSignal(context);
    if (spec.stopped) log(context, spec.stopped(context));
    return 0;
  };
}

const iso = (context: Context) => new Date(context.now).toISOString();
const date = (context: Context) => iso(context).slice(0, 19).replace('T', ' ');

const redisTime = (context: Context) => {
  const [, day, month, year] = /, (\d+) (\w+) (\d+)/.exec(new Date(context.now).toUTCString()) ?? [];
  return `${day} ${month} ${year} ${iso(context).slice(11, 23)}`;
};

const SPECS: readonly ServerSpec[] = [
  {
    program: 'redis-server',
    port: 6379,
    started: (c) =>
      `1:C ${redisTime(c)} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n1:C ${redisTime(c)} * Redis version=7.4.2, bits=64, commit=00000000, modified=0, pid=1, just started\n1:C ${redisTime(c)} # Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf\n1:M ${redisTime(c)} * Running mode=standalone, port=6379.\n1:M ${redisTime(c)} * Server initialized\n1:M ${redisTime(c)} * Ready to accept connections tcp\n`,
    stopped: (c) =>
      `1:signal-handler (${Math.floor(c.now / 1000)}) Received SIGTERM scheduling shutdown...\n1:M ${redisTime(c)} * User requested shutdown...\n1:M ${redisTime(c)} # Redis is now ready to exit, bye bye...\n`,
    taken: (c) =>
      `1:M ${redisTime(c)} # Warning: Could not create server TCP listening socket *:6379: bind: Address already in use\n1:M ${redisTime(c)} # Failed listening on port 6379 (tcp), aborting.\n`,
  },
  {
    program: 'memcached',
    port: 11_211,
    started: () => '',
    taken: () => 'failed to listen on TCP port 11211: Address already in use\n',
  },
  {
    program: 'mysqld',
    port: 3306,
    requires: ['MYSQL_ROOT_PASSWORD', 'MYSQL_ALLOW_EMPTY_PASSWORD', 'MYSQL_RANDOM_ROOT_PASSWORD'],
    refusal: (c) =>
      `${date(c)}+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.4.5-1.el9 started.\n${date(c)}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n`,
    started: (c) =>
      `${date(c)}+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.4.5-1.el9 started.\n${iso(c).slice(0, 23)}000Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.5'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.\n`,
    taken: (c) =>
      `${iso(c).slice(0, 23)}000Z 0 [ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use\n`,
  },
  {
    program: 'mariadbd',
    port: 3306,
    requires: [
      'MARIADB_ROOT_PASSWORD',
      'MYSQL_ROOT_PASSWORD',
      'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
      'MYSQL_ALLOW_EMPTY_PASSWORD',
      'MARIADB_RANDOM_ROOT_PASSWORD',
      'MARIADB_ROOT_PASSWORD_HASH',
    ],
    refusal: (c) =>
      `${date(c)}+00:00 [Note] [Entrypoint]: Entrypoint script for MariaDB Server 1:11.7.2+maria~ubu2404 started.\n${date(c)}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD\n`,
    started: (c) =>
      `${date(c)}+00:00 [Note] [Entrypoint]: Entrypoint script for MariaDB Server 1:11.7.2+maria~ubu2404 started.\n${date(c)} 0 [Note] mariadbd: ready for connections.\nVersion: '11.7.2-MariaDB-ubu2404'  socket: '/run/mysqld/mysqld.sock'  port: 3306  mariadb.org binary distribution\n`,
    taken: (c) =>
      `${date(c)} 0 [ERROR] Can't start server: Bind on TCP/IP port. Got error: 98: Address already in use\n`,
  },
  {
    program: 'postgres',
    port: 5432,
    requires: ['POSTGRES_PASSWORD', 'POSTGRES_HOST_AUTH_METHOD'],
    refusal: () =>
      'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n\n       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n       connections without a password. This is *not* recommended.\n\n       See PostgreSQL documentation about "trust":\n       https://www.postgresql.org/docs/current/auth-trust.html\n',
    started: (c) =>
      `${date(c)}.000 UTC [1] LOG:  starting PostgreSQL 17.5 (Debian 17.5-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit\n${date(c)}.000 UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432\n${date(c)}.000 UTC [1] LOG:  database system is ready to accept connections\n`,
    stopped: (c) =>
      `${date(c)}.000 UTC [1] LOG:  received fast shutdown request\n${date(c)}.000 UTC [1] LOG:  database system is shut down\n`,
    taken: (c) =>
      `${date(c)}.000 UTC [1] LOG:  could not bind IPv4 address "0.0.0.0": Address already in use\n${date(c)}.000 UTC [1] FATAL:  could not create any TCP/IP sockets\n`,
  },
  {
    program: 'mongod',
    port: 27_017,
    started: (c) =>
      `{"t":{"$date":"${iso(c)}"},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}\n`,
    taken: (c) =>
      `{"t":{"$date":"${iso(c)}"},"s":"E",  "c":"CONTROL",  "id":20568,   "ctx":"initandlisten","msg":"Error setting up listener","attr":{"error":{"code":9001,"codeName":"SocketException","errmsg":"Address already in use"}}}\n`,
  },
];

function family(
  repository: string,
  program: string,
  options: {
    tags: readonly string[];
    sizeBytes: number;
    alpine?: boolean;
    env?: Record<string, string>;
    cmd?: readonly string[];
    path?: string;
    user?: string;
  },
): ImageFamily {
  const spec = SPECS.find((s) => s.program === program) as ServerSpec;
  const path = options.path ?? `/usr/local/bin/${program}`;
  return {
    repository,
    tags: options.tags,
    sizeBytes: options.sizeBytes,
    config: () => ({
      entrypoint: ['docker-entrypoint.sh'],
      cmd: options.cmd ?? [program],
      env: { PATH, ...options.env },
      ports: [`${spec.port}/tcp`],
      ...(options.user ? { user: options.user } : {}),
    }),
    files(into) {
      if (options.alpine || into.tag.includes('alpine')) alpineBase(into, '3.21.3');
      else debianBase(into, 'debian', '12 bookworm');
      into.install(path, program);
      into.write('/usr/local/bin/docker-entrypoint.sh', '#!/bin/sh\nexec "$@"\n', 0o755);
      into.fs.mkdirAll('/data');
    },
    programs: [{ name: program, main: server(spec) }],
  };
}

export const DATABASES: readonly ImageFamily[] = [
  family('redis', 'redis-server', {
    tags: [
      'latest',
      'alpine',
      '8',
      '8.0',
      '7',
      '7.4',
      '7.2',
      '7.0',
      '7-alpine',
      '7.2-alpine',
      '6',
      '6.2',
      '6.0',
      '6-alpine',
      '6.0.9',
      '5',
      '5.0',
      '5.0.4',
      '5.0.14',
      '4',
      '4.0',
      '3.2',
    ],
    sizeBytes: 41_000_000,
    env: { REDIS_VERSION: '7.4.2' },
  }),
  family('memcached', 'memcached', {
    tags: ['latest', 'alpine', '1', '1.6', '1.6-alpine', '1.5'],
    sizeBytes: 30_000_000,
    user: '11211',
  }),
  family('mysql', 'mysqld', {
    tags: ['latest', 'lts', '9', '9.3', '8', '8.4', '8.4.5', '8.0', '8.0.42', '5.7', '5.7.44', '5.6', '5.5'],
    sizeBytes: 240_000_000,
    env: { MYSQL_MAJOR: '8.4', MYSQL_VERSION: '8.4.5-1.el9' },
  }),
  family('mariadb', 'mariadbd', {
    tags: ['latest', 'lts', '11', '11.7', '11.4', '10.11', '10.6', '10.5', '10'],
    sizeBytes: 117_000_000,
    env: { MARIADB_VERSION: '1:11.7.2+maria~ubu2404' },
  }),
  family('postgres', 'postgres', {
    tags: [
      'latest',
      'alpine',
      '17',
      '17.5',
      '17-alpine',
      '16',
      '16-alpine',
      '15',
      '15-alpine',
      '14',
      '14-alpine',
      '13',
      '13-alpine',
      '12',
      '11',
      '10',
      '9.6',
    ],
    sizeBytes: 150_000_000,
    env: { PG_MAJOR: '17', PG_VERSION: '17.5-1.pgdg120+1', PGDATA: '/var/lib/postgresql/data' },
  }),
  family('mongo', 'mongod', {
    tags: ['latest', '8', '8.0', '7', '7.0', '6', '6.0', '5', '5.0', '4.4', '4', '4.2', '3.6'],
    sizeBytes: 280_000_000,
    env: { MONGO_MAJOR: '8.0' },
  }),
];
