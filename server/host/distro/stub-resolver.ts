import type { Context } from '../context.ts';
import {
  type DnsAnswer,
  type DnsServer,
  type DnsType,
  fromHosts,
  queryServer,
  serversIn,
} from '../network/dns.ts';

/** The servers that systemd-resolved asks. */
const UPLINK = '/run/systemd/resolve/resolv.conf';

/** systemd-resolved on 127.0.0.53: the names of `/etc/hosts` itself, all others from the servers of its uplink. */
export class StubResolver implements DnsServer {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  query(name: string, type: DnsType): DnsAnswer {
    const own = fromHosts(this.#context, name.replace(/\.$/, ''));
    if (own !== undefined) {
      const answers = type === 'A' ? [{ name, type, ttl: 0, data: own } as const] : [];
      return { code: 'NOERROR', answers, authoritative: true };
    }
    for (const server of this.#servers()) {
      const answer = queryServer(this.#context, server, name, type);
      if (typeof answer !== 'string') return answer;
    }
    return { code: 'SERVFAIL', answers: [], authoritative: false };
  }

  #servers(): string[] {
    const { fs } = this.#context;
    return fs.can(UPLINK, 'read') ? serversIn(fs.read(UPLINK)) : [];
  }
}
