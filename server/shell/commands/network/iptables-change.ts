import {
  type Context,
  type FirewallChain,
  firewallOf,
  type RuleTable,
  setFirewall,
} from '../../../host/index.ts';
import { RuleError, ruleText } from './iptables-rule.ts';
import { type Chain, chainsOf, TABLES } from './kernel-rules.ts';

const EMPTY: FirewallChain = { head: [], tail: [] };
const NO_CHAIN = 'No chain/target/match by that name.';
/** Chains of programs, which put them back whatever one does. */
const OF_PROGRAMS = /^(KUBE|FLANNEL|CNI|cali)-/;

/** What a change works on: the chains as they are, and how to write one of them. */
interface Table {
  readonly context: Context;
  readonly name: RuleTable;
  readonly all: readonly Chain[];
  chain(name: string): FirewallChain;
  save(name: string, chain: FirewallChain | undefined): void;
}

type Change = (table: Table, name: string, words: readonly string[]) => void;

/** A change of a table, by the letter of its command. Throws RuleError. */
export function changeRules(
  context: Context,
  tableName: RuleTable,
  letter: string,
  operands: readonly string[],
  words: readonly string[],
): void {
  const table: Table = {
    context,
    name: tableName,
    all: chainsOf(context, tableName),
    chain: (name) => firewallOf(context, tableName)[name] ?? EMPTY,
    save(name, chain) {
      const { [name]: _before, ...others } = firewallOf(context, tableName);
      setFirewall(context, tableName, chain ? { ...others, [name]: chain } : others);
    },
  };
  const [name, ...rest] = operands;
  if (letter === 'F' || letter === 'X' || letter === 'Z') {
    for (const one of name === undefined ? ownNames(table) : [existing(table, name)])
      CHANGES[letter]?.(table, one, words);
    return;
  }
  if (name === undefined) throw new RuleError(`option "-${letter}" requires an argument`);
  if (letter !== 'N') existing(table, name);
  CHANGES[letter]?.(table, name, [...rest, ...words]);
}

const ownNames = ({ context, name }: Table) => Object.keys(firewallOf(context, name));

function existing({ all }: Table, name: string): string {
  if (!all.some((chain) => chain.name === name)) throw new RuleError(NO_CHAIN, 1);
  if (OF_PROGRAMS.test(name))
    throw new RuleError(`changing ${name}, which a program owns, is not simulated here`, 1);
  return name;
}

function textOf({ all, name }: Table, chain: string, words: readonly string[]): string {
  const text = ruleText(words, { table: name, isChain: (one) => all.some((other) => other.name === one) });
  const target = / -j (\S+)/.exec(` ${text}`)?.[1] ?? '';
  const places = PLACES[target];
  if (places && TABLES[name].includes(chain) && !places.includes(chain))
    throw new RuleError(`RULE_APPEND failed (Invalid argument): rule in chain ${chain}`, 4);
  return text;
}

/** Built-in chains that targets of the table nat can stand in. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  DNAT: ['PREROUTING', 'OUTPUT'],
  REDIRECT: ['PREROUTING', 'OUTPUT'],
  MASQUERADE: ['POSTROUTING'],
  SNAT: ['POSTROUTING', 'INPUT'],
};

/** A number before the rule, as in `-I INPUT 2 …`. */
function numbered(words: readonly string[]): { number: number | undefined; rest: readonly string[] } {
  const [first = '', ...rest] = words;
  return /^\d+$/.test(first) ? { number: Number(first), rest } : { number: undefined, rest: words };
}

const without = (rules: readonly string[], at: number) => rules.filter((_, i) => i !== at);

function removed(table: Table, name: string, words: readonly string[]): FirewallChain {
  const { number, rest } = numbered(words);
  const { head, tail, ...others } = table.chain(name);
  const shown = table.all.find((chain) => chain.name === name)?.rules ?? [];
  const between = shown.length - head.length - tail.length;
  const text = number === undefined ? textOf(table, name, rest) : undefined;
  const at = text === undefined ? (number as number) - 1 : shown.indexOf(text);
  if (at < 0) throw new RuleError('Bad rule (does a matching rule exist in that chain?).', 1);
  if (at >= shown.length) throw new RuleError('Index of deletion too big.', 1);
  if (at < head.length) return { ...others, head: without(head, at), tail };
  if (at >= head.length + between)
    return { ...others, head, tail: without(tail, at - head.length - between) };
  throw new RuleError('removing a rule that a program owns is not simulated here', 1);
}

const CHANGES: Readonly<Record<string, Change>> = {
  A(table, name, words) {
    const chain = table.chain(name);
    table.save(name, { ...chain, tail: [...chain.tail, textOf(table, name, words)] });
  },
  I(table, name, words) {
    const { number = 1, rest } = numbered(words);
    const chain = table.chain(name);
    const shown = table.all.find((one) => one.name === name)?.rules.length ?? 0;
    if (number > shown + 1) throw new RuleError('Index of insertion too big.', 1);
    const text = textOf(table, name, rest);
    // Behind rules of programs it goes to the end of them all.
    if (number > chain.head.length + 1 && number > shown - chain.tail.length) {
      const at = Math.max(0, number - 1 - (shown - chain.tail.length));
      table.save(name, { ...chain, tail: [...chain.tail.slice(0, at), text, ...chain.tail.slice(at)] });
      return;
    }
    const head = [...chain.head.slice(0, number - 1), text, ...chain.head.slice(number - 1)];
    table.save(name, { ...chain, head });
  },
  D(table, name, words) {
    table.save(name, removed(table, name, words));
  },
  C(table, name, words) {
    const text = textOf(table, name, words);
    if (!table.all.find((chain) => chain.name === name)?.rules.includes(text))
      throw new RuleError('Bad rule (does a matching rule exist in that chain?).', 1);
  },
  R(table, name, words) {
    const { number, rest } = numbered(words);
    const { head, tail, ...others } = removed(table, name, [String(number ?? 0)]);
    const at = (number ?? 1) - 1;
    const isHead = at <= head.length && head.length < table.chain(name).head.length;
    const put = (rules: readonly string[], i: number) => [
      ...rules.slice(0, i),
      textOf(table, name, rest),
      ...rules.slice(i),
    ];
    const shown = table.all.find((chain) => chain.name === name)?.rules.length ?? 0;
    const last = at - (shown - table.chain(name).tail.length);
    table.save(name, {
      ...others,
      head: isHead ? put(head, at) : head,
      tail: isHead ? tail : put(tail, last),
    });
  },
  F(table, name) {
    table.save(name, { ...table.chain(name), head: [], tail: [] });
  },
  Z() {},
  N(table, name) {
    if (table.all.some((chain) => chain.name === name)) throw new RuleError('Chain already exists.', 1);
    table.save(name, EMPTY);
  },
  X(table, name) {
    if (TABLES[table.name].includes(name)) return;
    const { head, tail } = table.chain(name);
    const isUsed = table.all.some(({ rules }) => rules.some((rule) => ` ${rule} `.includes(` -j ${name} `)));
    if (isUsed || head.length + tail.length > 0)
      throw new RuleError(` CHAIN_DEL failed (Device or resource busy): chain ${name}`, 4);
    table.save(name, undefined);
  },
  P(table, name, [policy = '']) {
    if (!TABLES[table.name].includes(name)) throw new RuleError('Bad built-in chain name.', 1);
    if (policy !== 'ACCEPT' && policy !== 'DROP')
      throw new RuleError("Bad policy name. Run `dmesg' for more information.", 1);
    table.save(name, { ...table.chain(name), policy });
  },
};

/** What a file of `iptables-save` says of its tables, instead of what was there. Throws RuleError. */
export function restoreRules(context: Context, text: string): void {
  let table: RuleTable = 'filter';
  for (const [i, line] of text.split('\n').entries()) {
    const [word = '', name = '', ...rest] = line.match(/"[^"]*"|\S+/g) ?? [];
    if (word === '' || word.startsWith('#') || word === 'COMMIT') continue;
    if (word.startsWith('*')) {
      table = changeable(word.slice(1));
      setFirewall(context, table, {});
    } else if (word.startsWith(':')) restoreChain(context, table, word.slice(1), name);
    else if (word === '-A') restoreRule(context, table, name, rest.map(unquoted));
    else throw new RuleError(`line ${i + 1} failed: ${line}`, 1);
  }
}

/** A table that rules of one's own can be put into. Throws RuleError. */
export function changeable(table: string): RuleTable {
  if (table === 'filter' || table === 'nat') return table;
  throw new RuleError(`changing the table ${table} is not simulated here`, 1);
}

const unquoted = (word: string) => word.replace(/^"(.*)"$/, '$1');

function restoreChain(context: Context, table: RuleTable, name: string, policy: string): void {
  if (OF_PROGRAMS.test(name)) return;
  if (TABLES[table].includes(name)) changeRules(context, table, 'P', [name], [policy]);
  else changeRules(context, table, 'N', [name], []);
}

/** Rules of programs are there already. */
function restoreRule(context: Context, table: RuleTable, name: string, words: readonly string[]): void {
  if (OF_PROGRAMS.test(name) || words.some((word) => OF_PROGRAMS.test(word))) return;
  changeRules(context, table, 'A', [name], words);
}
