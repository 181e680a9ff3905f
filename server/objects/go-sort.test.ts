import { expect, test } from 'vitest';
import { goSort } from './go-sort.ts';

test('what is equal comes out in the order of Go 1.24', () => {
  // Recorded: kubectl get pods --sort-by of a count that one pod lacks and all but one have as 0.
  const missing = 4;
  const greatest = 2;
  const isLess = (a: number, b: number) =>
    a === missing || (b !== missing && b === greatest && a !== greatest);
  const items = Array.from({ length: 28 }, (_, i) => i);
  expect(goSort(items, isLess)).toEqual([
    4, 14, 25, 3, 1, 5, 6, 7, 8, 9, 10, 11, 15, 27, 13, 12, 16, 17, 18, 19, 20, 21, 22, 23, 24, 0, 26, 2,
  ]);
});
