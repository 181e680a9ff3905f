import {
  broadcastOf,
  type Context,
  capable,
  changeNetwork,
  type Interface,
  isAddress,
  maskOf,
  NetlinkError,
  type NetworkNamespace,
  networkOf,
  numberOf,
  type Route,
} from '../../../host/index.ts';
import { isApplet } from '../core/applet.ts';
import { type Call, tool } from '../core/tool.ts';

function interfacesOf({ context }: Call): readonly Interface[] {
  return context.network.interfaces;
}

function block({ name, up, mtu, addresses, mac }: Interface): string {
  const isLoopback = name === 'lo';
  const state = isLoopback
    ? '73<UP,LOOPBACK,RUNNING>'
    : up
      ? '4163<UP,BROADCAST,RUNNING,MULTICAST>'
      : '4098<BROADCAST,MULTICAST>';
  const lines = [`${name}: flags=${state}  mtu ${mtu}`];
  for (const item of addresses) {
    const [address = '', length = '32'] = item.split('/');
    if (address.includes(':'))
      lines.push(
        `        inet6 ${address}  prefixlen ${length}  scopeid ${isLoopback ? '0x10<host>' : '0x0<global>'}`,
      );
    else
      lines.push(
        `        inet ${address}  netmask ${maskOf(Number(length))}${isLoopback ? '' : `  broadcast ${broadcastOf(item)}`}`,
      );
  }
  lines.push(
    isLoopback
      ? '        loop  txqueuelen 1000  (Local Loopback)'
      : `        ether ${mac}  txqueuelen 1000  (Ethernet)`,
  );
  for (const [way, more] of [
    ['RX', 'frame 0'],
    ['TX', 'carrier 0  collisions 0'],
  ] as const)
    lines.push(
      `        ${way} packets 0  bytes 0 (0.0 B)`,
      `        ${way} errors 0  dropped 0${way === 'RX' ? '  overruns 0  ' : ' overruns 0  '}${more}`,
    );
  return `${lines.join('\n')}\n\n`;
}

/** The same as busybox shows it. */
function appletBlock({ name, up, mtu, addresses, mac }: Interface): string {
  const isLoopback = name === 'lo';
  const link = isLoopback ? 'Local Loopback  ' : `Ethernet  HWaddr ${mac.toUpperCase()}  `;
  const lines = addresses.map((item) => {
    const [address = '', length = '32'] = item.split('/');
    if (address.includes(':'))
      return `inet6 addr: ${item} Scope:${isLoopback ? 'Host' : address.startsWith('fe80') ? 'Link' : 'Global'}`;
    const broadcast = isLoopback ? '' : `  Bcast:${broadcastOf(item)}`;
    return `inet addr:${address}${broadcast}  Mask:${maskOf(Number(length))}`;
  });
  const flags = isLoopback ? 'LOOPBACK' : up ? 'BROADCAST RUNNING MULTICAST' : 'BROADCAST MULTICAST';
  lines.push(
    `${up ? 'UP ' : ''}${flags}${isLoopback ? ' RUNNING' : ''}  MTU:${mtu}  Metric:1`,
    'RX packets:0 errors:0 dropped:0 overruns:0 frame:0',
    'TX packets:0 errors:0 dropped:0 overruns:0 carrier:0',
    'collisions:0 txqueuelen:1000 ',
    'RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)',
  );
  return `${name.padEnd(10)}Link encap:${link}\n${lines.map((line) => `          ${line}\n`).join('')}\n`;
}

export const ifconfig = tool({
  name: 'ifconfig',
  summary: 'configure a network interface',
  usage: '[-a] [-v] [-s] <interface> [[<AF>] <address>]',
  version: 'net-tools 2.10',
  paths: ['/usr/sbin/ifconfig'],
  options: 'a s v',
  *run(call) {
    const [name, ...words] = call.operands;
    if (words.length > 0) {
      if (!capable(call.context.credentials, 'NET_ADMIN'))
        call.fail('SIOCSIFFLAGS: Operation not permitted', 255);
      for (const one of interfaceWords(call, name as string, words)) change(call, one);
      return 0;
    }
    const found = interfacesOf(call).filter((item) =>
      name === undefined ? call.options.has('a') || item.up : item.name === name,
    );
    if (name !== undefined && found.length === 0)
      call.fail(`${name}: error fetching interface information: Device not found`);
    const isBusybox = isApplet(call.context, 'ifconfig');
    if (isBusybox) found.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const item of found) yield* call.print(isBusybox ? appletBlock(item) : block(item));
    return 0;
  },
});

export const route = tool({
  name: 'route',
  summary: 'show / manipulate the IP routing table',
  usage: '[-nNvee] [-FC] [<AF>]',
  version: 'net-tools 2.10',
  paths: ['/usr/sbin/route'],
  options: 'n|numeric N e v F C A=',
  *run(call) {
    if (call.operands.length > 0) {
      if (!capable(call.context.credentials, 'NET_ADMIN')) call.fail('SIOCADDRT: Operation not permitted', 7);
      change(call, routeWords(call, call.operands));
      return 0;
    }
    yield* call.print(routingTable(call.context, { numeric: call.options.has('n'), netstat: false }));
    return 0;
  },
});

function change(call: Call, words: readonly string[]): void {
  try {
    changeNetwork(call.context, words);
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    call.fail(error.message.replace(/^(RTNETLINK answers|Error): /, ''), 255);
  }
}

/** What `ifconfig NAME …` changes, in ip's words: `up`, `down`, `mtu N`, an address with `netmask M` or `/N`. */
function interfaceWords(call: Call, name: string, words: readonly string[]): string[][] {
  const changes: string[][] = [];
  const at = words.indexOf('netmask');
  const netmask = at < 0 ? undefined : (words[at + 1] ?? '');
  const length = netmask === undefined ? 24 : 32 - Math.log2(2 ** 32 - numberOf(netmask));
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'netmask' || word === 'broadcast') i++;
    else if (word === 'up' || word === 'down') changes.push(['link', 'set', name, word]);
    else if (word === 'mtu') changes.push(['link', 'set', name, 'mtu', words[++i] ?? '']);
    else if (isAddress(word.split('/')[0] as string))
      changes.push(
        ['address', 'add', word.includes('/') ? word : `${word}/${length}`, 'dev', name],
        ['link', 'set', name, 'up'],
      );
    else call.fail(`${word}: Host name lookup failure`);
  }
  return changes;
}

/** What `route add|del` changes, in ip's words. */
function routeWords(call: Call, [verb, ...words]: readonly string[]): string[] {
  if (verb !== 'add' && verb !== 'del') call.fail(`${verb}: Unknown host`, 6);
  const value = (word: string) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
  const to = words.find((word) => word !== '-net' && word !== '-host') ?? '';
  const netmask = value('netmask');
  const length = netmask === undefined ? '' : `/${32 - Math.log2(2 ** 32 - numberOf(netmask))}`;
  const [gateway, dev] = [value('gw'), value('dev')];
  return [
    'route',
    verb === 'add' ? 'add' : 'delete',
    `${to}${length}`,
    ...(gateway ? ['via', gateway] : []),
    ...(dev ? ['dev', dev] : []),
  ];
}

const first = (cidr: string) => numberOf(cidr.split('/')[0] as string);

/** The kernel's routing table as `route` and `netstat -r` print it: by how narrow a network is, the default one first. */
export function routingTable(context: Context, options: { numeric: boolean; netstat: boolean }): string {
  const last = options.netstat ? '  MSS Window  irtt Iface' : 'Metric Ref    Use Iface';
  const rows = [
    ...context.network.routes.filter(({ to }) => to === 'default').map((route) => cellsOf(route, options)),
    ...linkRoutes(context.network)
      .sort((a, b) => first(a.to) - first(b.to))
      .map((route) => cellsOf(route, options)),
  ];
  const numbers = options.netstat ? '    0 0          0 ' : '0      0        0 ';
  return [
    `Kernel IP routing table\nDestination     Gateway         Genmask         Flags ${last}\n`,
    ...rows.map(
      ([to = '', via = '', netmask = '', flags = '', dev = '']) =>
        `${to.padEnd(15)} ${via.padEnd(15)} ${netmask.padEnd(15)} ${flags.padEnd(5)} ${numbers}${dev}\n`,
    ),
  ].join('');
}

/** The routes that are written down, and those to the networks that the interfaces are on. */
function linkRoutes(network: NetworkNamespace): Route[] {
  const written = network.routes.filter(({ to }) => to !== 'default');
  const direct = network.interfaces
    .filter(({ up, name }) => up && name !== 'lo')
    .flatMap(({ name, addresses }) =>
      addresses.filter((item) => !/:|\/32$/.test(item)).map((item) => ({ to: networkOf(item), dev: name })),
    );
  return [...written, ...direct.filter((one) => !written.some(({ to }) => to === one.to))];
}

function cellsOf({ to, via, dev }: Route, { numeric }: { numeric: boolean }): string[] {
  if (to === 'default')
    return [numeric ? '0.0.0.0' : 'default', numeric ? (via ?? '0.0.0.0') : '_gateway', '0.0.0.0', 'UG', dev];
  const [network = '', length = '32'] = to.split('/');
  const flags = `U${via ? 'G' : ''}${length === '32' ? 'H' : ''}`;
  return [network, via ?? '0.0.0.0', maskOf(Number(length)), flags, dev];
}
