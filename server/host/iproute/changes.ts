import { type Place, restoreFirewall } from '../firewall.ts';
import type { Host } from '../host.ts';
import type { NetworkNamespace } from '../network/namespace.ts';
import { isTexts, readState } from '../state-file.ts';
import { addAddress, deleteAddress, flushAddresses } from './addresses.ts';
import { addLink, deleteLink, setLink } from './links.ts';
import { addRoute, deleteRoute, flushRoutes } from './routes.ts';
import { addStack, deleteStack } from './stacks.ts';
import { NetlinkError } from './words.ts';

/** What somebody has changed with `ip`, in its words, and in which stack (''; the host's own). */
interface Recorded {
  readonly stack: string;
  readonly words: readonly string[];
}

/** Where changes are written down in their order, so that a host that is restored goes through them again. */
const STATE = '/run/network.json';
/** Changes of a host that are kept, and devices, addresses and routes of a stack, at the most. */
const MAX_CHANGES = 1000;

function recordedOf({ init }: Host): Recorded[] {
  const state = readState(init.fs, STATE);
  return Array.isArray(state)
    ? state.filter((one) => typeof one?.stack === 'string' && isTexts(one.words))
    : [];
}

/** Changes devices, addresses, routes or stacks as `ip` with these words does. Throws NetlinkError. */
export function changeNetwork(place: Place, words: readonly string[]): void {
  const { host, network } = place;
  const before = recordedOf(host);
  if (Math.max(before.length, sizeOf(network)) >= MAX_CHANGES)
    throw new NetlinkError('RTNETLINK answers: No buffer space available');
  apply(place, words);
  const stack = network === host.network ? '' : network.name;
  // What somebody does inside a pod goes with it.
  if (stack !== '' && !host.stacks.has(stack)) return;
  host.init.fs.mkdirAll('/run');
  host.init.fs.write(STATE, JSON.stringify([...before, { stack, words }]));
}

function sizeOf({ interfaces, routes }: NetworkNamespace): number {
  return interfaces.reduce((sum, { addresses }) => sum + 1 + addresses.length, routes.length);
}

/** Makes the changes on the disk again. What a program has not put there yet is left out. */
export function restoreNetwork(host: Host): void {
  for (const { stack, words } of recordedOf(host)) {
    const network = stack === '' ? host.network : host.stacks.get(stack);
    try {
      if (network) apply({ host, network }, words);
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error;
    }
  }
  for (const network of host.stacks.values()) restoreFirewall({ host, network });
}

function apply(place: Place, [object = '', verb = '', ...rest]: readonly string[]): void {
  CHANGES[`${object} ${verb}`]?.(place, rest);
}

/** Whether `ip` changes something with these words, the object and the verb written out. */
export function isNetworkChange(object: string, verb: string): boolean {
  return CHANGES[`${object} ${verb}`] !== undefined;
}

const CHANGES: Readonly<Record<string, (place: Place, words: readonly string[]) => void>> = {
  'netns add': addStack,
  'netns delete': deleteStack,
  'link add': addLink,
  'link delete': deleteLink,
  'link set': setLink,
  'address add': addAddress,
  'address delete': deleteAddress,
  'address flush': flushAddresses,
  'route add': (place, words) => addRoute(place, words, false),
  'route replace': (place, words) => addRoute(place, words, true),
  'route delete': deleteRoute,
  'route flush': flushRoutes,
};
