import { expect, test } from 'vitest';
import { FieldErrors } from '../../../objects/field-error.ts';
import { validate } from './validate.ts';

const NAMES = { plural: 'foos', singular: 'foo', kind: 'Foo', listKind: 'FooList' };

function problems(spec: object, schema: object = { type: 'object' }, group = 'example.com'): string[] {
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
  const object = {
    metadata: { name: `foos.${group}` },
    spec: { group, scope: 'Cluster', names: NAMES, versions, ...spec },
    status: { storedVersions: ['v1'] },
  };
  const errors = new FieldErrors();
  validate(object, errors);
  return errors.list.map(({ field, body }) => `${field}: ${body}`);
}

const ROOT = 'spec.validation.openAPIV3Schema';
const part = (spec: object) => ({ type: 'object', properties: { spec } });

test.each<[string, string[]]>([
  ['foos.x.k8s.io', ['metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups']],
  ['foos', ['spec.group: Invalid value: "foos": should be a domain with at least one dot']],
])('a definition of group %s', (group, starts) => {
  problems({}, { type: 'object' }, group).forEach((text, i) => {
    expect(text.slice(0, starts[i]?.length)).toBe(starts[i]);
  });
});

test.each<[string, object, string[]]>([
  [
    'structural problems sorted, then others',
    {
      type: 'object',
      properties: { b: { type: 'array' }, a: { type: 'strin' }, metadata: { type: 'object', pattern: 'x' } },
    },
    [
      `${ROOT}.properties[b].items: Required value: must be specified`,
      `${ROOT}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
      `${ROOT}.properties[a].type: Unsupported value: "strin": supported values: "array", "boolean", "integer", "number", "object", "string"`,
    ],
  ],
  [
    'values under allOf say nothing of the type',
    part({ type: 'string', allOf: [{ type: 'string' }] }),
    [`${ROOT}.properties[spec].allOf[0].type: Forbidden: must be empty to be structural`],
  ],
  [
    'items without a type',
    part({ type: 'array', items: {} }),
    [`${ROOT}.properties[spec].items.type: Required value: must not be empty for specified array items`],
  ],
])('%s', (_, schema, messages) => {
  expect(problems({}, schema)).toEqual(messages);
});

const list = (rest: object) => ({ type: 'array', items: { type: 'string', ...rest } });
const ruled = (schema: object, rule: string) =>
  part({ type: 'object', properties: { a: schema }, 'x-kubernetes-validations': [{ rule }] });
const SIMPLIFY =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';
const RULE = `${ROOT}.properties[spec].x-kubernetes-validations[0].rule`;

test.each<[string, object, string, string[]]>([
  ['compares', { type: 'string' }, "self.a == 'x'", []],
  ['goes through a list', list({}), 'self.a.all(x, size(x) > 0)', []],
  [
    'goes through long texts of a long list',
    list({}),
    "self.a.all(x, x.contains('a string that is looked for'))",
    [`${RULE}: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${SIMPLIFY}`],
  ],
  [
    'the same of short ones',
    { ...list({ maxLength: 100 }), maxItems: 100 },
    "self.a.all(x, x.contains('a string that is looked for'))",
    [],
  ],
  [
    'pairs the items of a list',
    { ...list({ maxLength: 10 }), maxItems: 3000 },
    'self.a.all(x, self.a.all(y, x != y))',
    [`${RULE}: Forbidden: estimated rule cost exceeds budget by factor of `],
  ],
])('a rule that %s', (_, schema, rule, messages) => {
  const found = problems({}, ruled(schema, rule));
  expect(found.map((text, i) => text.slice(0, messages[i]?.length))).toEqual(
    messages.length > 0 ? [...messages, ...found.slice(messages.length)] : [],
  );
});

test('names and versions', () => {
  expect(problems({ names: { ...NAMES, kind: 'f_o' }, versions: [] })).toEqual([
    'spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion{}: must have exactly one version marked as storage version',
    expect.stringContaining(
      'spec.names.kind: Invalid value: "f_o": may have mixed case, but should otherwise match: a DNS-1035',
    ),
    expect.stringContaining(
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was',
    ),
  ]);
});
