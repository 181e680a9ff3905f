import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareFields, fieldsOf } from './field-changes.ts';
import { mergeApplied } from './field-merge.ts';
import { differenceSets, inOrder, intersectSets, isEmptySet, pathsOf, unionSets } from './field-set.ts';
import type { ObjectType } from './schema.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd');
const leaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y'), fc.boolean());
const object = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.dictionary(key, tie('value'), { maxKeys: 3 })),
})).value;
const values = fc.dictionary(key, object, { maxKeys: 4 }) as fc.Arbitrary<Record<string, unknown>>;
const sets = values.map((value) => fieldsOf(value, undefined));

test('sets of fields are sets', () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const paths = (set: typeof a) => new Set(pathsOf(set));
      expect(paths(unionSets(a, b))).toEqual(new Set([...pathsOf(a), ...pathsOf(b)]));
      expect(paths(differenceSets(a, b))).toEqual(new Set(pathsOf(a).filter((path) => !paths(b).has(path))));
      expect(paths(intersectSets(a, b))).toEqual(new Set(pathsOf(a).filter((path) => paths(b).has(path))));
    }),
  );
});

test('what was applied is there, and applying it again changes nothing', () => {
  fc.assert(
    fc.property(values, values, (live, applied) => {
      const merged = mergeApplied(live, applied, undefined);
      const again = mergeApplied(merged, applied, undefined);
      const { added, modified, removed } = compareFields(merged, again, undefined);
      expect([added, modified, removed].every(isEmptySet)).toBe(true);
    }),
  );
});

const SET_OF_NAMES = {
  fields: new Map([['names', { type: { is: 'array', items: { is: 'string' } }, listType: 'set' }]]),
} as unknown as ObjectType;

test.each([
  ['live ones alone come first', 'a', 'b', 'ab'],
  ['shared ones as they are applied', 'abc', 'cxa', 'bcxa'],
  ['live ones alone stay before what follows them', 'axbyc', 'abc', 'axbyc'],
  ['the order is turned', 'abcd', 'dcba', 'dcba'],
  ['new ones stand where they are applied', 'ac', 'abc', 'abc'],
  ['live ones stay behind what they followed', 'abz', 'ba', 'bza'],
])('merged lists: %s', (_, live, applied, merged) => {
  const result = mergeApplied({ names: [...live] }, { names: [...applied] }, SET_OF_NAMES);
  expect((result['names'] as string[]).join('')).toBe(merged);
});

test('a set is put into the order that Go writes; what is in order, or no set at all, stays what it is', () => {
  const set: any = { 'k:{"a":1}': {}, 'f:b': { 'f:d': {}, '.': {} }, 'f:a': {} };
  expect(JSON.stringify(inOrder(set))).toBe('{"f:a":{},"f:b":{".":{},"f:d":{}},"k:{\\"a\\":1}":{}}');
  const sorted = inOrder(set);
  expect(inOrder(sorted)).toBe(sorted);
  expect(inOrder({ 10: 'Always' } as any)).toEqual({ 10: 'Always' });
});
