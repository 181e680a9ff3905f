import { parse as parseYaml } from 'yaml';
import {
  type Context,
  connectError,
  type HttpRequest,
  type HttpResponse,
  holdStream,
  isSystemError,
  SystemError,
} from '../../host/index.ts';
import type { Resource } from './client.ts';
import { RequestClient } from './request-client.ts';
import { clientRefusal, dialError, handshakeFailure, lookupHost, type TlsClient } from './tls.ts';

/** Where a server is and who its client is. */
export interface ServerAccess {
  /** `https://172.30.1.2:6443`. */
  readonly server: string;
  readonly ca?: string | undefined;
  /** PEM of the client certificate, chain included. */
  readonly certificate?: string | undefined;
  readonly token?: string | undefined;
  readonly insecure?: boolean;
  /** The name that the server's certificate is for, where that is not the host's. */
  readonly serverName?: string;
  readonly userAgent: string;
}

/** A connection that failed; the message is Go's, without the `Get "https://…": ` before it. */
export class ConnectionError extends SystemError {
  override name = 'ConnectionError';
  /** What was asked: `Get "https://…"`. */
  asked = '';

  constructor(code: SystemError['code'], message: string) {
    super(code);
    this.message = message;
  }
}

/** An error of a request in Go's words, the request included where nobody answered it. */
export function requestFailure(error: unknown, parameters = ''): string {
  const { message } = error as Error;
  if (!(error instanceof ConnectionError)) return message;
  return `${error.asked.slice(0, -1)}${parameters}": ${message}`;
}

/** What a program's log says when a cache cannot be filled. Models client-go tools/cache DefaultWatchErrorHandler */
export function watchFailure({ kind, version }: Resource, error: unknown): string {
  const type = `*${version}.${kind}`;
  const what = `failed to list ${type}: ${requestFailure(error, '?limit=500&resourceVersion=0')}`;
  const reflector = 'k8s.io/client-go/informers/factory.go:160';
  return `"Failed to watch" err=${JSON.stringify(what)} logger="UnhandledError" reflector="${reflector}" type="${type}"`;
}

/** Speaks to a server over the network of a process, with TLS checked on both sides. */
export class HttpClient extends RequestClient {
  protected readonly userAgent: string;
  readonly #context: Context;
  readonly #access: ServerAccess;
  readonly #host: string;
  readonly #port: number;
  readonly #secure: boolean;
  readonly #tls: TlsClient;
  /** The server's certificate and when it was found good, so that every request need not check it again. */
  #trusted: { certificates: string; until: number } | undefined;

  constructor(context: Context, access: ServerAccess) {
    super();
    this.#context = context;
    this.#access = access;
    this.userAgent = access.userAgent;
    const url = new URL(access.server);
    this.#secure = url.protocol === 'https:';
    this.#host = url.hostname.replace(/^\[|\]$/g, '');
    this.#port = url.port === '' ? (this.#secure ? 443 : 80) : Number(url.port);
    this.#tls = {
      ca: access.ca,
      // Read at each use: the certificate of a program that runs for long is renewed behind its back.
      get certificates() {
        return access.certificate ? [access.certificate] : [];
      },
      insecure: access.insecure ?? false,
    };
  }

  /** `172.30.1.2:6443`, as messages name the server. */
  get address(): string {
    return `${this.#host}:${this.#port}`;
  }

  request(request: HttpRequest): HttpResponse {
    try {
      return this.#send(request);
    } catch (error) {
      if (error instanceof ConnectionError) {
        const method = request.method.charAt(0) + request.method.slice(1).toLowerCase();
        error.asked = `${method} "${this.#access.server}${request.path}"`;
      }
      throw error;
    }
  }

  #send(request: HttpRequest): HttpResponse {
    const address = lookupHost(this.#context, this.#host);
    if (address === undefined) {
      throw new ConnectionError('EHOSTUNREACH', `dial tcp: lookup ${this.#host}: no such host`);
    }
    const found = this.#context.network.connect(address, this.#port);
    if (!found.ok) {
      throw new ConnectionError(
        connectError(found.failure).code,
        dialError(address, this.#port, found.failure),
      );
    }
    const handler = found.listener.http;
    if (!handler) throw new ConnectionError('ECONNRESET', 'EOF');
    if (this.#secure) this.#handshake(found.listener);
    const certificates = this.#secure ? this.#tls.certificates : [];
    const peer = { address: found.from, port: this.#context.network.ephemeralPort(), certificates };
    const response = handler({ ...request, headers: this.#headers(request), peer });
    if (response.stream) {
      const asked = { address, port: this.#port };
      holdStream(this.#context, response.stream, { asked, found, localPort: peer.port });
    }
    return response;
  }

  #handshake(listener: Parameters<typeof handshakeFailure>[0]): void {
    const now = this.#context.now;
    const certificates = listener.tls?.certificates;
    if (certificates && this.#trusted?.certificates === certificates && now < this.#trusted.until) return;
    const failure =
      handshakeFailure(listener, this.#tls, this.#access.serverName ?? this.#host, now) ??
      clientRefusal(listener, this.#tls, now);
    if (failure !== undefined) throw new ConnectionError('ECONNRESET', failure);
    this.#trusted = { certificates: certificates ?? '', until: now + TRUST_MS };
  }

  #headers(request: HttpRequest): Record<string, string> {
    const { token } = this.#access;
    if (!token) return request.headers as Record<string, string>;
    return { authorization: `Bearer ${token}`, ...request.headers };
  }
}

/** How long a handshake stands for those after it. */
const TRUST_MS = 60_000;

/** A client as a kubeconfig file describes it. Throws SystemError when a file cannot be read, Error when it says nothing. */
export function clientFromKubeconfig(context: Context, path: string, userAgent = 'examlet'): HttpClient {
  return new HttpClient(context, { ...accessFromKubeconfig(context, path), userAgent });
}

export function accessFromKubeconfig(context: Context, path: string): Omit<ServerAccess, 'userAgent'> {
  const config = (parseYaml(context.fs.read(path)) ?? {}) as any;
  const named = (list: any, name: string) => (list ?? []).find((entry: any) => entry.name === name);
  const current = named(config.contexts, config['current-context'])?.context;
  if (!current) throw new Error('invalid configuration: no configuration has been provided');
  const cluster = named(config.clusters, current.cluster)?.cluster ?? {};
  const user = named(config.users, current.user)?.user ?? {};
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const content = (data: string | undefined, file: string | undefined): string | undefined => {
    if (data) return Buffer.from(data, 'base64').toString();
    return file ? context.fs.read(file.startsWith('/') ? file : folder + file) : undefined;
  };
  return {
    server: cluster.server ?? 'http://localhost:8080',
    ca: content(cluster['certificate-authority-data'], cluster['certificate-authority']),
    certificate: content(user['client-certificate-data'], user['client-certificate']),
    token: user.token ?? content(undefined, user.tokenFile)?.trim(),
    insecure: cluster['insecure-skip-tls-verify'] === true,
  };
}

/** A client with the token of the pod it runs in. Models client-go rest InClusterConfig. */
export function clientInCluster(context: Context, userAgent = 'examlet'): HttpClient {
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const host = context.env.get('KUBERNETES_SERVICE_HOST');
  const port = context.env.get('KUBERNETES_SERVICE_PORT');
  if (!host || !port) {
    throw new Error(
      'unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
    );
  }
  return new HttpClient(context, {
    server: `https://${host}:${port}`,
    ca: context.fs.read(`${folder}/ca.crt`),
    token: context.fs.read(`${folder}/token`).trim(),
    userAgent,
  });
}

/** True for a failure to reach the server at all, as opposed to an answer that says no. */
export function isUnreachable(error: unknown): error is SystemError {
  return isSystemError(error);
}
