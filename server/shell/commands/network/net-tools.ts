import {
  type Context,
  capable,
  type Interface,
  type NetworkNamespace,
  type Route,
} from '../../../host/index.ts';
import { type Call, tool } from '../core/tool.ts';

function interfacesOf({ context }: Call): readonly Interface[] {
  return context.network.interfaces;
}

function mask(length: number): string {
  const bits = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

function broadcast(address: string, length: number): string {
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const last = (value | (2 ** (32 - length) - 1)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (last >>> shift) & 255).join('.');
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
        `        inet ${address}  netmask ${mask(Number(length))}${isLoopback ? '' : `  broadcast ${broadcast(address, Number(length))}`}`,
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

export const ifconfig = tool({
  name: 'ifconfig',
  summary: 'configure a network interface',
  usage: '[-a] [-v] [-s] <interface> [[<AF>] <address>]',
  version: 'net-tools 2.10',
  paths: ['/usr/sbin/ifconfig'],
  options: 'a s v',
  *run(call) {
    const [name, ...change] = call.operands;
    if (change.length > 0) {
      if (!capable(call.context.credentials, 'NET_ADMIN'))
        call.fail('SIOCSIFFLAGS: Operation not permitted', 255);
      call.fail('changing an interface is not simulated: use ip');
    }
    const found = interfacesOf(call).filter((item) =>
      name === undefined ? call.options.has('a') || item.up : item.name === name,
    );
    if (name !== undefined && found.length === 0)
      call.fail(`${name}: error fetching interface information: Device not found`);
    for (const item of found) yield* call.print(block(item));
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
    if (call.operands.length > 0) call.fail('changing routes is not simulated: use ip route');
    yield* call.print(routingTable(call.context, { numeric: call.options.has('n'), netstat: false }));
    return 0;
  },
});

/** The kernel's routing table as `route` and `netstat -r` print it: by how narrow a network is, the default one first. */
export function routingTable(context: Context, options: { numeric: boolean; netstat: boolean }): string {
  const last = options.netstat ? '  MSS Window  irtt Iface' : 'Metric Ref    Use Iface';
  const rows = [
    ...context.network.routes.filter(({ to }) => to === 'default').map((route) => cellsOf(route, options)),
    ...linkRoutes(context.network)
      .sort((a, b) => number(a.to) - number(b.to))
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
      addresses.filter((item) => !/:|\/32$/.test(item)).map((item) => ({ to: base(item), dev: name })),
    );
  return [...written, ...direct.filter((one) => !written.some(({ to }) => to === one.to))];
}

function cellsOf({ to, via, dev }: Route, { numeric }: { numeric: boolean }): string[] {
  if (to === 'default')
    return [numeric ? '0.0.0.0' : 'default', numeric ? (via ?? '0.0.0.0') : '_gateway', '0.0.0.0', 'UG', dev];
  const [network = '', length = '32'] = to.split('/');
  const flags = `U${via ? 'G' : ''}${length === '32' ? 'H' : ''}`;
  return [network, via ?? '0.0.0.0', mask(Number(length)), flags, dev];
}

/** `172.30.1.0/24` of `172.30.1.2/24`. */
function base(cidr: string): string {
  const [address = '', length = '32'] = cidr.split('/');
  const bits = mask(Number(length)).split('.');
  const octets = address.split('.').map((octet, i) => Number(octet) & Number(bits[i]));
  return `${octets.join('.')}/${length}`;
}

function number(cidr: string): number {
  return (cidr.split('/')[0] ?? '').split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
