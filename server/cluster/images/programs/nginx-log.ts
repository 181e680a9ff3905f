import { type Context, isSystemError } from '../../../host/index.ts';
import { log } from '../serve.ts';
import type { Directive } from './nginx-config.ts';
import type { Exchange } from './nginx-exchange.ts';
import { first } from './nginx-sites.ts';

const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
const ACCESS_LOG = '/var/log/nginx/access.log';
const ERROR_LOG = '/var/log/nginx/error.log';
const LEVELS = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'];

/** `2026/11/21 09:00:00`, as the error log has it. */
export function errorTime(context: Context): string {
  return new Date(context.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

/** Writes to a log: a file, or what its name stands for. */
function write(context: Context, path: string, line: string): void {
  const { fs } = context;
  const link = path === 'stderr' ? '/dev/stderr' : path;
  const isLink = fs.tryStat(link, false)?.type === 'symlink';
  const target = isLink ? fs.readlink(link) : link;
  if (/^\/dev\/std(out|err)$|^\/proc\/(self|1)\/fd\/[12]$/.test(target)) {
    log(context, line, /err$|2$/.test(target) ? 2 : 1);
    return;
  }
  try {
    fs.append(path, line, 0o644);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** The logs of requests that a scope asks for: a file and its format each. */
export function writeAccess(exchange: Exchange): void {
  const own = exchange.all('access_log');
  const logs = own.length > 0 ? own.map(({ args }) => args) : [[ACCESS_LOG]];
  for (const [path = '', format = 'combined', ...rest] of logs) {
    if (path === 'off' || path.startsWith('syslog:')) continue;
    const only = rest.find((one) => one.startsWith('if='));
    if (only !== undefined && ['', '0'].includes(exchange.fill(only.slice(3)))) continue;
    write(exchange.context, fullPath(path), `${formatted(exchange, format)}\n`);
  }
}

function formatted(exchange: Exchange, name: string): string {
  const known = exchange.arrival.http.find((one) => one.name === 'log_format' && one.args[0] === name);
  const parts = known?.args.slice(1).filter((arg) => !/^escape=\w+$/.test(arg)) ?? [COMBINED];
  return parts
    .join('')
    .replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (_, braced?: string, bare?: string) => exchange.value((braced ?? bare) as string) || '-',
    );
}

/** What is wrong with a request, in the log of errors. */
export function problem(exchange: Exchange, message: string, level = 'error', more = ''): void {
  const { context, request, arrival } = exchange;
  const [path = ERROR_LOG, least = 'error'] = exchange.first('error_log') ?? [];
  if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
  const pid = exchange.value('worker_pid') || String(context.process.nspid);
  const host = request.headers['host'];
  write(
    context,
    fullPath(path),
    `${errorTime(context)} [${level}] ${pid}#${pid}: *${arrival.number} ${message}, client: ${exchange.value('remote_addr')}, server: ${exchange.value('server_name')}, request: "${exchange.value('request')}"${more}${host === undefined ? '' : `, host: "${host}"`}\n`,
  );
}

/** What the master says. */
export function writeError(context: Context, main: readonly Directive[], line: string): void {
  write(context, fullPath(first([main], 'error_log')?.[0] ?? ERROR_LOG), line);
}

function fullPath(path: string): string {
  return path.startsWith('/') || path === 'stderr' ? path : `/etc/nginx/${path}`;
}

/** Makes the files of all logs, as the master does at its start; returns why one cannot be opened. */
export function openLogs(
  { fs }: Context,
  directives: readonly Directive[],
): { path: string; code: string; message: string } | undefined {
  const paths = new Set([ERROR_LOG, ...pathsOf(directives)]);
  for (const path of paths) {
    try {
      if (!fs.tryStat(path, false)) fs.append(path, '', 0o644);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return { path, code: error.code, message: error.message };
    }
  }
  return undefined;
}

function pathsOf(directives: readonly Directive[]): string[] {
  return directives.flatMap(({ name, args: [path = 'off'], block }) => [
    ...(/^(access|error)_log$/.test(name) && !/^(off|stderr|syslog:.*)$|\$/.test(path)
      ? [fullPath(path)]
      : []),
    ...pathsOf(block ?? []),
    ...(name === 'http' && !block?.some((one) => one.name === 'access_log') ? [ACCESS_LOG] : []),
  ]);
}
