import { keepKernelOptions } from './boot-loader.ts';
import type { Context } from './context.ts';
import { filesOn } from './distro/ubuntu.ts';
import { UBUNTU_DIRECTORIES, UBUNTU_FILES } from './distro/ubuntu-files.ts';
import type { Host } from './host.ts';

/** Somebody who wants to finish something before the machine goes down. Models logind's delay inhibitors. */
export interface Inhibitor {
  /** The longest that is waited for it. */
  readonly delayMs: number;
  /** Told that the machine goes down; calls `done` when it may. */
  readonly prepare: (done: () => void) => void;
}

/** Says that the machine is on its way down, or that it has not come up again yet. */
const GOING_DOWN = '/run/nologin';
/** Says that the machine is switched off. */
const OFF = '/run/powered-off';
/** When it was switched on, so that a host that is restored knows. */
const BOOTED_AT = '/run/systemd/booted-at';
/** What services get to end. */
const STOP_LIMIT_MS = 90_000;
const LOOK_MS = 200;
/** Firmware, boot loader and kernel, and then the units of `sysinit.target` one after the other. */
const START_MS = 8000;
const UNIT_MS = 300;

/** What becomes of a machine when everything that runs has ended; `says` is what is told of it before, and in the end. */
const ENDINGS = {
  reboot: { says: 'The system will reboot now!', ends: 'System is rebooting.', isOff: false },
  poweroff: { says: 'The system will power off now!', ends: 'System is powering down.', isOff: true },
  halt: { says: 'The system will halt now!', ends: 'System is halting.', isOff: true },
} as const;
export type Ending = keyof typeof ENDINGS;

/** Ends everything that runs, in order, and switches the machine on again, or not. */
export function shutDown(host: Host, by: Context, how: Ending): void {
  const { says, ends, isOff } = ENDINGS[how];
  if (host.isGoingDown) return;
  host.isGoingDown = true;
  const { fs } = host.init;
  fs.write(GOING_DOWN, 'System is going down. Unprivileged users are not permitted to log in anymore.\n');
  tell(host, by, says);
  const say = (message: string) =>
    host.journal.append({
      identifier: 'systemd-logind',
      pid: undefined,
      unit: 'systemd-logind.service',
      message,
    });
  say(says);
  say(ends);
  whenPrepared(host, () => {
    host.systemd.stopAll();
    whenStopped(host, host.clock.now + STOP_LIMIT_MS, () => switchOff(host, isOff));
  });
}

/** What everybody reads who sits at a terminal. */
function tell(host: Host, by: Context, says: string): void {
  const user = host.users.user(by.credentials.uid)?.name ?? 'root';
  const time = new Date(host.clock.now)
    .toUTCString()
    .replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1 $4-$3-$2 $5 UTC');
  const on = by.terminal ? ` on ${by.terminal.name}` : '';
  for (const terminal of host.terminals.list())
    terminal.open().write(`\nBroadcast message from ${user}@${host.hostname}${on} (${time}):\n\n${says}\n\n`);
}

function whenPrepared(host: Host, then: () => void): void {
  let waiting = host.inhibitors.size;
  let over = false;
  const go = () => {
    if (over) return;
    over = true;
    then();
  };
  if (waiting === 0) {
    go();
    return;
  }
  for (const { prepare } of host.inhibitors) prepare(() => --waiting === 0 && go());
  host.clock.after(Math.max(...[...host.inhibitors].map(({ delayMs }) => delayMs)), go);
}

function whenStopped(host: Host, limit: number, then: () => void): void {
  const busy = host.systemd.services().some(({ isBusy, name }) => isBusy && name.endsWith('.service'));
  if (!busy || host.clock.now >= limit) then();
  else host.clock.after(LOOK_MS, () => whenStopped(host, limit, then));
}

function switchOff(host: Host, staysOff: boolean): void {
  const { init, network, processes } = host;
  processes.killAll();
  for (const namespace of [...network.network.namespaces]) if (namespace.host === network) namespace.close();
  emptyVolatile(host);
  init.fs.write(staysOff ? OFF : GOING_DOWN, '');
  const next = host.rebuilt();
  next.isGoingDown = true;
  next.network.network.down.add(next.network);
  if (staysOff) offerSwitch(next);
  else host.clock.after(START_MS, () => switchOn(next));
}

/** Who stands beside a machine that is off may switch it on. */
function offerSwitch(host: Host): void {
  const { switches } = host.network.network;
  const address = host.network.primaryAddress() ?? '';
  switches.set(address, () => {
    switches.delete(address);
    host.init.fs.removeAll(OFF);
    host.init.fs.write(GOING_DOWN, '');
    host.clock.after(START_MS, () => switchOn(host));
  });
}

/** What lies in memory, and what is cleaned at boot: as a fresh system has it. */
function emptyVolatile({ disk }: Host): void {
  const fs = filesOn(disk);
  for (const directory of ['/run', '/tmp'])
    for (const name of fs.list(directory)) fs.removeAll(`${directory}/${name}`);
  const isVolatile = (path: string) => path.startsWith('/run/');
  for (const [path, mode] of UBUNTU_DIRECTORIES.filter(([path]) => isVolatile(path))) {
    fs.mkdirAll(path);
    fs.chmod(path, mode);
  }
  for (const [path, { text, mode = 0o644 }] of Object.entries(UBUNTU_FILES).filter(([path]) =>
    isVolatile(path),
  )) {
    fs.mkdirAll(path.slice(0, path.lastIndexOf('/')));
    fs.write(path, text);
    fs.chmod(path, mode);
  }
}

/** What prepares the kernel before anything else starts. */
const EARLY_UNITS = ['systemd-modules-load.service', 'systemd-sysctl.service', 'apparmor.service'];

function switchOn(host: Host): void {
  if (!host.isGoingDown) return;
  host.isGoingDown = false;
  const { init, network, systemd, clock } = host;
  host.bootedAt = clock.now;
  network.network.down.delete(network);
  init.fs.removeAll(GOING_DOWN);
  init.fs.write(BOOTED_AT, String(host.bootedAt));
  keepKernelOptions(init.fs);
  if (init.fs.isFile('/proc/sys/kernel/hostname'))
    init.fs.write('/proc/sys/kernel/hostname', `${host.hostname}\n`);
  host.journal.startBoot();
  for (const [i, unit] of EARLY_UNITS.entries())
    clock.after(i * UNIT_MS, () => systemd.load(unit).load === 'loaded' && systemd.start(unit));
  clock.after(EARLY_UNITS.length * UNIT_MS, () => systemd.boot());
}

/** Takes up where a saved machine was: off, or in the middle of its way down or up. True: it was, and is not resumed. */
export function resumePower(host: Host): boolean {
  const { fs } = host.init;
  if (fs.isFile(BOOTED_AT)) host.bootedAt = Number(fs.read(BOOTED_AT));
  const isOff = fs.isFile(OFF);
  if (!isOff && !fs.isFile(GOING_DOWN)) return false;
  host.isGoingDown = true;
  host.network.network.down.add(host.network);
  if (isOff) {
    offerSwitch(host);
    return true;
  }
  emptyVolatile(host);
  host.clock.after(0, () => switchOn(host));
  return true;
}
