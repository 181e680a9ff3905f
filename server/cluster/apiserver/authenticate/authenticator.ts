import type { HttpRequest } from '../../../host/index.ts';
import type { Log } from '../../store/log.ts';
import { unauthorized } from '../errors.ts';
import { ANONYMOUS, authenticated, type User } from '../user.ts';
import { CertificateAuthenticator } from './certificates.ts';
import { FrontProxyAuthenticator, type FrontProxyOptions } from './front-proxy.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';
import { bootstrapUser } from './tokens.ts';

export interface AuthenticationOptions {
  /** PEM of `--client-ca-file`; undefined: client certificates count for nothing. */
  readonly clientCa?: string | undefined;
  /** `--requestheader-client-ca-file` and what belongs to it. */
  readonly frontProxy?: FrontProxyOptions | undefined;
  readonly tokens?: ReadonlyMap<string, User> | undefined;
  readonly serviceAccounts?: ServiceAccountTokens | undefined;
  readonly bootstrapTokens: boolean;
  /** Whether nobody in particular may ask: never, always, or for some paths. */
  readonly anonymous: boolean | { readonly paths: readonly string[] };
}

/** Finds out who makes a request, by the first kind of credential that proves something. */
export class Authenticator {
  readonly #options: AuthenticationOptions;
  readonly #certificates: CertificateAuthenticator | undefined;
  readonly #frontProxy: FrontProxyAuthenticator | undefined;
  readonly #log: Log;

  constructor(options: AuthenticationOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#certificates =
      options.clientCa === undefined ? undefined : new CertificateAuthenticator(options.clientCa);
    this.#frontProxy = options.frontProxy && new FrontProxyAuthenticator(options.frontProxy);
  }

  /** Throws Unauthorized for credentials that prove nothing, and where there are none and everybody must have some. */
  authenticate(request: HttpRequest, now: number): User {
    const vouched = this.#frontProxy?.authenticate(request, now);
    if (vouched) return authenticated(vouched);
    const certificates = request.peer?.certificates ?? [];
    const byCertificate =
      certificates.length > 0 ? this.#certificates?.authenticate(certificates, now) : undefined;
    if (byCertificate) return authenticated(byCertificate);
    const token = /^Bearer\s+(.*)$/i.exec(request.headers['authorization'] ?? '')?.[1]?.trim();
    if (token) {
      const user = this.ofToken(token, now);
      if (user) return user;
      throw unauthorized();
    }
    if ((certificates.length > 0 && this.#certificates) || !this.#takesAnonymous(request))
      throw unauthorized();
    return ANONYMOUS;
  }

  #takesAnonymous({ path }: HttpRequest): boolean {
    const { anonymous } = this.#options;
    if (typeof anonymous === 'boolean') return anonymous;
    return anonymous.paths.includes(path.split('?')[0] as string);
  }

  /** The user of a bearer token; `audiences` as a TokenReview asks for. */
  ofToken(token: string, now: number, audiences?: readonly string[]): User | undefined {
    const { tokens, serviceAccounts, bootstrapTokens } = this.#options;
    const user =
      tokens?.get(token) ??
      serviceAccounts?.authenticate(token, now, audiences) ??
      (bootstrapTokens ? bootstrapUser(token, this.#log, now) : undefined);
    return user && authenticated(user);
  }
}
