import { type DnsAnswer, type DnsRecord, type DnsType, resolveName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { formatDate, zoneOf } from '../../dates.ts';
import { type Call, tool } from '../core/tool.ts';
import { askServer, DNS_TYPES, nameservers, reverseName, searchNames, withoutDot } from './dns-ask.ts';

const VERSION = '9.18.28-0ubuntu0.24.04.1-Ubuntu';

interface Query {
  name: string;
  type: DnsType;
  server: string | undefined;
  flags: Set<string>;
  tries: number;
  timeoutMs: number;
}

export const dig = tool({
  name: 'dig',
  summary: 'DNS lookup utility',
  usage: '[@global-server] [domain] [q-type] [q-class] {q-opt}',
  version: `DiG ${VERSION}`,
  options: '4 6 x= t= q= p= b= c= u v m r',
  refusal: (message) =>
    `Invalid option: ${/'(.*)'/.exec(message)?.[1]?.replace(/^(?!-)/, '-') ?? ''}\nUsage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n            {global-d-opt} host [@local-server] {local-d-opt}\n            [ host [@local-server] {local-d-opt} [...]]\n\nUse "dig -h" (or "dig -h | more") for complete list of options\n`,
  *run(call) {
    if (call.options.has('v')) {
      yield* call.context.err(`DiG ${VERSION}\n`);
      return 0;
    }
    return yield* lookup(call, readQuery(call));
  },
});

function readQuery(call: Call): Query {
  const query: Query = {
    name: '.',
    type: 'A',
    server: undefined,
    flags: new Set(),
    tries: 3,
    timeoutMs: 5000,
  };
  for (const word of call.operands) {
    const [, key, value] = /^\+([a-z]+)(?:=(.*))?$/.exec(word) ?? [];
    if (word.startsWith('@')) query.server = word.slice(1);
    else if (key === 'time' || key === 'timeout') query.timeoutMs = Number(value) * 1000;
    else if (key === 'tries') query.tries = Number(value);
    else if (key === 'retry') query.tries = Number(value) + 1;
    else if (key !== undefined) query.flags.add(key);
    else if (/^(IN|CH|HS)$/i.test(word)) continue;
    else if (DNS_TYPES.includes(word.toUpperCase() as DnsType)) query.type = word.toUpperCase() as DnsType;
    else query.name = word;
  }
  const type = call.options.get('t')?.toUpperCase();
  if (type && DNS_TYPES.includes(type as DnsType)) query.type = type as DnsType;
  query.name = call.options.get('q') ?? query.name;
  const reverse = call.options.get('x');
  if (reverse !== undefined) {
    query.name = reverseName(reverse) ?? reverse;
    query.type = 'PTR';
  }
  if (query.name === '.') query.type = call.operands.length === 0 ? 'NS' : query.type;
  return query;
}

function* lookup(call: Call, query: Query): Steps<number> {
  const { context } = call;
  const quiet = query.flags.has('short') || (query.flags.has('noall') && !query.flags.has('cmd'));
  const words = call.context.args.slice(1).join(' ');
  const banner = quiet ? '' : `\n; <<>> DiG ${VERSION} <<>> ${words}\n`;
  const server = query.server === undefined ? nameservers(context)[0] : addressOf(call, query.server);
  if (server === undefined) {
    yield* context.err(`dig: couldn't get address for '${query.server}': not found\n`);
    return 10;
  }
  const names = query.flags.has('search') ? searchNames(context, query.name) : [query.name];
  let answer: DnsAnswer | undefined;
  let tookMs = 0;
  let asked = query.name;
  for (const name of names) {
    asked = name;
    const result = yield* askServer(context, server, name, query.type, query.timeoutMs);
    if (result.answer === 'timeout' || result.answer === 'refused')
      return yield* unreached(call, { query, server, why: result.answer, banner });
    ({ tookMs } = result);
    answer = result.answer;
    if (answer.answers.length > 0) break;
  }
  if (!answer) return 9;
  yield* call.print(banner);
  if (query.flags.has('short')) for (const record of answer.answers) yield* call.print(`${record.data}\n`);
  else yield* full(call, query, asked, server, answer, tookMs);
  return 0;
}

function addressOf(call: Call, name: string): string | undefined {
  const found = resolveName(call.context, name);
  return found.ok ? found.addresses[0] : undefined;
}

interface Unreached {
  readonly query: Query;
  readonly server: string;
  readonly why: 'timeout' | 'refused';
  readonly banner: string;
}

function* unreached(call: Call, { query, server, why, banner }: Unreached): Steps<number> {
  const what = why === 'refused' ? 'connection refused' : 'timed out';
  if (why === 'timeout') yield* call.context.sleep(query.timeoutMs * (query.tries - 1));
  const trouble = `;; communications error to ${server}#53: ${what}\n`.repeat(query.tries);
  // The banner waits for an answer.
  yield* call.print(`${trouble}${banner}${banner === '' ? '' : ';; global options: +cmd\n'}`);
  yield* call.print(';; no servers could be reached\n');
  return 9;
}

function* full(
  call: Call,
  { type, flags }: Query,
  name: string,
  server: string,
  answer: DnsAnswer,
  tookMs: number,
): Steps<void> {
  const { context } = call;
  const all = !flags.has('noall');
  const shows = (section: string) => (all ? !flags.has(`no${section}`) : flags.has(section));
  const { answers: records, authority = [], additional = [] } = answer;
  if (all) yield* call.print(';; global options: +cmd\n;; Got answer:\n');
  if (all && shows('comments') && /\.local\.?$/.test(name)) yield* call.print(MULTICAST);
  if (shows('comments'))
    yield* call.print(
      `;; ->>HEADER<<- opcode: QUERY, status: ${answer.code}, id: ${Math.floor(context.now % 60_000) + 1024}\n;; flags: qr${answer.authoritative ? ' aa' : ''} rd${answer.authoritative ? '' : ' ra'}; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: ${authority.length}, ADDITIONAL: ${additional.length + 1}\n${answer.authoritative ? ';; WARNING: recursion requested but not available\n' : ''}\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n`,
    );
  if (shows('question')) yield* call.print(`;; QUESTION SECTION:\n${questionLine(name, type)}\n`);
  if (shows('answer') && records.length > 0) {
    if (all) yield* call.print(';; ANSWER SECTION:\n');
    for (const record of records) yield* call.print(recordLine(record));
    if (all) yield* call.print('\n');
  }
  yield* section(call, 'AUTHORITY', shows('authority') ? authority : [], all);
  yield* section(call, 'ADDITIONAL', shows('additional') ? additional : [], all);
  if (!shows('stats')) return;
  const when = formatDate('%a %b %d %H:%M:%S %Z %Y', context.now, zoneOf(context));
  const size = 40 + name.length + records.reduce((sum, record) => sum + 16 + record.data.length, 0);
  yield* call.print(
    `;; Query time: ${tookMs} msec\n;; SERVER: ${server}#53(${server}) (UDP)\n;; WHEN: ${when}\n;; MSG SIZE  rcvd: ${size}\n\n`,
  );
}

function* section(call: Call, name: string, records: readonly DnsRecord[], titled: boolean): Steps<void> {
  if (records.length === 0) return;
  if (titled) yield* call.print(`;; ${name} SECTION:\n`);
  for (const record of records) yield* call.print(recordLine(record));
  if (titled) yield* call.print('\n');
}

const MULTICAST =
  ';; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS\n';

/** Words each from a column on, over tabs where they lead there, at least over a space. Models lib/dns/masterdump.c indent */
function columns(words: readonly (readonly [text: string, column: number])[], last: string): string {
  let line = '';
  let at = 0;
  for (const [text, column] of words) {
    line += text;
    at += text.length;
    const to = Math.max(column, at + 1);
    const tabs = Math.floor(to / 8) - Math.floor(at / 8);
    line += '\t'.repeat(tabs) + ' '.repeat(to - (tabs > 0 ? Math.floor(to / 8) * 8 : at));
    at = to;
  }
  return line + last;
}

function recordLine({ name, ttl, type, data }: DnsRecord): string {
  const words = [
    [name, 24],
    [`${ttl}`, 32],
    ['IN', 40],
    [type, 48],
  ] as const;
  return `${columns(words, data)}\n`;
}

function questionLine(name: string, type: string): string {
  return `${columns(
    [
      [`;${withoutDot(name)}.`, 32],
      ['IN', 40],
    ],
    type,
  )}\n`;
}

export const host = tool({
  name: 'host',
  summary: 'DNS lookup utility',
  usage: '[-aCdilrTvVw] [-t type] [-W time] name [server]',
  version: `host ${VERSION}`,
  options: 'a C d i l r T v V w 4 6 t= c= W= N= R= m= p=',
  *run(call) {
    const { context } = call;
    const [name, at] = call.operands;
    if (name === undefined) {
      yield* context.err(
        'Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] [-p port] hostname [server]\n',
      );
      return 1;
    }
    const server = at === undefined ? nameservers(context)[0] : addressOf(call, at);
    if (server === undefined) {
      yield* call.print(`host: couldn't get address for '${at}': not found\n`);
      return 1;
    }
    if (at !== undefined)
      yield* call.print(`Using domain server:\nName: ${at}\nAddress: ${server}#53\nAliases: \n\n`);
    return yield* hostLookup(call, name, server);
  },
});

function* hostLookup(call: Call, name: string, server: string): Steps<number> {
  const { context } = call;
  const reverse = reverseName(name);
  const given = call.options.get('t')?.toUpperCase() as DnsType | undefined;
  const types: DnsType[] = given ? [given] : reverse ? ['PTR'] : ['A', 'AAAA', 'MX'];
  const waitMs = Number(call.options.get('W') ?? 5) * 1000;
  let code = 'NXDOMAIN';
  for (const candidate of reverse ? [`${reverse}.`] : searchNames(context, name)) {
    const records: DnsRecord[] = [];
    let known = false;
    for (const type of types) {
      const { answer } = yield* askServer(context, server, candidate, type, waitMs);
      if (answer === 'timeout' || answer === 'refused') {
        const line = `;; communications error to ${server}#53: ${answer === 'refused' ? 'connection refused' : 'timed out'}\n`;
        yield* call.print(`${line.repeat(2)};; no servers could be reached\n`);
        return 1;
      }
      code = answer.code;
      if (answer.code !== 'NOERROR') break;
      known = true;
      records.push(...answer.answers);
    }
    if (!known) continue;
    for (const record of records) yield* call.print(`${withoutDot(record.name)} ${sentence(record)}\n`);
    if (records.length === 0 && given) yield* call.print(`${withoutDot(candidate)} has no ${given} record\n`);
    return records.length === 0 && given ? 1 : 0;
  }
  yield* call.print(`Host ${reverse ? `${reverse}.` : name} not found: 3(${code})\n`);
  return 1;
}

function sentence({ type, data }: DnsRecord): string {
  if (type === 'A') return `has address ${data}`;
  if (type === 'AAAA') return `has IPv6 address ${data}`;
  if (type === 'PTR') return `domain name pointer ${data}`;
  if (type === 'CNAME') return `is an alias for ${data}`;
  if (type === 'SRV') return `has SRV record ${data}`;
  if (type === 'TXT') return `descriptive text ${data}`;
  if (type === 'MX') return `mail is handled by ${data}`;
  return type === 'NS' ? `name server ${data}` : `has SOA record ${data}`;
}
