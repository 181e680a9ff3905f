import { type Context, isWithin, type NetworkNamespace, wayOf, wayOut } from '../../../host/index.ts';

/** A port that nothing has: who answers there at all, refusing, is reachable. */
const NO_PORT = 0;
/** Routers between a host and the name servers of the outside. */
export const OUTSIDE_HOPS = 9;

/** Whether an echo request gets to somebody who answers it. */
export function reaches(
  { network }: Context,
  address: string,
): 'answers' | 'silence' | 'unreachable' | 'no-host' {
  const found = network.connect(address, NO_PORT);
  if (found.ok) return 'answers';
  if (found.failure === 'unreachable') return 'unreachable';
  if (found.failure === 'no-route') return 'no-host';
  // Only an owner of the address can refuse; a service address that is rejected has none.
  if (found.failure === 'refused') return ownerOf(network, address) ? 'answers' : 'silence';
  const { outside } = network.network;
  return outside.serves(address) && leadsOut(network, address) ? 'answers' : 'silence';
}

/** Whether packets for the outside come to the router of the hosts, under an address that it knows. */
function leadsOut(network: NetworkNamespace, address: string): boolean {
  return !network.byHand || wayOut(network, address);
}

function ownerOf(network: NetworkNamespace, address: string): NetworkNamespace | undefined {
  if (/^127\./.test(address) || address === '::1' || network.has(address)) return network;
  return network.network.owner(address) ?? wayOf(network, address)?.at(-1);
}

/** The routers on the way to an address, as they name themselves, and where it ends. */
export function pathTo(
  network: NetworkNamespace,
  address: string,
): { routers: string[]; to: NetworkNamespace } | undefined {
  const to = ownerOf(network, address);
  if (!to) return undefined;
  const isWired = network.byHand || to.byHand || !network.network.owner(address);
  if (!isWired || to === network) return { routers: routersTo(network, to, address), to };
  const passed = wayOf(network, address)?.slice(1, -1) ?? [];
  return { routers: passed.map((one) => one.primaryAddress() ?? '*'), to };
}

/**
 * Routers between here and a namespace: a pod's host where no bridge joins the two, and the other's host. A router
 * tells of an expired packet under the address that its own way back to the sender has.
 */
function routersTo(from: NetworkNamespace, to: NetworkNamespace, address: string): string[] {
  const { host } = from;
  if (from === to || host === to || onOneBridge(from, to, address)) return [];
  const source = from.sourceFor(address) ?? '';
  const routers = host === from ? [] : [gatewayOf(from) ?? host.primaryAddress() ?? '*'];
  if (to.host !== to && to.host !== host) routers.push(to.host.sourceFor(source) ?? '*');
  return routers;
}

/** Whether a pod's own device leads to the other's address without a router. */
function onOneBridge(from: NetworkNamespace, to: NetworkNamespace, address: string): boolean {
  if (from.host === from || from.host !== to.host) return false;
  return from.interfaces.some(({ name, addresses }) =>
    addresses.some((cidr) => name !== 'lo' && !cidr.includes(':') && isWithin(address, cidr)),
  );
}

/** The address of its host that a pod sends everything to; none where it is one that nobody has, as with Calico. */
function gatewayOf({ routes, host }: NetworkNamespace): string | undefined {
  const via = routes.find(({ to }) => to === 'default')?.via;
  return via !== undefined &&
    host.allInterfaces().some((one) => one.addresses.some((cidr) => cidr.startsWith(`${via}/`)))
    ? via
    : undefined;
}

/** The addresses that packets pass on their way, the last of them where they go; none: nobody answers there. */
export function wayTo(context: Context, address: string): string[] {
  const path = reaches(context, address) === 'answers' ? pathTo(context.network, address) : undefined;
  return path ? [...path.routers, address] : [];
}
