import { isAddress, networkOf, type RuleTable } from '../../../host/index.ts';

/** A rule that iptables does not take, in its words. */
export class RuleError extends Error {
  override name = 'RuleError';
  readonly code: number;

  constructor(message: string, code = 2) {
    super(message);
    this.code = code;
  }
}

/** Options of a rule by all their names. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ '-s': '-s', '--source': '-s', '--src': '-s', '-d': '-d', '--destination': '-d', '--dst': '-d' },
  ...{ '-i': '-i', '--in-interface': '-i', '-o': '-o', '--out-interface': '-o' },
  ...{ '-p': '-p', '--protocol': '-p', '--proto': '-p', '-m': '-m', '--match': '-m' },
  ...{ '--dport': '--dport', '--destination-port': '--dport', '--dports': '--dports' },
  ...{ '--destination-ports': '--dports', '--ctstate': '--ctstate', '--state': '--state' },
  ...{ '--comment': '--comment', '-j': '-j', '--jump': '-j', '-g': '-g', '--goto': '-g' },
  '--reject-with': '--reject-with',
  ...{ '--to-destination': '--to-destination', '--to-source': '--to-source' },
  ...{ '--to-ports': '--to-ports', '--to-port': '--to-ports' },
};
const MATCHES = ['tcp', 'udp', 'multiport', 'conntrack', 'state', 'comment'];
const PORTS: Readonly<Record<string, string>> = { ssh: '22', http: '80', https: '443', domain: '53' };
const TARGETS = ['ACCEPT', 'DROP', 'REJECT', 'RETURN', 'LOG'];
/** Targets of the table nat, and the option with what they put in place of what was there. */
const REWRITES: Readonly<Record<string, string>> = {
  DNAT: '--to-destination',
  SNAT: '--to-source',
  REDIRECT: '--to-ports',
  MASQUERADE: '--to-ports',
};

interface Word {
  readonly flag: string;
  readonly value: string;
  readonly not: boolean;
}

/** A rule as `iptables-save` writes it. Throws RuleError. */
export function ruleText(
  words: readonly string[],
  { table, isChain }: { table: RuleTable; isChain: (name: string) => boolean },
): string {
  const given = readWords(words);
  const one = (flag: string) => given.find((word) => word.flag === flag);
  const protocol = one('-p')?.value.toLowerCase();
  const shown = (word: Word | undefined, value = word?.value ?? '') =>
    word ? `${word.not ? '! ' : ''}${word.flag} ${value} ` : '';
  const port = one('--dport');
  const many = one('--dports');
  if ((port || many) && protocol !== 'tcp' && protocol !== 'udp')
    throw new RuleError(`unknown option "${port ? '--dport' : '--dports'}"`);
  const state = one('--ctstate') ?? one('--state');
  const comment = one('--comment');
  const jump = one('-j') ?? one('-g');
  const rewrite = REWRITES[jump?.value ?? ''];
  const value = rewrite && one(rewrite);
  if (jump && !TARGETS.includes(jump.value) && !isChain(jump.value) && !rewrite)
    throw new RuleError(`Chain '${jump.value}' does not exist`);
  if (rewrite && table !== 'nat')
    throw new RuleError(`RULE_APPEND failed (Invalid argument): rule in table ${table}`, 4);
  if (rewrite?.match(/destination|source/) && !value)
    throw new RuleError(`${jump?.value}: option "${rewrite}" must be specified`);
  if (!rewrite && ['--to-destination', '--to-source', '--to-ports'].some(one))
    throw new RuleError(`unknown option "${given.find(({ flag }) => flag.startsWith('--to-'))?.flag}"`);
  const reject = jump?.value === 'REJECT';
  return [
    shown(one('-s'), address(one('-s'))),
    shown(one('-d'), address(one('-d'))),
    shown(one('-i')),
    shown(one('-o')),
    protocol === undefined || protocol === 'all' ? '' : shown(one('-p'), protocol),
    port ? `-m ${protocol} ${shown(port, portOf(port.value))}` : '',
    many ? `-m multiport ${shown(many, many.value.split(',').map(portOf).join(','))}` : '',
    state ? `-m ${state.flag === '--state' ? 'state' : 'conntrack'} ${shown(state)}` : '',
    comment
      ? `-m comment --comment ${/^\S+$/.test(comment.value) ? comment.value : `"${comment.value}"`} `
      : '',
    jump ? `${jump.flag} ${jump.value} ` : '',
    shown(value || undefined),
    reject ? `--reject-with ${one('--reject-with')?.value ?? 'icmp-port-unreachable'}` : '',
  ]
    .join('')
    .trimEnd();
}

function readWords(words: readonly string[]): Word[] {
  const given: Word[] = [];
  for (let i = 0; i < words.length; i++) {
    const not = words[i] === '!';
    if (not) i++;
    const word = words[i] as string;
    const [name = '', inline] = word.startsWith('--') ? word.split(/=(.*)/s) : [word];
    const flag = NAMES[name];
    if (flag === undefined)
      throw new RuleError(name.startsWith('-') ? `unknown option "${name}"` : `Bad argument \`${name}'`);
    const value = inline ?? words[++i];
    if (value === undefined) throw new RuleError(`option "${name}" requires an argument`);
    if (flag === '-m' && !MATCHES.includes(value))
      throw new RuleError(`the match "${value}" is not simulated here`, 1);
    if (flag !== '-m') given.push({ flag, value, not });
  }
  return given;
}

function portOf(text: string): string {
  const port = PORTS[text] ?? text;
  if (!/^\d{1,5}(:\d{1,5})?$/.test(port)) throw new RuleError(`invalid port/service \`${text}' specified`);
  return port;
}

/** With a length, and the bits behind it cleared. */
function address(word: Word | undefined): string {
  if (!word) return '';
  const [base = '', length = '32'] = word.value.split('/');
  if (!isAddress(base)) throw new RuleError(`host/network \`${base}' not found`);
  if (!/^\d+$/.test(length) || Number(length) > 32)
    throw new RuleError(`invalid mask \`${length}' specified`);
  return networkOf(`${base}/${length}`);
}
