import { type Context, type Main, Users } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { SqlError } from '../sql/errors.ts';
import { statements } from '../sql/tokens.ts';
import { readLine } from './client-connection.ts';
import { connect, type Psql, type Target } from './psql-connection.ts';
import { metaCommand } from './psql-meta.ts';
import { type PrintOptions, postgresError, printTable } from './psql-words.ts';

interface Options extends PrintOptions {
  readonly target: Target;
  /** In the order they were given. */
  readonly actions: readonly { readonly kind: 'command' | 'file'; readonly text: string }[];
  readonly list: boolean;
  readonly quiet: boolean;
  readonly stopsOnError: boolean;
}

const LONG: Readonly<Record<string, string>> = {
  username: 'U',
  host: 'h',
  port: 'p',
  dbname: 'd',
  command: 'c',
  file: 'f',
  'tuples-only': 't',
  'no-align': 'A',
  list: 'l',
  quiet: 'q',
  'no-password': 'w',
  password: 'W',
  variable: 'v',
  set: 'v',
  'no-psqlrc': 'X',
};

function readOptions(context: Context): Options | { unknown: string } {
  const { env } = context;
  const given = new Map<string, string[]>();
  const words: string[] = [];
  const actions: { kind: 'command' | 'file'; text: string }[] = [];
  const args = context.args.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const [, long, value] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (long !== undefined && !LONG[long]) return { unknown: `unrecognized option '${arg}'` };
    if (long === undefined && !/^-./.test(arg)) {
      words.push(arg);
      continue;
    }
    const letters = long === undefined ? arg.slice(1) : (LONG[long] as string);
    for (let at = 0; at < letters.length; at++) {
      const letter = letters[at] as string;
      if (!'UhpdcftAlqwWvX1ae'.includes(letter)) return { unknown: `invalid option -- '${letter}'` };
      const takes = 'Uhpdcfv'.includes(letter);
      const text = takes ? (value ?? (letters.slice(at + 1) || args[++i] || '')) : '';
      given.set(letter, [...(given.get(letter) ?? []), text]);
      if (letter === 'c' || letter === 'f') actions.push({ kind: letter === 'c' ? 'command' : 'file', text });
      if (takes) break;
    }
  }
  const one = (letter: string) => given.get(letter)?.at(-1);
  const uri = /^postgres(?:ql)?:\/\/(?:([^:@/]+)(?::([^@/]*))?@)?([^:/?]*)(?::(\d+))?(?:\/([^?]*))?/.exec(
    one('d') ?? words[0] ?? '',
  );
  const own = usersOf(context).user(context.credentials.uid)?.name ?? 'root';
  const user = uri?.[1] ?? one('U') ?? words[1] ?? env.get('PGUSER') ?? own;
  const database = uri ? uri[5] : (one('d') ?? words[0]);
  return {
    target: {
      host: (uri?.[3] || one('h')) ?? env.get('PGHOST'),
      port: Number(uri?.[4] ?? one('p') ?? env.get('PGPORT') ?? 5432),
      user,
      password: uri?.[2] ?? env.get('PGPASSWORD'),
      database: database || (env.get('PGDATABASE') ?? (given.has('l') ? 'postgres' : user)),
    },
    actions,
    list: given.has('l'),
    quiet: given.has('q'),
    aligned: !given.has('A'),
    tuplesOnly: given.has('t'),
    stopsOnError: (given.get('v') ?? []).some((text) => /^ON_ERROR_STOP=(1|on)$/i.test(text)),
  };
}

function usersOf(context: Context): Users {
  return new Users((path) => (context.fs.isFile(path) ? context.fs.read(path) : undefined));
}

export const psql: Main = function* (context) {
  const options = readOptions(context);
  if ('unknown' in options) {
    yield* context.err(`psql: ${options.unknown}\npsql: hint: Try "psql --help" for more information.\n`);
    return 1;
  }
  if (context.args.some((arg) => arg === '--version' || arg === '-V')) {
    yield* context.out(`psql (PostgreSQL) ${context.env.get('PG_VERSION')?.replace(/-.*/, '') ?? '17.7'}\n`);
    return 0;
  }
  const session = yield* connect(context, options.target);
  if (typeof session === 'string') {
    yield* context.err(`psql: error: ${session}\n`);
    return 2;
  }
  const { aligned, tuplesOnly, quiet } = options;
  const own: Psql = { context, session, target: options.target, print: { aligned, tuplesOnly }, quiet };
  if (options.list) {
    yield* metaCommand(own, '\\l');
    return 0;
  }
  if (options.actions.length > 0) return yield* act(own, options);
  if (context.isTerminal(0)) return yield* talk(own);
  return (yield* runLines(own, yield* context.readAll(0), options.stopsOnError)) ? 0 : 3;
};

function* act(own: Psql, { actions, stopsOnError }: Options): Steps<number> {
  const { context } = own;
  let status = 0;
  for (const { kind, text } of actions) {
    if (kind === 'file' && !context.fs.isFile(text)) {
      yield* context.err(`psql: error: ${text}: No such file or directory\n`);
      return 1;
    }
    const ok =
      kind === 'file'
        ? yield* runLines(own, context.fs.read(text), stopsOnError)
        : text.startsWith('\\')
          ? yield* metaCommand(own, text)
          : yield* runAll(own, text);
    if (!ok) status = kind === 'file' ? 3 : 1;
    if (!ok && stopsOnError) break;
  }
  return status;
}

/** The statements of one `-c`, up to the first that fails. */
function* runAll(own: Psql, text: string): Steps<boolean> {
  const { done, rest } = statements(text, 'postgres');
  for (const statement of [...done, rest])
    if (statement.trim() !== '' && !(yield* run(own, statement.trimStart()))) return false;
  return true;
}

/** A script: statements, and commands of psql itself on lines of their own. False: it was stopped. */
function* runLines(own: Psql, text: string, stopsOnError: boolean): Steps<boolean> {
  let pending = '';
  for (const line of text.split('\n')) {
    if (pending.trim() === '' && line.startsWith('\\')) {
      if (/^\\q/.test(line)) return true;
      if (!(yield* metaCommand(own, line)) && (stopsOnError || line.startsWith('\\c'))) return false;
      continue;
    }
    const { done, rest } = statements(`${pending}${line}\n`, 'postgres');
    pending = rest;
    for (const statement of done)
      if (statement.trim() !== '' && !(yield* run(own, `${statement.trimStart()};`)) && stopsOnError)
        return false;
  }
  return pending.trim() === '' || (yield* run(own, pending.trim())) || !stopsOnError;
}

/** False: it failed, and both sides have said so. */
function* run(own: Psql, text: string): Steps<boolean> {
  const { context, session } = own;
  try {
    const outcome = session.run(text.replace(/;\s*$/, ''));
    if (outcome.kind === 'rows') yield* context.out(printTable(outcome, own.print));
    else {
      if (outcome.notice) yield* context.err(`NOTICE:  ${outcome.notice}\n`);
      if (!own.quiet) yield* context.out(`${outcome.tag}\n`);
    }
    return true;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { message, more } = postgresError(error.problem, text);
    yield* context.err(`ERROR:  ${message}\n${more}`);
    return false;
  }
}

function* talk(own: Psql): Steps<number> {
  const { context } = own;
  const rest = { text: '' };
  let pending = '';
  yield* context.out(`psql (${own.session.server.version})\nType "help" for help.\n\n`);
  for (;;) {
    const mark = own.session.server.catalog.users().get(own.session.user)?.superuser ? '#' : '>';
    yield* context.out(`${own.session.database}${pending.trim() === '' ? '=' : '-'}${mark} `);
    const line = yield* readLine(context, rest);
    if (line === undefined || /^\s*(\\q|exit|quit)\s*$/.test(line)) return 0;
    if (pending.trim() === '' && line.startsWith('\\')) yield* metaCommand(own, line);
    else {
      const { done, rest: open } = statements(`${pending}${line}\n`, 'postgres');
      pending = open;
      for (const statement of done) if (statement.trim() !== '') yield* run(own, `${statement.trimStart()};`);
    }
  }
}
