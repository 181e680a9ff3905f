import { type Context, commandName, type Listener } from '../../../host/index.ts';

/** Sockets that listen in the caller's network namespace, by protocol and port. */
export function listeners(context: Context): Listener[] {
  return [...context.network.listeners].sort((a, b) =>
    a.protocol === b.protocol ? a.port - b.port : a.protocol < b.protocol ? 1 : -1,
  );
}

/** A process that holds a socket, as it is seen from where somebody looks. */
export interface Owner {
  readonly pid: number;
  readonly name: string;
  readonly fd: number;
}

/** Who holds a socket, workers first: only root sees the processes of others, and nobody those he cannot see at all. */
export function owners(context: Context, listener: Listener): Owner[] {
  const fd = 6 + sockets(context, listener.pid).indexOf(listener);
  return [...(listener.holders ?? []), listener.pid]
    .flatMap((hostPid) => {
      const process = context.host.processes.get(hostPid);
      const { uid } = context.credentials;
      if (!process || (uid !== 0 && process.uid !== uid)) return [];
      const pid = process.pidIn(context.process.namespace);
      return pid === undefined ? [] : [{ pid, name: commandName(process), fd }];
    })
    .sort((a, b) => b.pid - a.pid);
}

function sockets(context: Context, pid: number): Listener[] {
  return [...context.network.listeners].filter((listener) => listener.pid === pid);
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

/** A port's name in `/etc/services`. */
export function serviceName(port: number): string | undefined {
  return SERVICES[port];
}
