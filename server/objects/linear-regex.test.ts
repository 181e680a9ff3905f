import { expect, test } from 'vitest';
import { compileCel } from './cel.ts';
import { matchesPart, matchingParts } from './linear-regex.ts';

test('patterns that backtracking never ends on are answered at once', () => {
  const text = `${'a'.repeat(5000)}!`;
  const begin = process.cpuUsage();
  expect(matchesPart('^(a+)+$', text)).toBe(false);
  expect(matchesPart('^(a|aa)+$', text)).toBe(false);
  expect(compileCel('self.matches("^(([a-z])+.)+[A-Z]([a-z])+$")')({ self: text })).toBe(false);
  const all = '["x"].exists(i, has(self.a) ? self.a.matches("^(([a-z])+.)+[A-Z]([a-z])+$") : false)';
  expect(compileCel(all)({ self: { a: text } })).toBe(false);
  expect(process.cpuUsage(begin).user / 1000).toBeLessThan(2000);
});

test.each([
  { pattern: '^[a-z]+$', text: 'abc', is: true },
  { pattern: 'b', text: 'abc', is: true },
  { pattern: '^\\d{3}$', text: '12', is: false },
  { pattern: '^\\p{L}+$', text: 'é', is: true },
])('$pattern on $text', ({ pattern, text, is }) => {
  expect(matchesPart(pattern, text)).toBe(is);
});

test('what Go does not know is refused in its words', () => {
  expect(() => matchesPart('(?=a)', 'a')).toThrow('error parsing regexp: invalid or unsupported Perl syntax');
  expect(() => matchesPart('(', 'a')).toThrow('error parsing regexp: missing closing ): `(`');
});

test('parts that match', () => {
  expect(matchingParts('[0-9]+', 'a1b22c333', 2)).toEqual(['1', '22']);
  expect(compileCel('"a1b22".findAll("[0-9]+")')({})).toEqual(['1', '22']);
  expect(compileCel('"a1b22".find("[0-9]+")')({})).toBe('1');
});
