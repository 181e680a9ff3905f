import type { Context, Main } from '../../host/index.ts';
import { resolveName } from '../../host/index.ts';
import { MEBI } from './image.ts';
import { openPostgres, preparePostgres, unusedMount } from './postgres-data.ts';
import { psql } from './programs/psql.ts';
import { hasAny, type ServerSpec, serverImage } from './server.ts';
import { variants } from './tags.ts';

/** Major releases and the last minor one of each. */
const LAST: Readonly<Record<string, number>> = {
  18: 1,
  17: 7,
  16: 11,
  15: 15,
  14: 20,
  13: 23,
  12: 22,
  11: 22,
  10: 23,
};

const VERSIONS = variants(
  new Map([
    ...Object.entries(LAST).flatMap(([major, last]): [string, string][] => [
      [major, `${major}.${last}`],
      ...Array.from({ length: last + 1 }, (_, i): [string, string] => [`${major}.${i}`, `${major}.${i}`]),
    ]),
    ['9.6', '9.6.24'],
    ['9.6.24', '9.6.24'],
  ]),
  '18.1',
  ['alpine', 'bookworm', 'trixie'],
);

const time = (context: Context) =>
  `${new Date(context.now).toISOString().slice(0, 23).replace('T', ' ')} UTC`;
const line = (context: Context, text: string) => `${time(context)} [1] ${text}\n`;
const dataOf = (context: Context) => context.env.get('PGDATA') ?? '/var/lib/postgresql/data';
const version = (context: Context) => context.env.get('PG_VERSION')?.replace(/-.*/, '') ?? '17.7';

const versionLine = (context: Context) =>
  `PostgreSQL ${version(context)} (Debian ${version(context)}-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14+deb12u1) 12.2.0, 64-bit`;
const IO_WORKERS = ['io worker 0', 'io worker 1', 'io worker 2'];
const WORKERS = [
  'checkpointer',
  'background writer',
  'walwriter',
  'autovacuum launcher',
  'logical replication launcher',
];

const SPEC: ServerSpec = {
  program: 'postgres',
  port: 5432,
  fd: 2,
  refusal(context) {
    const misplaced = unusedMount(context, version(context));
    if (misplaced !== undefined) return misplaced;
    const isNew = !context.fs.isFile(`${dataOf(context)}/PG_VERSION`);
    if (
      !isNew ||
      hasAny(context, ['POSTGRES_PASSWORD']) ||
      context.env.get('POSTGRES_HOST_AUTH_METHOD') === 'trust'
    )
      return undefined;
    return 'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n\n       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n       connections without a password. This is *not* recommended.\n\n       See PostgreSQL documentation about "trust":\n       https://www.postgresql.org/docs/current/auth-trust.html\n';
  },
  user: 'postgres',
  data: dataOf,
  backlog: 200,
  six: 'also',
  service: (context) => openPostgres(context, dataOf(context), versionLine(context)),
  prepares: (context) =>
    preparePostgres(context, {
      data: dataOf(context),
      version: version(context),
      versionLine: versionLine(context),
    }),
  workers: (context) =>
    [...(Number(version(context).split('.')[0]) >= 18 ? IO_WORKERS : []), ...WORKERS].map(
      (name) => `postgres: ${name} `,
    ),
  started: (context) =>
    line(context, `LOG:  starting ${versionLine(context)}`) +
    line(context, 'LOG:  listening on IPv4 address "0.0.0.0", port 5432') +
    line(context, 'LOG:  listening on IPv6 address "::", port 5432') +
    line(context, 'LOG:  listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"') +
    line(context, 'LOG:  database system is ready to accept connections'),
  stopped: (context) =>
    line(context, 'LOG:  received fast shutdown request') +
    line(context, 'LOG:  aborting any active transactions') +
    line(context, 'LOG:  shutting down') +
    line(context, 'LOG:  database system is shut down'),
  taken: (context) =>
    line(context, 'LOG:  could not bind IPv4 address "0.0.0.0": Address already in use') +
    line(
      context,
      'HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.',
    ) +
    line(context, 'FATAL:  could not create any TCP/IP sockets'),
};

/** pg_isready, as probes use it. */
const pgIsReady: Main = function* (context) {
  const value = (...names: string[]) => {
    const at = context.args.findIndex((arg) => names.includes(arg));
    return at < 0 ? undefined : context.args[at + 1];
  };
  const host = value('-h', '--host');
  const port = Number(value('-p', '--port') ?? 5432);
  const shown = `${host ?? '/var/run/postgresql'}:${port}`;
  const found = resolveName(context, host ?? 'localhost');
  if (found.ok && context.network.connect(found.addresses[0] as string, port).ok) {
    yield* context.out(`${shown} - accepting connections\n`);
    return 0;
  }
  yield* context.out(`${shown} - no response\n`);
  return 2;
};

export const POSTGRES = serverImage({
  repository: 'postgres',
  tags: VERSIONS.keys(),
  sizeBytes: 150_000_000,
  footprint: { memoryBytes: 28 * MEBI, cores: 0.001 },
  spec: SPEC,
  path: '/usr/lib/postgresql/bin/postgres',
  account: { name: 'postgres', id: 999, home: '/var/lib/postgresql' },
  tools: { '/usr/bin/pg_isready': 'pg_isready', '/usr/bin/psql': 'psql' },
  programs: [
    { name: 'pg_isready', main: pgIsReady },
    { name: 'psql', main: psql },
  ],
  stopSignal: 'INT',
  env: (tag) => {
    const number = VERSIONS.get(tag) ?? '17.7';
    return {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/bin',
      PG_MAJOR: number.split('.')[0] as string,
      PG_VERSION: `${number}-1.pgdg120+1`,
      PGDATA:
        Number(number.split('.')[0]) >= 18
          ? `/var/lib/postgresql/${number.split('.')[0]}/docker`
          : '/var/lib/postgresql/data',
    };
  },
});
