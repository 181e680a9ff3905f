import { describe, expect, it } from 'vitest';
import { Clock } from '../sim/index.ts';
import { Pace, type Paced } from './pace.ts';

function world(): Paced & { flushed: number } {
  return {
    clock: new Clock(0),
    flushed: 0,
    flush() {
      this.flushed++;
    },
  };
}

/** Keeps a clock busy for ever: every event takes real time and schedules the next. */
function busy(clock: Clock, realMs = 0.05): void {
  const end = performance.now() + realMs;
  while (performance.now() < end);
  clock.after(1, () => busy(clock, realMs));
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the pace', () => {
  it('runs virtual time as fast as the wall', async () => {
    const pace = new Pace();
    const one = world();
    let ranAt = 0;
    const started = performance.now();
    one.clock.after(50, () => {
      ranAt = performance.now() - started;
    });
    pace.add(one);
    await wait(120);
    pace.remove(one);
    expect(ranAt).toBeGreaterThanOrEqual(49);
    expect(ranAt).toBeLessThan(100);
    expect(one.flushed).toBeGreaterThan(0);
  });

  it('gives an idle world the time of day when it is given input', async () => {
    const pace = new Pace();
    const one = world();
    pace.add(one);
    await wait(30);
    pace.nudge(one);
    expect(one.clock.now).toBeGreaterThan(20);
    pace.remove(one);
  });

  it('lets input of one world pass 30 busy ones', async () => {
    const pace = new Pace();
    const crowd = Array.from({ length: 30 }, world);
    for (const other of crowd) {
      other.clock.after(0, () => busy(other.clock));
      pace.add(other);
    }
    const one = world();
    pace.add(one);
    const delays: number[] = [];
    for (let i = 0; i < 20; i++) {
      await wait(5);
      const started = performance.now();
      pace.nudge(one);
      await new Promise<void>((resolve) => one.clock.after(0, resolve));
      delays.push(performance.now() - started);
    }
    for (const other of [...crowd, one]) pace.remove(other);
    delays.sort((a, b) => a - b);
    expect(delays[10]).toBeLessThan(10);
  });

  it('does not let a slow world run up a debt', async () => {
    const pace = new Pace();
    const slow = world();
    slow.clock.after(0, () => busy(slow.clock, 4));
    pace.add(slow);
    await wait(600);
    const lag = slow.clock.now;
    pace.remove(slow);
    expect(lag).toBeGreaterThan(0);
    expect(lag).toBeLessThan(400);
  });
});
