import { expect, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../../host/index.ts';
import { RESOURCES } from '../../client/resources.ts';
import { startApiServer } from '../testing.ts';

const NAME = 'backups.ops.example.com';
const schema = {
  openAPIV3Schema: {
    type: 'object',
    properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  },
};
const definition = (storage: string, conversion?: object) => ({
  metadata: { name: NAME },
  spec: {
    group: 'ops.example.com',
    scope: 'Namespaced',
    names: { plural: 'backups', kind: 'Backup' },
    versions: ['v1alpha1', 'v1'].map((name) => ({ name, served: true, storage: name === storage, schema })),
    ...(conversion ? { conversion } : {}),
  },
});
const webhook = {
  strategy: 'Webhook',
  webhook: {
    conversionReviewVersions: ['v1'],
    clientConfig: { service: { name: 'convert', namespace: 'default', path: '/convert' } },
  },
};
const path = (version: string, name = '') =>
  `/apis/ops.example.com/${version}/namespaces/default/backups${name && `/${name}`}`;

/** A server with two versions, and who converts them. */
function start(conversion: object | undefined, dial?: (request: HttpRequest) => HttpResponse) {
  const { client } = startApiServer(dial ? { dial: (_target, request) => dial(request) } : {});
  const admin = client();
  admin.create(
    RESOURCES.services,
    { metadata: { name: 'convert' }, spec: { ports: [{ port: 443 }] } },
    'default',
  );
  admin.create(RESOURCES.customresourcedefinitions, definition('v1alpha1', conversion));
  const ask = (method: string, where: string, value?: object) =>
    admin.request({ method, path: where, headers: {}, ...(value ? { value: value as any } : {}) })
      .value as any;
  return { admin, ask };
}

const object = (version: string, spec: object) => ({
  apiVersion: `ops.example.com/${version}`,
  kind: 'Backup',
  metadata: { name: 'b' },
  spec,
});

test('objects are shown in the version that is asked for, whatever they were written in', () => {
  const { admin, ask } = start(undefined);
  ask('POST', path('v1'), object('v1', { a: 1 }));
  const current = admin.get<any>(RESOURCES.customresourcedefinitions, NAME);
  const moved = admin.update<any>(RESOURCES.customresourcedefinitions, {
    ...current,
    spec: definition('v1').spec,
  });
  expect(moved.status.storedVersions).toEqual(['v1alpha1', 'v1']);
  for (const version of ['v1alpha1', 'v1']) {
    expect(ask('GET', path(version, 'b')).apiVersion).toBe(`ops.example.com/${version}`);
    expect(ask('GET', path(version)).items[0].apiVersion).toBe(`ops.example.com/${version}`);
  }
});

/** `size` of v1alpha1 is `bytes` of v1. */
function convert({ value }: HttpRequest): HttpResponse {
  const { uid, desiredAPIVersion, objects } = (value as any).request;
  const turned = objects.map((one: any) => {
    const { size, bytes } = one.spec;
    const spec = desiredAPIVersion.endsWith('/v1') ? { bytes: size } : { size: bytes };
    return { ...one, apiVersion: desiredAPIVersion, spec };
  });
  const response = { uid, convertedObjects: turned, result: { status: 'Success' } };
  return {
    status: 200,
    headers: {},
    value: { kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1', response } as any,
  };
}

test('a webhook converts', () => {
  const { ask } = start(webhook, convert);
  expect(ask('POST', path('v1'), object('v1', { bytes: 5 })).spec).toEqual({ bytes: 5 });
  expect(ask('GET', path('v1alpha1', 'b')).spec).toEqual({ size: 5 });
  expect(ask('GET', path('v1')).items[0]).toMatchObject({
    apiVersion: 'ops.example.com/v1',
    spec: { bytes: 5 },
  });
  expect(ask('PUT', path('v1', 'b'), object('v1', { bytes: 7 })).spec).toEqual({ bytes: 7 });
  expect(ask('GET', path('v1alpha1', 'b'))).toMatchObject({ spec: { size: 7 }, metadata: { generation: 2 } });
});

test('a webhook is asked once for a list', () => {
  let asked = 0;
  const { ask } = start(webhook, (request) => {
    asked += 1;
    return convert(request);
  });
  for (const name of ['b', 'c', 'd']) {
    const made = object('v1alpha1', { size: 5 });
    ask('POST', path('v1alpha1'), { ...made, metadata: { ...made.metadata, name } });
  }
  asked = 0;
  expect(ask('GET', path('v1')).items.map((one: any) => one.spec)).toEqual(Array(3).fill({ bytes: 5 }));
  expect(asked).toBeLessThanOrEqual(1);
});

const answer = (response: object | undefined) => (): HttpResponse => ({
  status: 200,
  headers: {},
  value: (response ? { response } : {}) as any,
});
const FAILED = 'Internal error occurred: conversion webhook for ops.example.com/v1, Kind=Backup failed: ';

test.each([
  [
    () => {
      throw new Error('dial tcp 10.0.0.1:443: connect: connection refused');
    },
    'Post "https://convert.default.svc:443/convert?timeout=30s": dial tcp 10.0.0.1:443: connect: connection refused',
  ],
  [() => ({ status: 404, headers: {}, body: '' }), 'the server could not find the requested resource'],
  [answer(undefined), 'no response provided'],
  [answer({ uid: 'x' }), expect.stringMatching(/expected response.uid="[-0-9a-f]+", got "x"$/)],
])('a webhook that fails (%#)', (dial, why) => {
  const { ask } = start(webhook, dial as () => HttpResponse);
  const { message } = ask('POST', path('v1'), object('v1', {}));
  expect(message.startsWith(FAILED)).toBe(true);
  expect(message.slice(FAILED.length)).toEqual(why);
});
