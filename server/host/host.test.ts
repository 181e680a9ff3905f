import { expect, it } from 'vitest';
import { Clock, Random } from '../sim/index.ts';
import { filesOn, ubuntuDisk } from './distro/ubuntu.ts';
import { Disk } from './files/disk.ts';
import { Host } from './host.ts';
import { Network } from './network/namespace.ts';
import type { Program } from './program.ts';

const PROGRAMS: Program[] = [
  {
    name: 'say',
    main: function* (context) {
      yield* context.out(`${context.args.slice(1).join(' ')}\n`);
      return 0;
    },
  },
  {
    name: 'fail',
    main: function* (context) {
      yield* context.err('it went wrong\n');
      return 3;
    },
  },
  {
    name: 'stay',
    main: function* () {
      for (;;) yield {};
    },
  },
];

function machine(files: Record<string, string> = {}) {
  const clock = new Clock(Date.UTC(2026, 10, 21));
  const base = ubuntuDisk(
    clock,
    PROGRAMS.map(({ name }) => ({ program: name, paths: [`/usr/bin/${name}`] })),
  );
  const disk = new Disk({ clock, base });
  for (const [path, text] of Object.entries(files)) filesOn(disk).write(path, text);
  const host = new Host({
    hostname: 'node01',
    clock,
    random: new Random(1),
    network: new Network(),
    base: disk.freeze(),
    programs: new Map(PROGRAMS.map((program) => [program.name, program])),
  });
  const log = () => host.journal.entries().map((entry) => `${entry.identifier}: ${entry.message}`);
  return { clock, host, log };
}

const unit = (exec: string, more = '') =>
  `[Unit]\nDescription=A test\n[Service]\nExecStart=${exec}\n${more}\n[Install]\nWantedBy=multi-user.target\n`;

it('runs a service, logs what it prints, and stops it', () => {
  const { clock, host, log } = machine({ '/etc/systemd/system/a.service': unit('/usr/bin/stay') });
  host.systemd.start('a');
  clock.advance(1000);
  expect(host.systemd.service('a').sub).toBe('running');
  host.systemd.stop('a');
  clock.advance(1000);
  expect(host.systemd.service('a').active).toBe('inactive');
  expect(log()).toEqual([
    'systemd: Started a.service - A test.',
    'systemd: Stopping a.service - A test...',
    'systemd: a.service: Deactivated successfully.',
    'systemd: Stopped a.service - A test.',
  ]);
});

it('restarts a failing service until it fails too often', () => {
  const { clock, host, log } = machine({
    '/etc/systemd/system/a.service': unit('/usr/bin/fail', 'Restart=always\nStartLimitBurst=2'),
  });
  host.systemd.start('a');
  clock.advance(5000);
  const service = host.systemd.service('a');
  expect([service.active, service.result, service.restarts]).toEqual(['failed', 'start-limit-hit', 2]);
  expect(log().slice(0, 5)).toEqual([
    'systemd: Started a.service - A test.',
    'fail: it went wrong',
    'systemd: a.service: Main process exited, code=exited, status=3/n/a',
    "systemd: a.service: Failed with result 'exit-code'.",
    'systemd: a.service: Scheduled restart job, restart counter is at 1.',
  ]);
});

it('says so when the executable or an environment file is missing', () => {
  const { clock, host, log } = machine({
    '/etc/systemd/system/a.service': unit('/usr/bin/nowhere'),
    '/etc/systemd/system/b.service': unit('/usr/bin/say $X', 'EnvironmentFile=/etc/default/b'),
  });
  host.systemd.start('a');
  host.systemd.start('b');
  clock.advance(1000);
  expect(host.systemd.service('a').status?.code).toBe(203);
  expect(log()).toContain(
    'systemd: a.service: Failed at step EXEC spawning /usr/bin/nowhere: No such file or directory',
  );
  expect(host.systemd.service('b').result).toBe('resources');
});

it('does not mind when a command that starts with - is missing or fails', () => {
  const before = 'ExecStartPre=-/missing\nExecStartPre=-/usr/bin/fail';
  const { clock, host, log } = machine({
    '/etc/systemd/system/a.service': unit('/usr/bin/stay', before),
    '/etc/systemd/system/b.service': unit('-/missing'),
    '/etc/systemd/system/c.service': unit('/usr/bin/stay', 'ExecStartPre=/missing'),
  });
  for (const name of ['a', 'b', 'c']) host.systemd.start(name);
  clock.advance(1000);
  const state = (name: string) => host.systemd.service(name).active;
  expect(['a', 'b', 'c'].map(state)).toEqual(['active', 'inactive', 'failed']);
  expect(log()).toContain(
    'systemd: a.service: Executable /missing missing, skipping: No such file or directory',
  );
});

it('boots what is enabled and takes up where a saved host was', () => {
  const first = machine({
    '/etc/systemd/system/a.service': unit('/usr/bin/stay'),
    '/etc/systemd/system/b.service': unit('/usr/bin/stay'),
  });
  first.host.systemd.enable('a');
  first.host.systemd.enable('b');
  first.host.boot();
  first.clock.advance(1000);
  first.host.systemd.stop('b');
  first.clock.advance(1000);
  const second = new Host({
    hostname: 'node01',
    clock: new Clock(first.clock.now),
    random: new Random(1),
    network: new Network(),
    base: first.host.disk.freeze(),
    programs: first.host.programs,
  });
  const lines = second.journal.entries().length;
  second.resume();
  second.clock.advance(1000);
  expect(second.systemd.service('a').main?.alive).toBe(true);
  expect(second.systemd.service('b').active).toBe('inactive');
  expect(second.journal.entries().length).toBe(lines);
});

it('loads a changed unit file only after daemon-reload', () => {
  const { host } = machine({ '/etc/systemd/system/a.service': unit('/usr/bin/stay') });
  expect(host.systemd.load('a').file.get('Service', 'ExecStart')).toBe('/usr/bin/stay');
  host.clock.advance(5);
  host.init.fs.write('/etc/systemd/system/a.service', unit('/usr/bin/say hello'));
  expect(host.systemd.needsReload('a')).toBe(true);
  host.systemd.daemonReload();
  expect(host.systemd.load('a').file.get('Service', 'ExecStart')).toBe('/usr/bin/say hello');
});

it('shows processes, mounts and settings below /proc', () => {
  const { host } = machine();
  const { fs } = host.init;
  expect(fs.read('/proc/1/comm')).toBe('systemd\n');
  expect(fs.read('/proc/mounts').split('\n')[0]).toBe('/dev/vda1 / ext4 rw,relatime 0 0');
  fs.write('/proc/sys/net/ipv4/ip_forward', '0\n');
  expect(fs.read('/proc/sys/net/ipv4/ip_forward')).toBe('0\n');
  expect(() => fs.write('/proc/1/comm', 'x')).toThrow('Permission denied');
});
