import { broadcastOf, lengthOf, maskOf, networkOf } from '../network/cidr.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import { neighboursOf } from '../network/neighbours.ts';
import type { Protocol } from '../network/network.ts';
import { type Socket, socketsIn } from '../network/sockets.ts';

/** Who a socket belongs to, by the pid of its process. */
export type UidOf = (pid: number) => number;

type NetFile = (network: NetworkNamespace, uidOf: UidOf) => string;

/** The files of `/proc/<pid>/net`: a stack as the kernel writes it down. */
export const NET_FILES: Readonly<Record<string, NetFile>> = {
  arp: (network) =>
    'IP address       HW type     Flags       HW address            Mask     Device\n' +
    neighboursOf(network)
      .map(
        ({ address, mac, dev }) =>
          `${address.padEnd(17)}0x1         0x2         ${mac.padEnd(22)}*        ${dev}\n`,
      )
      .join(''),
  dev: (network) =>
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n' +
    network
      .allInterfaces()
      .map(
        ({ name }) =>
          `${name.padStart(6)}:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n`,
      )
      .join(''),
  fib_trie: (network) => `Main:\n${trie(network)}Local:\n${trie(network)}`,
  if_inet6: (network) =>
    network
      .allInterfaces()
      .flatMap((one) =>
        one.addresses
          .filter((cidr) => cidr.includes(':'))
          .map((cidr) => {
            const [address = '', length = '128'] = cidr.split('/');
            const number = hex(network.indexOf(one), 2);
            return `${plain6(address)} ${number} ${hex(Number(length), 2)} 10 80 ${one.name.padStart(8)}\n`;
          }),
      )
      .join(''),
  route: (network) =>
    `${'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'.padEnd(127)}\n` +
    routeRows(network)
      .map((row) => `${row.padEnd(127)}\n`)
      .join(''),
  sockstat: (network) => {
    const sockets = socketsIn(network);
    const count = (protocol: Protocol) => sockets.filter((one) => one.protocol === protocol).length;
    return `sockets: used ${sockets.length + 90}\nTCP: inuse ${count('TCP')} orphan 0 tw 0 alloc ${count('TCP')} mem 1\nUDP: inuse ${count('UDP')} mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n`;
  },
  tcp: (network, uidOf) => table(network, uidOf, 'TCP', false),
  tcp6: (network, uidOf) => table(network, uidOf, 'TCP', true),
  udp: (network, uidOf) => table(network, uidOf, 'UDP', false),
  udp6: (network, uidOf) => table(network, uidOf, 'UDP', true),
};

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');

/** An address of IPv4 as the kernel prints it: its bytes the other way round. */
function reversed(address: string): string {
  return address
    .split('.')
    .reverse()
    .map((octet) => hex(Number(octet), 2))
    .join('');
}

/** The 32 digits of an address of IPv6. */
function plain6(address: string): string {
  const [before = '', after] = address.split('::');
  const groups = (text = '') => text.split(':').filter((group) => group !== '');
  const missing = after === undefined ? 0 : 8 - groups(before).length - groups(after).length;
  return [...groups(before), ...Array<string>(missing).fill('0'), ...groups(after)]
    .map((group) => group.padStart(4, '0'))
    .join('');
}

/** The same in the kernel's order: each of the four words the other way round. */
function reversed6(address: string): string {
  if (!address.includes(':')) return `0000000000000000FFFF0000${reversed(address)}`;
  return plain6(address)
    .toUpperCase()
    .replace(/(..)(..)(..)(..)/g, '$4$3$2$1');
}

const STATES = { LISTEN: '0A', UNCONN: '07', ESTAB: '01' } as const;

function table(network: NetworkNamespace, uidOf: UidOf, protocol: Protocol, six: boolean): string {
  const isTcp = protocol === 'TCP';
  const shown = six ? reversed6 : reversed;
  const nobody = six ? '::' : '0.0.0.0';
  const head = six
    ? '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
    : `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode`;
  const rows = socketsIn(network)
    .filter((one) => one.protocol === protocol && one.six === six)
    .map((one: Socket, i) => {
      const local = `${shown(one.address)}:${hex(one.port, 4)}`;
      const peer = `${shown(one.peer?.address ?? nobody)}:${hex(one.peer?.port ?? 0, 4)}`;
      const end = isTcp ? '1 0000000000000000 100 0 0 10 0' : '2 0000000000000000 0';
      const line = `${String(i).padStart(4)}: ${local} ${peer} ${STATES[one.state]} 00000000:00000000 00:00000000 00000000 ${String(uidOf(one.pid)).padStart(5)}        0 ${20_000 + one.pid * 8 + i} ${end}`;
      return `${six ? line : line.padEnd(149)}\n`;
    });
  return `${isTcp ? (six ? head : head.padEnd(149)) : `${head} ref pointer drops`}\n${rows.join('')}`;
}

const UP = 1;
const GATEWAY = 2;

function routeRows(network: NetworkNamespace): string[] {
  const row = (dev: string, to: string, via: string, flags: number) => {
    const length = to === 'default' ? 0 : lengthOf(to);
    const target = to === 'default' ? '0.0.0.0' : firstOf(to);
    return `${dev}\t${reversed(target)}\t${reversed(via)}\t${hex(flags, 4)}\t0\t0\t0\t${reversed(maskOf(length))}\t0\t0\t0`;
  };
  const given = network.routes
    .filter(({ to }) => !to.includes(':'))
    .map(({ to, via, dev }) => row(dev, to, via ?? '0.0.0.0', via === undefined ? UP : UP | GATEWAY));
  const own = network.interfaces.flatMap(({ name, up, addresses }) =>
    addresses
      .filter((cidr) => up && name !== 'lo' && !cidr.includes(':') && lengthOf(cidr) < 32)
      .map((cidr) => row(name, cidr, '0.0.0.0', UP)),
  );
  return [...given, ...own];
}

const firstOf = (cidr: string) => networkOf(cidr).split('/')[0] as string;

/** What of the table of addresses people look for who have no `ip`: the networks, and the host's own addresses. */
function trie(network: NetworkNamespace): string {
  const own = network.interfaces.flatMap(({ up, addresses }) => (up ? addresses : []));
  const nets = own
    .filter((cidr) => !cidr.includes(':'))
    .map((cidr) => {
      const [address = ''] = cidr.split('/');
      const length = lengthOf(cidr);
      const first = firstOf(cidr);
      const leaf = (text: string, kind: string) => `        |-- ${text}\n           ${kind}\n`;
      if (length === 32) return `     |-- ${address}\n        /32 host LOCAL\n`;
      return `     +-- ${first}/${length} 2 0 2\n${leaf(first, `/${length} link UNICAST`)}${leaf(address, '/32 host LOCAL')}${leaf(broadcastOf(cidr), '/32 link BROADCAST')}`;
    });
  return `  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n${nets.join('')}`;
}
