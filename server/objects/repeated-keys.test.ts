import { expect, test } from 'vitest';
import { repeatedKeys, repeatedYamlKeys } from './repeated-keys.ts';

test.each([
  ['{"a":{"b":1,"c":[{"d":1,"d":2}],"b":2}}', ['a.c[0].d', 'a.b']],
  ['{"a":"a","b":"a"}', []],
])('%s', (json, paths) => expect(repeatedKeys(json)).toEqual(paths));

test('keys of YAML by their lines', () => {
  const said = repeatedYamlKeys('a: 1\nb:\n  c: 2\n  "c": 3\na: 4\n');
  const lines = ['line 4: key "c" already set in map', 'line 5: key "a" already set in map'];
  expect(said).toBe(`yaml: unmarshal errors:\n  ${lines.join('\n  ')}`);
  expect(repeatedYamlKeys('a: {b: 1}\nb: 1\n')).toBeUndefined();
});
