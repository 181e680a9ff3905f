import type { Clock } from '../sim/index.ts';

/** How long the caller is willing to drive a clock. */
export interface DriveLimits {
  /** Virtual ms. */
  limitMs: number;
  /** Called now and then, so that output can flow. */
  onPause?: () => void | Promise<void>;
}

export type DriveResult = 'done' | 'quiet' | 'limit';

/** Real ms that are worked on before the event loop gets its turn. */
const SLICE_MS = 4;

/**
 * Runs virtual time as fast as it goes until `done` holds, nothing waits any more, or the limit is reached. Gives way
 * to the event loop, which is also how external libraries that hold the clock get on.
 */
export async function drive(clock: Clock, done: () => boolean, limits: DriveLimits): Promise<DriveResult> {
  const end = clock.now + limits.limitMs;
  for (;;) {
    const result = driveSlice(clock, done, end, performance.now() + SLICE_MS);
    if (result !== 'more') return result;
    await limits.onPause?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function driveSlice(clock: Clock, done: () => boolean, end: number, deadline: number): DriveResult | 'more' {
  for (let events = 1; ; events++) {
    if (done()) return 'done';
    if (clock.held) return 'more';
    const next = clock.nextTime();
    if (next === undefined) return 'quiet';
    if (next > end) {
      clock.advanceTo(end);
      return 'limit';
    }
    clock.step();
    if (events % 64 === 0 && performance.now() > deadline) return 'more';
  }
}
