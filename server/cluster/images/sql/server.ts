import type { Catalog, Table, User } from './catalog.ts';
import { SqlError } from './errors.ts';
import { parseStatement } from './parse.ts';
import { type Output, runSelect } from './select.ts';
import type { Dialect, Statement, TableName, Value } from './syntax.ts';
import { changeRows } from './write.ts';

/** What a statement gave: a table, or how many rows it touched. */
export type Outcome =
  | ({ readonly kind: 'rows' } & Output)
  | {
      readonly kind: 'done';
      readonly tag: string;
      readonly affected: number;
      readonly matched?: number;
      readonly notice?: string;
    };

export interface SqlServerOptions {
  readonly dialect: Dialect;
  readonly catalog: Catalog;
  readonly version: string;
  readonly now: () => number;
}

/** A database server behind its protocol: clients talk to its sessions. */
export class SqlServer {
  readonly dialect: Dialect;
  readonly catalog: Catalog;
  readonly version: string;
  readonly now: () => number;

  constructor({ dialect, catalog, version, now }: SqlServerOptions) {
    this.dialect = dialect;
    this.catalog = catalog;
    this.version = version;
    this.now = now;
  }

  session(user: string, host: string): SqlSession {
    return new SqlSession(this, user, host);
  }
}

const done = (tag: string, affected = 0): Outcome => ({ kind: 'done', tag, affected });

/** One client: whom it is, which database it is in, and what it may take back. */
export class SqlSession {
  readonly server: SqlServer;
  readonly user: string;
  readonly host: string;
  #database: string | undefined;
  /** Tables as they were when the transaction began. */
  #before: Map<string, { database: string; name: string; table: Table }> | undefined;

  constructor(server: SqlServer, user: string, host: string) {
    this.server = server;
    this.user = user;
    this.host = host;
  }

  get database(): string | undefined {
    return this.#database;
  }

  /** Throws SqlError. */
  use(name: string): void {
    if (!this.server.catalog.hasDatabase(name) && !this.#isSystem(name))
      throw new SqlError({ kind: 'noDatabase', name });
    this.#require(name);
    this.#database = name;
  }

  /** Throws SqlError. */
  run(text: string): Outcome {
    return this.#execute(parseStatement(text, this.server.dialect));
  }

  #execute(statement: Statement): Outcome {
    const { catalog } = this.server;
    switch (statement.kind) {
      case 'select':
        return { kind: 'rows', ...runSelect(statement, this.#source(statement.from), this) };
      case 'insert':
      case 'update':
      case 'delete':
      case 'truncate':
        return this.#write(statement);
      case 'createTable':
        return this.#createTable(statement);
      case 'dropTable':
        return this.#dropTables(statement.tables, statement.lenient);
      case 'createDatabase':
      case 'dropDatabase':
        return this.#changeDatabase(statement);
      case 'use':
        this.use(statement.name);
        return done('USE');
      case 'show':
        return statement.what === 'databases' ? this.#showDatabases() : this.#showTables();
      case 'describe':
        return describe(this.#table(statement.table).table);
      case 'begin':
        this.#before = new Map();
        return done('BEGIN');
      case 'commit':
        this.#before = undefined;
        return done('COMMIT');
      case 'rollback':
        for (const { database, name, table } of this.#before?.values() ?? [])
          catalog.save(database, name, table);
        this.#before = undefined;
        return done('ROLLBACK');
      case 'flush':
        return done('FLUSH');
      default:
        return this.#changeUser(statement);
    }
  }

  #isSystem(name: string): boolean {
    return this.server.dialect === 'mysql' && SYSTEM.includes(name);
  }

  /** Whether the user may work in a database. */
  #may(database: string): boolean {
    const user = this.server.catalog.users().get(this.user);
    if (this.server.dialect === 'postgres' || user?.superuser) return true;
    return user?.grants.some((name) => name === '*' || name === database) ?? false;
  }

  #require(database: string): void {
    if (!this.#may(database)) throw new SqlError({ kind: 'denied', user: this.user, database });
  }

  #table(name: TableName): { database: string; table: Table } {
    const database = this.#databaseOf(name);
    const table = this.server.catalog.table(database, name.name);
    if (!table) throw new SqlError({ kind: 'noTable', database, name: name.name, at: name.at });
    return { database, table };
  }

  #databaseOf({ schema }: TableName): string {
    // PostgreSQL's schemas are not kept: `public` is all there is.
    const named = this.server.dialect === 'postgres' ? undefined : schema;
    const database = named ?? this.#database;
    if (database === undefined) throw new SqlError({ kind: 'noDatabaseSelected' });
    this.#require(database);
    return database;
  }

  #source(from: TableName | undefined): Table | undefined {
    if (!from) return undefined;
    if (
      this.server.dialect === 'mysql' &&
      (from.schema ?? this.#database) === 'mysql' &&
      from.name === 'user'
    )
      return userTable(this.server.catalog.users());
    return this.#table(from).table;
  }

  #write(statement: Extract<Statement, { kind: 'insert' | 'update' | 'delete' | 'truncate' }>): Outcome {
    const { database, table } = this.#table(statement.table);
    const { name } = statement.table;
    const key = `${database}/${name}`;
    if (this.#before && !this.#before.has(key))
      this.#before.set(key, { database, name, table: { ...table } });
    const changed = changeRows(statement, table, this);
    this.server.catalog.save(database, name, changed.table);
    return { kind: 'done', tag: changed.tag, affected: changed.affected, matched: changed.matched };
  }

  #createTable(statement: Extract<Statement, { kind: 'createTable' }>): Outcome {
    const { table, columns, primaryKey, lenient } = statement;
    const database = this.#databaseOf(table);
    const { catalog, dialect } = this.server;
    if (!catalog.hasDatabase(database)) throw new SqlError({ kind: 'noDatabase', name: database });
    if (catalog.table(database, table.name)) {
      if (!lenient) throw new SqlError({ kind: 'tableExists', name: table.name });
      const notice = dialect === 'postgres' ? `relation "${table.name}" already exists, skipping` : '';
      return { ...done('CREATE TABLE'), ...(notice ? { notice } : {}) } as Outcome;
    }
    catalog.save(database, table.name, { columns, primaryKey, rows: [], next: 1 });
    return done('CREATE TABLE');
  }

  #dropTables(tables: readonly TableName[], lenient: boolean): Outcome {
    for (const table of tables) {
      const database = this.#databaseOf(table);
      if (this.server.catalog.table(database, table.name))
        this.server.catalog.dropTable(database, table.name);
      else if (!lenient)
        throw new SqlError({ kind: 'unknownTable', database, name: table.name, at: table.at });
    }
    return done('DROP TABLE');
  }

  #changeDatabase({ kind, name, lenient }: { kind: string; name: string; lenient: boolean }): Outcome {
    const { catalog } = this.server;
    const exists = catalog.hasDatabase(name) || this.#isSystem(name);
    this.#require(name);
    if (kind === 'createDatabase') {
      if (!exists) catalog.createDatabase(name);
      else if (!lenient) throw new SqlError({ kind: 'databaseExists', name });
      return done('CREATE DATABASE', exists ? 0 : 1);
    }
    if (exists && !this.#isSystem(name)) catalog.dropDatabase(name);
    else if (!lenient || exists) throw new SqlError({ kind: 'dropNoDatabase', name });
    if (this.#database === name) this.#database = undefined;
    return done('DROP DATABASE');
  }

  #changeUser(
    statement: Extract<Statement, { kind: 'createUser' | 'alterUser' | 'dropUser' | 'grant' }>,
  ): Outcome {
    const { catalog } = this.server;
    const name = statement.kind === 'grant' ? statement.user : statement.name;
    const known = catalog.users().get(name);
    if (statement.kind === 'createUser') {
      if (known && !statement.lenient) throw new SqlError({ kind: 'userExists', name });
      const { password = '', superuser = false } = statement;
      if (!known) catalog.setUser(name, { password, superuser, grants: [] });
      return done('CREATE ROLE');
    }
    if (!known) {
      if (statement.kind === 'dropUser' && statement.lenient) return done('DROP ROLE');
      throw new SqlError({ kind: 'noUser', name });
    }
    if (statement.kind === 'dropUser') catalog.setUser(name, undefined);
    else if (statement.kind === 'grant')
      catalog.setUser(name, { ...known, grants: [...known.grants, statement.database] });
    else catalog.setUser(name, { ...known, password: statement.password ?? known.password });
    return done({ dropUser: 'DROP ROLE', grant: 'GRANT', alterUser: 'ALTER ROLE' }[statement.kind]);
  }

  #showDatabases(): Outcome {
    const all = [...this.server.catalog.databases(), ...SYSTEM].sort();
    const seen = all.filter(
      (name) => this.#may(name) || name === 'information_schema' || name === 'performance_schema',
    );
    return list('Database', seen);
  }

  #showTables(): Outcome {
    if (this.#database === undefined) throw new SqlError({ kind: 'noDatabaseSelected' });
    return list(`Tables_in_${this.#database}`, this.server.catalog.tables(this.#database));
  }
}

/** What MySQL itself needs. */
export const SYSTEM: readonly string[] = ['information_schema', 'mysql', 'performance_schema', 'sys'];

function list(name: string, values: readonly string[]): Outcome {
  return { kind: 'rows', columns: [{ name, numeric: false }], rows: values.map((value) => [value]) };
}

function describe({ columns, primaryKey }: Table): Outcome {
  const names = ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'];
  const rows = columns.map(({ name, type, notNull, unique, serial, fallback }): Value[] => [
    name,
    type,
    notNull ? 'NO' : 'YES',
    primaryKey.includes(name) ? 'PRI' : unique ? 'UNI' : '',
    fallback?.kind === 'value'
      ? fallback.value
      : fallback?.kind === 'call'
        ? fallback.name.toUpperCase()
        : null,
    serial ? 'auto_increment' : fallback?.kind === 'call' ? 'DEFAULT_GENERATED' : '',
  ]);
  return { kind: 'rows', columns: names.map((name) => ({ name, numeric: false })), rows };
}

function userTable(users: ReadonlyMap<string, User>): Table {
  const column = (name: string) => ({ name, type: 'char(32)', notNull: true, serial: false, unique: false });
  const own = ['mysql.infoschema', 'mysql.session', 'mysql.sys'].map((name) => ['localhost', name]);
  const rows = [...users.keys()].map((name) => ['%', name]);
  return {
    columns: [column('Host'), column('User')],
    primaryKey: [],
    rows: [...rows, ...own, ['localhost', 'root']],
    next: 1,
  };
}
