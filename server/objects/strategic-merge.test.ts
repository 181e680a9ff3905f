import { expect, test } from 'vitest';
import type { ObjectType } from './schema.ts';
import { strategicMerge } from './strategic-merge.ts';

const item: ObjectType = {
  name: 'Item',
  always: [],
  fields: new Map([['name', { name: 'name', type: { is: 'string' } }]]),
} as unknown as ObjectType;
const type = {
  name: 'Spec',
  always: [],
  fields: new Map([
    ['list', { name: 'list', mergeKey: 'name', type: { is: 'array', items: { is: 'object', type: item } } }],
    ['set', { name: 'set', mergeKey: '', type: { is: 'array', items: { is: 'string' } } }],
  ]),
} as unknown as ObjectType;

const named = (...names: string[]) => names.map((name) => ({ name }));

test.each([
  { what: 'a new item comes first', list: 'ab', patch: named('x'), result: 'xab' },
  { what: 'known items stay where they were', list: 'abc', patch: named('b'), result: 'abc' },
  { what: 'items of the patch come in its order', list: 'abc', patch: named('c', 'a'), result: 'bca' },
  { what: 'new ones after a known one follow it', list: 'abc', patch: named('b', 'x'), result: 'abxc' },
  {
    what: 'deleted ones go, the rest keeps its order',
    list: 'abc',
    patch: [{ name: 'a', $patch: 'delete' }],
    result: 'bc',
  },
])('$what', ({ list, patch, result }) => {
  const merged = strategicMerge({ list: named(...list) }, { list: patch }, type);
  expect(merged).toEqual({ list: named(...result) });
});

test('values of a set come first, once', () => {
  expect(strategicMerge({ set: ['a', 'b'] }, { set: ['x', 'b'] }, type)).toEqual({ set: ['x', 'a', 'b'] });
});
