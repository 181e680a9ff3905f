import { expect, test } from 'vitest';
import { encode } from '../../../host/index.ts';
import { dataOf } from './environment.ts';

test('files of Secrets and ConfigMaps have the bytes that were given, also those that are no text', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const text = Buffer.from(bytes).toString('base64');
  const object = (kind: string, parts: object) =>
    ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...parts }) as never;
  const secret = dataOf(object('Secret', { data: { key: text } }));
  const map = dataOf(object('ConfigMap', { data: { plain: 'ü' }, binaryData: { key: text } }));
  expect(encode(secret['key'] as string)).toEqual(bytes);
  expect(encode(map['key'] as string)).toEqual(bytes);
  expect(map['plain']).toBe('ü');
});
