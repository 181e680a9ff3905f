import type { Context } from '../../host/index.ts';
import { logTime } from '../klog.ts';
import { type RpmRelease, rpmBase } from './bases/rpm.ts';
import { debianBase } from './bases/unix.ts';
import { type ImageFiles, MEBI } from './image.ts';
import { DATA, isNew, openMysql, prepareMysql } from './mysql-data.ts';
import { mysql, mysqladmin } from './programs/mysql.ts';
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
/** Without that of the package. */
const number = (context: Context) => version(context).replace(/-.*/, '');
const note = (context: Context, text: string) => `${dateTime(context)}+00:00 [Note] [Entrypoint]: ${text}\n`;
const greeting = (context: Context) =>
  note(context, `Entrypoint script for MySQL Server ${version(context)} started.`) +
  note(context, "Switching to dedicated user 'mysql'") +
  note(context, `Entrypoint script for MySQL Server ${version(context)} started.`);

type Line = readonly [thread: number, level: string, code: string, text: string];

/** Lines of mysqld's error log. */
function says(context: Context, lines: readonly Line[]): string {
  return lines
    .map(
      ([thread, level, code, text]) => `${logTime(context, text)} ${thread} [${level}] [${code}] ${text}\n`,
    )
    .join('');
}

const SPEC: ServerSpec = {
  program: 'mysqld',
  port: 3306,
  fd: 2,
  refusal(context) {
    if (!isNew(context) || hasAny(context, REQUIRED)) return undefined;
    return `${greeting(context)}${dateTime(context)}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n${REQUIRED.map((name) => `    - ${name}\n`).join('')}`;
  },
  user: 'mysql',
  data: () => DATA,
  backlog: 151,
  six: 'both',
  service: (context) => openMysql(context, number(context)),
  prepares: (context) =>
    prepareMysql(context, {
      note: (text) => note(context, text),
      greeting: greeting(context),
      product: 'MySQL',
      prefix: 'MYSQL',
      version: number(context),
    }),
  started: (context) =>
    says(context, [
      [
        0,
        'System',
        'MY-010116',
        `[Server] /usr/sbin/mysqld (mysqld ${number(context)}) starting as process 1`,
      ],
      [1, 'System', 'MY-013576', '[InnoDB] InnoDB initialization has started.'],
      [1, 'System', 'MY-013577', '[InnoDB] InnoDB initialization has ended.'],
      [
        0,
        'System',
        'MY-010931',
        `[Server] /usr/sbin/mysqld: ready for connections. Version: '${number(context)}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`,
      ],
    ]),
  stopped: (context) =>
    says(context, [
      [
        0,
        'System',
        'MY-013172',
        `[Server] Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: ${number(context)}).`,
      ],
      [
        0,
        'System',
        'MY-010910',
        `[Server] /usr/sbin/mysqld: Shutdown complete (mysqld ${number(context)})  MySQL Community Server - GPL.`,
      ],
    ]),
  taken: (context) =>
    says(context, [
      [0, 'ERROR', 'MY-010262', "[Server] Can't start server: Bind on TCP/IP port: Address already in use"],
    ]),
};

/** Oracle's Linux since 8.0, without root's `.bashrc`: the prompt is bash's own. */
function base(into: ImageFiles): void {
  if (into.tag.includes('debian') || into.tag.startsWith('5.')) {
    debianBase(into, 'debian', '12 bookworm');
    return;
  }
  rpmBase(into, ORACLE_LINUX);
  into.fs.unlink('/root/.bashrc');
}

const ORACLE_LINUX: RpmRelease = {
  name: 'Oracle Linux Server',
  id: 'ol',
  version: '9.6',
  pretty: 'Oracle Linux Server 9.6',
  line: 'Oracle Linux Server release 9.6',
};

export const MYSQL = serverImage({
  repository: 'mysql',
  tags: VERSIONS.keys(),
  sizeBytes: 240_000_000,
  footprint: { memoryBytes: 450 * MEBI, cores: 0.006 },
  spec: SPEC,
  path: '/usr/sbin/mysqld',
  base,
  account: { name: 'mysql', id: 999, home: '/var/lib/mysql' },
  tools: { '/usr/bin/mysql': 'mysql', '/usr/bin/mysqladmin': 'mysqladmin' },
  programs: [
    { name: 'mysql', main: mysql },
    { name: 'mysqladmin', main: mysqladmin },
  ],
  env: (tag) => {
    const number = VERSIONS.get(tag) ?? '8.4.7';
    return { MYSQL_MAJOR: number.split('.').slice(0, 2).join('.'), MYSQL_VERSION: `${number}-1.el9` };
  },
  files: (into) => into.fs.mkdirAll(DATA),
});
