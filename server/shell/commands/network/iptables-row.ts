import { ruleWords } from '../../../host/index.ts';

const PROTOCOLS: Readonly<Record<string, string>> = { tcp: '6', udp: '17', sctp: '132', icmp: '1' };
const STATES: Readonly<Record<string, string>> = { ctstate: 'ctstate', state: 'state' };

interface RowOptions {
  readonly numeric: boolean;
  readonly verbose: boolean;
}

/** One word of a rule with what belongs to it: `! -s X` is `{ flag: '-s', value: 'X', not: true }`. */
interface Part {
  readonly flag: string;
  readonly value: string;
  readonly not: boolean;
}

function partsOf(rule: string): Part[] {
  const words = ruleWords(rule);
  const parts: Part[] = [];
  for (let i = 0; i < words.length; i++) {
    let not = words[i] === '!';
    if (not) i++;
    const flag = words[i] as string;
    if (words[i + 1] === '!') {
      not = true;
      i++;
    }
    const hasValue = words[i + 1] !== undefined && !(words[i + 1] as string).startsWith('-');
    parts.push({ flag, value: hasValue ? (words[++i] as string) : '', not });
  }
  return parts;
}

/** A rule as `iptables -L` prints it. Models iptables/xshared.c print_rule_details and the matches' print functions. */
export function ruleRow(rule: string, { numeric, verbose }: RowOptions): string {
  const parts = partsOf(rule);
  const part = (flag: string) => parts.find((one) => one.flag === flag);
  const protocol = part('-p')?.value ?? 'all';
  const shownProtocol = numeric ? (PROTOCOLS[protocol] ?? '0') : protocol;
  const address = (flag: string) => {
    const { value = numeric ? '0.0.0.0/0' : 'anywhere', not = false } = part(flag) ?? {};
    return `${not ? '!' : ' '}${value.replace(/\/32$/, '').padEnd(19)} `;
  };
  const device = (flag: string) => {
    const { value = '*', not = false } = part(flag) ?? {};
    return `${not ? '!' : ''}${value}`.padEnd(6);
  };
  const target = part('-j')?.value ?? '';
  const row = [
    verbose ? '    0     0 ' : '',
    `${target.padEnd(9)}  ${shownProtocol.padEnd(5)}-- `,
    verbose ? ` ${device('-i')} ${device('-o')} ` : '',
    address('-s'),
    address('-d'),
    ...parts.map((one, i) => detail(one, parts, i)),
  ];
  return row.join('');
}

/** What a match or a target says of itself, with a blank before it. */
function detail(part: Part, parts: readonly Part[], at: number): string {
  const { flag, value, not } = part;
  const no = not ? '! ' : '';
  const next = parts[at + 1];
  switch (flag) {
    case '--comment':
      return ` /* ${value} */`;
    case '--dport':
      return ` ${parts.find((one) => one.flag === '-p')?.value ?? ''} dpt:${value}`;
    case '--dports':
      return ` multiport dports ${value}`;
    case '--mark':
      return ` mark match ${no}${value}`;
    case '--ctstate':
    case '--state':
      return ` ${no}${STATES[flag.slice(2)]} ${value}`;
    case '--mode':
      return ` statistic mode ${value} probability ${next?.value ?? ''}`;
    case '--dst-type':
    case '--src-type':
      return ` ADDRTYPE match ${flag.slice(2)} ${value}`;
    case '--rcheck':
      return ` recent: CHECK seconds: ${next?.value} reap name: ${nameOf(parts)} side: source mask: 255.255.255.255`;
    case '--set':
      return ` recent: SET name: ${nameOf(parts)} side: source mask: 255.255.255.255`;
    case '--set-xmark':
      return ` MARK ${markChange(value)}`;
    case '--random-fully':
      return ' random-fully';
    case '--reject-with':
      return ` reject-with ${value}`;
    case '--to-ports':
      return parts.some((one) => one.value === 'REDIRECT')
        ? ` redir ports ${value}`
        : ` masq ports: ${value}`;
    case '--to-source':
    case '--to-destination':
      return ` to:${value}`;
    default:
      return '';
  }
}

/** `0x4000/0x0` flips bits, `0x4000/0x4000` sets them, `0x0/0x4000` clears them. Models libxt_MARK.c mark_tg_print */
function markChange(value: string): string {
  const [bits = '', mask = '0xffffffff'] = value.split('/');
  if (mask === '0x0') return `xor ${bits}`;
  if (bits === mask) return `or ${bits}`;
  if (bits === '0x0') return `and 0x${(~Number(mask) >>> 0).toString(16)}`;
  return mask === '0xffffffff' ? `set ${bits}` : `xset ${value}`;
}

function nameOf(parts: readonly Part[]): string {
  return parts.find(({ flag }) => flag === '--name')?.value ?? '';
}
