import {
  bodyText,
  type Context,
  connectError,
  type HttpResponse,
  type HttpStream,
  type Listener,
} from '../../host/index.ts';
import { verifyChain } from '../../host/pki/index.ts';
import { ApiError, type Status } from '../../objects/api-error.ts';
import { deepFreeze } from '../../objects/object.ts';
import type { Steps } from '../../sim/index.ts';
import type { ClientConfig } from './client-config.ts';
import { checkMatch, clientVersion, userAgent } from './client-version.ts';
import { ConnectionError, KubectlError } from './errors.ts';
import { parseDuration } from './go-duration.ts';
import { askLogin, type Login, pluginFailure } from './login.ts';
import type { RequestLog } from './request-log.ts';

/** Virtual ms that a request to the API server takes. */
export const REQUEST_MS = 6;
/** Virtual ms until a dial to an address that does not answer gives up. */
const DIAL_TIMEOUT_MS = 30_000;

export interface RequestOptions {
  /** Query parameters; undefined and '' are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** A JSON value, or text with `contentType`. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** In whose name a request is passed on; kubectl's own otherwise. */
  readonly userAgent?: string;
  /** The answer's text is wanted as it is: failures too come back as errors with the text. */
  readonly raw?: boolean;
  /** The path is the whole path on the server, which may itself have one. */
  readonly absolute?: boolean;
  /** Asks for a two-way stream by this protocol. */
  readonly upgrade?: 'websocket' | 'SPDY/3.1';
}

/** Ends a connection attempt that no virtual waiting helps. */
interface Target {
  readonly listener: Listener;
  readonly from: string;
}

/** Requests to the API server with the identity of a ClientConfig. */
export class Api {
  readonly context: Context;
  readonly config: ClientConfig;
  readonly #timeoutMs: number;
  readonly #warn: (text: string) => Steps<void>;
  readonly #warned = new Set<string>();
  readonly #log: RequestLog;
  /** Whether the server has still to be asked for its version, which must be ours. */
  #unmatched: boolean;
  #login: Login | undefined;
  /** Warnings the server sent so far. */
  warnings = 0;

  constructor(
    context: Context,
    config: ClientConfig,
    options: {
      requestTimeout: string;
      matchVersion: boolean;
      warn: (text: string) => Steps<void>;
      log: RequestLog;
    },
  ) {
    this.#unmatched = options.matchVersion;
    this.#log = options.log;
    this.context = context;
    this.config = config;
    this.#warn = options.warn;
    const { requestTimeout } = options;
    this.#timeoutMs = /^\d+$/.test(requestTimeout)
      ? Number(requestTimeout) * 1000
      : requestTimeout === ''
        ? 0
        : timeoutOf(requestTimeout);
  }

  /** Connects, and asks nothing. */
  *reach(path: string): Steps<void> {
    yield* this.#connect('GET', path);
  }

  /** When an answer that begins now is cut off by --request-timeout. */
  deadline(): number {
    return this.#timeoutMs > 0 ? this.context.now + this.#timeoutMs : Number.POSITIVE_INFINITY;
  }

  *get<T = any>(path: string, options: RequestOptions = {}): Steps<T> {
    return (yield* this.request('GET', path, options)).value as T;
  }

  /** A read that takes no virtual time, for those who cannot wait. */
  getNow<T = any>(path: string, options: RequestOptions = {}): T {
    const response = this.sendNow('GET', path + queryText(options.query), options);
    if (response.status >= 400) throw failure(response, { ...options, method: 'GET', path });
    return (response.value ?? parseBody(response.body ?? '')) as T;
  }

  /** One request, whatever the answer, in no virtual time. */
  sendNow(method: string, path: string, options: RequestOptions = {}): HttpResponse {
    const { host, port, secure } = splitServer(this.config.server);
    const found = this.context.network.connect(this.#resolve(method, path, host), port);
    if (!found.ok) throw this.#error(method, path, connectError(found.failure).message.toLowerCase());
    if (secure) this.#handshake(method, path, found.listener, host);
    return this.#answer(method, path, options, found);
  }

  *post<T = any>(path: string, body: unknown, options: RequestOptions = {}): Steps<T> {
    return (yield* this.request('POST', path, { ...options, body })).value as T;
  }

  /** Makes an object of one that may have been read: what it was before says nothing. Models resource.Helper Create. */
  *create<T = any>(path: string, object: any, options: RequestOptions = {}): Steps<T> {
    const { resourceVersion: _version, ...metadata } = object.metadata ?? {};
    return yield* this.post<T>(path, { ...object, metadata }, options);
  }

  *put<T = any>(path: string, body: unknown, options: RequestOptions = {}): Steps<T> {
    return (yield* this.request('PUT', path, { ...options, body })).value as T;
  }

  *delete<T = any>(path: string, body: unknown, options: RequestOptions = {}): Steps<T> {
    return (yield* this.request('DELETE', path, { ...options, body })).value as T;
  }

  *patch<T = any>(path: string, contentType: string, body: unknown, options: RequestOptions = {}): Steps<T> {
    return (yield* this.request('PATCH', path, { ...options, body, contentType })).value as T;
  }

  /** One request. Throws `ApiError` when the server says no, `ConnectionError` when nobody answers. */
  *request(method: string, path: string, options: RequestOptions = {}): Steps<HttpResponse> {
    if (this.#unmatched) {
      this.#unmatched = false;
      checkMatch(clientVersion(this.context), yield* this.get('/version', { query: { timeout: '32s' } }));
    }
    const full = path + queryText(options.query);
    const response = yield* this.send(method, full, options);
    yield* this.#showWarnings(response);
    if (response.status >= 400) throw failure(response, { ...options, method, path });
    if (response.value === undefined && response.body !== undefined && !options.raw) {
      return { ...response, value: parseBody(response.body) };
    }
    return response;
  }

  /** One request, whatever the answer. */
  *send(method: string, path: string, options: RequestOptions = {}): Steps<HttpResponse> {
    const { body } = options;
    const exchange = {
      method,
      url: `${this.config.server}${path}`,
      headers: this.#headers(options),
      body: () => (body === undefined ? '' : typeof body === 'string' ? body : `${JSON.stringify(body)}\n`),
    };
    const began = this.context.now;
    yield* this.#log.request(exchange);
    let response: HttpResponse | undefined;
    try {
      const target = yield* this.#connect(method, path);
      yield* this.context.sleep(REQUEST_MS);
      response = this.#answer(method, path, options, target);
      return response;
    } finally {
      yield* this.#log.response(exchange, Math.round(this.context.now - began), response);
    }
  }

  #answer(method: string, path: string, options: RequestOptions, { listener, from }: Target): HttpResponse {
    if (!listener.http) throw this.#error(method, path, 'EOF');
    const { body } = options;
    const text = typeof body === 'string' && options.contentType !== undefined;
    return listener.http({
      method,
      path: options.absolute ? path : `${basePath(this.config.server)}${path}`,
      headers: this.#headers(options),
      ...(text ? { body: body as string } : {}),
      ...(!text && body !== undefined ? { value: deepFreeze(structuredClone(body)) } : {}),
      peer: { address: from, port: this.context.network.ephemeralPort(), certificates: this.#certificates() },
    });
  }

  /** An open watch or log; its pieces are taken by the caller. */
  *stream(path: string, options: RequestOptions = {}): Steps<HttpStream> {
    const response = yield* this.request('GET', path, { ...options, raw: true });
    if (!response.stream) throw new KubectlError('the server does not stream this resource');
    return response.stream;
  }

  #certificates(): string[] {
    return this.config.certPem === undefined ? [] : [this.config.certPem];
  }

  #headers(options: RequestOptions): Record<string, string> {
    const { config } = this;
    const { username, password } = this.#login ?? config;
    const headers: Record<string, string> = {
      accept: options.accept ?? 'application/json',
      'user-agent': options.userAgent ?? userAgent(this.context),
    };
    if (options.upgrade) Object.assign(headers, { connection: 'Upgrade', upgrade: options.upgrade });
    if (options.body !== undefined) headers['content-type'] = options.contentType ?? 'application/json';
    if (config.token !== undefined) headers['authorization'] = `Bearer ${config.token}`;
    else if (username) headers['authorization'] = `Basic ${btoa(`${username}:${password}`)}`;
    if (config.asUser) headers['impersonate-user'] = config.asUser;
    if (config.asGroups.length > 0) headers['impersonate-group'] = config.asGroups.join(',');
    if (config.asUid) headers['impersonate-uid'] = config.asUid;
    return headers;
  }

  *#connect(method: string, path: string): Steps<Target> {
    const { host, port, secure } = splitServer(this.config.server);
    this.#checkAddress(method, path, port);
    const { exec, token, certPem, proxyUrl } = this.config;
    if (exec && token === undefined && certPem === undefined)
      throw this.#error(method, path, `getting credentials: exec: ${pluginFailure(this.context, exec)}`);
    if (secure && !exec && token === undefined && certPem === undefined && this.config.username === '')
      this.#login ??= yield* askLogin(this.context);
    if (proxyUrl !== '') return this.#throughProxy(method, path, proxyUrl);
    const address = this.#resolve(method, path, host);
    const found = this.context.network.connect(address, port);
    if (!found.ok) {
      const error = connectError(found.failure);
      const target = `${address.includes(':') ? `[${address}]` : address}:${port}`;
      if (found.failure === 'timeout') {
        const wait = this.#timeoutMs > 0 ? Math.min(this.#timeoutMs, DIAL_TIMEOUT_MS) : DIAL_TIMEOUT_MS;
        yield* this.context.sleep(wait);
        const expired = this.#timeoutMs > 0 && this.#timeoutMs < DIAL_TIMEOUT_MS;
        throw this.#error(method, path, expired ? CANCELED : `dial tcp ${target}: i/o timeout`);
      }
      throw this.#error(method, path, `dial tcp ${target}: connect: ${error.message.toLowerCase()}`);
    }
    if (secure) this.#handshake(method, path, found.listener, host);
    return { listener: found.listener, from: found.from };
  }

  #checkAddress(method: string, path: string, port: number): void {
    const scheme = /^([a-z]+):/.exec(this.config.server)?.[1] ?? '';
    if (scheme !== 'http' && scheme !== 'https')
      throw this.#error(method, path, `unsupported protocol scheme ${JSON.stringify(scheme)}`);
    if (port > 65_535) throw this.#error(method, path, `dial tcp: address ${port}: invalid port`);
  }

  /** No host of the world runs a proxy: what listens there does not know CONNECT. */
  #throughProxy(method: string, path: string, proxyUrl: string): never {
    const { host, port } = splitServer(proxyUrl);
    const address = this.#resolve(method, path, host);
    const found = this.context.network.connect(address, port);
    if (found.ok) throw this.#error(method, path, 'Bad Request');
    const why = connectError(found.failure).message.toLowerCase();
    throw this.#error(method, path, `proxyconnect tcp: dial tcp ${address}:${port}: connect: ${why}`);
  }

  #handshake(method: string, path: string, listener: Listener, host: string): void {
    if (!listener.tls) throw this.#error(method, path, 'http: server gave HTTP response to HTTPS client');
    if (this.config.insecure) return;
    const problem = verifyChain({
      certificates: listener.tls.certificates,
      roots: this.config.caPem ?? '',
      now: this.context.now,
      usage: 'server auth',
      host: this.config.tlsServerName || host,
    });
    if (problem) throw this.#error(method, path, `tls: failed to verify certificate: ${problem}`);
  }

  #resolve(method: string, path: string, host: string): string {
    if (/^[\d.]+$/.test(host) || host.includes(':')) return host;
    if (host === 'localhost') return '127.0.0.1';
    const { fs } = this.context;
    const table = fs.can('/etc/hosts', 'read') ? fs.read('/etc/hosts') : '';
    for (const line of table.split('\n')) {
      const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
      if (address && names.includes(host)) return address;
    }
    throw this.#error(method, path, `dial tcp: lookup ${host} on 127.0.0.53:53: no such host`);
  }

  #error(method: string, path: string, text: string): ConnectionError {
    return new ConnectionError(this.config.server, method, path, text);
  }

  *#showWarnings(response: HttpResponse): Steps<void> {
    const header = response.headers['warning'];
    if (!header) return;
    for (const match of header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
      const text = (match[1] as string).replace(/\\(.)/g, '$1');
      this.warnings++;
      if (this.#warned.has(text)) continue;
      this.#warned.add(text);
      yield* this.#warn(text);
    }
  }
}

function timeoutOf(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new KubectlError(
      'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
    );
  }
}

const CANCELED =
  'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)';

function splitServer(server: string): { host: string; port: number; secure: boolean } {
  const match = /^(https?):\/\/(\[[^\]]*\]|[^/:]*)(?::(\d+))?/.exec(server);
  const secure = match?.[1] === 'https';
  const host = (match?.[2] ?? '').replace(/^\[|\]$/g, '');
  return { host, port: Number(match?.[3] ?? (secure ? 443 : 80)), secure };
}

function basePath(server: string): string {
  return /^https?:\/\/[^/]*(\/.*)?$/.exec(server)?.[1] ?? '';
}

export function queryText(query: RequestOptions['query']): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  if (pairs.length === 0) return '';
  return `?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')}`;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error that a response spells out. */
export function toldFailure(response: HttpResponse): ApiError | undefined {
  const value = response.value ?? parseBody(response.body ?? '');
  return isStatus(value) ? ApiError.fromStatus(value, response.status) : undefined;
}

/** A response that is no success as an error. Models client-go/rest transformResponse. */
function failure(
  response: HttpResponse,
  options: RequestOptions & { method: string; path: string },
): ApiError {
  const told = toldFailure(response);
  if (told) return told;
  const text = bodyText(response).trim();
  const { status } = response;
  const subject = options.raw ? '' : about(options);
  if (status === 404)
    return new ApiError(404, 'NotFound', `the server could not find the requested resource${subject}`);
  if (status === 401)
    return new ApiError(401, 'Unauthorized', 'the server has asked for the client to provide credentials');
  if (status === 403) return new ApiError(403, 'Forbidden', text || 'unknown');
  if (status === 405)
    return new ApiError(
      405,
      'MethodNotAllowed',
      `the server does not allow this method on the requested resource${subject}`,
    );
  if (status === 503)
    return new ApiError(
      503,
      'ServiceUnavailable',
      `the server is currently unable to handle the request${about(options)}`,
    );
  const shown = options.raw && text ? text : 'unknown';
  return new ApiError(
    status,
    status === 400 ? 'BadRequest' : 'InternalError',
    `an error on the server ("${shown}") has prevented the request from succeeding`,
  );
}

/** ` (get nodes.metrics.k8s.io)`: what was asked for, where the path says it. */
function about({ method, path }: { method: string; path: string }): string {
  const [, group, resource, name] =
    /^\/apis\/([^/]+)\/[^/]+\/(?:namespaces\/[^/]+\/)?([^/?]+)(?:\/([^/?]+))?/.exec(path) ?? [];
  if (resource === undefined) return '';
  return ` (${method.toLowerCase()} ${resource}.${group}${name === undefined ? '' : ` ${name}`})`;
}

function isStatus(value: unknown): value is Partial<Status> {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Status';
}
