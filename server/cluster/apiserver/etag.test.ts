import { expect, test } from 'vitest';
import { startApiServer } from './testing.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const definition = {
  metadata: { name: 'cats.pets.io' },
  spec: {
    group: 'pets.io',
    names: { plural: 'cats', kind: 'Cat' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

test.each(['/apis', '/openapi/v3', '/openapi/v3/apis/apps/v1'])(
  '%s is sent again when the API changed',
  (path) => {
    const client = startApiServer().client();
    const get = (tag?: string) =>
      client.request({
        method: 'GET',
        path,
        headers: { accept: AGGREGATED, ...(tag ? { 'if-none-match': tag } : {}) },
      });
    const first = get();
    const tag = first.headers?.['etag'] as string;
    expect(tag).toMatch(/^"[0-9A-F]{128}"$/);
    expect(get('"other"').status).toBe(200);
    expect(get(`W/${tag}`)).toMatchObject({ status: 304, body: '' });
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    client.request({ method: 'POST', path: crds, headers: {}, value: definition as never });
    expect(get(tag).status).toBe(200);
  },
);
