import {
  type Context,
  type HttpRequest,
  type HttpResponse,
  isSystemError,
  type Listener,
} from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import { type FeatureGates, featureGateStages } from '../feature-gates.ts';
import { type FlagValues, flagList, flagTrue } from '../flags.ts';
import { selfSigned } from '../self-signed.ts';
import { http2Problem, tlsProblems, tlsSettings, tlsSpoken } from '../tls-settings.ts';
import type { Log } from './component.ts';
import {
  ANONYMOUS,
  Answers,
  type Authority,
  bearerToken,
  isAllowed,
  type Lifetimes,
  type UserInfo,
  userOfCertificate,
  userOfToken,
} from './delegated-access.ts';
import { accessFromKubeconfig, HttpClient } from './http-client.ts';
import { lowerFirst, readNamed, StartError } from './program-start.ts';
import { RESOURCES } from './resources.ts';

/** A component's own server. */
export interface Serving {
  readonly userAgent: string;
  readonly defaultPort: number;
  /** Where health is told. */
  readonly health: readonly string[];
  readonly gates: FeatureGates;
}

const LIFETIMES: Lifetimes = { tokenMs: 10_000, allowedMs: 10_000, deniedMs: 10_000 };
/** Models k8s.io/apiserver/pkg/server/options NewDelegatingAuthorizationOptions */
const FREE_PATHS = ['/healthz', '/readyz', '/livez'];

/** Models k8s.io/apiserver/pkg/server/options SecureServingOptions.Validate */
export function servingProblems(flags: FlagValues, { defaultPort }: Pick<Serving, 'defaultPort'>): string[] {
  const port = Number(flags.get('secure-port') ?? defaultPort);
  const isPort = port >= 0 && port <= 65_535;
  return [
    ...(isPort
      ? []
      : [`--secure-port ${port} must be between 0 and 65535, inclusive. 0 for turning off secure port`]),
    ...tlsProblems(tlsSettings(flags)),
  ];
}

/**
 * Serves where `--bind-address` and `--secure-port` say, to whom the API server vouches for; the returned function says
 * so in the log. Models k8s.io/apiserver/pkg/server/options DelegatingAuthenticationOptions.ApplyTo,
 * DelegatingAuthorizationOptions.ApplyTo
 */
export function serveSecurely(context: Context, flags: FlagValues, serving: Serving, log: Log): () => void {
  const certificate = servingCertificate(context, flags);
  const address = flags.get('bind-address') ?? '0.0.0.0';
  const port = Number(flags.get('secure-port') ?? serving.defaultPort);
  if (port === 0) return () => {};
  const settings = tlsSettings(flags);
  const unservable = http2Problem(settings);
  if (unservable) throw new StartError(`error configuring http2: ${unservable}`);
  const server = new ComponentServer(context, flags, serving);
  const http = (request: HttpRequest) => server.handle(request);
  const tls = {
    get certificates() {
      return certificate();
    },
    ...tlsSpoken(settings),
    // Asked of the cluster only when somebody connects.
    get requestedCa() {
      return server.clientCa ?? '';
    },
  };
  listen(context, { address, port, http, tls });
  server.checkFiles();
  const shown = address === '0.0.0.0' ? '[::]' : address;
  return () => log('I', 'secure_serving.go:211', `Serving securely on ${shown}:${port}`);
}

/** Tells of health to everybody, without TLS. */
export function listenPlainly(context: Context, address: string, port: number): void {
  listen(context, { address, port, http: () => plain(200, 'ok') });
}

function listen(context: Context, listener: Pick<Listener, 'address' | 'port' | 'http' | 'tls'>): void {
  const { address, port } = listener;
  const { pid } = context.process;
  try {
    context.process.onExit.push(context.network.listen({ protocol: 'TCP', pid, ...listener }));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const why = `listen tcp ${address}:${port}: bind: ${lowerFirst(error.message)}`;
    throw new StartError(`failed to create listener: failed to listen on ${address}:${port}: ${why}`);
  }
}

/** Models SecureServingOptions.MaybeDefaultWithSelfSignedCerts */
export function announceOwnCertificate(flags: FlagValues, log: Log): void {
  if (!hasCertificate(flags)) log('I', 'serving.go:386', 'Generated self-signed cert in-memory');
}

function hasCertificate(flags: FlagValues): boolean {
  return Boolean(flags.get('tls-cert-file') || flags.get('tls-private-key-file'));
}

/** The certificate of the flags; one that is made up is made when somebody looks at it. */
function servingCertificate(context: Context, flags: FlagValues): () => string {
  if (hasCertificate(flags)) {
    readNamed(context, flags.get('tls-private-key-file') ?? '');
    const given = readNamed(context, flags.get('tls-cert-file') ?? '');
    return () => given;
  }
  return selfSigned(context, 'localhost', ['127.0.0.1', '::1']);
}

class ComponentServer {
  readonly #context: Context;
  readonly #flags: FlagValues;
  readonly #serving: Serving;
  readonly #answers = new Answers();

  constructor(context: Context, flags: FlagValues, serving: Serving) {
    this.#context = context;
    this.#flags = flags;
    this.#serving = serving;
  }

  /** Reads what says who may ask this server. */
  checkFiles(): void {
    const inFile = (flag: string, what: string) => {
      const path = this.#flags.get(flag);
      if (path) readNamed(this.#context, path, what);
    };
    const inKubeconfig = (flag: string, what: string) => {
      const path = this.#flags.get(flag);
      if (path && !this.#context.fs.exists(path))
        throw new StartError(`${what}stat ${path}: no such file or directory`);
    };
    const authentication = 'failed to get delegated authentication kubeconfig: ';
    inKubeconfig('authentication-kubeconfig', authentication + authentication);
    inFile('client-ca-file', 'unable to load client CA provider: ');
    inFile('requestheader-client-ca-file', 'unable to create request header authentication config: ');
    inKubeconfig('authorization-kubeconfig', 'failed to get delegated authorization kubeconfig: ');
  }

  /** The authority of clients, as the flag says or as the cluster does; undefined while nobody can say. */
  get clientCa(): string | undefined {
    const { fs, now } = this.#context;
    const path = this.#flags.get('client-ca-file');
    if (path) return fs.isFile(path) ? fs.read(path) : undefined;
    if (flagTrue(this.#flags, 'authentication-skip-lookup')) return undefined;
    const client = this.#authority('authentication-kubeconfig').client;
    const read = () => {
      try {
        return client?.find(RESOURCES.configmaps, 'extension-apiserver-authentication', 'kube-system');
      } catch (error) {
        if (error instanceof ApiError || isSystemError(error)) return undefined;
        throw error;
      }
    };
    const map: any = this.#answers.get('authorities', now, read, () => LIFETIMES.allowedMs);
    return map?.data?.['client-ca-file'];
  }

  handle(request: HttpRequest): HttpResponse {
    const path = request.path.split('?')[0] as string;
    const token = bearerToken(request);
    const user =
      userOfCertificate(request, this.#context.now, () => this.clientCa) ??
      (token === undefined ? ANONYMOUS : this.#userOf(token));
    if (!user) return refusal(new ApiError(401, 'Unauthorized', 'Unauthorized'));
    if (!this.#mayAsk(user, request.method, path)) {
      const what = `forbidden: User "${user.username}" cannot ${verbOf(request.method)} path "${path}"`;
      return refusal(new ApiError(403, 'Forbidden', what, {}));
    }
    if (this.#serving.health.some((one) => path === one || path.startsWith(`${one}/`)))
      return plain(200, 'ok');
    return path === '/metrics' ? plain(200, this.#metrics()) : plain(404, '404 page not found\n');
  }

  #userOf(token: string): UserInfo | undefined {
    return userOfToken(token, this.#authority('authentication-kubeconfig'), LIFETIMES);
  }

  #mayAsk(user: UserInfo, method: string, path: string): boolean {
    const given = flagList(this.#flags, 'authorization-always-allow-paths');
    const free = (given.length > 0 ? given : FREE_PATHS).some((one) =>
      one.endsWith('*') ? path.startsWith(one.slice(0, -1)) : path === one,
    );
    if (free || user.groups?.includes('system:masters')) return true;
    const nonResourceAttributes = { path, verb: verbOf(method) };
    return isAllowed(user, { nonResourceAttributes }, this.#authority('authorization-kubeconfig'), LIFETIMES);
  }

  #authority(flag: 'authentication-kubeconfig' | 'authorization-kubeconfig'): Authority {
    const context = this.#context;
    const path = this.#flags.get(flag);
    const known = path && context.fs.isFile(path);
    const { userAgent } = this.#serving;
    const client = known
      ? new HttpClient(context, { ...accessFromKubeconfig(context, path), userAgent })
      : undefined;
    return { context, client, answers: this.#answers };
  }

  /** What holds for any component. */
  #metrics(): string {
    const { gates } = this.#serving;
    const features = featureGateStages()
      .map(
        ({ name, stage }) =>
          `kubernetes_feature_enabled{name="${name}",stage="${stage}"} ${gates.isOn(name) ? 1 : 0}`,
      )
      .sort();
    const started = (this.#context.process.startedAt / 1000).toExponential().replace('e+', 'e+0');
    return [
      '# HELP kubernetes_feature_enabled [BETA] This metric records the data about the stage and enablement of a k8s feature.',
      '# TYPE kubernetes_feature_enabled gauge',
      ...features,
      '# HELP process_start_time_seconds [ALPHA] Start time of the process since unix epoch in seconds.',
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${started}`,
      '',
    ].join('\n');
  }
}

function verbOf(method: string): string {
  return method.toLowerCase();
}

function plain(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function refusal(error: ApiError): HttpResponse {
  const headers = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };
  return { status: error.code, headers, body: `${JSON.stringify(error.status(), null, 2)}\n` };
}
