import { expect, test } from 'vitest';
import { bodyText } from '../../../host/index.ts';
import { startApiServer } from '../testing.ts';

const admin = startApiServer().client();
const get = (headers: Record<string, string> = {}) =>
  admin.request({ method: 'GET', path: '/api/v1/namespaces?fieldSelector=metadata.name=default', headers });

test('items of a list are written without kind and apiVersion, and have them for who shares the value', () => {
  const response: any = get();
  expect(JSON.parse(bodyText(response))).toMatchObject({ kind: 'NamespaceList', items: [{ metadata: {} }] });
  expect(Object.keys(JSON.parse(bodyText(response)).items[0])).toEqual(['metadata', 'spec', 'status']);
  expect(response.value.items[0].kind).toBe('Namespace');
});

test('YAML is written as by Go: keys in order, lists as deep as their key, times in quotes', () => {
  const lines = (get({ accept: 'application/yaml' }).body as string).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'apiVersion: v1',
    'items:',
    '- metadata:',
    '    creationTimestamp: "2026-01-01T00:00:00Z"',
  ]);
});
