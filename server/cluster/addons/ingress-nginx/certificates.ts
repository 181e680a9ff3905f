import { OPENSSL_SUITES, type TlsServer } from '../../../host/index.ts';
import { generateEcKey, publicKeyOf, signCertificate } from '../../../host/pki/index.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { Agent } from '../agent.ts';
import type { Server } from './locations.ts';
import type { Settings } from './settings.ts';

/** Where the certificate lies that nobody trusts. */
export const DEFAULT_FILE = '/etc/ingress-controller/ssl/default-fake-certificate.pem';
const YEAR_MS = 365 * 86_400_000;

/** Which certificate is shown for which name: that of the ingress' secret, or one that nobody trusts. */
export class Certificates {
  readonly #agent: Agent;
  readonly #default: string | undefined;
  #fake: { readonly certificate: string; readonly key: string } | undefined;

  constructor(agent: Agent, settings: Settings) {
    this.#agent = agent;
    this.#default = settings.defaultCertificate;
    agent.watch(RESOURCES.secrets);
  }

  server(serverFor: (host: string) => Server): TlsServer {
    const of = (host: string) =>
      this.#fromSecret(serverFor(host).secret) ??
      this.#fromSecret(this.#default) ??
      this.#fakeCertificate().certificate;
    return {
      get certificates() {
        return of('_');
      },
      certificatesFor: of,
      suites: OPENSSL_SUITES,
    };
  }

  #fromSecret(key: string | undefined): string | undefined {
    const secret = key === undefined ? undefined : this.#agent.watch(RESOURCES.secrets).get(key);
    const data: string | undefined = secret?.['data']?.['tls.crt'];
    return data ? Buffer.from(data, 'base64').toString() : undefined;
  }

  /** Models internal/net/ssl GetFakeSSLCert */
  #fakeCertificate(): { certificate: string; key: string } {
    if (this.#fake) return this.#fake;
    const { now, host } = this.#agent.context;
    const random = host.random.fork('ingress fake certificate');
    const key = generateEcKey(random);
    const certificate = signCertificate(
      {
        subject: { commonName: 'Kubernetes Ingress Controller Fake Certificate', organizations: ['Acme Co'] },
        publicKey: publicKeyOf(key),
        notBefore: now,
        notAfter: now + YEAR_MS,
        keyUsages: ['digital signature', 'key encipherment'],
        extendedUsages: ['server auth'],
        dnsNames: ['ingress.local'],
        random,
      },
      { key },
    );
    this.#fake = { certificate, key };
    return this.#fake;
  }

  /** The file that the configuration names, for who has nginx test it. */
  writeDefault(): void {
    const { fs } = this.#agent.context;
    if (fs.isFile(DEFAULT_FILE)) return;
    const { certificate, key } = this.#fakeCertificate();
    fs.write(DEFAULT_FILE, certificate + key, 0o600);
  }
}
