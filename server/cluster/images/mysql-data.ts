import type { Context } from '../../host/index.ts';
import { runInitScripts } from './init-scripts.ts';
import { mysqlError } from './programs/mysql-words.ts';
import { Catalog } from './sql/catalog.ts';
import { mysqlLayout } from './sql/layouts.ts';
import { SqlServer } from './sql/server.ts';

export const DATA = '/var/lib/mysql';

/** True before the server has ever run on this disk. */
export const isNew = (context: Context) => !context.fs.isDirectory(`${DATA}/mysql`);

export function openMysql(context: Context, version: string): SqlServer {
  return new SqlServer({
    dialect: 'mysql',
    catalog: new Catalog(context.fs, mysqlLayout(DATA)),
    version,
    now: () => context.now,
  });
}

export interface MysqlStart {
  readonly note: (text: string) => string;
  readonly greeting: string;
  readonly product: 'MySQL' | 'MariaDB';
  /** What its variables begin with, beside `MYSQL`. */
  readonly prefix: string;
  readonly version: string;
}

/** Models docker-entrypoint.sh of both images: databases, users and scripts that the environment asks for. */
export function prepareMysql(context: Context, start: MysqlStart): { says: string; takesMs: number } {
  const { note, greeting, product, version } = start;
  if (!isNew(context)) return { says: greeting, takesMs: 1500 };
  const variable = (name: string) =>
    context.env.get(`${start.prefix}_${name}`) || context.env.get(`MYSQL_${name}`) || '';
  context.fs.mkdirAll(`${DATA}/mysql`);
  const server = openMysql(context, version);
  const isRandom = variable('RANDOM_ROOT_PASSWORD') !== '';
  const root = isRandom ? randomPassword(context) : variable('ROOT_PASSWORD');
  server.catalog.setUser('root', { password: root, superuser: true, grants: ['*'] });
  const [database, user] = [variable('DATABASE'), variable('USER')];
  if (database !== '') server.catalog.createDatabase(database);
  const isUser = user !== '' && user !== 'root' && variable('PASSWORD') !== '';
  if (isUser) {
    const grants = database === '' ? [] : [database];
    server.catalog.setUser(user, { password: variable('PASSWORD'), superuser: false, grants });
  }
  const scripts = runInitScripts(context, {
    server,
    user: 'root',
    database: database || undefined,
    running: (path) => note(`/usr/local/bin/docker-entrypoint.sh: running ${path}`),
    ignoring: (path) =>
      note(`/usr/local/bin/docker-entrypoint.sh: ignoring ${path}`).replace('[Note]', '[Warn]'),
    failed: ({ problem }, session) => `${mysqlError(problem, session).replace('\0', ' at line 1: ')}\n`,
  });
  const says = [
    greeting,
    note('Initializing database files'),
    note('Database files initialized'),
    note('Starting temporary server'),
    note('Temporary server started.'),
    ...(isRandom ? [note(`GENERATED ROOT PASSWORD: ${root}`)] : []),
    ...(database !== '' ? [note(`Creating database ${database}`)] : []),
    ...(isUser ? [note(`Creating user ${user}`)] : []),
    ...(isUser && database !== '' ? [note(`Giving user ${user} access to schema ${database}`)] : []),
    scripts,
    note('Stopping temporary server'),
    note('Temporary server stopped'),
    note(`${product} init process done. Ready for start up.`),
  ];
  return { says: says.join(''), takesMs: product === 'MySQL' ? 9000 : 6000 };
}

function randomPassword(context: Context): string {
  const random = context.host.random.fork(`password ${context.now}`);
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
  return Array.from({ length: 32 }, () => random.pick(letters)).join('');
}
