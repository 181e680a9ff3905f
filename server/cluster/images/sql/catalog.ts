import { type Files, isSystemError } from '../../../host/index.ts';
import { charge } from '../../../sim/index.ts';
import { SqlError } from './errors.ts';
import type { ColumnDefinition, Value } from './syntax.ts';

export interface Table {
  readonly columns: readonly ColumnDefinition[];
  readonly primaryKey: readonly string[];
  rows: readonly (readonly Value[])[];
  /** The number that comes next where a column counts up. */
  next: number;
}

export interface User {
  readonly password: string;
  readonly superuser: boolean;
  /** Databases that it may use; `*` for all. */
  readonly grants: readonly string[];
}

/** Where a server keeps what below its data directory. */
export interface Layout {
  /** The list of users. */
  readonly users: string;
  /** Names of databases with their directories. */
  readonly databases: (fs: Files) => Map<string, string>;
  /** Gives a new database its directory. */
  readonly create: (fs: Files, name: string) => string;
  readonly drop: (fs: Files, name: string) => void;
  readonly file: (directory: string, table: string) => string;
  /** The table of a file's name; undefined when it is none. */
  readonly tableOf: (file: string) => string | undefined;
}

/** Databases, tables and users, as they lie on the disk: what is written here is there at once and after a restart. */
export class Catalog {
  readonly #fs: Files;
  readonly #layout: Layout;
  readonly #databases = new Map<string, { directory: string; tables: Map<string, Table> }>();
  readonly #users: Map<string, User>;

  constructor(fs: Files, layout: Layout) {
    this.#fs = fs;
    this.#layout = layout;
    for (const [name, directory] of layout.databases(fs)) {
      const tables = new Map<string, Table>();
      for (const file of fs.list(directory).sort()) {
        const table = layout.tableOf(file);
        if (table !== undefined) tables.set(table, JSON.parse(fs.read(`${directory}/${file}`)) as Table);
      }
      this.#databases.set(name, { directory, tables });
    }
    this.#users = new Map(
      fs.isFile(layout.users)
        ? Object.entries(JSON.parse(fs.read(layout.users)) as Record<string, User>)
        : [],
    );
  }

  databases(): string[] {
    return [...this.#databases.keys()].sort();
  }

  hasDatabase(name: string): boolean {
    return this.#databases.has(name);
  }

  createDatabase(name: string): void {
    const directory = this.#layout.create(this.#fs, name);
    this.#databases.set(name, { directory, tables: new Map() });
  }

  dropDatabase(name: string): void {
    this.#layout.drop(this.#fs, name);
    this.#databases.delete(name);
  }

  tables(database: string): string[] {
    return [...(this.#databases.get(database)?.tables.keys() ?? [])].sort();
  }

  table(database: string, name: string): Table | undefined {
    return this.#databases.get(database)?.tables.get(name);
  }

  /** Keeps a table as it is now, new or changed. */
  save(database: string, name: string, table: Table): void {
    const found = this.#databases.get(database);
    if (!found) return;
    const text = JSON.stringify(table);
    charge(text.length / 16);
    this.#write(this.#layout.file(found.directory, name), text, name);
    found.tables.set(name, table);
  }

  dropTable(database: string, name: string): void {
    const found = this.#databases.get(database);
    if (!found?.tables.delete(name)) return;
    this.#fs.unlink(this.#layout.file(found.directory, name));
  }

  users(): ReadonlyMap<string, User> {
    return this.#users;
  }

  setUser(name: string, user: User | undefined): void {
    if (user) this.#users.set(name, user);
    else this.#users.delete(name);
    this.#write(this.#layout.users, JSON.stringify(Object.fromEntries(this.#users)), 'user');
  }

  #write(path: string, text: string, table: string): void {
    try {
      this.#fs.write(path, text);
    } catch (error) {
      if (isSystemError(error) && ['ENOSPC', 'EDQUOT'].includes(error.code))
        throw new SqlError({ kind: 'diskFull', table });
      throw error;
    }
  }
}
