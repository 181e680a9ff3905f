import { isWithin, lengthOf } from './cidr.ts';
import type { Choose, NetworkNamespace } from './namespace.ts';
import type { Connected, ConnectFailure, Interface, Protocol } from './network.ts';

/** How often a packet is sent on before it is thrown away. */
const MAX_HOPS = 16;

export interface Target {
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** One stack on the way of a packet, and the devices it comes in and goes out by there. */
export interface Passed {
  readonly stack: NetworkNamespace;
  readonly in?: string;
  readonly out?: string;
}

/** Where a packet comes to, and what became of its addresses on the way. */
type Trip =
  | {
      readonly to: NetworkNamespace;
      readonly target: Target;
      /** The address that the receiver sees. */
      readonly source: string;
      readonly passed: readonly Passed[];
    }
  | {
      readonly failure: ConnectFailure;
      readonly why: string;
      /** The sender's address on what went to a router that nobody here knows. */
      readonly left?: string;
    };

type Rewritten = (Target & { readonly masquerade?: boolean }) | 'reject' | 'drop';

/** Rewrites a destination where a packet comes into a stack, or leaves the one it was made in. */
type Rewrite = (stack: NetworkNamespace, target: Target) => Rewritten;

export interface Exit {
  readonly one: Interface;
  readonly via?: string;
  readonly src?: string;
}

/** Where a stack sends packets for an address: the narrowest of its routes. */
export function exitOf(stack: NetworkNamespace, address: string): Exit | undefined {
  let best: (Exit & { length: number }) | undefined;
  const isUp = (name: string) => stack.allInterfaces().find((one) => one.name === name && one.up);
  for (const one of stack.interfaces)
    for (const cidr of one.up ? one.addresses : [])
      if (lengthOf(cidr) < 32 && isWithin(address, cidr) && lengthOf(cidr) > (best?.length ?? -1))
        best = { one, length: lengthOf(cidr), src: cidr.split('/')[0] as string };
  for (const { to, via, dev, src } of stack.routes) {
    const length = to === 'default' ? 0 : lengthOf(to);
    const one = length > (best?.length ?? -1) ? isUp(dev) : undefined;
    if (one && (to === 'default' || isWithin(address, to)))
      best = { one, length, ...(via ? { via } : {}), ...(src ? { src } : {}) };
  }
  return best;
}

/** The stack that a packet leaving by a device comes to. */
function nextStack(stack: NetworkNamespace, { one, via }: Exit, address: string): Passed | undefined {
  if (one.byHand) {
    const hop = via ?? address;
    return onWire(stack, one).find((end) => end.one.addresses.some((cidr) => cidr.split('/')[0] === hop));
  }
  const { network, host } = stack;
  const owner = network.owner(via ?? address) ?? network.outside.owner(address);
  // A pod knows its host by an address that is nobody's.
  const next = owner ?? (host === stack ? undefined : host);
  return next && { stack: next, in: next.host === host ? 'cni0' : 'eth0' };
}

/** Everything that hears what a device made by hand sends: ends of cables, bridges and what is plugged into them. */
export function onWire(
  stack: NetworkNamespace,
  one: Interface,
): { stack: NetworkNamespace; one: Interface; in: string }[] {
  const heard: { stack: NetworkNamespace; one: Interface; in: string }[] = [];
  const seen = new Set<Interface>([one]);
  const send = (from: Interface) => {
    const { cable } = from;
    if (from.up && cable && !seen.has(cable.end)) receive(cable.stack, cable.end);
  };
  const flood = (at: NetworkNamespace, bridge: Interface) => {
    for (const port of at.interfaces) if (port.master === bridge.name && !seen.has(port)) send(port);
  };
  const receive = (at: NetworkNamespace, end: Interface) => {
    seen.add(end);
    if (!end.up) return;
    const bridge = at.interfaces.find(({ name }) => name === end.master);
    const endpoint = bridge ?? end;
    if (!endpoint.up || (bridge && seen.has(bridge))) return;
    seen.add(endpoint);
    heard.push({ stack: at, one: endpoint, in: endpoint.name });
    if (bridge) flood(at, bridge);
  };
  if (one.kind === 'bridge') flood(stack, one);
  else send(one);
  return heard;
}

/** Sends the first packet of a connection on its way, from stack to stack by their routes. */
function travel(from: NetworkNamespace, first: Target, rewrite: Rewrite): Trip {
  const passed: Passed[] = [];
  let [target, source, at] = [first, '', { stack: from } as Passed];
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const { stack } = at;
    const rewritten = rewrite(stack, target);
    if (rewritten === 'reject') return { failure: 'refused', why: 'rejected by a rule' };
    if (rewritten === 'drop') return { failure: 'timeout', why: 'dropped by a rule' };
    target = rewritten;
    if (stack.has(target.address))
      return { to: stack, target, source: source || target.address, passed: [...passed, at] };
    const exit = exitOf(stack, target.address);
    if (!exit) return { failure: hop === 0 ? 'unreachable' : 'no-route', why: 'no route' };
    if (hop > 0 && !stack.forwards()) return { failure: 'timeout', why: `${stack.name} forwards nothing` };
    const own = exit.src ?? stack.sourceFor(target.address) ?? '';
    if (source === '' || rewritten.masquerade) source = own;
    if (source === '') return { failure: 'unreachable', why: 'no address to send from' };
    source = stack.sourceNat?.({ source, target, out: exit.one.name }) ?? source;
    passed.push({ ...at, out: exit.one.name });
    const next = nextStack(stack, exit, target.address);
    if (!next && exit.via && !exit.one.byHand)
      return { failure: 'timeout', why: 'nobody outside answers', left: source };
    if (!next) return { failure: 'no-route', why: 'no such address' };
    at = next;
  }
  return { failure: 'timeout', why: 'the routes lead in a circle' };
}

/** Whether what answers finds back to who asked, or to who hides them. */
function findsBack({ to, source, target, passed }: Extract<Trip, { to: unknown }>): boolean {
  const back = travel(to, { ...target, address: source }, (_, same) => same);
  return 'to' in back && passed.some(({ stack }) => stack === back.to);
}

/** Follows a connection over devices that somebody has made, where the way there and back decides. */
export function connectOverWires(from: NetworkNamespace, first: Target, choose?: Choose): Connected {
  const trip = travel(from, first, (stack, target) => {
    let now: Exclude<Rewritten, string> = target;
    for (const translate of stack.translations.values()) {
      const result = translate(now, from, choose);
      if (typeof result === 'string') return result;
      if (result) now = { protocol: target.protocol, ...result };
    }
    return now;
  });
  if ('failure' in trip) return { ok: false, failure: trip.failure, why: trip.why };
  const { to, target, source, passed } = trip;
  if (to !== from && !findsBack(trip)) return { ok: false, failure: 'timeout', why: 'no way back' };
  const packet = { from, fromAddress: source, to, toAddress: target.address, ...target };
  for (const { stack, ...devices } of passed) {
    if (from.network.down.has(stack)) return { ok: false, failure: 'timeout', why: 'host is down' };
    for (const filter of to === from ? [] : stack.filters.values()) {
      const why = filter(packet);
      if (why) return { ok: false, failure: 'timeout', why };
    }
    const verdict = stack.firewall?.({ ...packet, ...devices });
    if (verdict)
      return {
        ok: false,
        failure: verdict === 'drop' ? 'timeout' : 'refused',
        why: 'a rule of the firewall',
      };
  }
  const listener = to.listenerAt(target.address, target.port, target.protocol);
  if (!listener)
    return { ok: false, failure: 'refused', why: `nothing listens on ${target.address}:${target.port}` };
  return { ok: true, listener, from: source, to: target.address, port: target.port };
}

/** The stacks that packets for an address pass, from the one that sends them. */
export function wayOf(from: NetworkNamespace, address: string): readonly NetworkNamespace[] | undefined {
  const trip = travel(from, { address, port: 0, protocol: 'TCP' }, (_, same) => same);
  return 'to' in trip ? trip.passed.map(({ stack }) => stack) : undefined;
}

/** Whether packets for the outside leave by a host, and under an address of it, so that answers come back. */
export function wayOut(from: NetworkNamespace, address: string): boolean {
  const trip = travel(from, { address, port: 0, protocol: 'TCP' }, (_, same) => same);
  return 'left' in trip && from.network.owner(trip.left) !== undefined;
}
