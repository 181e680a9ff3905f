import type { Context } from '../../host/index.ts';
import { SqlError } from './sql/errors.ts';
import type { SqlServer, SqlSession } from './sql/server.ts';
import { statements } from './sql/tokens.ts';

const DIRECTORY = '/docker-entrypoint-initdb.d';

export interface InitScripts {
  readonly server: SqlServer;
  readonly user: string;
  readonly database: string | undefined;
  /** How the entry point says that it runs a script, or passes it over. */
  readonly running: (path: string) => string;
  readonly ignoring: (path: string) => string;
  readonly failed: (problem: SqlError, session: SqlSession, statement: string) => string;
}

/** Runs what lies in `/docker-entrypoint-initdb.d` once a new database is there; returns what is said. */
export function runInitScripts(context: Context, scripts: InitScripts): string {
  const { fs } = context;
  if (!fs.isDirectory(DIRECTORY)) return '';
  let said = '';
  for (const name of fs.list(DIRECTORY).sort()) {
    const path = `${DIRECTORY}/${name}`;
    if (!fs.isFile(path)) continue;
    if (!name.endsWith('.sql')) {
      said += scripts.ignoring(path);
      continue;
    }
    said += scripts.running(path) + runFile(fs.read(path), scripts);
  }
  return said;
}

function runFile(text: string, { server, user, database, failed }: InitScripts): string {
  const session = server.session(user, 'localhost');
  if (database !== undefined) session.use(database);
  const { done, rest } = statements(text, server.dialect);
  let said = '';
  for (const statement of [...done, rest].map((one) => one.trim())) {
    if (statement === '') continue;
    try {
      const outcome = session.run(statement);
      if (server.dialect === 'postgres' && outcome.kind === 'done') said += `${outcome.tag}\n`;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return said + failed(error, session, statement);
    }
  }
  return said;
}
