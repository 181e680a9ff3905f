import { describe, expect, test } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  canonicalResource,
  compareQuantities,
  milliValue,
  subtractQuantities,
  sumQuantities,
} from './quantity.ts';

describe('canonical form', () => {
  test.each([
    ['1', '1'],
    [1, '1'],
    [0.5, '500m'],
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['100Mi', '100Mi'],
    ['1000Ki', '1000Ki'],
    ['1024', '1024'],
    ['128974848', '128974848'],
    ['129e6', '129e6'],
    ['129M', '129M'],
    ['1000k', '1M'],
    ['0', '0'],
    ['-1', '-1'],
    ['0.0001', '100u'],
    ['1e3', '1e3'],
    ['.5', '500m'],
    ['5.', '5'],
    ['12E', '9223372036854775807'],
    ['4005732Ki', '4005732Ki'],
    ['x', undefined],
    ['', undefined],
    ['1 Gi', undefined],
    ['1gi', undefined],
    ['1.2.3', undefined],
    ['Gi', undefined],
  ])('%s', (text, expected) => expect(canonicalQuantity(text)).toBe(expected));
});

test.each([
  ['1.0001', '1001m'],
  ['1u', '1m'],
  ['-1.0001', '-1001m'],
  ['0.5', '500m'],
  ['1.5Gi', '1536Mi'],
  ['0.0001Ki', '103m'],
  ['x', undefined],
])('a resource of %s is %s', (text, expected) => expect(canonicalResource(text)).toBe(expected));

test('arithmetic keeps the first format', () => {
  expect(addQuantities('1Gi', '512Mi')).toBe('1536Mi');
  expect(addQuantities('0', '1Gi')).toBe('1Gi');
  expect(addQuantities('900m', '100m')).toBe('1');
  expect(sumQuantities([])).toBe('0');
  expect(sumQuantities(['0', '512Mi', '1Gi', '1G'])).toBe('2610612736');
  expect(subtractQuantities('1', '250m')).toBe('750m');
  expect(compareQuantities('1Gi', '1G')).toBe(1);
  expect(compareQuantities('1000m', 1)).toBe(0);
  expect(milliValue('0.1')).toBe(100);
});
