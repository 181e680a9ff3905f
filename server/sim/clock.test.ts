import { describe, expect, it } from 'vitest';
import { Clock } from './clock.ts';
import { Random } from './random.ts';

describe('the clock', () => {
  it('runs events by time, then in order of scheduling', () => {
    const clock = new Clock(1000);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`c${clock.now}`));
    clock.after(10, () => seen.push(`a${clock.now}`));
    clock.after(10, () => {
      seen.push('b');
      clock.after(0, () => seen.push('b2'));
    });
    clock.after(10, () => seen.push('b1'));
    clock.advanceTo(2000);
    expect(seen).toEqual(['a1010', 'b', 'b1', 'b2', 'c1020']);
    expect(clock.now).toBe(2000);
  });

  it('forgets what is cancelled, however much', () => {
    const clock = new Clock(0);
    const ran: number[] = [];
    const timers = Array.from({ length: 1000 }, (_, i) => clock.after(1000 - i, () => ran.push(i)));
    for (const [i, timer] of timers.entries()) if (i % 10 !== 0) clock.cancel(timer);
    expect(clock.pending).toBe(100);
    clock.runUntilQuiet();
    expect(ran).toEqual(Array.from({ length: 100 }, (_, i) => 990 - 10 * i));
  });

  it('stands still while it is held', () => {
    const clock = new Clock(0);
    let ran = false;
    clock.after(5, () => {
      ran = true;
    });
    const release = clock.hold();
    clock.advance(100);
    expect([ran, clock.now, clock.held]).toEqual([false, 0, true]);
    release();
    clock.advance(100);
    expect([ran, clock.now, clock.held]).toEqual([true, 100, false]);
  });

  it('keeps the order of a sorted list under random schedules', () => {
    const random = new Random('heap');
    const clock = new Clock(0);
    const seen: number[] = [];
    for (let i = 0; i < 2000; i++) clock.at(random.below(500), () => seen.push(clock.now));
    clock.runUntilQuiet();
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('randomness', () => {
  it('repeats for a seed, and goes on after a restore', () => {
    const first = new Random(7);
    first.bits();
    const saved = first.save();
    const drawn = [first.uuid(), first.below(1000)];
    const second = new Random(7);
    second.restore(saved);
    expect([second.uuid(), second.below(1000)]).toEqual(drawn);
  });

  it('gives each named part a stream of its own', () => {
    const root = new Random(7);
    expect(root.fork('a').bits()).toBe(new Random(7).fork('a').bits());
    expect(root.fork('a').bits()).not.toBe(root.fork('b').bits());
  });
});
