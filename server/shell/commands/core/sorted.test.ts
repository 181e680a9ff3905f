import { describe, expect, it } from 'vitest';
import { Random, type Steps } from '../../../sim/index.ts';
import { sorted } from './sorted.ts';

/** What sorting gives, and the most comparisons between two looks at the time. */
function run<T>(items: readonly T[], compare: (a: T, b: T) => number): { out: T[]; longest: number } {
  let [made, longest] = [0, 0];
  const tool = {
    *spend(): Steps<void> {
      longest = Math.max(longest, made);
      made = 0;
    },
  };
  const counting = (a: T, b: T) => {
    made++;
    return compare(a, b);
  };
  const steps = sorted(tool, items, counting);
  for (;;) {
    const { done, value } = steps.next('event');
    if (done) return { out: value, longest };
  }
}

const random = new Random('sorted');
const numbers = (count: number) => Array.from({ length: count }, (_, i) => [random.below(count), i] as const);

describe('sorting a slice at a time', () => {
  const upward = Array.from({ length: 10_000 }, (_, i) => [i, i] as const);
  it.each([
    ['nothing', []],
    ['one item', numbers(1)],
    ['a few', numbers(50)],
    ['many', numbers(20_000)],
    ['what is in order', upward],
    ['what is in the opposite order', upward.toReversed()],
    ['what is all the same', upward.map(([, i]) => [7, i] as const)],
  ])('%s', (_, items) => {
    const { out, longest } = run(items, ([a], [b]) => a - b);
    expect(out).toEqual(items.toSorted(([a], [b]) => a - b));
    expect(longest).toBeLessThan(15_000);
  });
});
