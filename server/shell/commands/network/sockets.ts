import {
  type Context,
  commandName,
  type Listener,
  type NetworkNamespace,
  type Protocol,
} from '../../../host/index.ts';

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

/** Sockets in the caller's network namespace: those that listen, by protocol and port, and those that are connected. */
export function socketsOf({ network }: Context): Socket[] {
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

/** A process that holds a socket, as it is seen from where somebody looks. */
export interface Owner {
  readonly pid: number;
  readonly name: string;
  readonly fd: number;
}

/** Who holds a socket, workers first: only root sees the processes of others, and nobody those he cannot see at all. */
export function owners(
  context: Context,
  socket: Socket,
  all: readonly Socket[] = socketsOf(context),
): Owner[] {
  const fd = 6 + all.filter(({ pid }) => pid === socket.pid).findIndex((one) => isSame(one, socket));
  return [...(socket.listener?.holders ?? []), socket.pid]
    .flatMap((hostPid) => {
      const process = context.host.processes.get(hostPid);
      const { uid } = context.credentials;
      if (!process || (uid !== 0 && process.uid !== uid)) return [];
      const pid = process.pidIn(context.process.namespace);
      return pid === undefined ? [] : [{ pid, name: commandName(process), fd }];
    })
    .sort((a, b) => b.pid - a.pid);
}

function isSame(one: Socket, other: Socket): boolean {
  return (
    one.protocol === other.protocol &&
    one.port === other.port &&
    one.address === other.address &&
    one.peer?.port === other.peer?.port &&
    one.peer?.address === other.peer?.address
  );
}

const SERVICES: Readonly<Record<number, string>> = {
  22: 'ssh',
  53: 'domain',
  80: 'http',
  443: 'https',
  3306: 'mysql',
  5432: 'postgresql',
  6379: 'redis',
  8080: 'http-alt',
  11211: 'memcache',
};

/** A port by its number or its name. */
export function servicePort(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const found = Object.entries(SERVICES).find(([, name]) => name === text);
  return found && Number(found[0]);
}

/** A port's name in `/etc/services`. */
export function serviceName(port: number): string | undefined {
  return SERVICES[port];
}
