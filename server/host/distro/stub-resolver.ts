import type { Context } from '../context.ts';
import { isSystemError } from '../errors.ts';
import { type DnsAnswer, type DnsServer, type DnsType, queryServer, serversIn } from '../network/dns.ts';

/** The servers that systemd-resolved asks. */
const UPLINK = '/run/systemd/resolve/resolv.conf';

/** systemd-resolved on 127.0.0.53: the names of `/etc/hosts` itself, all others from the servers of its uplink. */
export class StubResolver implements DnsServer {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  query(name: string, type: DnsType): DnsAnswer {
    const own = this.#ownAddress(name.replace(/\.$/, ''));
    if (own !== undefined) {
      const answers = type === 'A' ? [{ name, type, ttl: 0, data: own } as const] : [];
      return { code: 'NOERROR', answers, authoritative: true };
    }
    for (const server of serversIn(this.#read(UPLINK))) {
      const answer = queryServer(this.#context, server, name, type);
      if (typeof answer !== 'string') return answer;
    }
    return { code: 'SERVFAIL', answers: [], authoritative: false };
  }

  #ownAddress(name: string): string | undefined {
    if (name === 'localhost') return '127.0.0.1';
    for (const line of this.#read('/etc/hosts').split('\n')) {
      const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
      if (names.includes(name) && !address.includes(':')) return address;
    }
    return undefined;
  }

  #read(path: string): string {
    try {
      return this.#context.fs.read(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return '';
    }
  }
}
