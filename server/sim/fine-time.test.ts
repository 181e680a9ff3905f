import { expect, test } from 'vitest';
import { belowMs, fineTime, nanoTime } from './fine-time.ts';

test('what stands below the millisecond is made up, but always the same', () => {
  const ms = Date.UTC(2026, 10, 21, 9, 46, 30, 123);
  expect(fineTime(ms, 'web')).toBe(fineTime(ms, 'web'));
  expect(fineTime(ms, 'web')).toMatch(/^2026-11-21T09:46:30\.123\d{3}Z$/);
  expect(nanoTime(ms, 'web')).toMatch(/^2026-11-21T09:46:30\.123\d{0,5}[1-9]Z$/);
  // Heartbeats come at the same millisecond of a second.
  const beats = Array.from({ length: 100 }, (_, i) => belowMs(ms + i * 10_000, '', 3));
  expect(new Set(beats).size).toBeGreaterThan(80);
});
