import { capable, type NftChain, type NftSet, type NftTable, type RuleTable } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { type Chain, chainsOf } from './kernel-rules.ts';
import { nftRule } from './nft-rule.ts';

const VERSION = 'nftables v1.0.9 (Old Doc Yak #3)';
const NOT_ROOT = 'netlink: Error: cache initialization failed: Operation not permitted';

/** nft: shows the tables that programs keep, those of iptables among them. */
export const nft = tool({
  name: 'nft',
  summary: 'administration tool of the nftables framework',
  usage: '[ options ] [ cmds... ]',
  version: VERSION,
  paths: ['/usr/sbin/nft'],
  options: 'a|handle n|numeric s|stateless v f= i c j y p S N t|terse',
  *run(call) {
    if (call.options.has('v')) {
      yield* call.print(`${VERSION}\n`);
      return 0;
    }
    for (const refused of ['f', 'i', 'c', 'j', 'a'])
      if (call.options.has(refused)) return yield* complain(call, `-${refused} is not simulated here`);
    if (!capable(call.context.credentials, 'NET_ADMIN')) return yield* complain(call, NOT_ROOT);
    const [verb, what = 'ruleset', ...names] = call.operands.flatMap((word) => word.split(/\s+/));
    if (verb === undefined) return yield* complain(call, 'nft: no command specified');
    if (verb !== 'list')
      return yield* complain(call, `Error: ${verb} is not simulated here: tables of nftables can be listed`);
    return yield* list(call, what, names);
  },
});

function* complain(call: Call, message: string): Steps<number> {
  yield* call.flush();
  yield* call.context.err(`${message}\n`);
  return 1;
}

const FAMILIES = new Set(['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']);

function* list(call: Call, what: string, words: readonly string[]): Steps<number> {
  const family = FAMILIES.has(words[0] ?? '') ? words[0] : undefined;
  const [table, part] = family === undefined ? words : words.slice(1);
  const all = tablesOf(call).filter((one) => family === undefined || one.family === family);
  const chosen = all.filter(({ name }) => table === undefined || name === table);
  const missing = () =>
    complain(
      call,
      `Error: No such file or directory\nlist ${[what, ...words].join(' ')}\n${' '.repeat(`list ${what} ${family === undefined ? '' : `${family} `}`.length)}${'^'.repeat((table ?? '').length)}`,
    );
  switch (what) {
    case 'ruleset':
      yield* call.print(all.map((one) => tableText(one)).join(''));
      return 0;
    case 'tables':
      yield* call.print(all.map((one) => `table ${one.family} ${one.name}\n`).join(''));
      return 0;
    case 'table':
      if (table === undefined || chosen.length === 0) return yield* missing();
      yield* call.print(chosen.map((one) => tableText(one)).join(''));
      return 0;
    case 'chains':
    case 'sets':
    case 'maps':
      yield* call.print(all.map((one) => shortText(one, what)).join(''));
      return 0;
    case 'chain':
    case 'set':
    case 'map': {
      const found = chosen.map((one) => only(one, what, part ?? '')).find((one) => one !== undefined);
      if (!found) return yield* missing();
      yield* call.print(tableText(found));
      return 0;
    }
    default:
      return yield* complain(
        call,
        `Error: syntax error, unexpected string\nlist ${what}\n     ${'^'.repeat(what.length)}`,
      );
  }
}

/** A table as iptables made it, with the note that nft puts before it. */
interface Shown extends NftTable {
  readonly note?: string;
}

function tablesOf({ context }: Call): Shown[] {
  const kept = [...context.network.nftTables.values()].map((table) => table());
  const compat = (['mangle', 'filter', 'nat'] as const).flatMap((name) => {
    const chains = chainsOf(context, name);
    return chains.some(({ builtIn, rules }) => !builtIn || rules.length > 0)
      ? [fromIptables(name, chains)]
      : [];
  });
  return [...compat, ...kept];
}

const PRIORITIES: Readonly<Record<string, string>> = {
  'mangle OUTPUT': 'type route hook output priority mangle',
  mangle: 'priority mangle',
  filter: 'priority filter',
  'nat PREROUTING': 'type nat hook prerouting priority dstnat',
  'nat INPUT': 'type nat hook input priority srcnat',
  'nat OUTPUT': 'type nat hook output priority dstnat',
  'nat POSTROUTING': 'type nat hook postrouting priority srcnat',
};

function fromIptables(name: RuleTable, chains: readonly Chain[]): Shown {
  return {
    family: 'ip',
    name,
    note: `# Warning: table ip ${name} is managed by iptables-nft, do not touch!\n`,
    sets: [],
    chains: chains
      .filter(({ builtIn, rules, policy }) => !builtIn || rules.length > 0 || policy !== 'ACCEPT')
      .map((chain) => {
        const rules = chain.rules.map(nftRule);
        if (!chain.builtIn) return { name: chain.name, rules };
        const hook =
          PRIORITIES[`${name} ${chain.name}`] ??
          `type filter hook ${chain.name.toLowerCase()} ${PRIORITIES[name] ?? 'priority raw'}`;
        return { name: chain.name, hook: `${hook}; policy ${chain.policy.toLowerCase()};`, rules };
      }),
  };
}

function only(table: Shown, what: 'chain' | 'set' | 'map', name: string): NftTable | undefined {
  const { family, name: own } = table;
  const chains = what === 'chain' ? table.chains.filter((one) => one.name === name) : [];
  const sets = table.sets.filter((one) => one.kind === what && one.name === name);
  return chains.length + sets.length > 0 ? { family, name: own, chains, sets } : undefined;
}

function tableText({ family, name, comment, note = '', sets, chains }: Shown): string {
  const parts = [...sets.map(setText), ...chains.map(chainText)];
  const head = comment === undefined ? '' : `\tcomment "${comment}"\n`;
  return `${note}table ${family} ${name} {\n${head}${parts.join('\n')}}\n`;
}

function setText({ kind, name, elements, ...one }: NftSet): string {
  const lines = [
    `type ${one.type}`,
    ...(one.size === undefined ? [] : [`size ${one.size}`]),
    ...(one.flags === undefined ? [] : [`flags ${one.flags}`]),
    ...(one.timeoutSeconds === undefined ? [] : [`timeout ${spanText(one.timeoutSeconds)}`]),
    ...(one.comment === undefined ? [] : [`comment "${one.comment}"`]),
    ...(elements.length === 0 ? [] : [`elements = { ${elementsText(kind, elements)} }`]),
  ];
  return `\t${kind} ${name} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`;
}

/** Two addresses to a line, one where there is more to tell of each. */
function elementsText(kind: NftSet['kind'], elements: readonly string[]): string {
  const perLine = kind === 'map' ? 1 : 2;
  const lines = elements.flatMap((_, i) =>
    i % perLine === 0 ? [elements.slice(i, i + perLine).join(', ')] : [],
  );
  return lines.join(`,\n\t\t\t     `);
}

/** `3h`, `1h30m`. */
function spanText(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.map(([count, unit]) => (count > 0 ? `${count}${unit}` : '')).join('');
}

function chainText({ name, hook, comment, rules }: NftChain): string {
  const lines = [
    ...(comment === undefined ? [] : [`comment "${comment}"`]),
    ...(hook === undefined ? [] : [hook]),
    ...rules,
  ];
  return `\tchain ${name} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`;
}

function shortText({ family, name, sets, chains }: NftTable, what: 'chains' | 'sets' | 'maps'): string {
  const parts =
    what === 'chains'
      ? chains.map(({ name: own, hook }) => chainText({ name: own, ...(hook ? { hook } : {}), rules: [] }))
      : sets.filter(({ kind }) => `${kind}s` === what).map((one) => setText({ ...one, elements: [] }));
  return `table ${family} ${name} {\n${parts.join('')}}\n`;
}
