import { type Context, commandName, type Socket, socketsIn } from '../../../host/index.ts';

export type { Socket };

/** Sockets in the caller's network namespace. */
export function socketsOf({ network }: Context): Socket[] {
  return socketsIn(network);
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
