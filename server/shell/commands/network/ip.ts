import { capable, type Interface, type NetworkNamespace, type Route } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { isApplet } from '../core/applet.ts';
import { type Call, tool } from '../core/tool.ts';

type Family = 'inet' | 'inet6' | undefined;

const OBJECTS: Readonly<
  Record<string, (call: Call, args: readonly string[], family: Family) => Steps<number>>
> = {
  address: address,
  link,
  route,
  neighbour,
};

export const ip = tool({
  name: 'ip',
  summary: 'show / manipulate routing, network devices, interfaces and tunnels',
  usage: ['[ OPTIONS ] OBJECT { COMMAND | help }'],
  version: 'iproute2-6.1.0',
  usageStatus: 255,
  inOrder: true,
  options: '4 6 o|oneline br|brief c|color? d|details s|stats n|netns= j|json p|pretty V',
  prepare: (args) =>
    args.map((arg) => (/^-(br|brief|color|details|stats|json)$/.test(arg) ? `-${arg}` : arg)),
  paths: ['/usr/bin/ip', '/usr/sbin/ip'],
  *run(call) {
    const [name = '', ...args] = call.operands;
    for (const refused of ['n', 'j']) {
      if (call.options.has(refused))
        return yield* say(call, `Option "-${refused}" is not simulated here.`, 255);
    }
    const object = Object.keys(OBJECTS).find(
      (candidate) => name !== '' && candidate.startsWith(name === 'neighbor' ? 'neighbour' : name),
    );
    if (!object)
      return yield* say(
        call,
        name === '' ? USAGE : `Object "${name}" is unknown, try "ip help".`,
        name === '' ? 255 : 1,
      );
    const family: Family = call.options.has('4') ? 'inet' : call.options.has('6') ? 'inet6' : undefined;
    return yield* (OBJECTS[object] as (typeof OBJECTS)[string])(call, args, family);
  },
});

const USAGE = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { address | link | neighbour | route }
       OPTIONS := { -4 | -6 | -br[ief] | -o[neline] | -s[tatistics] | -d[etails] | -c[olor] }`;

function* say(call: Call, message: string, code: number): Steps<number> {
  const applet = isApplet(call.context, 'ip') && message.startsWith('RTNETLINK');
  yield* call.context.err(`${applet ? 'ip: ' : ''}${message}\n`);
  return code;
}

/** The interface that `show dev X`, `show X` or `dev X` name; undefined: all. */
function wantedDevice(args: readonly string[]): string | undefined {
  const rest = args.filter(
    (arg, i) =>
      !['show', 'list', 'ls', 's', 'sh', 'dev', 'up', ...CONDITIONS].includes(arg) &&
      !CONDITIONS.includes(args[i - 1] ?? ''),
  );
  return rest[0];
}

const CONDITIONS = ['type', 'master'];

/** `type bridge`, `master cni0`. */
function isOfKind(one: Interface, args: readonly string[]): boolean {
  const value = (word: string) => (args.includes(word) ? args[args.indexOf(word) + 1] : undefined);
  const [type, master] = [value('type'), value('master')];
  return (type === undefined || one.kind === type) && (master === undefined || one.master === master);
}

const READ = new Set(['show', 'list', 'ls', 's', 'sh', 'dev', 'up', ...CONDITIONS, undefined]);

function* refuseChange(call: Call, args: readonly string[]): Steps<number | undefined> {
  const verb = args[0];
  if (READ.has(verb) || call.context.network.allInterfaces().some((i) => i.name === verb)) return undefined;
  if (!capable(call.context.credentials, 'NET_ADMIN'))
    return yield* say(call, 'RTNETLINK answers: Operation not permitted', 2);
  return yield* say(call, `Command "${verb}" is unknown, try "ip ${call.operands[0]} help".`, 255);
}

function* interfaces(
  call: Call,
  args: readonly string[],
  show: (i: Interface, index: number) => string,
): Steps<number> {
  const name = wantedDevice(args);
  const { network } = call.context;
  const all = network.allInterfaces().filter((one) => isOfKind(one, args));
  const found = name === undefined ? all : all.filter((i) => i.name === name);
  if (found.length === 0 && name !== undefined)
    return yield* say(call, `Device "${name}" does not exist.`, 1);
  for (const one of found) {
    if (args.includes('up') && !one.up) continue;
    yield* call.print(show(one, network.indexOf(one)));
  }
  return 0;
}

function* address(call: Call, args: readonly string[], family: Family): Steps<number> {
  const changed = yield* changeAddress(call, args);
  if (changed !== undefined) return changed;
  const refused = yield* refuseChange(call, args);
  if (refused !== undefined) return refused;
  const brief = call.options.has('br');
  return yield* interfaces(call, args, (one, index) => {
    const addresses = one.addresses.filter(
      (a) => family === undefined || a.includes(':') === (family === 'inet6'),
    );
    if (brief)
      return `${title(one).padEnd(16)} ${stateOf(one).padEnd(14)} ${addresses.map((a) => `${a} `).join('')}\n`;
    if (family && addresses.length === 0) return '';
    const more = call.options.has('d') ? details(one, call.context.network) : '';
    return head(call, one, index, family) + more + addresses.map((a) => addressText(one, a)).join('');
  });
}

/** `ip addr add|del CIDR dev X`. */
function* changeAddress(call: Call, args: readonly string[]): Steps<number | undefined> {
  const [verb, cidr] = args;
  if (verb === undefined || !['add', 'del', 'delete', 'flush'].includes(verb)) return undefined;
  if (!capable(call.context.credentials, 'NET_ADMIN'))
    return yield* say(call, 'RTNETLINK answers: Operation not permitted', 2);
  const dev = args[args.indexOf('dev') + 1];
  const one = call.context.network.interfaces.find((i) => i.name === dev);
  if (!one) return yield* say(call, `Cannot find device "${dev}"`, 1);
  if (verb === 'flush') one.addresses.length = 0;
  else if (verb === 'add') {
    if (cidr && one.addresses.includes(cidr))
      return yield* say(call, 'Error: ipv4: Address already assigned.', 2);
    one.addresses.push(cidr?.includes('/') ? cidr : `${cidr}/32`);
  } else {
    const at = one.addresses.indexOf(cidr ?? '');
    if (at < 0) return yield* say(call, 'Error: ipv4: Address not found.', 2);
    one.addresses.splice(at, 1);
  }
  return 0;
}

function title(one: Interface): string {
  if (one.kind === 'ipip') return `${one.name}@NONE`;
  return one.peer ? `${one.name}@${one.peer}` : one.name;
}

function stateOf(one: Interface): string {
  if (one.up && (one.name === 'lo' || one.kind === 'vxlan' || one.kind === 'ipip')) return 'UNKNOWN';
  return one.up ? 'UP' : 'DOWN';
}

function head(call: Call, one: Interface, index: number, family: Family): string {
  if (isApplet(call.context, 'ip')) return appletHead(one, index, family);
  const loop = one.name === 'lo';
  const discipline = loop || one.kind ? 'noqueue' : 'fq_codel';
  const master = one.master ? ` master ${one.master}` : '';
  const first = `${index}: ${title(one)}: <${flagsOf(one)}> mtu ${one.mtu} qdisc ${one.up ? discipline : 'noop'}${master} state ${stateOf(one)} group default ${one.kind === 'vxlan' ? '' : 'qlen 1000'}\n`;
  return family ? first : `${first}${linkLine(one)}\n`;
}

/** busybox tells less of a link. */
function appletHead(one: Interface, index: number, family: Family): string {
  const flags = one.peer && one.up ? `${flagsOf(one)},M-DOWN` : flagsOf(one);
  const discipline = one.name === 'lo' || one.kind || one.peer ? 'noqueue' : 'fq_codel';
  const queue = one.peer || one.kind === 'vxlan' ? '' : 'qlen 1000';
  const first = `${index}: ${title(one)}: <${flags}> mtu ${one.mtu} qdisc ${one.up ? discipline : 'noop'} ${queue}\n`;
  return family ? first : `${first}${linkLine(one).replace(/ link-netns.*/, '')}\n`;
}

function flagsOf({ name, kind, up }: Interface): string {
  const flags = name === 'lo' ? 'LOOPBACK' : kind === 'ipip' ? 'NOARP' : 'BROADCAST,MULTICAST';
  return up ? `${flags},UP,LOWER_UP` : flags;
}

function linkLine(one: Interface): string {
  if (one.name === 'lo') return '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00';
  if (one.kind === 'ipip') return '    link/ipip 0.0.0.0 brd 0.0.0.0';
  const other = one.peerNamespace ? ` link-netns ${one.peerNamespace}` : one.peer ? ' link-netnsid 0' : '';
  return `    link/ether ${one.mac} brd ff:ff:ff:ff:ff:ff${other}`;
}

/** What `-d` adds: how the kernel made the interface. */
function details(one: Interface, network: NetworkNamespace): string {
  const last = 'addrgenmode eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535';
  const port = one.master
    ? '\n    bridge_slave state forwarding priority 32 cost 2 hairpin on guard off'
    : '';
  const own: Readonly<Record<NonNullable<Interface['kind']>, string>> = {
    veth: `veth ${port}`,
    bridge:
      'bridge forward_delay 1500 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 32768 vlan_filtering 0 vlan_protocol 802.1Q',
    vxlan: `vxlan id 1 local ${network.primaryAddress()} dev eth0 srcport 0 0 dstport 8472 nolearning ttl auto ageing 300 udpcsum noudp6zerocsumtx noudp6zerocsumrx`,
    ipip: 'ipip any remote any local any ttl inherit nopmtudisc',
  };
  return one.kind ? `    ${own[one.kind]} ${last} \n` : '';
}

function addressText(one: Interface, cidr: string): string {
  const six = cidr.includes(':');
  const local = one.name === 'lo' || cidr.startsWith('fe80');
  const scope = one.name === 'lo' ? 'host' : local ? 'link' : 'global';
  const broadcast = six || one.name === 'lo' ? '' : ` brd ${broadcastOf(cidr)}`;
  return `    ${six ? 'inet6' : 'inet'} ${cidr}${broadcast} scope ${scope} ${six ? '' : one.name}\n       valid_lft forever preferred_lft forever\n`;
}

function broadcastOf(cidr: string): string {
  const [text, bits] = cidr.split('/') as [string, string];
  const value = text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const last = Math.floor(value / size) * size + size - 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.');
}

function* link(call: Call, args: readonly string[]): Steps<number> {
  if (args[0] === 'set') return yield* setLink(call, args.slice(1));
  const refused = yield* refuseChange(call, args);
  if (refused !== undefined) return refused;
  return yield* interfaces(call, args, (one, index) => {
    if (call.options.has('br'))
      return `${title(one).padEnd(16)} ${stateOf(one).padEnd(14)} ${one.mac} <${flagsOf(one)}> \n`;
    const text = head(call, one, index, undefined).replace(' group default', ' mode DEFAULT group default');
    return call.options.has('d') ? text + details(one, call.context.network) : text;
  });
}

function* setLink(call: Call, args: readonly string[]): Steps<number> {
  if (!capable(call.context.credentials, 'NET_ADMIN'))
    return yield* say(call, 'RTNETLINK answers: Operation not permitted', 2);
  const words = args.filter((arg) => arg !== 'dev');
  const { network } = call.context;
  if (network.links.some((i) => i.name === words[0]))
    return yield* say(call, 'RTNETLINK answers: Operation not supported', 2);
  const one = network.interfaces.find((i) => i.name === words[0]);
  if (!one) return yield* say(call, `Cannot find device "${words[0]}"`, 1);
  for (let i = 1; i < words.length; i++) {
    if (words[i] === 'up') one.up = true;
    else if (words[i] === 'down') one.up = false;
    else if (words[i] === 'mtu') one.mtu = Number(words[++i]);
    else return yield* say(call, `Error: either "dev" is duplicate, or "${words[i]}" is a garbage.`, 255);
  }
  return 0;
}

function* route(call: Call, args: readonly string[]): Steps<number> {
  const { network } = call.context;
  if (args[0] === 'get') return yield* routeGet(call, args[1] ?? '');
  if (args[0] !== undefined && ['add', 'del', 'delete', 'replace'].includes(args[0]))
    return yield* changeRoute(call, args);
  if (args[0] !== undefined && !['show', 'list', 'ls', 'default'].includes(args[0])) {
    return yield* say(call, `Command "${args[0]}" is unknown, try "ip route help".`, 255);
  }
  const only = args.includes('default') ? 'default' : undefined;
  for (const text of routes(network))
    if (only === undefined || text.startsWith(only)) yield* call.print(`${text}\n`);
  return 0;
}

/** The table as `ip route` prints it: the default first, then what was added, and the networks of the interfaces. */
function routes(network: NetworkNamespace): string[] {
  const given = network.routes.map(
    (r) => `${r.to}${r.via ? ` via ${r.via}` : ''} dev ${r.dev} ${r.attributes ? `${r.attributes} ` : ''}`,
  );
  const own = network.interfaces
    .filter((one) => one.name !== 'lo' && one.up)
    .flatMap((one) =>
      one.addresses
        .filter((a) => !a.includes(':') && !a.endsWith('/32'))
        .map((a) => `${networkOf(a)} dev ${one.name} proto kernel scope link src ${a.split('/')[0]} `),
    );
  return [
    ...given.filter((text) => text.startsWith('default')),
    ...[...given.filter((text) => !text.startsWith('default')), ...own].sort(
      (a, b) => numberOf(a) - numberOf(b),
    ),
  ];
}

/** The address at the start of a route. */
function numberOf(text: string): number {
  return (/^[\d.]+/.exec(text)?.[0] ?? '').split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function networkOf(cidr: string): string {
  const [text, bits] = cidr.split('/') as [string, string];
  const size = 2 ** (32 - Number(bits));
  const value = Math.floor(text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')}/${bits}`;
}

function* routeGet(call: Call, target: string): Steps<number> {
  const { network } = call.context;
  if (!/^\d+(\.\d+){3}$/.test(target))
    return yield* say(call, `Error: any valid prefix is expected rather than "${target}".`, 1);
  if (network.has(target)) {
    yield* call.print(
      `local ${target} dev lo src ${target} uid ${call.context.credentials.uid} \n    cache <local> \n`,
    );
    return 0;
  }
  const inside = (cidr: string) => networkOf(`${target}/${cidr.split('/')[1]}`) === networkOf(cidr);
  const direct = network.interfaces.find((one) =>
    one.addresses.some((a) => !a.includes(':') && !a.endsWith('/32') && inside(a)),
  );
  const found: Route | undefined = network.routeTo(target) ?? network.routes.find((r) => r.to === 'default');
  if (!direct && !found) return yield* say(call, 'RTNETLINK answers: Network is unreachable', 2);
  const source = network.sourceFor(target);
  const hop = direct ? ` dev ${direct.name}` : `${found?.via ? ` via ${found.via}` : ''} dev ${found?.dev}`;
  yield* call.print(`${target}${hop} src ${source} uid ${call.context.credentials.uid} \n    cache \n`);
  return 0;
}

function* changeRoute(call: Call, args: readonly string[]): Steps<number> {
  const { network, credentials } = call.context;
  if (!capable(credentials, 'NET_ADMIN'))
    return yield* say(call, 'RTNETLINK answers: Operation not permitted', 2);
  const [verb, to = ''] = args;
  const value = (word: string) => (args.includes(word) ? args[args.indexOf(word) + 1] : undefined);
  const at = network.routes.findIndex((r) => r.to === to);
  if (verb === 'add' && at >= 0) return yield* say(call, 'RTNETLINK answers: File exists', 2);
  if (verb !== 'add' && verb !== 'replace') {
    if (at < 0) return yield* say(call, 'RTNETLINK answers: No such process', 2);
    network.routes.splice(at, 1);
    return 0;
  }
  const via = value('via');
  const dev = value('dev') ?? network.interfaces.find((i) => i.name !== 'lo')?.name ?? 'lo';
  if (at >= 0) network.routes.splice(at, 1);
  network.routes.push({ to, dev, ...(via ? { via } : {}) });
  return 0;
}

function* neighbour(call: Call): Steps<number> {
  const { network } = call.context;
  for (const other of network.network.namespaces) {
    const one = other.interfaces.find((i) => i.name !== 'lo');
    const own = network.interfaces.find((i) => i.name !== 'lo');
    if (other === network || !one || !own || other.host !== other) continue;
    const target = one.addresses[0]?.split('/')[0];
    if (target && sameLink(one.addresses[0], own.addresses[0]))
      yield* call.print(`${target} dev ${own.name} lladdr ${one.mac} REACHABLE \n`);
  }
  return 0;
}

/** Whether two addresses with prefix lengths stand on the same wire. */
function sameLink(one: string | undefined, other: string | undefined): boolean {
  const network = (cidr = '0.0.0.0/0') => {
    const [address = '', length] = cidr.split('/');
    const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return Math.floor(value / 2 ** (32 - Number(length)));
  };
  return network(one) === network(other);
}
