import type { Context } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { SqlServer, type SqlSession } from '../sql/server.ts';
import { reach } from './client-connection.ts';
import type { PrintOptions } from './psql-words.ts';

const SOCKET = '/var/run/postgresql/.s.PGSQL.5432';

export interface Target {
  readonly host: string | undefined;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
}

/** What psql has at hand while it runs. */
export interface Psql {
  readonly context: Context;
  session: SqlSession;
  target: Target;
  print: PrintOptions;
  readonly quiet: boolean;
}

/** A session, or why there is none. */
export function* connect(context: Context, target: Target): Steps<SqlSession | string> {
  const { host, port, user, password, database } = target;
  const found = yield* reach(context, host ?? '127.0.0.1', port);
  if (!found.ok && found.why === 'unknown name')
    return `could not translate host name "${host}" to address: Name or service not known`;
  const to =
    host === undefined
      ? `on socket "${SOCKET}"`
      : `to server at "${host}"${numeric(host, found.address)}, port ${port}`;
  const where = host === undefined ? `connection to server ${to} failed` : `connection ${to} failed`;
  if (!found.ok || !(found.service instanceof SqlServer)) {
    if (host === undefined)
      return `${where}: No such file or directory\n\tIs the server running locally and accepting connections on that socket?`;
    if (!found.ok && found.why === 'timeout')
      return `${where}: Connection timed out\n\tIs the server running on that host and accepting TCP/IP connections?`;
    return `${where}: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`;
  }
  const { catalog } = found.service;
  const known = catalog.users().get(user);
  // The image trusts its own container, and asks everybody else.
  if (host !== undefined && !/^(localhost|127\.0\.0\.1|::1)$/.test(host) && !trusts(found.service)) {
    if (password === undefined) return `${where}: fe_sendauth: no password supplied`;
    if (known?.password !== password)
      return `${where}: FATAL:  password authentication failed for user "${user}"`;
  }
  if (!known) return `${where}: FATAL:  role "${user}" does not exist`;
  if (!catalog.hasDatabase(database)) return `${where}: FATAL:  database "${database}" does not exist`;
  const session = found.service.session(user, found.from);
  session.use(database);
  return session;
}

const numeric = (host: string, address: string) => (host === address ? '' : ` (${address})`);

/** POSTGRES_HOST_AUTH_METHOD=trust leaves the superuser without a password. */
function trusts(server: SqlServer): boolean {
  return [...server.catalog.users().values()].some(({ superuser, password }) => superuser && password === '');
}
