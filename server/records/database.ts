import Sqlite from 'better-sqlite3';

/**
 * Databases that were opened, with their statements: none of them is ever collected. From Node 24.19 on, the process
 * aborts when the garbage collector frees an object of better-sqlite3 12; 13, which mends that, does not run on Node 20.
 */
const OPENED = new Set<Database>();

/** A file of SQLite whose statements are prepared once. */
export class Database {
  readonly #sqlite: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement>();

  /** `file` may be `:memory:`. Throws SQLite's errors. */
  constructor(file: string) {
    this.#sqlite = new Sqlite(file);
    OPENED.add(this);
  }

  /** The statement of that text. The texts are constants of the program, so there are few. */
  prepared(sql: string): Sqlite.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Runs statements that give nothing back. */
  execute(sql: string): void {
    this.#sqlite.exec(sql);
  }

  /** Does all of `work` or nothing of it. Nobody else writes meanwhile when it is `immediate`. */
  transaction(work: () => void, { immediate = false } = {}): void {
    const transaction = this.#sqlite.transaction(work);
    if (immediate) transaction.immediate();
    else transaction();
  }

  close(): void {
    this.#sqlite.close();
  }
}
