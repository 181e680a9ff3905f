import type { Listener } from '../network/network.ts';
import type { Main } from '../program.ts';

/**
 * A daemon whose work the simulation does elsewhere, or that nobody looks at: it is there, can be stopped and started,
 * and waits. The journal, name resolution and logins do not depend on it.
 */
export const idleDaemon: Main = function* (context) {
  const { network, process } = context;
  for (const socket of SOCKETS[context.args[0] ?? ''] ?? [])
    process.onExit.push(network.listen({ ...socket, pid: process.pid }));
  for (;;) yield {};
};

/** What some of them listen on. */
const SOCKETS: Readonly<Record<string, readonly Omit<Listener, 'pid'>[]>> = {
  '/usr/lib/systemd/systemd-resolved': [
    { protocol: 'UDP', address: '127.0.0.53', port: 53, device: 'lo' },
    { protocol: 'UDP', address: '127.0.0.54', port: 53 },
    { protocol: 'TCP', address: '127.0.0.53', port: 53, device: 'lo' },
    { protocol: 'TCP', address: '127.0.0.54', port: 53 },
  ],
};

/** Where such daemons are installed on Ubuntu. */
export const IDLE_DAEMONS: readonly string[] = [
  '/usr/lib/systemd/systemd-journald',
  '/usr/lib/systemd/systemd-logind',
  '/usr/lib/systemd/systemd-networkd',
  '/usr/lib/systemd/systemd-resolved',
  '/usr/bin/dbus-daemon',
  '/usr/sbin/cron',
  '/usr/sbin/chronyd',
];
