import type { Listener } from '../network/network.ts';
import type { Main } from '../program.ts';
import { StubResolver } from './stub-resolver.ts';

/**
 * A daemon whose work the simulation does elsewhere, or that nobody looks at: it is there, can be stopped and started,
 * and waits. The journal and logins do not depend on it; name resolution does on systemd-resolved.
 */
export const idleDaemon: Main = function* (context) {
  const { network, process } = context;
  const sockets = context.args[0] === RESOLVED ? RESOLVED_SOCKETS : [];
  const service = new StubResolver(context);
  for (const socket of sockets) process.onExit.push(network.listen({ ...socket, pid: process.pid, service }));
  for (;;) yield {};
};

const RESOLVED = '/usr/lib/systemd/systemd-resolved';

/** Where systemd-resolved answers. */
const RESOLVED_SOCKETS: readonly Omit<Listener, 'pid'>[] = [
  { protocol: 'UDP', address: '127.0.0.53', port: 53, device: 'lo' },
  { protocol: 'UDP', address: '127.0.0.54', port: 53 },
  { protocol: 'TCP', address: '127.0.0.53', port: 53, device: 'lo' },
  { protocol: 'TCP', address: '127.0.0.54', port: 53 },
];

/** Where such daemons are installed on Ubuntu. */
export const IDLE_DAEMONS: readonly string[] = [
  '/usr/lib/systemd/systemd-journald',
  '/usr/lib/systemd/systemd-logind',
  '/usr/lib/systemd/systemd-networkd',
  RESOLVED,
  '/usr/bin/dbus-daemon',
  '/usr/sbin/cron',
  '/usr/sbin/chronyd',
];
