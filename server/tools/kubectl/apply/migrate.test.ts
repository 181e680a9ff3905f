import { expect, test } from 'vitest';
import type { ManagedFieldsEntry } from '../../../objects/object.ts';
import { upgraded } from './migrate.ts';

const entry = (manager: string, operation: string, fields: object, rest: object = {}) =>
  ({
    manager,
    operation,
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...rest,
  }) as ManagedFieldsEntry;
const CLIENT = 'kubectl-client-side-apply';
const data = (key: string) => ({ 'f:data': { [`f:${key}`]: {} } });

const CASES = [
  [
    'nobody applied on the client',
    [entry('kubectl', 'Apply', data('a'))],
    [entry('kubectl', 'Apply', data('a'))],
  ],
  [
    "what the client had becomes the applier's",
    [entry('kubectl', 'Apply', data('a')), entry(CLIENT, 'Update', data('b'))],
    [entry('kubectl', 'Apply', { 'f:data': { 'f:a': {}, 'f:b': {} } })],
  ],
  [
    'the client becomes the applier',
    [entry(CLIENT, 'Update', data('b'))],
    [entry('kubectl', 'Apply', data('b'))],
  ],
  [
    'of another version it is dropped, of a subresource it stays',
    [
      entry('kubectl', 'Apply', data('a')),
      entry(CLIENT, 'Update', data('b'), { apiVersion: 'v2' }),
      entry(CLIENT, 'Update', data('c'), { subresource: 'status' }),
    ],
    [entry('kubectl', 'Apply', data('a')), entry(CLIENT, 'Update', data('c'), { subresource: 'status' })],
  ],
] as const;

test.each(CASES)('%s', (_, before, after) => {
  expect(upgraded(before, new Set([CLIENT]), 'kubectl')).toEqual(after);
});
