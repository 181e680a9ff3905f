import type { NetworkNamespace } from './namespace.ts';
import type { Connected, Listener, Protocol } from './network.ts';

export interface End {
  readonly address: string;
  readonly port: number;
}

/** What went over a connection: how long the two messages were, and what a protocol's decoder says of them. */
export interface Said {
  readonly question: { readonly bytes: number; readonly text: string };
  readonly answer: { readonly bytes: number; readonly text: string };
}

/** A connection that was tried, as who listens on the wires gets to know it. */
export interface Flow {
  readonly protocol: Protocol;
  readonly from: NetworkNamespace;
  /** Who has got its packets; undefined: nobody. */
  readonly to: NetworkNamespace | undefined;
  readonly source: End;
  /** Before and after services' addresses were rewritten. */
  readonly asked: End;
  readonly target: End;
  /** The sender's address as the other side sees it. */
  readonly seen: string;
  readonly outcome: 'answered' | 'refused' | 'rejected' | 'lost';
  said?: Said;
}

/** Those who listen on the wires of a world. */
export class Taps {
  readonly #taps = new Set<(flow: Flow) => void>();
  /** The last connection to each listener, which what is said over it belongs to. */
  #last = new Map<Listener, Flow>();

  /** Calls `tap` for every connection from now on. Returns a function that ends that. */
  listen(tap: (flow: Flow) => void): () => void {
    this.#taps.add(tap);
    return () => {
      this.#taps.delete(tap);
      if (this.#taps.size === 0) this.#last.clear();
    };
  }

  get isTapped(): boolean {
    return this.#taps.size > 0;
  }

  /** A connection was tried. */
  tell(from: NetworkNamespace, asked: End, protocol: Protocol, found: Connected): void {
    const target = found.ok ? { address: found.to, port: found.port } : (found.at ?? asked);
    const isLocal = target.address.startsWith('127.') || target.address === '::1' || from.has(target.address);
    const owner = isLocal ? from : from.network.owner(target.address);
    const source = {
      address: isLocal ? target.address : (from.sourceFor(target.address) ?? ''),
      port: from.ephemeralPort(),
    };
    const flow: Flow = {
      ...{ protocol, from, source, asked, target },
      to: found.ok || found.at ? owner : undefined,
      seen: found.ok ? found.from : source.address,
      outcome: outcomeOf(found),
    };
    if (found.ok) this.#last.set(found.listener, flow);
    for (const tap of this.#taps) tap(flow);
  }

  /** Something was said over the connection that was made last. */
  hear(listener: Listener, said: () => Said): void {
    const flow = this.isTapped ? this.#last.get(listener) : undefined;
    if (flow && !flow.said) flow.said = said();
  }
}

function outcomeOf(found: Connected): Flow['outcome'] {
  if (found.ok) return 'answered';
  if (found.failure !== 'refused') return 'lost';
  return found.at ? 'refused' : 'rejected';
}

/** A packet on a device: under which addresses, and whether it comes in or goes out there. */
export interface Sighting {
  readonly device: string;
  readonly isOut: boolean;
  readonly source: End;
  readonly target: End;
}

/** Where a stack's devices see the packets of a connection on their way there, in order. */
export function sightings(stack: NetworkNamespace, flow: Flow): Sighting[] {
  const { from, to, source, asked, target } = flow;
  const before = { source, target: asked };
  const after = { source: { ...source, address: flow.seen }, target };
  const isRewritten = from === from.host;
  if (stack === from && to === from)
    return [{ device: 'lo', isOut: false, source, target: isRewritten ? target : asked }];
  const seen: Sighting[] = [];
  const staysHere = to === stack || to?.host === stack;
  if (stack === from) {
    const way = isRewritten ? after : before;
    if (!staysHere) seen.push({ device: deviceTo(stack, way.target.address), isOut: true, ...way });
  } else if (stack === from.host) {
    for (const device of devicesOf(stack, from)) seen.push({ device, isOut: false, ...before });
    if (!staysHere) seen.push({ device: deviceTo(stack, target.address), isOut: true, ...after });
  } else if (stack === to?.host) seen.push({ device: deviceTo(stack, flow.seen), isOut: false, ...after });
  if (to && to !== stack && stack === to.host)
    for (const device of devicesOf(stack, to).reverse()) seen.push({ device, isOut: true, ...after });
  if (stack === to && to !== to.host)
    seen.push({ device: deviceTo(stack, flow.seen), isOut: false, ...after });
  return seen;
}

/** The devices between a host and a pod: its cable, and the bridge that this is plugged into. */
function devicesOf(host: NetworkNamespace, pod: NetworkNamespace): string[] {
  const cable = host.links.find((link) => link.pod === pod);
  return cable ? [cable.name, ...(cable.master === undefined ? [] : [cable.master])] : [];
}

function deviceTo(stack: NetworkNamespace, address: string): string {
  const fallback = stack.interfaces.find(({ name }) => name !== 'lo')?.name ?? 'lo';
  return stack.routeTo(address)?.dev ?? fallback;
}
