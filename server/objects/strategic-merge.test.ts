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
    ['labels', { name: 'labels', type: { is: 'map', values: { is: 'string' } } }],
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

// Found by scripts/conformance/kubectl/merges.ts: what the real kubectl makes of the same patch.
test.each([
  {
    what: 'directives hold for maps too',
    before: { labels: { a: '1', b: '2' } },
    patch: { labels: { $patch: 'replace', c: '3' } },
    after: { labels: { c: '3' } },
  },
  {
    what: 'only the keys that are to be retained stay',
    before: { labels: { a: '1', b: '2' } },
    patch: { labels: { $retainKeys: ['a'], a: '3' } },
    after: { labels: { a: '3' } },
  },
  {
    what: 'one element that replaces replaces the list, and is no part of it',
    before: { list: named('a', 'b') },
    patch: { list: [{ name: 'c', $patch: 'replace' }, { name: 'x', $patch: 'delete' }, { name: 'd' }] },
    after: { list: named('d') },
  },
  {
    what: 'a new list is taken without its deletions and nulls',
    before: {},
    patch: {
      list: [
        { name: 'a', $patch: 'delete' },
        { name: 'b', value: null },
      ],
    },
    after: { list: named('b') },
  },
  {
    what: 'a new element is taken as it is',
    before: { list: named('a') },
    patch: { list: [{ name: 'b', value: null }] },
    after: { list: [{ name: 'b', value: null }, { name: 'a' }] },
  },
  {
    what: 'a new map that directs is dropped',
    before: {},
    patch: { labels: { $patch: 'replace', a: '1' } },
    after: {},
  },
  {
    what: 'what is added takes the place of what was deleted, for the order of the rest',
    before: { list: named('b', 'a') },
    patch: {
      list: [{ name: 'c' }, { name: 'b', $patch: 'delete' }],
      '$setElementOrder/list': named('c'),
    },
    after: { list: named('a', 'c') },
  },
])('$what', ({ before, patch, after }) => {
  expect(strategicMerge(before, patch, type)).toEqual(after);
});

test.each([
  [{ labels: { $retainKeys: ['a'], b: '1' } }, 'invalid patch format of retainKeys'],
  [{ list: [{ name: 'a', $patch: 'bend' }] }, 'unknown patch type: bend in map: map[$patch:bend name:a]'],
  [
    { list: named('a', 'b'), '$setElementOrder/list': named('b', 'a') },
    "The order in patch list:\n[map[name:a] map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:b] map[name:a]]\n",
  ],
])('%j is refused', (patch, message) => {
  expect(() => strategicMerge({ labels: {}, list: named('a') }, patch, type)).toThrow(message);
});
