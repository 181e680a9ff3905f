import type { Context } from '../../host/index.ts';
import { runInitScripts } from './init-scripts.ts';
import { postgresError } from './programs/psql-words.ts';
import { Catalog } from './sql/catalog.ts';
import { postgresLayout } from './sql/layouts.ts';
import { SqlServer } from './sql/server.ts';

export function openPostgres(context: Context, data: string, version: string): SqlServer {
  return new SqlServer({
    dialect: 'postgres',
    catalog: new Catalog(context.fs, postgresLayout(data)),
    version,
    now: () => context.now,
  });
}

const OLD_PLACE = '/var/lib/postgresql/data';

/** From 18 on the data lies elsewhere: a volume at the old place is refused. */
export function unusedMount(context: Context, version: string): string | undefined {
  if (Number(version.split('.')[0]) < 18 || context.env.get('PGDATA') === OLD_PLACE) return undefined;
  if (!context.mounts.list().some(({ path }) => path === OLD_PLACE)) return undefined;
  return `Error: in 18+, these Docker images are configured to store database data in a
       format which is compatible with "pg_ctlcluster" (specifically, using
       major-version-specific directory names).  This better reflects how
       PostgreSQL itself works, and how upgrades are to be performed.

       See also https://github.com/docker-library/postgres/pull/1259

       Counter to that, there appears to be PostgreSQL data in:
         ${OLD_PLACE} (unused mount/volume)

       This is usually the result of upgrading the Docker image without
       upgrading the underlying database using "pg_upgrade" (which requires both
       versions).
`;
}

export interface PostgresStart {
  readonly data: string;
  readonly version: string;
  readonly versionLine: string;
}

/** Models docker-entrypoint.sh of the image: what initdb makes, and what the environment asks for. */
export function preparePostgres(
  context: Context,
  { data, version, versionLine }: PostgresStart,
): { says: string; takesMs: number } {
  const { fs, env } = context;
  if (fs.isFile(`${data}/PG_VERSION`))
    return {
      says: '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n',
      takesMs: 300,
    };
  const major = version.split('.')[0] as string;
  for (const name of ['base', 'global', 'pg_wal']) fs.mkdirAll(`${data}/${name}`);
  fs.write(`${data}/PG_VERSION`, `${major}\n`);
  fs.write(
    `${data}/postgresql.conf`,
    "listen_addresses = '*'\nmax_connections = 100\nshared_buffers = 128MB\n",
  );
  fs.write(`${data}/pg_hba.conf`, HBA);
  fs.chmod(data, 0o700);
  const server = openPostgres(context, data, versionLine);
  const user = env.get('POSTGRES_USER') || 'postgres';
  const database = env.get('POSTGRES_DB') || user;
  const password =
    env.get('POSTGRES_HOST_AUTH_METHOD') === 'trust' ? '' : (env.get('POSTGRES_PASSWORD') ?? '');
  server.catalog.setUser(user, { password, superuser: true, grants: ['*'] });
  for (const name of new Set(['postgres', database])) server.catalog.createDatabase(name);
  const scripts = runInitScripts(context, {
    server,
    user,
    database,
    running: (path) => `/usr/local/bin/docker-entrypoint.sh: running ${path}\n`,
    ignoring: (path) => `/usr/local/bin/docker-entrypoint.sh: ignoring ${path}\n\n`,
    failed: ({ problem }, _session, statement) => {
      const { message, more } = postgresError(problem, statement);
      return `psql: ERROR:  ${message}\n${more}`;
    },
  });
  return {
    says: initLog(context, { data, major, versionLine, made: database !== 'postgres', scripts }),
    takesMs: 2500,
  };
}

const HBA = `local   all             all                                     trust
host    all             all             127.0.0.1/32            trust
host    all             all             ::1/128                 trust
host all all all scram-sha-256
`;

interface InitLog {
  readonly data: string;
  readonly major: string;
  readonly versionLine: string;
  /** Another database than `postgres` was asked for. */
  readonly made: boolean;
  readonly scripts: string;
}

function initLog(context: Context, { data, major, versionLine, made, scripts }: InitLog): string {
  const time = `${new Date(context.now).toISOString().slice(0, 23).replace('T', ' ')} UTC`;
  const line = (pid: number, text: string) => `${time} [${pid}] LOG:  ${text}\n`;
  return `The files belonging to this database system will be owned by user "postgres".
This user must also own the server process.

The database cluster will be initialized with locale "en_US.utf8".
The default database encoding has accordingly been set to "UTF8".
The default text search configuration will be set to "english".

Data page checksums are ${Number(major) >= 18 ? 'enabled' : 'disabled'}.

fixing permissions on existing directory ${data} ... ok
creating subdirectories ... ok
selecting dynamic shared memory implementation ... posix
selecting default "max_connections" ... 100
selecting default "shared_buffers" ... 128MB
selecting default time zone ... Etc/UTC
creating configuration files ... ok
running bootstrap script ... ok
performing post-bootstrap initialization ... ok
initdb: warning: enabling "trust" authentication for local connections
initdb: hint: You can change this by editing pg_hba.conf or using the option -A, or --auth-local and --auth-host, the next time you run initdb.
syncing data to disk ... ok


Success. You can now start the database server using:

    pg_ctl -D ${data} -l logfile start

waiting for server to start....${line(48, `starting ${versionLine}`)}${line(48, 'listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"')}${line(51, `database system was shut down at ${time.slice(0, 19)} UTC`)}${line(48, 'database system is ready to accept connections')} done
server started
${made ? 'CREATE DATABASE\n\n\n' : '\n'}${scripts === '' ? '/usr/local/bin/docker-entrypoint.sh: ignoring /docker-entrypoint-initdb.d/*\n' : scripts}
waiting for server to shut down....${line(48, 'received fast shutdown request')}${line(48, 'aborting any active transactions')}${line(48, 'database system is shut down')} done
server stopped

PostgreSQL init process complete; ready for start up.

`;
}
