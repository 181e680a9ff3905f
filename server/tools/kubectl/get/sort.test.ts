import { expect, it } from 'vitest';
import { sortBy } from './sort.ts';

it('orders numbers and quantities by value, other texts byte by byte, as the real one', () => {
  const order = (values: readonly unknown[]) =>
    sortBy(
      '.k',
      values.map((k) => ({ k })),
      (item) => item,
    ).map(({ k }) => k);
  expect(order(['a9', '1Ki', 'a10', '9', 'a09', '10'])).toEqual(['9', '10', '1Ki', 'a09', 'a10', 'a9']);
  expect(order([10, 9, 1])).toEqual([1, 9, 10]);
});
