import { createHash } from 'node:crypto';
import {
  type Context,
  type HttpResponse,
  isSystemError,
  type Main,
  type TlsServer,
} from '../../host/index.ts';
import { type Steps, WaitQueue, waitOn } from '../../sim/index.ts';
import { logTime } from '../klog.ts';
import { isSuite, tlsSpoken } from '../tls-settings.ts';
import { RunningEtcd } from './etcd-service.ts';
import { MemoryLog } from './memory-log.ts';
import type { LogRegistry } from './registry.ts';

/** Flags of etcd 3.5 that a static pod may carry; those without effect here are about peers and tuning. */
const FLAGS = new Set([
  'name',
  'data-dir',
  'wal-dir',
  'snapshot-count',
  'heartbeat-interval',
  'election-timeout',
  'listen-peer-urls',
  'listen-client-urls',
  'listen-metrics-urls',
  'advertise-client-urls',
  'initial-advertise-peer-urls',
  'initial-cluster',
  'initial-cluster-state',
  'initial-cluster-token',
  'quota-backend-bytes',
  'max-request-bytes',
  'auto-compaction-retention',
  'auto-compaction-mode',
  'cert-file',
  'key-file',
  'client-cert-auth',
  'trusted-ca-file',
  'peer-cert-file',
  'peer-key-file',
  'peer-client-cert-auth',
  'peer-trusted-ca-file',
  'experimental-initial-corrupt-check',
  'experimental-watch-progress-notify-interval',
  'experimental-compact-hash-check-enabled',
  'log-level',
  'logger',
  'log-outputs',
  'cipher-suites',
  'tls-min-version',
  'tls-max-version',
  'strict-reconfig-check',
  'force-new-cluster',
  'metrics',
  'enable-pprof',
]);

/** Where the id of the log lies in the data directory. */
export const DB_FILE = 'member/snap/db';

/** etcd: serves the log whose id lies in its data directory. */
export function etcdMain({ logs }: { logs: LogRegistry }): Main {
  return function* etcd(context) {
    try {
      const flags = readFlags(context.args.slice(1));
      return yield* serve(context, flags, logs);
    } catch (error) {
      if (error instanceof ConfigError) return yield* failToVerify(context, error.message);
      if (error instanceof EtcdError) return yield* fail(context, error.message);
      if (isSystemError(error))
        return yield* fail(context, `open ${error.path ?? ''}: ${goText(error.message)}`);
      throw error;
    }
  };
}

class EtcdError extends Error {
  override name = 'EtcdError';
}

/** Values that do not go together or are none. */
class ConfigError extends EtcdError {}

function goText(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function readFlags(args: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const arg of args) {
    const match = /^--?([^=]+)(?:=(.*))?$/s.exec(arg);
    const name = match?.[1];
    if (!name || !FLAGS.has(name)) throw new EtcdError(`flag provided but not defined: -${name ?? arg}`);
    flags.set(name, match[2] ?? 'true');
  }
  return flags;
}

function* serve(context: Context, flags: ReadonlyMap<string, string>, logs: LogRegistry): Steps<number> {
  const dataDir = flags.get('data-dir') ?? 'default.etcd';
  const name = flags.get('name') ?? 'default';
  checkTls(flags);
  yield* info(context, 'etcdmain/etcd.go:73', 'Running: ', { args: context.args });
  const tls = tlsOf(context, flags);
  const id = logId(context, dataDir, logs);
  const clientUrls = urls(flags.get('advertise-client-urls') ?? 'http://localhost:2379');
  const peerUrls = urls(flags.get('initial-advertise-peer-urls') ?? 'http://localhost:2380');
  const log = logs.open(id);
  const service = new RunningEtcd({
    log,
    snapshot: () => logs.add((log as MemoryLog).fork()),
    name,
    memberId: hexId(`${name}${peerUrls.join()}`),
    clusterId: hexId(flags.get('initial-cluster-token') ?? 'etcd-cluster'),
    clientUrls,
    peerUrls,
  });
  context.process.onExit.push(() => service.end());
  const http = (request: { path: string }) => health(request.path, service);
  const grpcHealth = (asked: string) => (asked === '' ? 'SERVING' : undefined);
  for (const url of urls(flags.get('listen-client-urls') ?? 'http://localhost:2379')) {
    listen(context, url, { service, http, grpcHealth, ...(url.startsWith('https:') ? { tls } : {}) });
  }
  for (const url of urls(flags.get('listen-peer-urls') ?? '')) listen(context, url, { service: PEER });
  for (const url of urls(flags.get('listen-metrics-urls') ?? '')) listen(context, url, { http });
  yield* info(context, 'embed/serve.go:187', 'ready to serve client requests', {});
  return yield* untilStopped(context);
}

/** What answers on the peer port: nobody that a client can talk to. */
const PEER = Object.freeze({ peer: true });

/** Serves until it is asked to end, as the kubelet does when the manifest is gone. */
function* untilStopped(context: Context): Steps<number> {
  const asked = new WaitQueue();
  let signal: string | undefined;
  for (const name of ['TERM', 'INT'] as const) {
    context.process.handlers.set(name, () => {
      signal = name === 'TERM' ? 'terminated' : 'interrupt';
    });
  }
  while (signal === undefined) yield* waitOn([asked]);
  yield* info(context, 'osutil/interrupt_unix.go:64', 'received signal; shutting down', { signal });
  return 0;
}

function urls(text: string): string[] {
  return text.split(',').filter((url) => url !== '');
}

function listen(context: Context, url: string, what: object): void {
  const { hostname, port } = new URL(url);
  const address = hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
  try {
    const pid = context.process.pid;
    const stop = context.network.listen({ protocol: 'TCP', address, port: Number(port), pid, ...what });
    context.process.onExit.push(stop);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new EtcdError(`listen tcp ${address}:${port}: bind: ${goText(error.message)}`);
  }
}

const TLS_VERSIONS: Readonly<Record<string, string>> = { 'TLS1.2': 'TLSv1.2', 'TLS1.3': 'TLSv1.3' };

const suitesOf = (flags: ReadonlyMap<string, string>) =>
  (flags.get('cipher-suites') ?? '').split(',').filter((name) => name !== '');

/** Models server/embed/config.go Validate and etcd.go updateCipherSuites */
function checkTls(flags: ReadonlyMap<string, string>): void {
  const least = flags.get('tls-min-version') ?? 'TLS1.2';
  const most = flags.get('tls-max-version') || 'TLS1.3';
  for (const version of [least, most])
    if (TLS_VERSIONS[version] === undefined)
      throw new ConfigError(
        `unexpected TLS version ${JSON.stringify(version)} (must be one of: TLS1.2, TLS1.3)`,
      );
  if (least > most) throw new ConfigError(`min version (${least}) is greater than max version (${most})`);
  const suites = suitesOf(flags);
  if (least === 'TLS1.3' && suites.length > 0)
    throw new ConfigError('cipher suites cannot be configured when only TLS1.3 is enabled');
  const wrong = suites.find((name) => !isSuite(name));
  if (wrong) throw new EtcdError(`unexpected TLS cipher suite ${JSON.stringify(wrong)}`);
}

/** What clients find. */
function tlsSpokenBy(flags: ReadonlyMap<string, string>): Pick<TlsServer, 'versions' | 'suites'> {
  const least = flags.get('tls-min-version') === 'TLS1.3' ? 'VersionTLS13' : undefined;
  const spoken = tlsSpoken({ least, suites: suitesOf(flags) });
  return flags.get('tls-max-version') === 'TLS1.2' ? { ...spoken, versions: ['TLSv1.2'] } : spoken;
}

function tlsOf(context: Context, flags: ReadonlyMap<string, string>): TlsServer | undefined {
  const certFile = flags.get('cert-file');
  if (!certFile) return undefined;
  const certificates = context.fs.read(certFile);
  context.fs.read(flags.get('key-file') ?? '');
  const caFile = flags.get('trusted-ca-file');
  const wantsClients = flags.get('client-cert-auth') === 'true';
  const tls = { certificates, ...tlsSpokenBy(flags) };
  return caFile && wantsClients ? { ...tls, clientCa: context.fs.read(caFile) } : tls;
}

/** The id in the data directory; a fresh directory gets a fresh log. */
function logId(context: Context, dataDir: string, logs: LogRegistry): string {
  const file = `${dataDir}/${DB_FILE}`;
  if (context.fs.isFile(file)) return takeOver(context, file, logs);
  context.fs.mkdirAll(`${dataDir}/member/snap`, 0o700);
  context.fs.mkdirAll(`${dataDir}/member/wal`, 0o700);
  const id = logs.freshId();
  logs.open(id);
  context.fs.write(file, `${id}\n`, 0o600);
  return id;
}

/** The log named in the file. One restored from a snapshot goes its own way from here on. */
function takeOver(context: Context, file: string, logs: LogRegistry): string {
  const text = context.fs.read(file).trim();
  const from = /^restored-from (\S+)$/.exec(text)?.[1];
  if (from === undefined) return text;
  const snapshot = logs.find(from);
  if (!(snapshot instanceof MemoryLog)) throw new EtcdError('failed to recover v3 backend from snapshot');
  const id = logs.add(snapshot.fork());
  context.fs.write(file, `${id}\n`, 0o600);
  return id;
}

function health(path: string, service: RunningEtcd): HttpResponse {
  const json = { 'content-type': 'application/json' };
  const text = { 'content-type': 'text/plain; charset=utf-8' };
  const plain = path.split('?')[0];
  if (plain === '/health') return { status: 200, headers: json, body: '{"health":"true","reason":""}' };
  if (plain === '/livez' || plain === '/readyz') return { status: 200, headers: text, body: 'ok\n' };
  if (plain === '/version') {
    return { status: 200, headers: json, body: `{"etcdserver":"${service.version}","etcdcluster":"3.5.0"}` };
  }
  return { status: 404, headers: text, body: '404 page not found\n' };
}

export function hexId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function* info(context: Context, caller: string, msg: string, fields: object): Steps<void> {
  yield* context.err(`${JSON.stringify(entry(context, 'info', caller, msg, fields))}\n`);
}

function entry(context: Context, level: string, caller: string, msg: string, fields: object) {
  return { level, ts: logTime(context, msg), caller, msg, ...fields };
}

function* failToVerify(context: Context, error: string): Steps<number> {
  const line = entry(context, 'warn', 'etcdmain/etcd.go:75', 'failed to verify flags', { error });
  yield* context.err(`${JSON.stringify(line)}\n`);
  return 1;
}

function* fail(context: Context, error: string): Steps<number> {
  if (error.startsWith('flag provided')) {
    yield* context.err(`${error}\nUsage:\n\n  etcd [flags]\n    Start an etcd server.\n`);
    return 2;
  }
  const fields = { error, stacktrace: 'go.etcd.io/etcd/server/v3/etcdmain.startEtcdOrProxyV2' };
  yield* context.err(
    `${JSON.stringify(entry(context, 'fatal', 'etcdmain/etcd.go:204', 'discovery failed', fields))}\n`,
  );
  return 1;
}
