import type { HttpRequest } from '../../../host/index.ts';
import type { User } from '../user.ts';
import { CertificateAuthenticator } from './certificates.ts';

/** The `--requestheader-…` flags; names of headers in lower case. */
export interface FrontProxyOptions {
  readonly clientCa: string;
  /** Common names that are believed; none: everybody with a certificate of the authority. */
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraPrefixes: readonly string[];
}

/** Users that a proxy in front vouches for. Models apiserver/pkg/authentication/request/headerrequest. */
export class FrontProxyAuthenticator {
  readonly #options: FrontProxyOptions;
  readonly #certificates: CertificateAuthenticator;

  constructor(options: FrontProxyOptions) {
    this.#options = options;
    this.#certificates = new CertificateAuthenticator(options.clientCa);
  }

  /** Undefined when nobody that is believed names a user. */
  authenticate({ headers, peer }: HttpRequest, now: number): User | undefined {
    const { allowedNames, usernameHeaders, groupHeaders } = this.#options;
    const first = (names: readonly string[]) =>
      names.map((name) => headers[name]?.trim()).find((value) => value);
    const name = first(usernameHeaders);
    const certificates = peer?.certificates ?? [];
    if (!name || certificates.length === 0) return undefined;
    const proxy = this.#certificates.authenticate(certificates, now);
    if (!proxy || (allowedNames.length > 0 && !allowedNames.includes(proxy.name))) return undefined;
    const groups = groupHeaders.flatMap((header) =>
      (headers[header] ?? '').split(',').flatMap((group) => group.trim() || []),
    );
    return { name, groups, extra: this.#extra(headers) };
  }

  #extra(headers: HttpRequest['headers']): Record<string, string[]> {
    const extra: Record<string, string[]> = {};
    for (const [header, value] of Object.entries(headers)) {
      const prefix = this.#options.extraPrefixes.find((one) => header.startsWith(one));
      if (prefix !== undefined) extra[header.slice(prefix.length)] = [value];
    }
    return extra;
  }
}
