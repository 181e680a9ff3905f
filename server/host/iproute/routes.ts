import type { Place } from '../firewall.ts';
import { isAddress, isWithin, networkOf } from '../network/cidr.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import type { Route } from '../network/network.ts';
import { exitOf } from '../network/wires.ts';
import { NetlinkError, wordsOf } from './words.ts';

const ROUTE_WORDS = ['via', 'dev', 'src', 'metric', 'proto', 'scope', 'table', 'mtu'];

export function addRoute({ network }: Place, words: readonly string[], replaces: boolean): void {
  const given = wordsOf(words, ROUTE_WORDS);
  const to = destination(given.get('') ?? '');
  const [via, src] = [given.get('via'), given.get('src')];
  const at = network.routes.findIndex((route) => route.to === to);
  if (at >= 0 && !replaces) throw new NetlinkError('RTNETLINK answers: File exists');
  const dev = given.get('dev') ?? (via === undefined ? undefined : gatewayDevice(network, via));
  if (dev === undefined) throw new NetlinkError('RTNETLINK answers: No such device');
  const one = network.allInterfaces().find(({ name }) => name === dev);
  if (!one) throw new NetlinkError(`Cannot find device "${dev}"`, 1);
  if (!one.up) throw new NetlinkError('Error: Device for nexthop is not up.');
  if (via !== undefined && !one.addresses.some((cidr) => isWithin(via, cidr)))
    throw new NetlinkError('Error: Nexthop has invalid gateway.');
  const attributes = [
    given.has('proto') ? `proto ${given.get('proto')}` : '',
    via === undefined ? 'scope link' : '',
    src ? `src ${src}` : '',
    given.has('metric') ? `metric ${given.get('metric')}` : '',
  ].filter((text) => text !== '');
  const route: Route = {
    to,
    dev,
    ...(via ? { via } : {}),
    ...(src ? { src } : {}),
    ...(attributes.length > 0 ? { attributes: attributes.join(' ') } : {}),
  };
  if (at >= 0) network.routes.splice(at, 1);
  network.routes.push(route);
}

/** The device on whose network a gateway is. */
function gatewayDevice(network: NetworkNamespace, via: string): string {
  const exit = exitOf(network, via);
  if (!exit || exit.via !== undefined) throw new NetlinkError('Error: Nexthop has invalid gateway.');
  return exit.one.name;
}

function destination(text: string): string {
  if (text === 'default' || text === '0.0.0.0/0') return 'default';
  const [address = '', length] = text.split('/');
  if (!isAddress(address) || (length !== undefined && !(Number(length) <= 32)))
    throw new NetlinkError(`Error: any valid prefix is expected rather than "${text}".`, 1);
  if (length === undefined || length === '32') return address;
  if (networkOf(text) !== text) throw new NetlinkError('Error: Invalid prefix for given prefix length.');
  return text;
}

export function deleteRoute({ network }: Place, words: readonly string[]): void {
  const to = destination(wordsOf(words, ROUTE_WORDS).get('') ?? '');
  const at = network.routes.findIndex((route) => route.to === to);
  if (at < 0) throw new NetlinkError('RTNETLINK answers: No such process');
  network.routes.splice(at, 1);
}

export function flushRoutes({ network }: Place, words: readonly string[]): void {
  const given = wordsOf(words, ROUTE_WORDS);
  if (given.has('dev')) dropRoutes(network, given.get('dev') as string);
  else throw new NetlinkError('"ip route flush" requires arguments.', 1);
}

/** Routes go with the device that they lead to. */
export function dropRoutes(stack: NetworkNamespace, dev: string): void {
  for (const route of stack.routes.filter((one) => one.dev === dev))
    stack.routes.splice(stack.routes.indexOf(route), 1);
}
