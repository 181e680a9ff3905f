import type { Steps } from '../../../sim/index.ts';
import type { ColumnDefinition } from '../sql/syntax.ts';
import { connect, type Psql } from './psql-connection.ts';
import { printTable } from './psql-words.ts';

const columns = (...names: string[]) => names.map((name) => ({ name, numeric: false }));

/** psql's own commands, which begin with a backslash. False: it failed. */
export function* metaCommand(own: Psql, line: string): Steps<boolean> {
  const { context, session } = own;
  const [command = '', argument] = line.trim().replace(/;$/, '').split(/\s+/);
  const database = session.database ?? '';
  switch (command) {
    case '\\l':
    case '\\list':
      yield* context.out(printTable(databases(own), own.print));
      return true;
    case '\\dt':
    case '\\d':
      if (command === '\\d' && argument !== undefined) return yield* describe(own, argument);
      return yield* relations(own, argument);
    case '\\du':
    case '\\dg':
      yield* context.out(printTable(roles(own), own.print));
      return true;
    case '\\dn':
      yield* context.out(
        printTable(
          {
            title: 'List of schemas',
            columns: columns('Name', 'Owner'),
            rows: [['public', 'pg_database_owner']],
          },
          own.print,
        ),
      );
      return true;
    case '\\c':
    case '\\connect':
      return yield* reconnect(own, argument ?? database);
    case '\\conninfo': {
      const { host, port, user } = own.target;
      const where = host === undefined ? 'via socket in "/var/run/postgresql"' : `on host "${host}"`;
      yield* context.out(
        `You are connected to database "${database}" as user "${user}" ${where} at port "${port}".\n`,
      );
      return true;
    }
    case '\\t':
      own.print = { ...own.print, tuplesOnly: !own.print.tuplesOnly };
      yield* context.out(`Tuples only is ${own.print.tuplesOnly ? 'on' : 'off'}.\n`);
      return true;
    default:
      yield* context.err(`invalid command ${command}\n`);
      return false;
  }
}

function* reconnect(own: Psql, database: string): Steps<boolean> {
  const target = { ...own.target, database };
  const session = yield* connect(own.context, target);
  if (typeof session === 'string') {
    yield* own.context.err(`\\connect: ${session}\n`);
    return false;
  }
  own.session = session;
  own.target = target;
  if (!own.quiet)
    yield* own.context.out(`You are now connected to database "${database}" as user "${session.user}".\n`);
  return true;
}

function databases({ session }: Psql) {
  const { catalog } = session.server;
  const owner = superuser(session.server.catalog.users());
  const rows = [...catalog.databases(), 'template0', 'template1']
    .sort()
    .map((name) => [
      name,
      owner,
      'UTF8',
      'libc',
      'en_US.utf8',
      'en_US.utf8',
      '',
      '',
      name.startsWith('template') ? `=c/${owner}\n${owner}=CTc/${owner}` : '',
    ]);
  return {
    title: 'List of databases',
    columns: columns(
      'Name',
      'Owner',
      'Encoding',
      'Locale Provider',
      'Collate',
      'Ctype',
      'Locale',
      'ICU Rules',
      'Access privileges',
    ),
    rows,
  };
}

function superuser(users: ReadonlyMap<string, { readonly superuser: boolean }>): string {
  return [...users].find(([, user]) => user.superuser)?.[0] ?? 'postgres';
}

function* relations({ context, session, print }: Psql, pattern: string | undefined): Steps<boolean> {
  const { catalog } = session.server;
  const owner = superuser(catalog.users());
  const names = catalog
    .tables(session.database ?? '')
    .filter((name) => pattern === undefined || name === pattern);
  if (names.length === 0) {
    yield* context.err(
      pattern === undefined
        ? 'Did not find any relations.\n'
        : `Did not find any relation named "${pattern}".\n`,
    );
    return true;
  }
  const rows = names.map((name) => ['public', name, 'table', owner]);
  yield* context.out(
    printTable(
      { title: 'List of relations', columns: columns('Schema', 'Name', 'Type', 'Owner'), rows },
      print,
    ),
  );
  return true;
}

function roles({ session }: Psql) {
  const all = 'Superuser, Create role, Create DB, Replication, Bypass RLS';
  const rows = [...session.server.catalog.users()]
    .sort()
    .map(([name, { superuser }]) => [name, superuser ? all : '']);
  return { title: 'List of roles', columns: columns('Role name', 'Attributes'), rows, footer: '' };
}

/** `\d items`. */
function* describe({ context, session, print }: Psql, name: string): Steps<boolean> {
  const table = session.server.catalog.table(session.database ?? '', name);
  if (!table) {
    yield* context.err(`Did not find any relation named "${name}".\n`);
    return true;
  }
  const rows = table.columns.map((column) => [
    column.name,
    column.type,
    '',
    column.notNull ? 'not null' : '',
    fallback(name, column),
  ]);
  const keys = [
    ...(table.primaryKey.length > 0
      ? [`    "${name}_pkey" PRIMARY KEY, btree (${table.primaryKey.join(', ')})\n`]
      : []),
    ...table.columns
      .filter(({ unique }) => unique)
      .map((column) => `    "${name}_${column.name}_key" UNIQUE CONSTRAINT, btree (${column.name})\n`),
  ];
  yield* context.out(
    printTable(
      {
        title: `Table "public.${name}"`,
        columns: columns('Column', 'Type', 'Collation', 'Nullable', 'Default'),
        rows,
        footer: keys.length > 0 ? `Indexes:\n${keys.join('')}` : '',
      },
      print,
    ),
  );
  return true;
}

function fallback(table: string, { name, serial, fallback: given, type }: ColumnDefinition): string {
  if (serial) return `nextval('${table}_${name}_seq'::regclass)`;
  if (given?.kind === 'value') {
    if (typeof given.value !== 'string') return String(given.value);
    return `'${given.value}'::${type}`;
  }
  if (given?.kind === 'call') return given.name === 'now' ? 'now()' : given.name.toUpperCase();
  return '';
}
