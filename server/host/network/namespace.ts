import { SystemError } from '../errors.ts';
import { isWithin, lengthOf } from './cidr.ts';
import { Connections } from './connections.ts';
import type { Connected, Interface, Listener, Protocol, Route } from './network.ts';
import type { NftTable } from './nft.ts';
import { Outside } from './outside.ts';
import { Taps } from './taps.ts';
import { connectOverWires } from './wires.ts';

/** Which of several destinations is taken; without it they are drawn. */
export type Choose = (count: number) => number;

/** Rewrites a destination on its way out of a host, as kube-proxy's rules do. Undefined: not ours, leave it alone. */
export type Translation = (
  target: { address: string; port: number; protocol: Protocol },
  from: NetworkNamespace,
  choose?: Choose,
) => Translated | 'reject' | 'drop' | undefined;

export interface Translated {
  readonly address: string;
  readonly port: number;
  /** The host puts its own address in place of the client's. */
  readonly masquerade?: boolean;
}

export type RuleTable = 'raw' | 'mangle' | 'nat' | 'filter';

/** A virtual server of IPVS, with the servers behind it. */
export interface VirtualServer {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
  /** How long a client keeps its server; 0: not at all. */
  readonly persistentSeconds: number;
  readonly servers: readonly { readonly address: string; readonly port: number }[];
}

/** Rules of each table: `-N CHAIN`, `-A CHAIN …` in the words of `iptables-save`. */
export type KernelRules = Readonly<Partial<Record<RuleTable, readonly string[]>>>;

/** The first packet of a connection, after destinations were rewritten. */
export interface Packet {
  readonly from: NetworkNamespace;
  readonly fromAddress: string;
  readonly to: NetworkNamespace;
  readonly toAddress: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** The devices that it comes in and goes out by, where its way is known. */
  readonly in?: string;
  readonly out?: string;
}

/** Lets a connection pass, or says why not (network policies, as the CNI enforces them). */
export type Filter = (packet: Packet) => string | undefined;

/** What the filter table of a host does with a connection; undefined: lets it pass. */
export type Firewall = (packet: Packet) => 'drop' | 'reject' | undefined;

/** The address that a packet gets instead of its sender's; undefined: it keeps it. */
export type SourceNat = (packet: {
  readonly source: string;
  readonly target: { address: string; port: number; protocol: Protocol };
  readonly out: string;
}) => string | undefined;

/** One network stack: interfaces, routes, sockets. A host has one, every pod sandbox another. */
export class NetworkNamespace {
  readonly name: string;
  /** The namespace of the host it stands on; itself for a host's own. Its rules apply on the way out. */
  readonly host: NetworkNamespace;
  /** Whether packets for others are sent on. */
  forwards: () => boolean = () => true;
  /** Those that have addresses, or may have. */
  readonly interfaces: Interface[] = [];
  /** Ends of cables that lead into other stacks; they have no addresses. */
  readonly links: Interface[] = [];
  readonly onClose: (() => void)[] = [];
  readonly routes: Route[] = [];
  readonly listeners = new Set<Listener>();
  /** Addresses that this host answers ARP for without having them: what comes for them meets its rules. */
  readonly announced = new Set<string>();
  /** Destination translations by the program that put them there, in order. Only a host's own has them. */
  readonly translations = new Map<string, Translation>();
  /** What the kernel's tables show of a program's rules. */
  readonly kernelRules = new Map<string, () => KernelRules>();
  /** Tables of nftables by the program that keeps them. */
  readonly nftTables = new Map<string, () => NftTable>();
  /** What IPVS shows, where a program has filled its table. */
  virtualServers: (() => readonly VirtualServer[]) | undefined;
  /** Filters by the program that put them there. */
  readonly filters = new Map<string, Filter>();
  /** Rules that somebody has written. Only a host's own has them. */
  firewall: Firewall | undefined;
  /** From this port on everybody may listen. */
  unprivilegedPorts = 1024;
  /** What somebody's rules put in place of the address of who sends. Only asked on ways over wires laid by hand. */
  sourceNat: SourceNat | undefined;
  /** Somebody has made it (`ip netns add`): nobody knows its addresses but who is wired to it. */
  byHand = false;
  readonly #network: Network;
  #nextPort = 32_768;
  #lastIndex = 0;

  constructor(network: Network, name: string, host?: NetworkNamespace) {
    this.#network = network;
    this.name = name;
    this.host = host ?? this;
    network.namespaces.add(this);
  }

  get network(): Network {
    return this.#network;
  }

  /** Addresses without prefix length, loopback included. */
  addresses(): string[] {
    return this.interfaces.flatMap((i) => (i.up ? i.addresses.map((a) => a.split('/')[0] as string) : []));
  }

  /** Whether an interface that is up has this address. Asked for every connection, so it makes nothing new. */
  has(address: string): boolean {
    for (const { name, up, addresses } of this.interfaces) {
      if (!up) continue;
      if (name === 'lo' && address.startsWith('127.')) return true;
      for (const cidr of addresses)
        if (cidr.startsWith(address) && (cidr.length === address.length || cidr[address.length] === '/'))
          return true;
    }
    return false;
  }

  /** The address that outgoing connections come from: the first that is not loopback. */
  primaryAddress(): string | undefined {
    for (const { up, addresses } of this.interfaces)
      for (const cidr of up ? addresses : [])
        if (!cidr.startsWith('127.') && !cidr.includes(':')) return cidr.split('/')[0];
    return undefined;
  }

  /** The address that a connection to `target` comes from: that of the interface it leaves through. */
  sourceFor(target: string): string | undefined {
    const direct = this.interfaces
      .flatMap(({ up, addresses }) => (up ? addresses : []))
      .find((cidr) => !cidr.includes(':') && !/^127\.|\/32$/.test(cidr) && isWithin(target, cidr));
    const dev = direct ? undefined : this.routeTo(target)?.dev;
    const via = dev === undefined ? undefined : this.interfaces.find(({ name, up }) => up && name === dev);
    return (direct ?? via?.addresses[0])?.split('/')[0] ?? this.primaryAddress();
  }

  /** The route, other than the default one, that an address is reached by. */
  routeTo(address: string): Route | undefined {
    return this.routes.find(({ to }) => to !== 'default' && isWithin(address, to));
  }

  /** All interfaces by their numbers. */
  allInterfaces(): Interface[] {
    return [
      ...this.interfaces.map((one, i) => ({ one, index: one.index ?? i + 1 })),
      ...this.links.map((one) => ({ one, index: one.index ?? 0 })),
    ]
      .sort((a, b) => a.index - b.index)
      .map(({ one }) => one);
  }

  indexOf(one: Interface): number {
    return one.index ?? this.interfaces.indexOf(one) + 1;
  }

  /** The number of the next interface; none is given twice. */
  nextIndex(): number {
    this.#lastIndex =
      Math.max(this.#lastIndex, this.interfaces.length, ...this.interfaces.map(({ index }) => index ?? 0)) +
      1;
    return this.#lastIndex;
  }

  /** Starts to listen. Returns a function that stops. Throws EADDRINUSE, EADDRNOTAVAIL. */
  listen(listener: Listener): () => void {
    const any = (address: string) => address === '0.0.0.0' || address === '::';
    const isSix = (one: Listener) => one.v6only === true;
    if (!any(listener.address) && !this.has(listener.address)) throw new SystemError('EADDRNOTAVAIL');
    for (const other of this.listeners) {
      const clash =
        other.port === listener.port &&
        other.protocol === listener.protocol &&
        isSix(other) === isSix(listener);
      if (clash && (any(other.address) || any(listener.address) || other.address === listener.address)) {
        throw new SystemError('EADDRINUSE');
      }
    }
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  listenerAt(address: string, port: number, protocol: Protocol): Listener | undefined {
    for (const l of this.listeners) {
      if (
        l.port === port &&
        l.protocol === protocol &&
        (l.address === address || l.address === (address.includes(':') ? '::' : anyAddress(l)))
      ) {
        return l;
      }
    }
    return undefined;
  }

  /** Finds who answers at an address (a literal IP), following translations, routes and filters. Never waits. */
  connect(address: string, port: number, protocol: Protocol = 'TCP'): Connected {
    return this.#network.connect(this, address, port, protocol);
  }

  /** Every way that a connection may take: one to each backend of a service. */
  waysTo(address: string, port: number, protocol: Protocol = 'TCP'): Connected[] {
    const ways: Connected[] = [];
    let count = 1;
    for (let i = 0; i < count; i++) {
      const choose = (choices: number) => {
        count = Math.max(count, choices);
        return Math.min(i, choices - 1);
      };
      ways.push(this.#network.connect(this, address, port, protocol, choose));
    }
    return ways;
  }

  ephemeralPort(): number {
    this.#nextPort = this.#nextPort >= 60_999 ? 32_768 : this.#nextPort + 1;
    return this.#nextPort;
  }

  /** The namespace is gone: its sockets with it. */
  close(): void {
    this.listeners.clear();
    for (const run of this.onClose.splice(0)) run();
    this.#network.namespaces.delete(this);
  }
}

/** All network namespaces of a world, and the wires between their hosts. */
export class Network {
  readonly namespaces = new Set<NetworkNamespace>();
  /** Sockets by path for unix sockets: `host name` + path. */
  readonly unix = new Map<string, Listener>();
  /** Hosts that are off or cut off. */
  readonly down = new Set<NetworkNamespace>();
  /** What switches a machine on that is off, by its address: for who stands beside it. */
  readonly switches = new Map<string, () => void>();
  readonly connections = new Connections();
  readonly taps = new Taps();
  readonly outside = new Outside(new NetworkNamespace(this, 'internet'));
  /** How many devices somebody has made by hand, so that the others need no way to be looked for. */
  handmade = 0;

  /** The namespace that owns an address which everybody knows: none of loopback, none made by hand. */
  owner(address: string): NetworkNamespace | undefined {
    if (address.startsWith('127.')) return undefined;
    for (const namespace of this.namespaces)
      if (!namespace.byHand && namespace.has(address) && !(this.handmade && isByHand(namespace, address)))
        return namespace;
    return undefined;
  }

  connect(
    from: NetworkNamespace,
    address: string,
    port: number,
    protocol: Protocol,
    choose?: Choose,
  ): Connected {
    const found = this.#find(from, address, port, protocol, choose);
    if (this.taps.isTapped && !choose) this.taps.tell(from, { address, port }, protocol, found);
    return found;
  }

  #find(
    from: NetworkNamespace,
    address: string,
    port: number,
    protocol: Protocol,
    choose: Choose | undefined,
  ): Connected {
    if (from.byHand) return connectOverWires(from, { address, port, protocol }, choose);
    let target = { address, port };
    let masquerading: NetworkNamespace | undefined;
    let failure: Connected | undefined;
    const pass = (host: NetworkNamespace) => {
      for (const translate of host.translations.values()) {
        const result = translate({ ...target, protocol }, from, choose);
        if (result === 'reject') failure = failed('refused', 'rejected by a rule');
        else if (result === 'drop') failure = failed('timeout', 'dropped by a rule');
        else if (result) {
          target = { address: result.address, port: result.port };
          if (result.masquerade) masquerading = host;
        }
        if (failure) return;
      }
    };
    pass(from.host);
    const local = target.address.startsWith('127.') || target.address === '::1';
    let to = failure || local || from.has(target.address) ? from : this.owner(target.address);
    // What comes in from outside meets the rules of the host it comes to, or through: node ports, tunnels.
    const entry = to ? (to.host === to ? to : undefined) : this.#gateway(from, target.address);
    if (!failure && entry && entry.host !== from.host) {
      pass(entry);
      to = this.owner(target.address);
    }
    if (failure) return failure;
    if (!to && this.handmade > 0) return connectOverWires(from, { address, port, protocol }, choose);
    if (!to) return this.#nobody(from, target.address);
    const ownAddress = local || to === from ? target.address : (from.sourceFor(target.address) ?? '');
    const fromAddress = masquerading?.sourceFor(target.address) ?? ownAddress;
    if (ownAddress === '') return failed('unreachable', 'no route');
    // The router in front of a machine that is off says that nobody answers; a tunnel to it swallows everything.
    if (to !== from && (this.down.has(to.host) || this.down.has(from.host)))
      return failed(to === to.host ? 'no-route' : 'timeout', 'host is down');
    if (!isForwarded(from, to, target.address !== address)) return failed('timeout', 'not forwarded');
    const connection = { from, to, toAddress: target.address, port: target.port, protocol };
    for (const host of to === from ? [] : new Set([from.host, to.host])) {
      // A host hides the client after its own filters have looked.
      const shown = host === masquerading || host === from.host ? ownAddress : fromAddress;
      for (const filter of host.filters.values()) {
        const why = filter({ ...connection, fromAddress: shown });
        if (why) return failed('timeout', why);
      }
    }
    for (const stack of from.host === to.host ? [from, from.host, to] : [from, from.host, to.host, to]) {
      const verdict = stack.firewall?.({ ...connection, fromAddress });
      if (verdict) return failed(verdict === 'drop' ? 'timeout' : 'refused', 'a rule of the firewall');
    }
    const listener = to.listenerAt(target.address, target.port, protocol);
    if (!listener)
      return { ...failed('refused', `nothing listens on ${target.address}:${target.port}`), at: target };
    return { ok: true, listener, from: fromAddress, to: target.address, port: target.port };
  }

  /** The host that a route other than the default one names for an address. */
  #gateway(from: NetworkNamespace, address: string): NetworkNamespace | undefined {
    const route = from.routeTo(address);
    return route?.via === undefined ? this.#announcer(address) : this.owner(route.via)?.host;
  }

  /** The host that says of an address that it is its own. */
  #announcer(address: string): NetworkNamespace | undefined {
    for (const one of this.namespaces) if (one.announced.has(address) && !this.down.has(one)) return one;
    return undefined;
  }

  /** Whose neighbour it would be says that nobody is there. Nobody has a route to addresses of IPv6. */
  #nobody(from: NetworkNamespace, address: string): Connected {
    const neighbours = [from, from.host, this.#gateway(from.host, address)];
    if (neighbours.some((stack) => stack && isOnLink(stack, address)))
      return failed('no-route', 'no such address');
    const routed = !address.includes(':') && from.routes.some((route) => route.to === 'default');
    return routed ? failed('timeout', 'no such address') : failed('unreachable', 'no route');
  }
}

/** The address under which a socket hears all of IPv4. */
function anyAddress({ address, v6only }: Listener): string {
  return address === '::' && !v6only ? '::' : '0.0.0.0';
}

/** Hosts send on what pods say to other hosts or through services, and what others say to pods, while their kernel does. */
function isForwarded(from: NetworkNamespace, to: NetworkNamespace, isTranslated: boolean): boolean {
  const leaves =
    from !== from.host && to !== from.host && (to.host !== from.host || (isTranslated && to !== from));
  const enters = to !== to.host && to.host !== from.host;
  return (!leaves || from.host.forwards()) && (!enters || to.host.forwards());
}

/** Whether an address lies in the network of one of a stack's devices. */
function isOnLink({ interfaces }: NetworkNamespace, address: string): boolean {
  const isIn = (cidr: string) => lengthOf(cidr) < 32 && isWithin(address, cidr);
  return interfaces.some((one) => one.up && one.addresses.some(isIn));
}

/** Whether an address of a stack is one of a device that somebody has made. */
function isByHand({ interfaces }: NetworkNamespace, address: string): boolean {
  return interfaces.some((one) => one.byHand && one.addresses.some((cidr) => cidr.split('/')[0] === address));
}

function failed(
  failure: 'refused' | 'timeout' | 'unreachable' | 'no-route',
  why: string,
): Extract<Connected, { ok: false }> {
  return { ok: false, failure, why };
}
