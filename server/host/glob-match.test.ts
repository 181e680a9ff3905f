import { expect, test } from 'vitest';
import { globMatch } from './glob-match.ts';

const CASES = [
  ['*', '', true],
  ['k*l?t', 'kubelet', true],
  ['k*l?t', 'kubectl', false],
  ['1.33.1-*', '1.33.1-1.1', true],
  ['a*b*c', 'aXbYbZc', true],
  ['*', '*literal', true],
  ['a?', 'a', false],
  ['', 'a', false],
] as const;

test.each(CASES)('%s and %s: %s', (pattern, text, matches) => {
  expect(globMatch(pattern, text)).toBe(matches);
});

test('many stars over a long text take no long time', () => {
  expect(globMatch(`${'a*'.repeat(50)}b`, 'a'.repeat(100_000))).toBe(false);
});
