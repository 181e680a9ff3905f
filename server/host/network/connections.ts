import type { Context } from '../context.ts';
import type { HttpStream } from './http.ts';
import type { NetworkNamespace } from './namespace.ts';
import type { Connected, Listener } from './network.ts';

/** One end of a connection, as the stack that it is in sees it. */
export interface Endpoint {
  readonly network: NetworkNamespace;
  readonly address: string;
  readonly port: number;
  readonly pid: number;
}

/** A connection that stands: who has made it, under which addresses, and whom it has got to. */
export interface Connection {
  readonly client: Endpoint;
  /** The address and port that the client asked for: a service's, where the client used one. */
  readonly asked: { readonly address: string; readonly port: number };
  /** The client as the server sees it. */
  readonly seen: string;
  readonly server: Endpoint;
  readonly listener: Listener;
  readonly isOpen: () => boolean;
  /** What ends it when its packets do not pass any more. */
  readonly cut?: () => void;
}

/** The connections of a world that somebody may look at, or that a rule may cut long after they were made. */
export class Connections {
  #all: Connection[] = [];
  #pruneAt = 64;

  add(connection: Connection): void {
    this.#all.push(connection);
    if (this.#all.length < this.#pruneAt) return;
    this.#all = this.open();
    this.#pruneAt = Math.max(64, 2 * this.#all.length);
  }

  open(): Connection[] {
    return this.#all.filter((one) => one.isOpen());
  }

  /** Ends those that do not pass any more. */
  recheck(): void {
    const gone = this.open().filter(
      ({ client, asked, cut }) => cut && !client.network.connect(asked.address, asked.port).ok,
    );
    for (const { cut } of gone) cut?.();
  }
}

/** What a program has been connected to, on which port of its own, and for how long. */
export interface Opened {
  readonly asked: { readonly address: string; readonly port: number };
  readonly found: Extract<Connected, { ok: true }>;
  readonly localPort: number;
  readonly isOpen: () => boolean;
  readonly cut?: () => void;
}

/** Notes that a program holds a connection. */
export function holdConnection(context: Context, { asked, found, localPort, ...rest }: Opened): void {
  const { network, process } = context;
  const local = asked.address.startsWith('127.') || asked.address === '::1' || network.has(asked.address);
  const to = network.has(found.to) || found.to.startsWith('127.') ? network : network.network.owner(found.to);
  network.network.connections.add({
    client: {
      network,
      address: local ? asked.address : (network.sourceFor(asked.address) ?? found.from),
      port: localPort,
      pid: process.pid,
    },
    asked,
    seen: found.from,
    server: { network: to ?? network, address: found.to, port: found.port, pid: found.listener.pid },
    listener: found.listener,
    ...rest,
    isOpen: () => process.alive && (to ?? network).listeners.has(found.listener) && rest.isOpen(),
  });
}

/** A connection for as long as an answer comes over it piece by piece. */
export function holdStream(
  context: Context,
  stream: HttpStream,
  opened: Omit<Opened, 'isOpen' | 'cut'>,
): void {
  holdConnection(context, { ...opened, isOpen: () => !stream.ended, cut: () => stream.close() });
}
