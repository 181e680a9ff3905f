import {
  type Context,
  type DnsAnswer,
  type DnsType,
  queryServer,
  resolverConfig,
} from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';

export const DNS_TYPES: readonly DnsType[] = ['A', 'AAAA', 'PTR', 'SRV', 'CNAME', 'NS', 'TXT', 'MX', 'SOA'];

const ANSWER_MS = 2;

/** What a server said, and how long it took. */
export interface Asked {
  readonly answer: DnsAnswer | 'timeout' | 'refused';
  readonly tookMs: number;
}

/** Asks one server, taking the time that takes: `timeoutMs` where nobody answers. */
export function* askServer(
  context: Context,
  server: string,
  name: string,
  type: DnsType,
  timeoutMs: number,
): Steps<Asked> {
  const started = context.now;
  const answer = queryServer(context, server, name.endsWith('.') ? name : `${name}.`, type);
  yield* context.sleep(answer === 'timeout' ? timeoutMs : ANSWER_MS);
  return { answer, tookMs: context.now - started };
}

export function nameservers(context: Context): readonly string[] {
  const { nameservers: all } = resolverConfig(context);
  return all.length === 0 ? ['127.0.0.1'] : all;
}

/** The names that nslookup and host try: as given where there are enough dots, then through the search list. */
export function searchNames(context: Context, name: string): string[] {
  if (name.endsWith('.')) return [name];
  const { search, ndots } = resolverConfig(context);
  const whole = `${name}.`;
  const searched = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}.`);
  return name.split('.').length - 1 >= ndots ? [whole, ...searched] : [...searched, whole];
}

/** `4.3.2.1.in-addr.arpa` for an IPv4 address. */
export function reverseName(address: string): string | undefined {
  return /^\d+(\.\d+){3}$/.test(address)
    ? `${address.split('.').reverse().join('.')}.in-addr.arpa`
    : undefined;
}

export function withoutDot(name: string): string {
  return name.length > 1 ? name.replace(/\.$/, '') : name;
}
