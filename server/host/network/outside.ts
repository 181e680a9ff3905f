import type { DnsAnswer, DnsServer } from './dns.ts';
import type { HttpHandler } from './http.ts';
import type { NetworkNamespace } from './namespace.ts';
import { siteCertificate } from './public-ca.ts';

/** Resolvers that stand for the world outside. */
const NAME_SERVERS = new Set(['172.30.1.1', '8.8.8.8', '8.8.4.4', '1.1.1.1', '1.0.0.1', '9.9.9.9']);

/** Names that everybody knows; where no site was published there is nothing behind their addresses. */
const KNOWN_NAMES: Readonly<Record<string, string>> = {
  'google.com': '142.250.74.110',
  'www.google.com': '142.250.74.100',
  'kubernetes.io': '3.33.186.135',
  'k8s.io': '34.107.204.206',
  'github.com': '140.82.121.4',
  'raw.githubusercontent.com': '185.199.108.133',
  'release-assets.githubusercontent.com': '185.199.109.133',
  'example.com': '93.184.215.14',
  'registry.k8s.io': '34.96.108.209',
  'cloudflare.com': '104.16.132.229',
  'archive.ubuntu.com': '185.125.190.39',
  'dl-cdn.alpinelinux.org': '151.101.2.132',
};

/** The Internet as far as anybody here needs it: web sites, and name servers that know their names. */
export class Outside implements DnsServer {
  readonly #namespace: NetworkNamespace;
  readonly #addresses = new Map(Object.entries(KNOWN_NAMES));

  /** `namespace` is the network stack that all sites share, each with an address of its own. */
  constructor(namespace: NetworkNamespace) {
    this.#namespace = namespace;
    namespace.routes.push({ to: 'default', dev: 'lo' });
  }

  /** Puts a web site on ports 80 and 443 of its name. */
  publish(name: string, http: HttpHandler): void {
    const address = this.#addresses.get(name) ?? `203.0.113.${10 + this.#addresses.size}`;
    this.#addresses.set(name, address);
    this.#namespace.interfaces.push({
      name: 'lo',
      mac: '00:00:00:00:00:00',
      addresses: [`${address}/32`],
      up: true,
      mtu: 65_536,
    });
    const listener = { protocol: 'TCP', address, pid: 0, http } as const;
    this.#namespace.listen({ ...listener, port: 80 });
    this.#namespace.listen({
      ...listener,
      port: 443,
      tls: {
        get certificates() {
          return siteCertificate(name);
        },
      },
    });
  }

  /** Whether a name server of the outside answers at this address. */
  serves(address: string): boolean {
    return NAME_SERVERS.has(address);
  }

  /** The stack of the site at an address. */
  owner(address: string): NetworkNamespace | undefined {
    return this.#namespace.has(address) ? this.#namespace : undefined;
  }

  query(name: string, type: string): DnsAnswer {
    const address = this.#addresses.get(name.replace(/\.$/, ''));
    if (address === undefined) return { code: 'NXDOMAIN', answers: [], authoritative: false };
    const answers = type === 'A' ? [{ name, type, ttl: 300, data: address } as const] : [];
    return { code: 'NOERROR', answers, authoritative: false };
  }
}
