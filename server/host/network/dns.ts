import type { Context } from '../context.ts';
import { isSystemError } from '../errors.ts';
import type { Said } from './taps.ts';

export type DnsType = 'A' | 'AAAA' | 'PTR' | 'SRV' | 'CNAME' | 'NS' | 'TXT' | 'MX' | 'SOA';
export type DnsCode = 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'NOTIMP';

export interface DnsRecord {
  /** Fully qualified, with the dot at the end. */
  readonly name: string;
  readonly type: DnsType;
  readonly ttl: number;
  readonly data: string;
}

export interface DnsAnswer {
  readonly code: DnsCode;
  readonly answers: readonly DnsRecord[];
  /** Who speaks for the zone, where there is no answer. */
  readonly authority?: readonly DnsRecord[];
  /** What goes with the answers. */
  readonly additional?: readonly DnsRecord[];
  /** The server speaks for the zone itself. */
  readonly authoritative: boolean;
}

/** What a DNS server's listener on port 53 offers as `service`. */
export interface DnsServer {
  /** `name` is fully qualified, with the dot at the end. */
  query(name: string, type: DnsType, from: string): DnsAnswer | 'timeout';
}

export function isDnsServer(service: unknown): service is DnsServer {
  return typeof (service as DnsServer | undefined)?.query === 'function';
}

/** Asks one server. A failure to reach it is told as such. */
export function queryServer(
  context: Context,
  server: string,
  name: string,
  type: DnsType,
  port = 53,
): DnsAnswer | 'timeout' | 'refused' {
  const found = context.network.connect(server, port, 'UDP');
  if (found.ok && isDnsServer(found.listener.service)) {
    const answer = found.listener.service.query(name.toLowerCase(), type, found.from);
    if (answer !== 'timeout')
      context.network.network.taps.hear(found.listener, () => dialogue(name, type, answer));
    return answer;
  }
  const { outside } = context.network.network;
  if (port === 53 && outside.serves(server)) return outside.query(name.toLowerCase(), type);
  return !found.ok && found.failure === 'refused' ? 'refused' : 'timeout';
}

/** A question and its answer as a decoder of DNS shows them; numbers of questions count on from the name. */
function dialogue(name: string, type: DnsType, { code, answers, ...answer }: DnsAnswer): Said {
  const id = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_536, type.length);
  const asked = name.length + 17;
  const counts = [answers, answer.authority ?? [], answer.additional ?? []].map((records) => records.length);
  const records = answers.map((record) => `${record.type} ${record.data}`).join(', ');
  const trouble = code === 'NOERROR' ? '' : ` ${TROUBLE[code] ?? code}`;
  const bytes =
    asked + [...answers, ...(answer.authority ?? [])].reduce((sum, { data }) => sum + 14 + data.length, 0);
  return {
    question: { bytes: asked, text: `${id}+ ${type}? ${name} (${asked})` },
    answer: {
      bytes,
      text: `${id}${trouble}${answer.authoritative ? '*-' : ''} ${counts.join('/')}${records === '' ? '' : ` ${records}`} (${bytes})`,
    },
  };
}

const TROUBLE: Readonly<Partial<Record<DnsCode, string>>> = {
  NXDOMAIN: 'NXDomain',
  SERVFAIL: 'ServFail',
  REFUSED: 'Refused',
  NOTIMP: 'NotImp',
};

/** What `/etc/resolv.conf` says. */
export interface ResolverConfig {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

export function resolverConfig(context: Context): ResolverConfig {
  let text = '';
  try {
    text = context.fs.read('/etc/resolv.conf');
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
  const lines = wordsOf(text);
  const search = lines.findLast(([key]) => key === 'search' || key === 'domain')?.slice(1) ?? [];
  const options = lines.filter(([key]) => key === 'options').flatMap((line) => line.slice(1));
  const ndots = Number(options.find((option) => option.startsWith('ndots:'))?.slice(6) ?? 1);
  return { nameservers: serversIn(text), search: search.filter((domain) => domain !== '.'), ndots };
}

/** The name servers that a `resolv.conf` tells. */
export function serversIn(text: string): string[] {
  return wordsOf(text)
    .filter(([key]) => key === 'nameserver')
    .flatMap(([, address]) => address ?? []);
}

function wordsOf(text: string): string[][] {
  return text.split('\n').map((line) =>
    line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/),
  );
}

/** The fully qualified names to be tried for a name, in order. Models resolv.conf(5). */
export function candidateNames(name: string, { search, ndots }: ResolverConfig): string[] {
  if (name.endsWith('.')) return [name];
  const dots = name.split('.').length - 1;
  const searched = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}.`);
  return dots >= ndots ? [`${name}.`, ...searched] : [...searched, `${name}.`];
}

/** Why none of the resolvers can be asked about a name, in the words of Go's resolver; undefined: one of them answers. */
export function resolverTrouble(context: Context, name: string): string | undefined {
  const { nameservers } = resolverConfig(context);
  let why = `lookup ${name} on [::1]:53: read udp [::1]:46023->[::1]:53: read: connection refused`;
  for (const server of nameservers) {
    const answer = queryServer(context, server, `${name}.`, 'A');
    if (typeof answer !== 'string') return undefined;
    const own = server.startsWith('127.') ? '127.0.0.1' : context.network.primaryAddress();
    const what = answer === 'refused' ? 'read: connection refused' : 'i/o timeout';
    why = `lookup ${name} on ${server}:53: read udp ${own}:46023->${server}:53: ${what}`;
  }
  return why;
}

export type Resolution =
  | {
      readonly ok: true;
      readonly addresses: readonly string[];
      readonly name: string;
      readonly server: string | undefined;
    }
  | {
      readonly ok: false;
      readonly why: 'not-found' | 'timeout' | 'failed';
      readonly server: string | undefined;
    };

/** The addresses of a name as a program on this machine gets them: a literal, `/etc/hosts`, then DNS. */
export function resolveName(context: Context, name: string, type: 'A' | 'AAAA' = 'A'): Resolution {
  if (/^\d+(\.\d+){3}$/.test(name) || name.includes(':'))
    return { ok: true, addresses: [name], name, server: undefined };
  const local = type === 'A' ? hostsEntry(context, name) : undefined;
  if (local) return { ok: true, addresses: [local.address], name: local.name, server: undefined };
  const config = resolverConfig(context);
  let why: 'not-found' | 'timeout' | 'failed' = config.nameservers.length === 0 ? 'timeout' : 'not-found';
  for (const candidate of candidateNames(name, config)) {
    const result = ask(context, config.nameservers, candidate, type);
    if (typeof result !== 'string')
      return { ok: true, addresses: result.addresses, name: candidate, server: result.server };
    if (result === 'timeout') return { ok: false, why: 'timeout', server: config.nameservers[0] };
    if (result === 'failed') why = 'failed';
  }
  return { ok: false, why, server: config.nameservers[0] };
}

function ask(context: Context, servers: readonly string[], name: string, type: 'A' | 'AAAA') {
  let why: 'not-found' | 'timeout' | 'failed' = 'timeout';
  for (const server of servers) {
    const answer = queryServer(context, server, name, type);
    if (answer === 'refused') why = 'failed';
    if (answer === 'timeout' || answer === 'refused') continue;
    const addresses = answer.answers.filter((record) => record.type === type).map((record) => record.data);
    if (addresses.length > 0) return { addresses, server };
    if (answer.code === 'NOERROR' || answer.code === 'NXDOMAIN') return 'not-found';
    why = 'failed';
  }
  return why;
}

/** The IPv4 address that `/etc/hosts` gives a name. */
export function fromHosts(context: Context, name: string): string | undefined {
  return hostsEntry(context, name)?.address;
}

/** What `/etc/hosts` says of a name: its IPv4 address, and the first of that line's names. */
function hostsEntry(context: Context, name: string): { address: string; name: string } | undefined {
  if (name === 'localhost') return { address: '127.0.0.1', name };
  if (!context.fs.can('/etc/hosts', 'read')) return undefined;
  for (const line of context.fs.read('/etc/hosts').split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(name) && !address.includes(':')) return { address, name: names[0] as string };
  }
  return undefined;
}
