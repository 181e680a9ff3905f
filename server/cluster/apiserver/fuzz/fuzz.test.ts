import { expect, test } from 'vitest';
import { isDeeper } from '../../../objects/depth.ts';
import { fuzz } from './run.ts';

test.each([1, 2, 3])('random requests are answered as a server should (seed %i)', (seed) => {
  const { counts, wrong } = fuzz(seed, 1000);
  expect(wrong).toEqual([]);
  expect(counts[201]).toBeGreaterThan(10);
});

test('the same seed gives the same answers', () => {
  expect(fuzz(9, 200)).toEqual(fuzz(9, 200));
});

test('depth is measured no deeper than it may be', () => {
  const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
  expect(isDeeper(deep, 500)).toBe(true);
  expect(isDeeper({ a: [{ b: 1 }] }, 3)).toBe(false);
  expect(isDeeper({ a: [{ b: 1 }] }, 2)).toBe(true);
});
