import type { Host } from './host.ts';
import { isWithin } from './network/cidr.ts';
import type { Firewall, NetworkNamespace, Packet, RuleTable } from './network/namespace.ts';
import { isTexts, readState } from './state-file.ts';

/** A chain that somebody wrote: rules as `iptables-save` has them, without `-A NAME`. */
export interface FirewallChain {
  /** What a built-in chain does with what no rule decides. */
  readonly policy?: 'ACCEPT' | 'DROP';
  /** Before those that programs have put there, and after them. */
  readonly head: readonly string[];
  readonly tail: readonly string[];
}

export type FirewallChains = Readonly<Record<string, FirewallChain>>;

/** A network stack, and the host whose disk its rules are written to. */
export interface Place {
  readonly host: Host;
  readonly network: NetworkNamespace;
}

/** Jumps from chain to chain that are followed. */
const MAX_DEPTH = 16;

/** Where the kernel's rules are written down, so that a host that is restored has them again. */
function statePath({ host, network }: Place, table: RuleTable): string {
  const stack = network === host.network ? '' : `.${network.name}`;
  return `/run/xtables${stack}${table === 'filter' ? '' : `.${table}`}.json`;
}

/** What somebody has put into a table of a stack. */
export function firewallOf(place: Place, table: RuleTable = 'filter'): FirewallChains {
  const state = readState(place.host.init.fs, statePath(place, table)) ?? {};
  return Object.fromEntries(
    Object.entries(state).filter(([, chain]) => isTexts(chain?.head) && isTexts(chain.tail)),
  );
}

export function setFirewall(place: Place, table: RuleTable, chains: FirewallChains): void {
  const { fs } = place.host.init;
  fs.mkdirAll('/run');
  fs.write(statePath(place, table), JSON.stringify(chains));
  applyFirewall(place);
}

/** Lets the rules on the disk decide about connections. */
export function applyFirewall(place: Place): void {
  const { network } = place;
  const filter = firewallOf(place);
  network.firewall = Object.keys(filter).length > 0 ? makeFirewall(network, filter) : undefined;
  const nat = firewallOf(place, 'nat');
  network.translations.delete('iptables');
  network.sourceNat = undefined;
  if (Object.keys(nat).length > 0) applyNat(network, nat);
  network.network.connections.recheck();
}

/** Lets the rules of a stack that is made again decide, where it has any. */
export function restoreFirewall(place: Place): void {
  const { fs } = place.host.init;
  if (fs.isFile(statePath(place, 'filter')) || fs.isFile(statePath(place, 'nat'))) applyFirewall(place);
}

interface Rule {
  readonly matches: (packet: Packet) => boolean;
  readonly target: string;
  /** `192.168.15.2:80`, `80`: what the target puts in place of what it rewrites. */
  readonly value: string;
}

/** Finds the rule that ends the way of a packet through a chain. */
type Walk = (chain: string, packet: Packet) => Rule | undefined;

const FINAL = new Set(['ACCEPT', 'DROP', 'REJECT', 'DNAT', 'REDIRECT', 'MASQUERADE', 'SNAT']);

function walkThrough(chains: FirewallChains): Walk {
  const rules = new Map(
    Object.entries(chains).map(([name, { head, tail }]) => [name, [...head, ...tail].map(readRule)]),
  );
  const walk = (name: string, packet: Packet, depth: number): Rule | undefined => {
    for (const rule of rules.get(name) ?? []) {
      if (!rule.matches(packet)) continue;
      if (rule.target === 'RETURN') return undefined;
      if (FINAL.has(rule.target)) return rule;
      const found = depth < MAX_DEPTH ? walk(rule.target, packet, depth + 1) : undefined;
      if (found) return found;
    }
    return undefined;
  };
  return (name, packet) => walk(name, packet, 0);
}

function makeFirewall(network: NetworkNamespace, chains: FirewallChains): Firewall {
  const walk = walkThrough(chains);
  return (packet) => {
    for (const name of chainsFor(network, packet)) {
      const verdict = walk(name, packet)?.target ?? chains[name]?.policy ?? 'ACCEPT';
      if (verdict !== 'ACCEPT') return verdict === 'DROP' ? 'drop' : 'reject';
    }
    return undefined;
  };
}

/** The built-in chains that a connection passes in a stack. */
function chainsFor(network: NetworkNamespace, { from, to }: Packet): string[] {
  if (from === to) return from === network ? ['OUTPUT', 'INPUT'] : [];
  if (from === network) return ['OUTPUT'];
  return [to === network ? 'INPUT' : 'FORWARD'];
}

/** Lets the rules of the table nat rewrite what passes a stack. */
function applyNat(network: NetworkNamespace, chains: FirewallChains): void {
  const walk = walkThrough(chains);
  network.translations.set('iptables', ({ address, port, protocol }, from) => {
    const packet = { from, to: network, toAddress: address, port, protocol };
    const chain = from === network ? 'OUTPUT' : 'PREROUTING';
    const rule = walk(chain, { ...packet, fromAddress: from.sourceFor(address) ?? '' });
    if (rule?.target === 'REDIRECT')
      return { address: from === network ? '127.0.0.1' : address, port: Number(rule.value) || port };
    if (rule?.target !== 'DNAT') return undefined;
    const [to = '', toPort] = rule.value.split(':');
    return { address: to || address, port: Number(toPort) || port };
  });
  network.sourceNat = ({ source, target, out }) => {
    const { address: toAddress, ...rest } = target;
    const packet = { ...rest, toAddress, from: network, to: network, fromAddress: source, in: '', out };
    const rule = walk('POSTROUTING', packet);
    if (rule?.target === 'SNAT') return rule.value.split(':')[0];
    return rule?.target === 'MASQUERADE' ? network.sourceFor(toAddress) : undefined;
  };
}

/** The words of a rule, those in quotes as one. */
export function ruleWords(rule: string): string[] {
  return [...rule.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

function readRule(text: string): Rule {
  const words = ruleWords(text);
  const tests: ((packet: Packet) => boolean)[] = [];
  let [target, rewrite] = ['', ''];
  for (let i = 0; i < words.length; i++) {
    const not = words[i] === '!';
    if (not) i++;
    const [flag = '', value = ''] = [words[i], words[i + 1]];
    if (flag === '-j' || flag === '-g') target = value;
    if (flag.startsWith('--to-')) rewrite = value;
    const test = TESTS[flag]?.(value);
    if (test) tests.push((packet) => test(packet) !== not);
    i++;
  }
  return { matches: (packet) => tests.every((test) => test(packet)), target, value: rewrite };
}

const TESTS: Readonly<Record<string, (value: string) => (packet: Packet) => boolean>> = {
  '-p':
    (value) =>
    ({ protocol }) =>
      value === 'all' || protocol.toLowerCase() === value,
  '-s': (value) => (packet) => isWithin(packet.fromAddress, value),
  '-d': (value) => (packet) => isWithin(packet.toAddress, value),
  '--dport': ports,
  '--dports': ports,
  '-i': (value) => (packet) => isDevice(packet.in ?? deviceOf(packet), value),
  '-o': (value) => (packet) => isDevice(packet.out ?? deviceOf(packet), value),
  // What is looked at is how a connection begins.
  '--ctstate': (value) => () => value.split(',').includes('NEW'),
  '--state': (value) => () => value.split(',').includes('NEW'),
};

/** `80`, `1000:2000`, `80,443`. */
function ports(value: string): (packet: Packet) => boolean {
  const ranges = value.split(',').map((range) => range.split(':').map(Number));
  return ({ port }) => ranges.some(([low = 0, high = low]) => low <= port && port <= high);
}

/** The device of a connection whose way was not looked for: loopback within a stack, else that between hosts or to a pod. */
function deviceOf({ from, to }: Packet): string {
  if (from === to) return 'lo';
  return from.host === to.host ? 'cni0' : 'eth0';
}

function isDevice(device: string, value: string): boolean {
  return value.endsWith('+') ? device.startsWith(value.slice(0, -1)) : device === value;
}
