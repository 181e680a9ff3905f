import { parseCertificates, verifyChain } from '../../../host/pki/index.ts';
import type { User } from '../user.ts';

interface Known {
  readonly user: User;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Users by client certificate: the common name is the name, organizations are groups. */
export class CertificateAuthenticator {
  readonly #clientCa: string;
  readonly #known = new Map<string, Known>();

  /** `clientCa`: PEM of the authorities that are trusted. */
  constructor(clientCa: string) {
    this.#clientCa = clientCa;
  }

  /** Undefined when the certificates prove nothing. */
  authenticate(certificates: readonly string[], now: number): User | undefined {
    const chain = certificates.join('\n');
    const known = this.#known.get(chain);
    if (known && now >= known.notBefore && now <= known.notAfter) return known.user;
    if (
      verifyChain({ certificates: chain, roots: this.#clientCa, now, usage: 'client auth' }) !== undefined
    ) {
      return undefined;
    }
    const [leaf] = parseCertificates(chain);
    if (!leaf || leaf.commonName === '') return undefined;
    const user = { name: leaf.commonName, groups: leaf.organizations };
    if (this.#known.size > 1000) this.#known.clear();
    this.#known.set(chain, { user, notBefore: leaf.notBefore, notAfter: leaf.notAfter });
    return user;
  }
}
