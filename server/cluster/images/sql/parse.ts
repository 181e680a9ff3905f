import { Reader } from './parse-expression.ts';
import type { ColumnDefinition, Dialect, Expression, Select, Selected, Statement } from './syntax.ts';

/** One statement. Throws SqlError. */
export function parseStatement(text: string, dialect: Dialect): Statement {
  const reader = new Reader(text, dialect);
  const statement = read(reader);
  if (reader.peek().kind !== 'end') refuseRest(reader);
  return statement;
}

function refuseRest(reader: Reader): never {
  const what = { JOIN: 'JOIN', INNER: 'JOIN', LEFT: 'JOIN', UNION: 'UNION', HAVING: 'HAVING' }[
    reader.peek().text
  ];
  return what ? reader.unsupported(what) : reader.fail();
}

const READERS: Readonly<Record<string, (reader: Reader) => Statement>> = {
  SELECT: select,
  CREATE: create,
  DROP: drop,
  INSERT: insert,
  UPDATE: update,
  DELETE: remove,
  TRUNCATE: (reader) => {
    reader.take('TABLE');
    return { kind: 'truncate', table: reader.tableName() };
  },
  USE: (reader) => ({ kind: 'use', name: reader.name() }),
  SHOW: show,
  DESCRIBE: (reader) => ({ kind: 'describe', table: reader.tableName() }),
  DESC: (reader) => ({ kind: 'describe', table: reader.tableName() }),
  ALTER: alter,
  GRANT: grant,
  FLUSH: (reader) => {
    reader.expect('PRIVILEGES');
    return { kind: 'flush' };
  },
  BEGIN: () => ({ kind: 'begin' }),
  START: (reader) => {
    reader.expect('TRANSACTION');
    return { kind: 'begin' };
  },
  COMMIT: () => ({ kind: 'commit' }),
  ROLLBACK: () => ({ kind: 'rollback' }),
};
const MYSQL_ONLY = ['USE', 'SHOW', 'DESCRIBE', 'DESC', 'FLUSH'];
/** Statements that exist but are not simulated. */
const REFUSED = [
  'EXPLAIN',
  'WITH',
  'SET',
  'LOCK',
  'CALL',
  'COPY',
  'VACUUM',
  'REVOKE',
  'REPLACE',
  'LOAD',
  'ANALYZE',
];

function read(reader: Reader): Statement {
  const first = reader.next();
  const known = first.kind === 'word' ? READERS[first.text] : undefined;
  if (known && !(reader.dialect === 'postgres' && MYSQL_ONLY.includes(first.text))) return known(reader);
  if (first.kind === 'word' && REFUSED.includes(first.text)) return reader.unsupported(first.text);
  return reader.fail(first);
}

function select(reader: Reader): Select {
  if (reader.take('DISTINCT')) reader.unsupported('DISTINCT');
  const columns = reader.list(() => selected(reader));
  const from = reader.take('FROM') ? reader.tableName() : undefined;
  if (from && reader.is(',')) reader.unsupported('JOIN');
  const where = reader.take('WHERE') ? reader.expression() : undefined;
  const groupBy = reader.take('GROUP', 'BY') ? reader.list(() => reader.expression()) : [];
  const orderBy = reader.take('ORDER', 'BY')
    ? reader.list(() => {
        const expression = reader.expression();
        const descending = reader.take('DESC');
        if (!descending) reader.take('ASC');
        return { expression, descending };
      })
    : [];
  const limit = reader.take('LIMIT') ? wholeNumber(reader) : undefined;
  const offset = reader.take('OFFSET') ? wholeNumber(reader) : 0;
  return {
    kind: 'select',
    columns,
    groupBy,
    orderBy,
    offset,
    ...(from ? { from } : {}),
    ...(where ? { where } : {}),
    ...(limit === undefined ? {} : { limit }),
  };
}

function selected(reader: Reader): Selected {
  if (reader.take('*')) return { expression: '*', text: '*' };
  const { at } = reader.peek();
  const expression = reader.expression();
  const text = reader.text.slice(at, reader.peek().at).trim();
  const token = reader.peek();
  const named = reader.take('AS') || token.kind === 'name' || (token.kind === 'word' && isAlias(token.text));
  return named ? { expression, text, alias: reader.name() } : { expression, text };
}

function isAlias(word: string): boolean {
  return !['FROM', 'WHERE', 'GROUP', 'ORDER', 'LIMIT', 'OFFSET', 'UNION', 'HAVING', 'INTO', 'FOR'].includes(
    word,
  );
}

function wholeNumber(reader: Reader): number {
  const token = reader.next();
  return token.kind === 'number' && /^\d+$/.test(token.text) ? Number(token.text) : reader.fail(token);
}

function create(reader: Reader): Statement {
  if (reader.take('DATABASE') || (reader.dialect === 'mysql' && reader.take('SCHEMA'))) {
    const lenient = reader.take('IF', 'NOT', 'EXISTS');
    const name = reader.name();
    while (reader.peek().kind !== 'end') reader.next();
    return { kind: 'createDatabase', name, lenient };
  }
  if (reader.take('TABLE')) return createTable(reader);
  if (reader.take('USER') || reader.take('ROLE')) {
    const lenient = reader.take('IF', 'NOT', 'EXISTS');
    return { kind: 'createUser', lenient, ...account(reader) };
  }
  return reader.unsupported(`CREATE ${reader.peek().text}`);
}

/** `'app'@'%' IDENTIFIED BY 'x'`, `app WITH PASSWORD 'x' SUPERUSER`. */
function account(reader: Reader): { name: string; password?: string; superuser?: boolean } {
  const name = userName(reader);
  let password: string | undefined;
  let superuser: boolean | undefined;
  for (;;) {
    if (reader.take('IDENTIFIED', 'BY') || reader.take('PASSWORD') || reader.take('ENCRYPTED', 'PASSWORD'))
      password = reader.next().text;
    else if (reader.take('SUPERUSER')) superuser = true;
    else if (!['WITH', 'LOGIN', 'CREATEDB', 'CREATEROLE'].some((word) => reader.take(word))) break;
  }
  return {
    name,
    ...(password === undefined ? {} : { password }),
    ...(superuser === undefined ? {} : { superuser }),
  };
}

function userName(reader: Reader): string {
  const name = reader.peek().kind === 'string' ? reader.next().text : reader.name();
  if (reader.take('@')) reader.next();
  return name;
}

function createTable(reader: Reader): Statement {
  const lenient = reader.take('IF', 'NOT', 'EXISTS');
  const table = reader.tableName();
  reader.expect('(');
  const columns: ColumnDefinition[] = [];
  const primaryKey: string[] = [];
  do {
    if (reader.take('PRIMARY', 'KEY')) primaryKey.push(...reader.names());
    else if (reader.is('FOREIGN', 'CONSTRAINT', 'CHECK', 'INDEX', 'KEY'))
      reader.unsupported(reader.peek().text);
    else {
      const { column, isKey } = columnDefinition(reader);
      columns.push(column);
      if (isKey) primaryKey.push(column.name);
    }
  } while (reader.take(','));
  reader.expect(')');
  // Options of the table, such as ENGINE=InnoDB, have no effect that could be seen.
  if (reader.dialect === 'mysql') while (reader.peek().kind !== 'end') reader.next();
  return { kind: 'createTable', table, lenient, columns, primaryKey };
}

function columnDefinition(reader: Reader): { column: ColumnDefinition; isKey: boolean } {
  const name = reader.name();
  const declared = reader.typeName();
  let [notNull, unique, isKey] = [false, false, false];
  let serial = /^(small|big)?serial$/.test(declared);
  let fallback: Expression | undefined;
  for (;;) {
    if (reader.take('NOT', 'NULL')) notNull = true;
    else if (reader.take('PRIMARY', 'KEY')) isKey = true;
    else if (reader.take('UNIQUE', 'KEY') || reader.take('UNIQUE')) unique = true;
    else if (reader.take('AUTO_INCREMENT')) serial = true;
    else if (reader.take('GENERATED')) {
      if (!reader.take('ALWAYS')) reader.expect('BY', 'DEFAULT');
      reader.expect('AS', 'IDENTITY');
      serial = true;
    } else if (reader.take('DEFAULT')) fallback = reader.expression(3);
    else if (reader.is('REFERENCES', 'CHECK', 'COMMENT', 'COLLATE')) reader.unsupported(reader.peek().text);
    else if (!reader.take('NULL')) break;
  }
  const column: ColumnDefinition = {
    name,
    type: spelled(declared, reader.dialect),
    notNull: notNull || isKey || serial,
    serial,
    unique,
    ...(fallback ? { fallback } : {}),
  };
  return { column, isKey };
}

const SPELLINGS: Readonly<Record<Dialect, Readonly<Record<string, string>>>> = {
  mysql: {
    integer: 'int',
    bool: 'tinyint(1)',
    boolean: 'tinyint(1)',
    serial: 'bigint unsigned',
    numeric: 'decimal(10,0)',
  },
  postgres: {
    int: 'integer',
    int4: 'integer',
    serial: 'integer',
    bigserial: 'bigint',
    int8: 'bigint',
    bool: 'boolean',
    varchar: 'character varying',
    char: 'character(1)',
    float: 'double precision',
    timestamp: 'timestamp without time zone',
    timestamptz: 'timestamp with time zone',
    decimal: 'numeric',
  },
};

/** A type as the server tells it of a table. */
function spelled(type: string, dialect: Dialect): string {
  const [, word = type, rest = ''] = /^(\w+)(.*)$/.exec(type) ?? [];
  return `${SPELLINGS[dialect][word] ?? word}${rest}`;
}

function drop(reader: Reader): Statement {
  if (reader.take('DATABASE') || reader.take('SCHEMA')) {
    const lenient = reader.take('IF', 'EXISTS');
    return { kind: 'dropDatabase', name: reader.name(), lenient };
  }
  if (reader.take('TABLE')) {
    const lenient = reader.take('IF', 'EXISTS');
    const tables = reader.list(() => reader.tableName());
    reader.take('CASCADE');
    return { kind: 'dropTable', tables, lenient };
  }
  if (reader.take('USER') || reader.take('ROLE')) {
    const lenient = reader.take('IF', 'EXISTS');
    return { kind: 'dropUser', name: userName(reader), lenient };
  }
  return reader.unsupported(`DROP ${reader.peek().text}`);
}

function insert(reader: Reader): Statement {
  reader.expect('INTO');
  const table = reader.tableName();
  const columns = reader.is('(') ? reader.names() : undefined;
  if (reader.is('SELECT')) reader.unsupported('INSERT … SELECT');
  if (!reader.take('VALUES')) reader.expect('VALUE');
  const rows = reader.list(() => {
    reader.expect('(');
    const row = reader.list(() => reader.expression());
    reader.expect(')');
    return row;
  });
  if (reader.is('ON', 'RETURNING')) reader.unsupported(reader.peek().text);
  return { kind: 'insert', table, rows, ...(columns ? { columns } : {}) };
}

function update(reader: Reader): Statement {
  const table = reader.tableName();
  reader.expect('SET');
  const changes = reader.list(() => {
    const { at } = reader.peek();
    const column = reader.name();
    reader.expect('=');
    return { column, value: reader.expression(), at };
  });
  const where = reader.take('WHERE') ? reader.expression() : undefined;
  return { kind: 'update', table, changes, ...(where ? { where } : {}) };
}

function remove(reader: Reader): Statement {
  reader.expect('FROM');
  const table = reader.tableName();
  const where = reader.take('WHERE') ? reader.expression() : undefined;
  return { kind: 'delete', table, ...(where ? { where } : {}) };
}

function show(reader: Reader): Statement {
  if (reader.take('DATABASES') || reader.take('SCHEMAS')) return { kind: 'show', what: 'databases' };
  if (reader.take('TABLES')) return { kind: 'show', what: 'tables' };
  return reader.unsupported(`SHOW ${reader.peek().text}`);
}

function alter(reader: Reader): Statement {
  if (reader.take('USER') || reader.take('ROLE'))
    return { kind: 'alterUser', lenient: false, ...account(reader) };
  return reader.unsupported(`ALTER ${reader.peek().text}`);
}

/** `ALL PRIVILEGES ON shop.* TO 'app'@'%'`, `ALL ON DATABASE shop TO app`. */
function grant(reader: Reader): Statement {
  while (!reader.is('ON')) if (reader.next().kind === 'end') reader.fail();
  reader.expect('ON');
  reader.take('DATABASE');
  const database = reader.take('*') ? '*' : reader.name();
  if (reader.take('.')) reader.take('*') || reader.name();
  reader.expect('TO');
  const user = userName(reader);
  reader.take('WITH', 'GRANT', 'OPTION');
  return { kind: 'grant', database, user };
}
