import type { Context, Main } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { reach, readLine } from './client-connection.ts';
import { type Document, MongoStore } from './mongo-store.ts';
import { type MongoCall, MongoSyntaxError, parseCall, showValue } from './mongo-syntax.ts';

class MongoError extends Error {
  override name = 'MongoServerError';
}

interface Shell {
  readonly store: MongoStore;
  readonly authenticated: boolean;
  database: string;
}

type Run = (shell: Shell, collection: string, args: readonly any[]) => unknown;

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Fields that are named must be the same; operators are refused. */
function matches(document: Document, filter: Document = {}): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    const operator = wanted && typeof wanted === 'object' ? Object.keys(wanted)[0] : undefined;
    if (operator?.startsWith('$') && operator !== '$oid')
      throw new MongoError(`unknown operator: ${operator}`);
    return equal(document[name], wanted);
  });
}

function insert(shell: Shell, collection: string, given: readonly Document[]): Document[] {
  const documents = given.map((one): Document => ('_id' in one ? one : { _id: shell.store.newId(), ...one }));
  const all = shell.store.documents(shell.database, collection);
  for (const { _id } of documents)
    if (all.some((one) => equal(one['_id'], _id)))
      throw new MongoError(
        `E11000 duplicate key error collection: ${shell.database}.${collection} index: _id_ dup key: { _id: ${showValue(_id)} }`,
      );
  shell.store.set(shell.database, collection, [...all, ...documents]);
  return documents;
}

function update(shell: Shell, collection: string, [filter, change]: readonly any[], many: boolean) {
  const [operator] = Object.keys(change ?? {});
  if (operator !== '$set')
    throw new MongoError(
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  let [matched, modified] = [0, 0];
  const documents = shell.store.documents(shell.database, collection).map((one) => {
    if (!matches(one, filter) || (matched > 0 && !many)) return one;
    matched++;
    const next = { ...one, ...change.$set };
    if (!equal(one, next)) modified++;
    return next;
  });
  shell.store.set(shell.database, collection, documents);
  return {
    acknowledged: true,
    insertedId: null,
    matchedCount: matched,
    modifiedCount: modified,
    upsertedCount: 0,
  };
}

function remove(shell: Shell, collection: string, filter: Document | undefined, many: boolean) {
  let deletedCount = 0;
  const kept = shell.store.documents(shell.database, collection).filter((one) => {
    if (!matches(one, filter) || (deletedCount > 0 && !many)) return true;
    deletedCount++;
    return false;
  });
  shell.store.set(shell.database, collection, kept);
  return { acknowledged: true, deletedCount };
}

const found = ({ store, database }: Shell, collection: string, filter: Document | undefined) =>
  store.documents(database, collection).filter((one) => matches(one, filter));

const ON_COLLECTIONS: Readonly<Record<string, Run>> = {
  insertOne: (shell, collection, [document]) => {
    const [made] = insert(shell, collection, [document ?? {}]);
    return { acknowledged: true, insertedId: made?.['_id'] };
  },
  insertMany: (shell, collection, [documents]) => {
    const made = insert(shell, collection, documents ?? []);
    return { acknowledged: true, insertedIds: Object.fromEntries(made.map(({ _id }, i) => [i, _id])) };
  },
  find: (shell, collection, [filter]) => found(shell, collection, filter),
  findOne: (shell, collection, [filter]) => found(shell, collection, filter)[0] ?? null,
  countDocuments: (shell, collection, [filter]) => found(shell, collection, filter).length,
  updateOne: (shell, collection, args) => update(shell, collection, args, false),
  updateMany: (shell, collection, args) => update(shell, collection, args, true),
  deleteOne: (shell, collection, [filter]) => remove(shell, collection, filter, false),
  deleteMany: (shell, collection, [filter]) => remove(shell, collection, filter, true),
  drop: (shell, collection) => {
    const known = shell.store.collections(shell.database).includes(collection);
    if (known) shell.store.set(shell.database, collection, undefined);
    return known;
  },
};

/** Commands of the server that need no rights. */
function command(shell: Shell, given: unknown): unknown {
  const name = typeof given === 'string' ? given : (Object.keys((given ?? {}) as object)[0] ?? '');
  if (name === 'ping') return { ok: 1 };
  if (name === 'hello' || name === 'isMaster')
    return { isWritablePrimary: true, maxWireVersion: 25, readOnly: false, ok: 1 };
  requireRights(shell, name);
  if (name === 'buildInfo') return { version: shell.store.version, ok: 1 };
  throw new MongoError(`no such command: '${name}'`);
}

const ON_DATABASE: Readonly<Record<string, (shell: Shell, args: readonly any[]) => unknown>> = {
  runCommand: (shell, [given]) => command(shell, given),
  adminCommand: (shell, [given]) => command(shell, given),
  version: ({ store }) => new Plain(store.version),
  getName: ({ database }) => new Plain(database),
  getCollectionNames: ({ store, database }) => store.collections(database),
  createCollection: (shell, [name]) => {
    shell.store.set(shell.database, name, []);
    return { ok: 1 };
  },
};

/** Text that is printed without quotes. */
class Plain {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function requireRights({ authenticated }: Shell, what: string): void {
  if (!authenticated) throw new MongoError(`Command ${what} requires authentication`);
}

function call(shell: Shell, { path, calls }: MongoCall): unknown {
  const [root, ...names] = path;
  const [first, ...rest] = calls;
  if (root !== 'db') throw new MongoSyntaxError(`${root} is not defined`);
  if (!first)
    return names.length === 0 ? new Plain(shell.database) : new Plain(`${shell.database}.${names.join('.')}`);
  if (names.length === 0) {
    const run = Object.hasOwn(ON_DATABASE, first.name) ? ON_DATABASE[first.name] : undefined;
    if (!run) throw new TypeError(`db.${first.name} is not a function`);
    if (!['runCommand', 'adminCommand', 'getName', 'version'].includes(first.name))
      requireRights(shell, first.name);
    return run(shell, first.args);
  }
  const collection = names.join('.');
  const run = Object.hasOwn(ON_COLLECTIONS, first.name) ? ON_COLLECTIONS[first.name] : undefined;
  if (!run) throw new TypeError(`db.${collection}.${first.name} is not a function`);
  requireRights(shell, first.name.replace(/One$|Many$|Documents$/, ''));
  const value = run(shell, collection, first.args);
  const next = rest[0];
  if (!next || ['toArray', 'pretty'].includes(next.name)) return value;
  if (next.name === 'count' && Array.isArray(value)) return value.length;
  throw new TypeError(`db.${collection}.${first.name}(...).${next.name} is not a function`);
}

/** What a line of the shell prints. Throws MongoError, MongoSyntaxError, TypeError. */
function evaluate(shell: Shell, line: string): string {
  const text = line.trim().replace(/;+$/, '');
  const [, verb, word = ''] = /^(use|show)\s+(\S+)$/.exec(text) ?? [];
  if (verb === 'use') {
    shell.database = word;
    return `switched to db ${word}\n`;
  }
  if (verb === 'show') {
    requireRights(shell, 'listDatabases');
    if (word === 'dbs' || word === 'databases')
      return shell.store
        .databases()
        .map(([name, size]) => `${name.padEnd(7)} ${size}\n`)
        .join('');
    if (word === 'collections' || word === 'tables')
      return shell.store
        .collections(shell.database)
        .map((name) => `${name}\n`)
        .join('');
    throw new MongoSyntaxError(`'${word}' is not a valid argument for "show".`);
  }
  const asked = parseCall(text);
  const value = asked.properties.reduce<any>((of, name) => of?.[name], call(shell, asked));
  return `${value instanceof Plain ? value.text : showValue(value)}\n`;
}

interface Options {
  host: string;
  port: number;
  database: string;
  user: string | undefined;
  password: string | undefined;
  evals: string[];
  quiet: boolean;
  version: boolean;
}

function readOptions(context: Context): Options {
  const options: Options = {
    host: '127.0.0.1',
    port: 27_017,
    database: 'test',
    user: undefined,
    password: undefined,
    evals: [],
    quiet: false,
    version: false,
  };
  const args = context.args.slice(1);
  for (let i = 0; i < args.length; i++) {
    const [name, given] = (args[i] as string).split(/=(.*)/s) as [string, string | undefined];
    const value = () => given ?? args[++i] ?? '';
    if (name === '--eval') options.evals.push(value());
    else if (name === '--host') options.host = value();
    else if (name === '--port') options.port = Number(value());
    else if (name === '-u' || name === '--username') options.user = value();
    else if (name === '-p' || name === '--password') options.password = value();
    else if (name === '--authenticationDatabase') value();
    else if (name === '--quiet') options.quiet = true;
    else if (name === '--version') options.version = true;
    else if (!name.startsWith('-')) target(options, args[i] as string);
  }
  return options;
}

/** `mongodb://user:password@host:port/database`, `host/database`, a database. */
function target(options: Options, text: string): void {
  const uri = /^mongodb(?:\+srv)?:\/\/(?:([^:@/]+):([^@/]*)@)?([^:/?]+)(?::(\d+))?(?:\/([^?]*))?/.exec(text);
  const [, host, database] = /^([^/]+)\/(.*)$/.exec(text) ?? [];
  if (uri) {
    options.user = uri[1] ?? options.user;
    options.password = uri[2] ?? options.password;
    options.host = uri[3] as string;
    options.port = Number(uri[4] ?? 27_017);
    options.database = uri[5] || 'test';
  } else if (host !== undefined) {
    options.host = host;
    options.database = database || 'test';
  } else options.database = text;
}

/** `mongosh`: what `--eval` says, what standard input has, or what is typed. */
export const mongosh: Main = function* (context) {
  const options = readOptions(context);
  if (options.version) {
    yield* context.out('2.5.9\n');
    return 0;
  }
  const reached = yield* reach(context, options.host, options.port);
  if (!reached.ok || !(reached.service instanceof MongoStore)) {
    const where = `${options.host}:${options.port}`;
    const why =
      !reached.ok && reached.why === 'unknown name'
        ? `getaddrinfo ENOTFOUND ${options.host}`
        : `connect ECONNREFUSED ${where}`;
    yield* context.err(`MongoNetworkError: ${why}\n`);
    return 1;
  }
  const authenticated = reached.service.mayUse(options.user, options.password);
  if (!authenticated && options.user !== undefined) {
    yield* context.err('MongoServerError: Authentication failed.\n');
    return 1;
  }
  const shell: Shell = { store: reached.service, authenticated, database: options.database };
  if (options.evals.length > 0) return yield* runLines(context, shell, options.evals, true);
  if (context.isTerminal(0)) return yield* talk(context, shell);
  return yield* runLines(context, shell, (yield* context.readAll(0)).split('\n'), false);
};

function* runLines(context: Context, shell: Shell, lines: readonly string[], stops: boolean): Steps<number> {
  const statements = lines
    .flatMap((line) => line.split(/;\s*(?=db\.|use |show |$)/))
    .filter((line) => line.trim() !== '');
  let said = '';
  for (const [i, line] of statements.entries()) {
    const { text, ok } = attempt(shell, line);
    // Of several statements of an `--eval` the last one's value is printed.
    if (!ok || !stops || i === statements.length - 1) said = text;
    if (!ok || !stops) yield* ok ? context.out(said) : context.err(said);
    if (!ok && stops) return 1;
  }
  if (stops) yield* context.out(said);
  return 0;
}

function attempt(shell: Shell, line: string): { text: string; ok: boolean } {
  try {
    return { text: evaluate(shell, line), ok: true };
  } catch (error) {
    if (error instanceof MongoError || error instanceof TypeError)
      return { text: `${error.name}: ${error.message}\n`, ok: false };
    if (error instanceof MongoSyntaxError) return { text: `SyntaxError: ${error.message}\n`, ok: false };
    throw error;
  }
}

function* talk(context: Context, shell: Shell): Steps<number> {
  const rest = { text: '' };
  for (;;) {
    yield* context.out(`${shell.database}> `);
    const line = yield* readLine(context, rest);
    if (line === undefined || /^\s*(exit|quit)\s*(\(\))?\s*$/.test(line)) return 0;
    if (line.trim() !== '') yield* context.out(attempt(shell, line).text);
  }
}
