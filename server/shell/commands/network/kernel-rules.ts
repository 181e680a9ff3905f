import { type Context, firewallOf, type RuleTable } from '../../../host/index.ts';

/** Chains that a table has by itself. */
export const TABLES: Readonly<Record<RuleTable, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** A chain and its rules, each as `iptables-save` writes it, without `-A NAME`. */
export interface Chain {
  readonly name: string;
  readonly builtIn: boolean;
  /** What it does with what no rule decides. */
  policy: string;
  readonly rules: string[];
}

/** A table of the caller's kernel: what programs of a host have put there; other network namespaces are empty. */
export function chainsOf(context: Context, table: RuleTable): Chain[] {
  const chains = new Map<string, Chain>();
  const chain = (name: string): Chain => {
    let found = chains.get(name);
    if (!found) {
      found = { name, builtIn: TABLES[table].includes(name), policy: 'ACCEPT', rules: [] };
      chains.set(name, found);
    }
    return found;
  };
  for (const name of TABLES[table]) chain(name);
  if (context.network === context.network.host) {
    // kube-proxy puts its rules before those of the kubelet, which was there first; Calico's come before all.
    const { kubelet, calico, ...others } = Object.fromEntries(context.network.kernelRules);
    const { 'kube-proxy': proxy, ...later } = others;
    const programs = [calico, proxy, kubelet, ...Object.values(later)];
    const lines = programs.flatMap((rules) => rules?.()[table] ?? []);
    for (const line of lines) {
      const [, action, name = '', rule = ''] = /^-([AN]) (\S+) ?(.*)$/.exec(line) ?? [];
      if (action === 'A') {
        chain(name).rules.push(rule);
        const target = /-[jg] (\S+)/.exec(rule)?.[1] ?? '';
        if (/^(KUBE|FLANNEL|cali)-/.test(target)) chain(target);
      } else if (action === 'N') chain(name);
    }
  }
  for (const [name, { policy = 'ACCEPT', head, tail }] of Object.entries(firewallOf(context, table))) {
    const one = chain(name);
    one.policy = policy;
    one.rules.unshift(...head);
    one.rules.push(...tail);
  }
  const own = [...chains.values()];
  return [
    ...own.filter(({ builtIn }) => builtIn),
    ...own.filter(({ builtIn }) => !builtIn).sort((a, b) => (a.name < b.name ? -1 : 1)),
  ];
}
