import { broadcastOf, type Interface, type NetworkNamespace } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { isApplet } from '../core/applet.ts';
import type { Call } from '../core/tool.ts';

/** What ip was asked: in which stack, and the words behind the verb. */
export interface Asked {
  readonly call: Call;
  readonly network: NetworkNamespace;
  readonly args: readonly string[];
}

type Family = 'inet' | 'inet6' | undefined;

const CONDITIONS = ['type', 'master', 'dev'];

interface Wanted {
  readonly name: string | undefined;
  readonly up: boolean;
  readonly type: string | undefined;
  readonly master: string | undefined;
}

function wantedOf(args: readonly string[]): Wanted {
  const value = (word: string) => (args.includes(word) ? args[args.indexOf(word) + 1] : undefined);
  const bare = args.find(
    (arg, i) => arg !== 'up' && !CONDITIONS.includes(arg) && !CONDITIONS.includes(args[i - 1] ?? ''),
  );
  return {
    name: value('dev') ?? bare,
    up: args.includes('up'),
    type: value('type'),
    master: value('master'),
  };
}

function* eachDevice(
  { call, network, args }: Asked,
  show: (one: Interface) => string,
  json: (one: Interface) => object,
): Steps<number> {
  const wanted = wantedOf(args);
  const found = network
    .allInterfaces()
    .filter(
      (one) =>
        (wanted.name === undefined || one.name === wanted.name) &&
        (wanted.type === undefined || one.kind === wanted.type) &&
        (wanted.master === undefined || one.master === wanted.master),
    );
  if (found.length === 0 && wanted.name !== undefined) {
    yield* call.context.err(`Device "${wanted.name}" does not exist.\n`);
    return 1;
  }
  const shown = found.filter(({ up }) => up || !wanted.up);
  if (call.options.has('j')) {
    const all = shown.map(json);
    yield* call.print(`${call.options.has('p') ? JSON.stringify(all, null, 4) : JSON.stringify(all)}\n`);
    return 0;
  }
  for (const one of shown) yield* call.print(show(one));
  return 0;
}

const familyOf = ({ options }: Call): Family =>
  options.has('4') ? 'inet' : options.has('6') ? 'inet6' : undefined;

export function* showAddresses(asked: Asked): Steps<number> {
  const { call, network } = asked;
  const family = familyOf(call);
  const addressesOf = (one: Interface) =>
    one.addresses.filter((a) => family === undefined || a.includes(':') === (family === 'inet6'));
  return yield* eachDevice(
    asked,
    (one) => {
      const addresses = addressesOf(one);
      if (call.options.has('br'))
        return `${title(one, network).padEnd(16)} ${stateOf(one, network).padEnd(14)} ${addresses.map((a) => `${a} `).join('')}\n`;
      if (family && addresses.length === 0) return '';
      if (call.options.has('o'))
        return addresses
          .map((a) => `${network.indexOf(one)}: ${one.name}${addressText(call, one, a)}`)
          .join('');
      return (
        head(call, one, network, family) +
        (call.options.has('d') ? details(one, network) : '') +
        addresses.map((a) => addressText(call, one, a)).join('') +
        (call.options.has('s') ? STATISTICS : '')
      );
    },
    (one) => ({ ...jsonOf(one, network), addr_info: addressesOf(one).map((cidr) => jsonAddress(one, cidr)) }),
  );
}

export function* showLinks(asked: Asked): Steps<number> {
  const { call, network } = asked;
  return yield* eachDevice(
    asked,
    (one) => {
      if (call.options.has('br'))
        return `${title(one, network).padEnd(16)} ${stateOf(one, network).padEnd(14)} ${one.mac} <${flagsOf(one, network)}> \n`;
      const text = head(call, one, network, undefined).replace(
        ' group default',
        ' mode DEFAULT group default',
      );
      const more = call.options.has('d') ? details(one, network) : '';
      const all = text + more + (call.options.has('s') ? STATISTICS : '');
      return call.options.has('o') ? `${all.trimEnd().replaceAll('\n', '\\')}\n` : all;
    },
    (one) => jsonOf(one, network),
  );
}

const STATISTICS = `    RX:  bytes packets errors dropped  missed   mcast           
             0       0      0       0       0       0 
    TX:  bytes packets errors dropped carrier collsns           
             0       0      0       0       0       0 
`;

/** The device that a cable of this stack ends at, as far as it can be seen from here. */
function nearEnd({ cable }: Interface, network: NetworkNamespace): Interface | undefined {
  return cable && cable.stack === network ? cable.end : undefined;
}

function title(one: Interface, network: NetworkNamespace): string {
  if (one.kind === 'ipip') return `${one.name}@NONE`;
  const peer = one.cable ? (nearEnd(one, network)?.name ?? `if${one.cable.end.index}`) : one.peer;
  return peer ? `${one.name}@${peer}` : one.name;
}

/** Whether anybody on the other side of a device hears it. */
function hasCarrier(one: Interface, network: NetworkNamespace): boolean {
  if (!one.byHand) return true;
  if (one.kind === 'bridge')
    return network
      .allInterfaces()
      .some((port) => port.master === one.name && port.up && hasCarrier(port, network));
  return one.kind === 'dummy' || one.cable?.end.up === true;
}

function stateOf(one: Interface, network: NetworkNamespace): string {
  if (!one.up) return 'DOWN';
  if (['vxlan', 'ipip', 'dummy'].includes(one.kind ?? '') || one.name === 'lo') return 'UNKNOWN';
  if (hasCarrier(one, network)) return 'UP';
  return one.kind === 'veth' ? 'LOWERLAYERDOWN' : 'DOWN';
}

function flagsOf(one: Interface, network: NetworkNamespace): string {
  const carrier = one.up ? (hasCarrier(one, network) ? ',UP,LOWER_UP' : ',UP') : '';
  const near = nearEnd(one, network);
  return [
    one.up && !hasCarrier(one, network) ? 'NO-CARRIER,' : '',
    one.name === 'lo'
      ? 'LOOPBACK'
      : one.kind === 'ipip'
        ? 'NOARP'
        : one.kind === 'dummy'
          ? 'BROADCAST,NOARP'
          : 'BROADCAST,MULTICAST',
    carrier,
    near && !near.up ? ',M-DOWN' : '',
  ].join('');
}

function disciplineOf(one: Interface): string {
  if (!one.up) return 'noop';
  return one.name === 'lo' || one.kind ? 'noqueue' : 'fq_codel';
}

function head(call: Call, one: Interface, network: NetworkNamespace, family: Family): string {
  if (isApplet(call.context, 'ip')) return appletHead(one, network, family);
  const master = one.master ? ` master ${one.master}` : '';
  const first = `${network.indexOf(one)}: ${title(one, network)}: <${flagsOf(one, network)}> mtu ${one.mtu} qdisc ${disciplineOf(one)}${master} state ${stateOf(one, network)} group default ${one.kind === 'vxlan' ? '' : 'qlen 1000'}\n`;
  return family ? first : `${first}${linkLine(call, one, network)}\n`;
}

/** busybox tells less of a link. */
function appletHead(one: Interface, network: NetworkNamespace, family: Family): string {
  const flags = flagsOf(one, network);
  const discipline = one.up ? (one.peer ? 'noqueue' : disciplineOf(one)) : 'noop';
  const queue = one.peer || one.kind === 'vxlan' ? '' : 'qlen 1000';
  const first = `${network.indexOf(one)}: ${title(one, network)}: <${one.peer && one.up ? `${flags},M-DOWN` : flags}> mtu ${one.mtu} qdisc ${discipline} ${queue}\n`;
  return family ? first : `${first}${linkLine(undefined, one, network)}\n`;
}

/** `call`: undefined where the name of the other stack is not told. */
function linkLine(call: Call | undefined, one: Interface, network: NetworkNamespace): string {
  if (one.name === 'lo') return '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00';
  if (one.kind === 'ipip') return '    link/ipip 0.0.0.0 brd 0.0.0.0';
  return `    link/ether ${one.mac} brd ff:ff:ff:ff:ff:ff${call ? otherStack(call, one, network) : ''}`;
}

/** The stack that the other end of a cable is in: by its name where that is known here, else by its number. */
function otherStack({ context }: Call, one: Interface, network: NetworkNamespace): string {
  if (one.peerNamespace) return ` link-netns ${one.peerNamespace}`;
  const { cable } = one;
  const away = cable ? cable.stack !== network : one.peer !== undefined;
  if (!away) return '';
  const isNamed = cable !== undefined && context.host.stacks.has(cable.stack.name);
  return isNamed ? ` link-netns ${cable.stack.name}` : ' link-netnsid 0';
}

/** What `-d` adds: how the kernel made the interface. */
function details(one: Interface, network: NetworkNamespace): string {
  const last = 'addrgenmode eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535';
  const port = one.master
    ? '\n    bridge_slave state forwarding priority 32 cost 2 hairpin on guard off'
    : '';
  const isCalico = one.name === 'vxlan.calico';
  const own: Readonly<Record<NonNullable<Interface['kind']>, string>> = {
    veth: `veth ${port}`,
    bridge:
      'bridge forward_delay 1500 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 32768 vlan_filtering 0 vlan_protocol 802.1Q',
    vxlan: `vxlan id ${isCalico ? 4096 : 1} local ${network.primaryAddress()} dev eth0 srcport 0 0 dstport ${isCalico ? 4789 : 8472} nolearning ttl auto ageing 300 udpcsum noudp6zerocsumtx noudp6zerocsumrx`,
    ipip: 'ipip any remote any local any ttl inherit nopmtudisc',
    dummy: 'dummy',
  };
  return one.kind ? `    ${own[one.kind]} ${last} \n` : '';
}

function scopeOf(one: Interface, cidr: string): string {
  return one.name === 'lo' ? 'host' : cidr.startsWith('fe80') ? 'link' : 'global';
}

function addressText(call: Call, one: Interface, cidr: string): string {
  const six = cidr.includes(':');
  const hasBroadcast = !six && one.name !== 'lo' && !one.byHand && !cidr.endsWith('/32');
  const broadcast = hasBroadcast ? ` brd ${broadcastOf(cidr)}` : '';
  const flag = one.name === 'lo' && !isApplet(call.context, 'ip') ? 'noprefixroute ' : '';
  const scope = `${scopeOf(one, cidr)} ${six ? flag : one.name}`;
  const text = `    ${six ? 'inet6' : 'inet'} ${cidr}${broadcast} scope ${scope}`;
  return `${text}${call.options.has('o') ? '\\' : '\n'}       valid_lft forever preferred_lft forever\n`;
}

function jsonOf(one: Interface, network: NetworkNamespace): object {
  return {
    ifindex: network.indexOf(one),
    ...(one.cable && !nearEnd(one, network) ? { link_index: one.cable.end.index } : {}),
    ifname: one.name,
    flags: flagsOf(one, network).split(','),
    mtu: one.mtu,
    qdisc: disciplineOf(one),
    ...(one.master ? { master: one.master } : {}),
    operstate: stateOf(one, network),
    group: 'default',
    txqlen: 1000,
    link_type: one.name === 'lo' ? 'loopback' : 'ether',
    address: one.mac,
    broadcast: one.name === 'lo' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff',
  };
}

function jsonAddress(one: Interface, cidr: string): object {
  const [local, length] = cidr.split('/');
  const six = cidr.includes(':');
  return {
    family: six ? 'inet6' : 'inet',
    local,
    prefixlen: Number(length),
    ...(six || one.name === 'lo' || one.byHand ? {} : { broadcast: broadcastOf(cidr) }),
    scope: scopeOf(one, cidr),
    ...(six ? {} : { label: one.name }),
    valid_life_time: 4_294_967_295,
    preferred_life_time: 4_294_967_295,
  };
}
