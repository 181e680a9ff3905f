import type { Context, Main } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { SqlError } from '../sql/errors.ts';
import { SqlServer, type SqlSession } from '../sql/server.ts';
import { statements } from '../sql/tokens.ts';
import { reach, readLine } from './client-connection.ts';
import { mysqlError, mysqlOutput } from './mysql-words.ts';

const SOCKET = '/var/run/mysqld/mysqld.sock';

interface Options {
  readonly tool: string;
  host: string;
  port: number;
  user: string;
  /** Undefined: none given; '' asks for it when `asks`. */
  password: string | undefined;
  asks: boolean;
  script: string | undefined;
  boxes: boolean | undefined;
  names: boolean;
  vertical: boolean;
  version: boolean;
  readonly words: string[];
}

const LONG: Readonly<Record<string, string>> = {
  user: 'u',
  host: 'h',
  port: 'P',
  execute: 'e',
  database: 'D',
  password: 'p',
  table: 't',
  batch: 'B',
  silent: 's',
  'skip-column-names': 'N',
  version: 'V',
};
const VALUED = 'uhPeDS';

/** What all clients of MySQL take; returns the first word that none of them knows. */
function readOptions(context: Context, tool: string): Options | { unknown: string } {
  const { env } = context;
  const options: Options = {
    tool,
    host: env.get('MYSQL_HOST') ?? 'localhost',
    port: 3306,
    user: 'root',
    password: env.get('MYSQL_PWD'),
    asks: false,
    script: undefined,
    boxes: undefined,
    names: true,
    vertical: false,
    version: false,
    words: [],
  };
  const args = context.args.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const [, long, given] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (
      long !== undefined &&
      /^(?:protocol|ssl-mode|default-character-set|connect-timeout|ssl|skip-ssl|wait)$/.test(long)
    )
      continue;
    const letter = long === undefined ? (/^-(\w)/.exec(arg)?.[1] ?? '') : LONG[long];
    if (long === undefined && letter === '') {
      options.words.push(arg);
      continue;
    }
    if (letter === undefined) return { unknown: arg };
    const rest = long === undefined ? arg.slice(2) : given;
    const value = VALUED.includes(letter) ? ((rest || args[++i]) ?? '') : rest;
    if (!take(options, letter, value)) return { unknown: arg };
  }
  return options;
}

function take(options: Options, letter: string, value: string | undefined): boolean {
  switch (letter) {
    case 'u':
      options.user = value ?? '';
      return true;
    case 'h':
      options.host = value ?? '';
      return true;
    case 'P':
      options.port = Number(value);
      return true;
    case 'p':
      options.asks = !value;
      options.password = value ?? '';
      return true;
    case 'e':
      options.script = value ?? '';
      return true;
    case 'D':
      options.words.unshift(value ?? '');
      return true;
    case 't':
      options.boxes = true;
      return true;
    case 'N':
      options.names = false;
      return true;
    case 'B':
    case 's':
      options.boxes = false;
      if (value?.includes('N')) options.names = false;
      return true;
    case 'V':
      options.version = true;
      return true;
    default:
      return letter === 'S' || letter === 'f' || letter === 'A';
  }
}

/** A session, or the client's complaint. */
function* connect(context: Context, options: Options): Steps<SqlSession | string> {
  const { host, port, user, password } = options;
  const isLocal = host === 'localhost';
  const found = yield* reach(context, isLocal ? '127.0.0.1' : host, port);
  if (!found.ok || !(found.service instanceof SqlServer)) {
    if (isLocal)
      return `ERROR 2002 (HY000): Can't connect to local MySQL server through socket '${SOCKET}' (2)`;
    if (!found.ok && found.why === 'unknown name')
      return `ERROR 2005 (HY000): Unknown MySQL server host '${host}' (-2)`;
    const number = !found.ok && found.why === 'timeout' ? 110 : 111;
    return `ERROR 2003 (HY000): Can't connect to MySQL server on '${host}:${port}' (${number})`;
  }
  const from = isLocal ? 'localhost' : found.from === '127.0.0.1' ? 'localhost' : found.from;
  const known = found.service.catalog.users().get(user);
  if (!known || known.password !== (password ?? ''))
    return `ERROR 1045 (28000): Access denied for user '${user}'@'${from}' (using password: ${password ? 'YES' : 'NO'})`;
  return found.service.session(user, from);
}

function* ask(context: Context, options: Options): Steps<void> {
  if (!options.asks) return;
  yield* context.err('Enter password: ');
  options.password = (yield* readLine(context, { text: '' })) ?? '';
  if (context.isTerminal(0)) yield* context.err('\n');
}

/** `mysql`, `mariadb`: statements of the command line, of a script, or as they are typed. */
export const mysql: Main = function* (context) {
  const tool = context.args[0]?.split('/').at(-1) ?? 'mysql';
  const options = readOptions(context, tool);
  if ('unknown' in options) return yield* refuse(context, tool, options.unknown);
  if (options.version) {
    yield* context.out(
      `${tool}  Ver ${context.env.get('MYSQL_VERSION')?.replace(/-.*/, '') ?? '8.4.7'} for Linux on x86_64 (MySQL Community Server - GPL)\n`,
    );
    return 0;
  }
  yield* warn(context, options);
  yield* ask(context, options);
  const session = yield* connect(context, options);
  if (typeof session === 'string') {
    yield* context.err(`${session}\n`);
    return 1;
  }
  const [database] = options.words;
  if (database !== undefined && !(yield* run(context, session, `USE \`${database}\``, options))) return 1;
  if (options.script !== undefined) return yield* runScript(context, session, options.script, options);
  if (context.isTerminal(0)) return yield* talk(context, session, options);
  return yield* runScript(context, session, yield* context.readAll(0), options);
};

function* refuse(context: Context, tool: string, option: string): Steps<number> {
  yield* context.err(`${tool}: [ERROR] ${tool}: unknown option '${option}'.\n`);
  return 7;
}

function* warn(context: Context, { tool, password, asks }: Options): Steps<void> {
  const isGiven = context.args.some((arg) => /^(-p.|--password=.)/.test(arg));
  if (password && !asks && isGiven && tool.startsWith('mysql') && !context.env.has('MARIADB_VERSION'))
    yield* context.err(
      `${tool}: [Warning] Using a password on the command line interface can be insecure.\n`,
    );
}

function* runScript(context: Context, session: SqlSession, text: string, options: Options): Steps<number> {
  const { done, rest } = statements(text, 'mysql');
  for (const statement of [...done, rest])
    if (statement.trim() !== '' && !(yield* run(context, session, statement, options))) return 1;
  return 0;
}

/** False: it failed, and the error was told. */
function* run(
  context: Context,
  session: SqlSession,
  text: string,
  options: Options & { talks?: boolean },
): Steps<boolean> {
  const { talks = false } = options;
  // `\G` at the end of a statement shows each row on its own.
  const vertical = /\\G\s*$/.test(text);
  try {
    const outcome = session.run(text.replace(/\\[gG]\s*$/, '').trim());
    const boxes = options.boxes ?? context.isTerminal(1);
    yield* context.out(
      vertical && outcome.kind === 'rows'
        ? upright(outcome)
        : mysqlOutput(outcome, { boxes, talks, names: options.names }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const [code, words] = mysqlError(error.problem, session).split('\0');
    const line = talks || /^USE `/.test(text) ? '' : ' at line 1';
    yield* context.err(`${code}${line}: ${words}\n`);
    return false;
  }
}

function upright({ columns, rows }: Extract<ReturnType<SqlSession['run']>, { kind: 'rows' }>): string {
  const width = Math.max(...columns.map(({ name }) => name.length));
  const stars = '*'.repeat(27);
  return rows
    .map((row, i) => {
      const lines = columns.map(({ name }, at) => `${name.padStart(width)}: ${row[at] ?? 'NULL'}\n`);
      return `${stars} ${i + 1}. row ${stars}\n${lines.join('')}`;
    })
    .join('');
}

const GREETING = `Welcome to the MySQL monitor.  Commands end with ; or \\g.
Your MySQL connection id is 8
`;

function* talk(context: Context, session: SqlSession, options: Options): Steps<number> {
  const rest = { text: '' };
  let pending = '';
  yield* context.out(
    `${GREETING}Server version: ${session.server.version} MySQL Community Server - GPL\n\nType 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n`,
  );
  for (;;) {
    yield* context.out(pending === '' ? 'mysql> ' : '    -> ');
    const line = yield* readLine(context, rest);
    if (line === undefined || (pending === '' && /^\s*(exit|quit|\\q)\s*;?\s*$/i.test(line))) {
      yield* context.out('Bye\n');
      return 0;
    }
    const ended = /^\s*use\s+\S+\s*$/i.test(line)
      ? `${line};`
      : line.replace(/\\([gG])\s*$/, (_, g) => (g === 'G' ? '\\G;' : ';'));
    const { done, rest: open } = statements(`${pending}${ended}\n`, 'mysql');
    pending = open.trim() === '' ? '' : open;
    for (const statement of done)
      if (statement.trim() !== '')
        yield* run(context, session, statement, { ...options, boxes: true, talks: true });
  }
}

/** `mysqladmin ping|status|version`, as probes and people use it. */
export const mysqladmin: Main = function* (context) {
  const tool = context.args[0]?.split('/').at(-1) ?? 'mysqladmin';
  const options = readOptions(context, tool);
  if ('unknown' in options) return yield* refuse(context, tool, options.unknown);
  const [command = ''] = options.words;
  yield* warn(context, options);
  const session = yield* connect(context, options);
  if (typeof session === 'string' && !(command === 'ping' && session.startsWith('ERROR 1045'))) {
    const { host } = options;
    const text = session.replace(/^ERROR \d+ \(\w+\): /, '');
    yield* context.err(
      `${tool}: connect to server at '${host}' failed\nerror: '${text}'\n${host === 'localhost' && /socket/.test(text) ? `Check that mysqld is running and that the socket: '${SOCKET}' exists!\n` : ''}`,
    );
    return 1;
  }
  if (command === 'ping') {
    // A server that refuses the password is alive all the same.
    if (typeof session === 'string')
      yield* context.err(
        `${tool}: connect to server at '${options.host}' failed\nerror: '${session.replace(/^ERROR \d+ \(\w+\): /, '')}'\n`,
      );
    else yield* context.out('mysqld is alive\n');
    return 0;
  }
  const words = typeof session === 'string' ? undefined : report(context, tool, command, session);
  if (words !== undefined) {
    yield* context.out(words);
    return 0;
  }
  const wanted = { create: 'CREATE DATABASE', drop: 'DROP DATABASE' }[command];
  const name = options.words[1];
  if (wanted !== undefined && name !== undefined && typeof session !== 'string')
    return (yield* run(context, session, `${wanted} ${name}`, options)) ? 0 : 1;
  yield* context.err(`${tool}: Unknown command: '${command}'\n`);
  return 1;
};

/** `status` and `version`. */
function report(context: Context, tool: string, command: string, { server }: SqlSession): string | undefined {
  const seconds = Math.floor((context.now - context.host.bootedAt) / 1000);
  const figures = `Threads: 2  Questions: 6  Slow queries: 0  Opens: 119  Flush tables: 3  Open tables: 38  Queries per second avg: ${(6 / Math.max(1, seconds)).toFixed(3)}\n`;
  if (command === 'status') return `Uptime: ${seconds}  ${figures}`;
  if (command !== 'version') return undefined;
  const up = `${Math.floor(seconds / 60) > 0 ? `${Math.floor(seconds / 60)} min ` : ''}${seconds % 60} sec`;
  return `${tool}  Ver ${server.version} for Linux on x86_64 (MySQL Community Server - GPL)\n\nServer version\t\t${server.version}\nProtocol version\t10\nConnection\t\tLocalhost via UNIX socket\nUNIX socket\t\t${SOCKET}\nUptime:\t\t\t${up}\n\n${figures}`;
}
