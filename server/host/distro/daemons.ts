import type { Main } from '../program.ts';

/**
 * A daemon whose work the simulation does elsewhere, or that nobody looks at: it is there, can be stopped and started,
 * and waits. The journal, name resolution and logins do not depend on it.
 */
export const idleDaemon: Main = function* () {
  for (;;) yield {};
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
