import type { Host } from './host.ts';
import type { Firewall, Packet } from './network/namespace.ts';

/** A chain of the filter table that somebody wrote: rules as `iptables-save` has them, without `-A NAME`. */
export interface FirewallChain {
  /** What a built-in chain does with what no rule decides. */
  readonly policy?: 'ACCEPT' | 'DROP';
  /** Before those that programs have put there, and after them. */
  readonly head: readonly string[];
  readonly tail: readonly string[];
}

export type FirewallChains = Readonly<Record<string, FirewallChain>>;

/** Where the kernel's rules are written down, so that a host that is restored has them again. */
const STATE = '/run/xtables.json';
/** Jumps from chain to chain that are followed. */
const MAX_DEPTH = 16;

/** What somebody has put into the filter table of a host. */
export function firewallOf(host: Host): FirewallChains {
  const { fs } = host.init;
  return fs.isFile(STATE) ? (JSON.parse(fs.read(STATE)) as FirewallChains) : {};
}

export function setFirewall(host: Host, chains: FirewallChains): void {
  host.init.fs.mkdirAll('/run');
  host.init.fs.write(STATE, JSON.stringify(chains));
  applyFirewall(host);
}

/** Lets the rules on the disk decide about connections. */
export function applyFirewall(host: Host): void {
  const chains = firewallOf(host);
  host.network.firewall = Object.keys(chains).length > 0 ? makeFirewall(host, chains) : undefined;
  host.network.network.streams.recheck();
}

interface Rule {
  readonly matches: (packet: Packet) => boolean;
  readonly target: string;
}

function makeFirewall(host: Host, chains: FirewallChains): Firewall {
  const rules = new Map(
    Object.entries(chains).map(([name, { head, tail }]) => [name, [...head, ...tail].map(readRule)]),
  );
  const walk = (name: string, packet: Packet, depth: number): string | undefined => {
    for (const { matches, target } of rules.get(name) ?? []) {
      if (!matches(packet)) continue;
      if (target === 'RETURN') return undefined;
      if (['ACCEPT', 'DROP', 'REJECT'].includes(target)) return target;
      const verdict = depth < MAX_DEPTH ? walk(target, packet, depth + 1) : undefined;
      if (verdict) return verdict;
    }
    return undefined;
  };
  return (packet) => {
    for (const name of chainsFor(host, packet)) {
      const verdict = walk(name, packet, 0) ?? chains[name]?.policy ?? 'ACCEPT';
      if (verdict !== 'ACCEPT') return verdict === 'DROP' ? 'drop' : 'reject';
    }
    return undefined;
  };
}

/** The built-in chains that a connection passes on this host. */
function chainsFor({ network }: Host, { from, to }: Packet): string[] {
  if (from === to) return from === network ? ['OUTPUT', 'INPUT'] : [];
  if (from === network) return ['OUTPUT'];
  return [to === network ? 'INPUT' : 'FORWARD'];
}

/** The words of a rule, those in quotes as one. */
export function ruleWords(rule: string): string[] {
  return [...rule.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

function readRule(text: string): Rule {
  const words = ruleWords(text);
  const tests: ((packet: Packet) => boolean)[] = [];
  let target = '';
  for (let i = 0; i < words.length; i++) {
    const not = words[i] === '!';
    if (not) i++;
    const [flag = '', value = ''] = [words[i], words[i + 1]];
    if (flag === '-j' || flag === '-g') target = value;
    const test = TESTS[flag]?.(value);
    if (test) tests.push((packet) => test(packet) !== not);
    i++;
  }
  return { matches: (packet) => tests.every((test) => test(packet)), target };
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
  '-i': (value) => (packet) => isDevice(packet, value),
  '-o': (value) => (packet) => isDevice(packet, value),
  // What is looked at is how a connection begins.
  '--ctstate': (value) => () => value.split(',').includes('NEW'),
  '--state': (value) => () => value.split(',').includes('NEW'),
};

/** `80`, `1000:2000`, `80,443`. */
function ports(value: string): (packet: Packet) => boolean {
  const ranges = value.split(',').map((range) => range.split(':').map(Number));
  return ({ port }) => ranges.some(([low = 0, high = low]) => low <= port && port <= high);
}

/** Loopback within a stack, else the way between hosts or to a pod. */
function isDevice({ from, to }: Packet, value: string): boolean {
  if (from === to) return value === 'lo';
  const device = from.host === to.host ? 'cni0' : 'eth0';
  return value.endsWith('+') ? device.startsWith(value.slice(0, -1)) : device === value;
}

function isWithin(address: string, cidr: string): boolean {
  if (address.includes(':')) return false;
  const [base = '', length = '32'] = cidr.split('/');
  const number = (text: string) => text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}
