import type { Attempt, AttemptRecords } from '../exam/attempt.ts';
import type { Database } from './database.ts';

/** Attempts in SQLite, as JSON. */
export class SqliteAttempts implements AttemptRecords {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(id: string): Attempt | undefined {
    const row = this.#database.prepared('select state from attempts where id = ?').get(id);
    return parse(row);
  }

  save(attempt: Attempt): void {
    this.#database
      .prepared('insert or replace into attempts (id, owner, started, state) values (?, ?, ?, ?)')
      .run(attempt.id, attempt.owner, attempt.startedMs, JSON.stringify(attempt));
  }

  ofOwner(owner: string): Attempt[] {
    const rows = this.#database
      .prepared('select state from attempts where owner = ? order by started desc limit 200')
      .all(owner);
    return rows.map((row) => parse(row) as Attempt);
  }

  running(): Attempt[] {
    const rows = this.#database
      .prepared(
        `select state from attempts
         where state ->> 'endsMs' is not null and (state ->> 'submittedMs' is null or state ->> 'graded' = 0)`,
      )
      .all();
    return rows.map((row) => parse(row) as Attempt);
  }
}

function parse(row: unknown): Attempt | undefined {
  return row === undefined ? undefined : (JSON.parse((row as { state: string }).state) as Attempt);
}
