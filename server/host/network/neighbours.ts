import { lengthOf, networkOf } from './cidr.ts';
import type { NetworkNamespace } from './namespace.ts';
import type { Interface, Route } from './network.ts';
import { onWire } from './wires.ts';

/** Somebody on the same wire. */
export interface Neighbour {
  readonly address: string;
  readonly dev: string;
  readonly mac: string;
}

/** Who is on the same wires: routers, the machines of the network, pods on a bridge, and what somebody has wired up. */
export function neighboursOf(network: NetworkNamespace): Neighbour[] {
  const own = network.interfaces.filter(({ name, up }) => up && name !== 'lo');
  const all = [
    ...network.routes.flatMap((route) => routerOf(network, route)),
    ...own.flatMap((one) => (one.byHand ? wired(network, one) : onLan(network, one))),
  ];
  return [...new Map(all.map((one) => [one.address, one])).values()];
}

function routerOf(network: NetworkNamespace, { via, dev }: Route): Neighbour[] {
  const device = network.interfaces.find(({ name }) => name === dev);
  // The addresses of tunnels are written down, not asked for.
  if (via === undefined || !device || device.byHand || device.kind === 'vxlan' || device.kind === 'ipip')
    return [];
  const owner = network.network.owner(via);
  const known = owner?.interfaces.find(({ addresses }) => addresses.some((cidr) => addressIs(cidr, via)));
  return [{ address: via, dev, mac: known?.mac ?? (via === '169.254.1.1' ? CALICO : machine(via)) }];
}

/** What Calico gives the hosts' ends of all cables. */
const CALICO = 'ee:ee:ee:ee:ee:ee';

/** As the machines of a topology are numbered. */
function machine(address: string): string {
  return ['52:54', ...address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'))].join(
    ':',
  );
}

function onLan(network: NetworkNamespace, one: Interface): Neighbour[] {
  return [...network.network.namespaces].flatMap((other): Neighbour[] => {
    const theirs = other.byHand || other === network ? undefined : other.interfaces.find(isEthernet);
    const cidr = theirs?.addresses[0];
    if (!theirs || !cidr || !one.addresses.some((mine) => isSameNetwork(mine, cidr))) return [];
    return [addressIn(cidr), ...other.announced].map((address) => ({
      address,
      dev: one.name,
      mac: theirs.mac,
    }));
  });
}

const isEthernet = ({ name }: Interface) => name === 'eth0';

function wired(network: NetworkNamespace, one: Interface): Neighbour[] {
  return onWire(network, one).flatMap((end) =>
    end.one.addresses
      .filter((cidr) => one.addresses.some((mine) => isSameNetwork(mine, cidr)))
      .map((cidr) => ({ address: addressIn(cidr), dev: one.name, mac: end.one.mac })),
  );
}

const addressIn = (cidr: string) => cidr.split('/')[0] as string;
const addressIs = (cidr: string, address: string) => addressIn(cidr) === address;

/** Whether two addresses with prefix lengths stand on the same wire. */
function isSameNetwork(one: string, other: string): boolean {
  return !one.includes(':') && lengthOf(one) < 32 && networkOf(one) === networkOf(other);
}
