import type { Context, DnsAnswer, DnsRecord } from '../../../../host/index.ts';
import type { Directive, ServerBlock } from '../corefile.ts';
import { dotted, fallsThrough, type Handler, option, type Question, zoneOf } from './plugin.ts';

const TTL = 3600;

/** `hosts [FILE [ZONES…]]`: addresses of a table, and names of its addresses. Models coredns plugin/hosts. */
export function hosts(directive: Directive, block: ServerBlock, context: Context): Handler {
  const [file = '/etc/hosts', ...given] = directive.args;
  const zones = (given.length > 0 ? given : block.zones).map(dotted);
  const inline = directive.block.filter(([first]) => /^[\d.]+$|:/.test(first ?? ''));
  const ttl = Number(option(directive, 'ttl')?.[0] ?? TTL);
  const isReversed = option(directive, 'no_reverse') === undefined;
  const table = () => [...(context.fs.isFile(file) ? linesOf(context.fs.read(file)) : []), ...inline];
  return (question) => {
    const { name } = question;
    const isReverse = name.endsWith('.in-addr.arpa.');
    if (!isReverse && zoneOf(name, zones) === undefined) return undefined;
    const found = isReverse ? (isReversed ? namesOf(table(), name) : []) : addressesOf(table(), name);
    if (found.length > 0) return answerOf(question, found, ttl);
    return isReverse || fallsThrough(directive, name)
      ? undefined
      : { code: 'NXDOMAIN', answers: [], authoritative: true };
  };
}

function linesOf(text: string): string[][] {
  return text.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
}

type Found = Pick<DnsRecord, 'type' | 'data'>;

function addressesOf(table: readonly (readonly string[])[], name: string): Found[] {
  return table
    .filter(([, ...names]) => names.some((one) => dotted(one).toLowerCase() === name))
    .map(([data = '']) => ({ type: data.includes(':') ? 'AAAA' : 'A', data }));
}

function namesOf(table: readonly (readonly string[])[], name: string): Found[] {
  const address = name.replace('.in-addr.arpa.', '').split('.').reverse().join('.');
  return table
    .filter(([own]) => own === address)
    .flatMap(([, ...names]) => names.map((one) => ({ type: 'PTR', data: dotted(one) }) as const));
}

function answerOf({ name, type }: Question, found: readonly Found[], ttl: number): DnsAnswer {
  const answers = found.filter((one) => one.type === type).map((one) => ({ name, ttl, ...one }));
  return { code: 'NOERROR', answers, authoritative: true };
}

/** The plugin `local`: what nobody outside needs to be asked about. Models coredns plugin/local. */
export const local: Handler = ({ name, type }) => {
  const data = name === 'localhost.' ? { A: '127.0.0.1', AAAA: '::1' }[type as 'A'] : undefined;
  const reverse = name === '1.0.0.127.in-addr.arpa.' && type === 'PTR' ? 'localhost.' : undefined;
  if (zoneOf(name, LOCAL_ZONES) === undefined) return undefined;
  const found = data ?? reverse;
  return {
    code: 'NOERROR',
    answers: found === undefined ? [] : [{ name, type, ttl: TTL, data: found }],
    authoritative: true,
  };
};

const LOCAL_ZONES = ['localhost.', '0.in-addr.arpa.', '127.in-addr.arpa.', '255.in-addr.arpa.'];
