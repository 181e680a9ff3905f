import {
  type Context,
  type HttpRequest,
  type HttpResponse,
  holdConnection,
  isSystemError,
  type Main,
  type TlsServer,
  wasResumed,
} from '../../host/index.ts';
import { type Steps, WaitQueue, waitOn } from '../../sim/index.ts';
import { type Detail, detailLog } from '../client/detail.ts';
import { gatesOfFlags, logger, StartError, stopOnSignals } from '../client/program-start.ts';
import { clientRefusal, dialError, handshakeFailure, lookupHost, type TlsClient } from '../client/tls.ts';
import type { FeatureGates } from '../feature-gates.ts';
import { askedInstead, FlagError, type FlagValues, flagList, listenAddress, parseFlags } from '../flags.ts';
import { klogLine } from '../klog.ts';
import { type EtcdService, isEtcdService } from '../store/etcd-service.ts';
import { http2Problem, tlsSettings, tlsSpoken } from '../tls-settings.ts';
import type { ApiServer } from './api-server.ts';
import { HTTP_LEVEL, httpLine } from './http-log.ts';
import { FLAGS } from './program-flags.ts';
import { checkSimulated, newServer, versionOf } from './program-options.ts';
import { serverUsage } from './program-usage.ts';
import { ensureBootstrapObjects } from './upkeep/bootstrap.ts';
import { keepIdentityLease } from './upkeep/identity-lease.ts';
import { Upkeep } from './upkeep/upkeep.ts';

/** From the first request to etcd to giving up. Models the start timeout of storagebackend factories. */
const ETCD_TIMEOUT_MS = 20_000;
const ETCD_RETRY_MS = 1000;
/** What reading flags and certificates, and the post-start hooks, take. */
const START_MS = 1200;
/** After a restore: until etcd is there again, too. */
const RESUME_MS = 5;

/** kube-apiserver: reads its flags and files, connects to etcd, listens. */
export const kubeApiserver: Main = function* main(context) {
  try {
    const args = context.args.slice(1);
    const asked = askedInstead(args);
    if (asked) {
      yield* context.out(asked === 'help' ? serverUsage() : `Kubernetes ${versionOf(context)}\n`);
      return 0;
    }
    const flags = parseFlags(args, FLAGS, 'kube-apiserver');
    return yield* run(context, flags);
  } catch (error) {
    if (error instanceof FlagError) {
      yield* context.err(`Error: ${error.message}\n`);
      return 1;
    }
    const message = startMessage(error);
    if (message === undefined) throw error;
    yield* context.err(
      klogLine(context, 'E', 'run.go:72', `"command failed" err=${JSON.stringify(message)}`),
    );
    return 1;
  }
};

function startMessage(error: unknown): string | undefined {
  if (error instanceof StartError) return error.message;
  if (!isSystemError(error)) return undefined;
  return `open ${error.path ?? ''}: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`;
}

function* run(context: Context, flags: FlagValues): Steps<number> {
  const gates = gatesOfFlags(context, 'kube-apiserver', flags);
  yield* context.err(klogLine(context, 'I', 'server.go:160', `Version: ${versionOf(context)}`));
  const certificates = context.fs.read(required(flags, 'tls-cert-file'));
  context.fs.read(required(flags, 'tls-private-key-file'));
  checkFiles(context, flags);
  checkSimulated(context, flags, gates);
  const connection = new EtcdConnection(context, flags);
  const wake = new WaitQueue();
  const stopped = stopOnSignals(context, wake);
  yield* context.sleep(wasResumed(context) ? RESUME_MS : START_MS);
  const failure = yield* connection.wait();
  if (failure !== undefined) {
    const text = 'Error creating leases: error creating storage factory: context deadline exceeded';
    yield* context.err(klogLine(context, 'F', 'instance.go:226', text));
    return 255;
  }
  const running = new Running(context, flags, gates, connection);
  const port = Number(flags.get('secure-port') ?? 6443);
  const address = listenAddress(flags.get('bind-address') ?? '0.0.0.0');
  const settings = tlsSettings(flags);
  const unservable = http2Problem(settings);
  if (unservable) throw new StartError(`error configuring http2: ${unservable}`);
  const tls = { certificates, ...requestedCa(context, flags), ...tlsSpoken(settings) };
  listen(context, { address, port, tls, http: (request) => running.handle(request) });
  context.process.onExit.push(() => running.close());
  running.start();
  yield* context.err(klogLine(context, 'I', 'secure_serving.go:211', `Serving securely on [::]:${port}`));
  while (!stopped()) {
    yield* waitOn([wake, ...(connection.service ? [connection.service.ended] : [])]);
    if (stopped()) break;
    running.etcdEnded();
    while (!stopped() && !connection.connect()) yield* context.sleep(ETCD_RETRY_MS);
    if (!stopped()) running.start();
  }
  yield* context.err(
    klogLine(context, 'I', 'genericapiserver.go:713', '[graceful-termination] shutdown event'),
  );
  return 0;
}

function required(flags: FlagValues, name: string): string {
  const value = flags.get(name);
  if (!value) throw new StartError(`--${name} is required here: self-signed certificates are not made`);
  return value;
}

/** Files that are named must be there, whether or not anything here reads them later. */
function checkFiles(context: Context, flags: FlagValues): void {
  const named: [string, string][] = [
    ['client-ca-file', 'unable to load client CA provider: '],
    ['requestheader-client-ca-file', 'unable to load client CA provider: '],
    ['token-auth-file', ''],
    ['oidc-ca-file', ''],
    ['etcd-cafile', ''],
    ['etcd-certfile', ''],
    ['etcd-keyfile', ''],
    ['kubelet-client-certificate', ''],
    ['kubelet-client-key', ''],
    ['kubelet-certificate-authority', ''],
    ['proxy-client-cert-file', ''],
    ['proxy-client-key-file', ''],
    ['service-account-key-file', ''],
    ['service-account-signing-key-file', 'failed to parse service-account-issuer-key-file: '],
    ['audit-policy-file', 'loading audit policy file: failed to read file path: '],
  ];
  for (const [flag, prefix] of named) {
    for (const path of flagList(flags, flag)) {
      if (context.fs.can(path, 'read')) continue;
      throw new StartError(`${prefix}open ${path}: no such file or directory`);
    }
  }
  if (flagList(flags, 'service-account-issuer').length === 0) {
    throw new StartError(
      'service-account-issuer is a required flag, --service-account-signing-key-file and --service-account-issuer are required flags',
    );
  }
}

interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly tls: TlsServer;
  readonly http: (request: HttpRequest) => HttpResponse;
}

/** Certificates of these are asked for; who sends none may have a token. */
function requestedCa(context: Context, flags: FlagValues): { requestedCa?: string } {
  const files = ['client-ca-file', 'requestheader-client-ca-file'].flatMap((name) => flags.get(name) ?? []);
  return files.length > 0 ? { requestedCa: files.map((path) => context.fs.read(path)).join('\n') } : {};
}

function listen(context: Context, { address, port, tls, http }: Endpoint): void {
  const pid = context.process.pid;
  try {
    const stop = context.network.listen({ protocol: 'TCP', address, port, pid, http, tls });
    context.process.onExit.push(stop);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why = `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`;
    throw new StartError(
      `failed to create listener: failed to listen on ${address}:${port}: listen tcp ${address}:${port}: bind: ${why}`,
    );
  }
}

/** The way to etcd, which may come and go. */
class EtcdConnection {
  service: EtcdService | undefined;
  readonly #context: Context;
  readonly #flags: FlagValues;
  /** Why the last attempt failed. */
  #failure = '';

  constructor(context: Context, flags: FlagValues) {
    this.#context = context;
    this.#flags = flags;
  }

  /** Tries until etcd answers, or for as long as the real server does; returns why it gave up. */
  *wait(): Steps<string | undefined> {
    const context = this.#context;
    const end = context.now + ETCD_TIMEOUT_MS;
    let delay = ETCD_RETRY_MS;
    for (let n = 1; ; n++) {
      if (this.connect()) return undefined;
      yield* context.err(klogLine(context, 'W', 'logging.go:55', this.#warning(n)));
      if (context.now >= end) return this.#failure;
      yield* context.sleep(Math.min(delay, Math.max(0, end - context.now)));
      delay *= 1.6;
    }
  }

  connect(): boolean {
    for (const server of flagList(this.#flags, 'etcd-servers')) {
      const found = this.#dial(server);
      if (typeof found !== 'string') {
        this.service = found;
        return true;
      }
      this.#failure = found;
    }
    return false;
  }

  #warning(attempt: number): string {
    const target = new URL(flagList(this.#flags, 'etcd-servers')[0] ?? 'http://127.0.0.1:2379').host;
    return `[core] [Channel #${attempt} SubChannel #${attempt + 1}]grpc: addrConn.createTransport failed to connect to {Addr: "${target}", ServerName: "${target}", }. Err: connection error: desc = "${this.#failure}"`;
  }

  #dial(server: string): EtcdService | string {
    const url = new URL(server);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || 2379);
    const address = lookupHost(this.#context, host);
    const dialing = 'transport: Error while dialing: ';
    if (address === undefined) return `${dialing}dial tcp: lookup ${host}: no such host`;
    const found = this.#context.network.connect(address, port);
    if (!found.ok) return dialing + dialError(address, port, found.failure);
    const { listener } = found;
    if (url.protocol === 'https:' && listener.tls) {
      const now = this.#context.now;
      const failure =
        handshakeFailure(listener, this.#tls(), host, now) ?? clientRefusal(listener, this.#tls(), now);
      if (failure) return `transport: authentication handshake failed: ${failure}`;
    } else if (listener.tls || url.protocol === 'https:') {
      return 'error reading server preface: EOF';
    }
    const { service } = listener;
    if (!isEtcdService(service)) return 'error reading server preface: EOF';
    if (this.service !== service) {
      const localPort = this.#context.network.ephemeralPort();
      const isOpen = () => this.service === service;
      holdConnection(this.#context, { asked: { address, port }, found, localPort, isOpen });
    }
    return service;
  }

  #tls(): TlsClient {
    const read = (flag: string) => {
      const path = this.#flags.get(flag);
      return path ? this.#context.fs.read(path) : undefined;
    };
    const certificate = read('etcd-certfile');
    return { ca: read('etcd-cafile'), certificates: certificate ? [certificate] : [] };
  }
}

/** The server while it runs: over the log of the etcd that is connected now. */
class Running {
  #server: ApiServer | undefined;
  #upkeep: Upkeep | undefined;
  readonly #context: Context;
  readonly #flags: FlagValues;
  readonly #gates: FeatureGates;
  readonly #connection: EtcdConnection;
  readonly #detail: Detail | undefined;
  /** What tells this process from those before it; one that is restored goes on as the one it was. */
  readonly #id: string | undefined;

  constructor(context: Context, flags: FlagValues, gates: FeatureGates, connection: EtcdConnection) {
    this.#context = context;
    this.#flags = flags;
    this.#gates = gates;
    this.#connection = connection;
    this.#detail = detailLog(flags, logger(context));
    const { host, process } = context;
    this.#id = wasResumed(context) ? undefined : host.random.fork(`apiserver ${process.startedAt}`).uuid();
  }

  start(): void {
    this.close();
    this.#server = newServer(
      this.#context,
      this.#flags,
      this.#gates,
      this.#connection.service as EtcdService,
    );
    ensureBootstrapObjects(this.#server);
    if (this.#gates.isOn('APIServerIdentity'))
      keepIdentityLease(this.#server, this.#context.hostname, this.#id);
    this.#upkeep = new Upkeep(this.#server);
  }

  /** Watches end; requests fail until etcd is back. */
  etcdEnded(): void {
    this.close();
    this.#server = undefined;
  }

  handle(request: HttpRequest): HttpResponse {
    const { service } = this.#connection;
    const server = this.#server;
    if (!server || !service?.alive) return unavailable(request.path);
    const response = server.handle(request);
    this.#detail?.(HTTP_LEVEL, 'httplog.go:134', () => httpLine(server, request, response));
    return response;
  }

  close(): void {
    this.#upkeep?.close();
    this.#server?.close();
  }
}

function unavailable(path: string): HttpResponse {
  if (/^\/(healthz|livez|readyz)/.test(path)) {
    const body = '[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\nhealthz check failed\n';
    return { status: 500, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
  }
  const message = 'etcdserver: request timed out';
  const value = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
  return { status: 500, headers: { 'content-type': 'application/json' }, value };
}
