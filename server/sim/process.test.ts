import { describe, expect, it } from 'vitest';
import { Clock } from './clock.ts';
import { ForkError, type Process } from './process.ts';
import { ProcessTable } from './process-table.ts';
import { PREEMPT, type Steps, settled, sleep, WaitQueue, waitOn } from './wait.ts';

function table(cores = 2) {
  const clock = new Clock(0);
  const crashes: unknown[] = [];
  const processes = new ProcessTable({ clock, cores, onCrash: (_, error) => crashes.push(error) });
  const init = processes.spawn({ argv: ['init'], main: idle });
  return { clock, processes, init, crashes };
}

function* idle(): Steps<number> {
  for (;;) yield {};
}

function* busy(process: Process): Steps<number> {
  for (;;) if (process.spend()) yield PREEMPT;
}

describe('processes', () => {
  it('run to their exit code while others wait', () => {
    const { clock, processes, init } = table();
    const child = processes.spawn({
      argv: ['x'],
      parent: init,
      main: function* () {
        yield* sleep(clock, 250);
        return 300;
      },
    });
    clock.runUntilQuiet();
    expect(child.status).toEqual({ code: 300 & 0xff });
    expect(clock.now).toBe(250);
  });

  it('are told by a queue, by time or by a signal why they woke', () => {
    const { clock, processes, init } = table();
    const queue = new WaitQueue();
    const woken: string[] = [];
    const child = processes.spawn({
      argv: ['x'],
      parent: init,
      main: function* () {
        for (;;) woken.push(`${yield* waitOn([queue], clock.now + 100)}@${clock.now}`);
      },
    });
    child.handlers.set('USR1', () => woken.push('handler'));
    clock.advanceTo(30);
    queue.notify();
    clock.advanceTo(150);
    child.signal('USR1');
    clock.advanceTo(160);
    child.signal('TERM');
    clock.advanceTo(500);
    expect(woken).toEqual(['event@30', 'timeout@130', 'handler', 'signal@150']);
    expect(child.status).toEqual({ code: 143, signal: 'TERM' });
  });

  it('share the cores: three busy ones on two cores need half as long again', () => {
    const { clock, processes, init } = table(2);
    const spawn = () => processes.spawn({ argv: ['loop'], main: busy, parent: init });
    const all = [spawn(), spawn(), spawn()];
    clock.advanceTo(3000);
    for (const process of all) expect(process.cpuMs / 2000).toBeCloseTo(1, 1);
  });

  it('never run past a slice, so that time reaches others', () => {
    const { clock, processes, init } = table();
    processes.spawn({ argv: ['loop'], main: busy, parent: init });
    let woke = 0;
    processes.spawn({
      argv: ['sleeper'],
      parent: init,
      main: function* () {
        yield* sleep(clock, 10);
        woke = clock.now;
        return 0;
      },
    });
    clock.advanceTo(100);
    expect(woke).toBe(10);
  });

  it('run slower inside a control group with a CPU limit', () => {
    const { clock, processes, init } = table();
    const cgroup = processes.cgroups.child('pod');
    cgroup.cpuLimit = 0.1;
    const child = processes.spawn({ argv: ['loop'], main: busy, parent: init, cgroup });
    clock.advanceTo(1000);
    expect(child.cpuMs).toBeLessThanOrEqual(101);
    expect(cgroup.cpuMs).toBe(child.cpuMs);
  });

  it('stop and go on', () => {
    const { clock, processes, init } = table();
    const ticks: number[] = [];
    const child = processes.spawn({
      argv: ['x'],
      parent: init,
      main: function* () {
        for (;;) {
          yield* sleep(clock, 100);
          ticks.push(clock.now);
        }
      },
    });
    clock.advanceTo(150);
    child.signal('STOP');
    clock.advanceTo(1000);
    expect(child.state).toBe('stopped');
    child.signal('CONT');
    clock.advanceTo(1150);
    expect(ticks[0]).toBe(100);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.slice(1).every((time) => time >= 1000)).toBe(true);
  });

  it('unwind when they are killed, and leave their children to init', () => {
    const { clock, processes, init } = table();
    let cleaned = false;
    let grandchild: Process | undefined;
    const child = processes.spawn({
      argv: ['x'],
      parent: init,
      main: function* (self) {
        grandchild = processes.spawn({ argv: ['y'], parent: self, main: idle });
        try {
          yield* idle();
        } finally {
          cleaned = true;
        }
        return 0;
      },
    });
    clock.advanceTo(10);
    child.signal('KILL');
    clock.advanceTo(20);
    expect(cleaned).toBe(true);
    expect(grandchild?.parent).toBe(init);
    expect(child.state).toBe('zombie');
    init.reap(child);
    expect(processes.get(child.pid)).toBe(undefined);
  });

  it('are forgotten at once by a parent that reaps them as they end, and keep their status', () => {
    const { clock, processes, init } = table();
    init.reapsChildren = true;
    const child = processes.spawn({ argv: ['x'], parent: init, main: idle });
    clock.advanceTo(10);
    child.signal('KILL');
    clock.advanceTo(20);
    expect(processes.get(child.pid)).toBe(undefined);
    expect(init.reap(child)).toMatchObject({ code: 137 });
  });

  it('count pids from one in a namespace of their own, which ends with its init', () => {
    const { clock, processes, init } = table();
    let inner: Process | undefined;
    const outer = processes.spawn({
      argv: ['container'],
      parent: init,
      newNamespace: true,
      main: function* (self) {
        inner = processes.spawn({ argv: ['app'], parent: self, main: idle });
        yield* idle();
        return 0;
      },
    });
    clock.advanceTo(10);
    expect([outer.nspid, inner?.nspid]).toEqual([1, 2]);
    expect(inner?.pidIn(processes.root)).toBe(inner?.pid);
    outer.signal('TERM');
    clock.advanceTo(20);
    expect(outer.alive).toBe(true);
    outer.signal('KILL');
    clock.advanceTo(30);
    expect(inner?.alive).toBe(false);
  });

  it('refuse to fork past the limit', () => {
    const { processes, init } = table();
    const spawn = () => processes.spawn({ argv: ['x'], parent: init, main: idle });
    expect(() => {
      for (let i = 0; i < 10_000; i++) spawn();
    }).toThrow(ForkError);
  });

  it('hold virtual time while an outside library works', async () => {
    const { clock, processes, init } = table();
    let answer = 0;
    let resolve: (value: number) => void = () => {};
    const work = new Promise<number>((done) => {
      resolve = done;
    });
    const child = processes.spawn({
      argv: ['x'],
      parent: init,
      main: function* () {
        answer = yield* settled(work);
        return 0;
      },
    });
    clock.advance(100);
    expect([clock.now, child.alive]).toEqual([0, true]);
    resolve(42);
    await work;
    await Promise.resolve();
    clock.advance(100);
    expect([answer, clock.now, child.alive]).toEqual([42, 100, false]);
  });

  it('end as by SIGSEGV when a program throws, which is reported', () => {
    const { clock, processes, init, crashes } = table();
    const child = processes.spawn({
      argv: ['x'],
      parent: init,
      main: function* (): Steps<number> {
        throw new Error('a bug');
      },
    });
    clock.runUntilQuiet();
    expect(child.status?.signal).toBe('SEGV');
    expect(crashes).toHaveLength(1);
  });
});
