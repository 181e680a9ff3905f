import { ruleWords } from '../../../host/index.ts';

/** What a word of iptables, with its value, says in nft's language. */
type Expression = (value: string, not: string, protocol: string) => string;

const MATCHES: Readonly<Record<string, Expression>> = {
  '-s': (value, not) => `ip saddr ${not}${bare(value)}`,
  '-d': (value, not) => `ip daddr ${not}${bare(value)}`,
  '-i': (value, not) => `iifname ${not}"${value.replace(/\+$/, '*')}"`,
  '-o': (value, not) => `oifname ${not}"${value.replace(/\+$/, '*')}"`,
  '--dport': (value, not, protocol) => `${protocol} dport ${not}${value.replace(':', '-')}`,
  '--sport': (value, not, protocol) => `${protocol} sport ${not}${value.replace(':', '-')}`,
  '--dports': (value, not, protocol) => `${protocol} dport ${not}{ ${value.split(',').join(', ')} }`,
  '--ctstate': (value, not) => `ct state ${not}${value.toLowerCase()}`,
  '--state': (value, not) => `ct state ${not}${value.toLowerCase()}`,
  '--dst-type': (value, not) => `fib daddr type ${not}${value.toLowerCase()}`,
  '--src-type': (value, not) => `fib saddr type ${not}${value.toLowerCase()}`,
  '--mark': (value, not) => {
    const [mark = '', mask = mark] = value.split('/').map(wide);
    return `meta mark & ${mask} ${not === '' ? '==' : '!='} ${mark}`;
  },
};

const VERDICTS: Readonly<Record<string, string>> = {
  ACCEPT: 'accept',
  DROP: 'drop',
  RETURN: 'return',
  REJECT: 'reject',
};

/** A rule of `iptables-save` as nft lists it. Extensions that have no words there are named as xtables'. */
export function nftRule(rule: string): string {
  const words = ruleWords(rule);
  const value = (flag: string) => words[words.indexOf(flag) + 1] ?? '';
  const protocol = words.includes('-p') ? value('-p') : '';
  const parts: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const match = MATCHES[words[i] ?? ''];
    const not = words[i - 1] === '!' ? '!= ' : '';
    if (match) parts.push(match(words[i + 1] ?? '', not, protocol));
    else if (words[i] === '-m' && /^(statistic|recent)$/.test(words[i + 1] ?? ''))
      parts.push(`xt match "${words[i + 1]}"`);
  }
  if (protocol !== '' && !words.some((word) => /^--[ds]ports?$/.test(word)))
    parts.unshift(`meta l4proto ${protocol}`);
  return [...parts, 'counter packets 0 bytes 0', ...targetOf(words, value)].join(' ');
}

function targetOf(words: readonly string[], value: (flag: string) => string): string[] {
  const target = words.includes('-g') ? value('-g') : words.includes('-j') ? value('-j') : undefined;
  if (target === undefined) return [];
  const random = words.includes('--random-fully') ? ' fully-random' : '';
  if (target === 'MASQUERADE') return [`masquerade${random}`];
  if (target === 'DNAT') return [`dnat to ${value('--to-destination')}`];
  if (target === 'SNAT') return [`snat to ${value('--to-source')}`];
  if (target === 'REDIRECT') return [`redirect to :${value('--to-ports')}`];
  if (target === 'MARK') {
    const [mark = '', mask = mark] = value('--set-xmark').split('/');
    return [
      `meta mark set mark ${Number(mark) === 0 ? 'and' : 'or'} ${Number(mark) === 0 ? inverse(mask) : mark}`,
    ];
  }
  return [VERDICTS[target] ?? `${words.includes('-g') ? 'goto' : 'jump'} ${target}`];
}

/** A single host's address without the length of its prefix. */
function bare(cidr: string): string {
  return cidr.replace(/\/32$/, '');
}

function wide(number: string): string {
  return `0x${Number(number).toString(16).padStart(8, '0')}`;
}

function inverse(mask: string): string {
  return `0x${(~Number(mask) >>> 0).toString(16)}`;
}
