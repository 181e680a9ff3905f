import type { NetworkNamespace } from './namespace.ts';
import type { Listener, Protocol } from './network.ts';

/** A socket as tools show it: one that listens, or an end of a connection. */
export interface Socket {
  readonly protocol: Protocol;
  readonly state: 'LISTEN' | 'UNCONN' | 'ESTAB';
  readonly address: string;
  readonly port: number;
  readonly peer?: { readonly address: string; readonly port: number };
  /** A socket for both families, as those that listen on `::` are; connections to them are of IPv6 too. */
  readonly six: boolean;
  readonly pid: number;
  readonly listener?: Listener;
}

/** Sockets of a stack: those that listen, by protocol and port, and those that are connected. */
export function socketsIn(network: NetworkNamespace): Socket[] {
  const listening = [...network.listeners]
    .sort((a, b) => (a.protocol === b.protocol ? a.port - b.port : a.protocol < b.protocol ? 1 : -1))
    .map(
      (listener): Socket => ({
        protocol: listener.protocol,
        state: listener.protocol === 'UDP' ? 'UNCONN' : 'LISTEN',
        address: listener.address,
        port: listener.port,
        six: listener.address.includes(':'),
        pid: listener.pid,
        listener,
      }),
    );
  return [...listening, ...connectedIn(network)];
}

/** The ends of connections that are in a stack. One program holds one connection to a place, whatever it asks over it. */
function connectedIn(network: NetworkNamespace): Socket[] {
  const found = new Map<string, Socket>();
  const put = (one: Socket, key: string) => {
    if (!found.has(key)) found.set(key, one);
  };
  for (const { client, asked, seen, server, listener } of network.network.connections.open()) {
    const key = `${client.network.name} ${client.pid} ${asked.address} ${asked.port} ${server.address}`;
    const common = { protocol: 'TCP', state: 'ESTAB' } as const;
    if (client.network === network)
      put({ ...common, ...client, peer: asked, six: asked.address.includes(':') }, `client ${key}`);
    if (server.network === network) {
      const peer = { address: seen, port: client.port };
      put({ ...common, ...server, peer, six: listener.address === '::' }, `server ${key}`);
    }
  }
  return [...found.values()].sort((a, b) => a.port - b.port || (a.peer?.port ?? 0) - (b.peer?.port ?? 0));
}
