import { describe, expect, it } from 'vitest';
import { Clock, ProcessTable } from '../sim/index.ts';
import { Terminals } from './pty.ts';

function pty() {
  const clock = new Clock(0);
  const processes = new ProcessTable({ clock });
  const master = new Terminals(processes).create({ columns: 80, rows: 24 });
  const slave = master.open().retain();
  return { clock, processes, master, slave };
}

describe('the line discipline, cooked', () => {
  const cases: [typed: string, read: string | undefined, shown: string][] = [
    ['ls\r', 'ls\n', 'ls\r\n'],
    ['lx\x7fs\r', 'ls\n', 'lx\b \bs\r\n'],
    ['one two\x17three\r', 'one three\n', `one two${'\b \b'.repeat(3)}three\r\n`],
    ['rubbish\x15ok\r', 'ok\n', `rubbish${'\b \b'.repeat(7)}ok\r\n`],
    ['no newline', undefined, 'no newline'],
    ['abc\x04', 'abc', 'abc'],
    ['\x04', '', ''],
    ['\x16\x03\r', '\x03\n', '^C\r\n'],
    ['파드\x7f\r', '파\n', '파드\b \b\b \b\r\n'],
  ];
  it.each(cases)('%j reads %j', (typed, read, shown) => {
    const { master, slave } = pty();
    master.input(typed);
    expect(slave.read(1000)).toBe(read);
    expect(master.take() ?? '').toBe(shown);
  });

  it('gives one line a read', () => {
    const { master, slave } = pty();
    master.input('a\rb\r');
    expect([slave.read(100), slave.read(100), slave.read(100)]).toEqual(['a\n', 'b\n', undefined]);
  });

  it('shows NL as CR NL, unless opost is off', () => {
    const { master, slave } = pty();
    slave.write('a\nb');
    master.terminal.setModes({ opost: false });
    slave.write('c\nd');
    expect(master.take()).toBe('a\r\nbc\nd');
  });

  it('holds the output between ^S and ^Q', () => {
    const { master, slave } = pty();
    master.input('\x13');
    expect(slave.write('x')).toBe(0);
    master.input('\x11');
    expect(slave.write('x')).toBe(1);
  });
});

it('gives raw input as it comes, echo off', () => {
  const { master, slave } = pty();
  master.terminal.setModes({ icanon: false, echo: false, isig: false, icrnl: false });
  master.input('a\r\x03');
  expect(slave.read(100)).toBe('a\r\x03');
  expect(master.take()).toBe(undefined);
});

it('sends ^C to the foreground group only, and SIGHUP when the line drops', () => {
  const { clock, processes, master } = pty();
  const forever = function* () {
    for (;;) yield {};
  };
  const init = processes.spawn({ argv: ['init'], main: forever });
  const shell = processes.spawn({ argv: ['sh'], main: forever, newSession: true, parent: init });
  shell.terminal = master.terminal;
  const job = processes.spawn({ argv: ['job'], main: forever, parent: shell, group: 'new' });
  master.foreground = job.group;
  clock.runUntilQuiet();
  master.input('\x03');
  clock.runUntilQuiet();
  expect(job.status?.signal).toBe('INT');
  expect(shell.alive).toBe(true);
  master.hangup();
  clock.runUntilQuiet();
  expect(shell.status?.signal).toBe('HUP');
});

it('ends for the master when the last slave is closed', () => {
  const { master, slave } = pty();
  slave.write('bye');
  slave.release();
  expect([master.take(), master.take()]).toEqual(['bye', '']);
});
