import { describe, expect, test } from 'vitest';
import type { Client, Resource } from '../../client/client.ts';
import { RESOURCES } from '../../client/resources.ts';
import { startApiServer } from '../testing.ts';

const BACKUPS: Resource = {
  group: 'ops.example.com',
  version: 'v1',
  plural: 'backups',
  kind: 'Backup',
  namespaced: true,
};

const definition = (schema: object = {}, version: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'backups.ops.example.com' },
  spec: {
    group: 'ops.example.com',
    scope: 'Namespaced',
    names: { plural: 'backups', singular: 'backup', kind: 'Backup', shortNames: ['bk'], categories: ['all'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['schedule'],
                properties: {
                  schedule: { type: 'string', pattern: '^(\\S+\\s+){4}\\S+$' },
                  keep: { type: 'integer', minimum: 1, maximum: 10, default: 3 },
                  mode: { type: 'string', enum: ['full', 'incremental'] },
                  targets: { type: 'array', maxItems: 2, items: { type: 'string' } },
                  owner: { type: 'string', maxLength: 8 },
                },
                ...schema,
              },
            },
          },
        },
        additionalPrinterColumns: [
          { name: 'Schedule', type: 'string', jsonPath: '.spec.schedule' },
          { name: 'Keep', type: 'integer', jsonPath: '.spec.keep' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        ...version,
      },
    ],
  },
});

const backup = (spec: object, name = 'nightly') => ({
  apiVersion: 'ops.example.com/v1',
  kind: 'Backup',
  metadata: { name },
  spec: { schedule: '0 2 * * *', ...spec },
});

function withDefinition(schema?: object, version?: object) {
  const server = startApiServer();
  const client = server.client();
  client.create(RESOURCES.customresourcedefinitions, definition(schema, version));
  return { ...server, admin: client };
}

function refusal(client: Client, body: object, query = ''): string {
  const path = `/apis/ops.example.com/v1/namespaces/default/backups${query}`;
  return (client.request({ method: 'POST', path, headers: {}, value: body }).value as any).message;
}

test('a definition is established at once and served until it is gone, with its resources', () => {
  const { admin } = withDefinition();
  const crd = admin.get<any>(RESOURCES.customresourcedefinitions, 'backups.ops.example.com');
  expect(crd.status.conditions.map((c: any) => [c.type, c.status, c.reason])).toEqual([
    ['NamesAccepted', 'True', 'NoConflicts'],
    ['Established', 'True', 'InitialNamesAccepted'],
  ]);
  expect(crd.status.storedVersions).toEqual(['v1']);
  const created = admin.create<any>(BACKUPS, backup({ mode: 'full' }), 'default');
  expect(created.spec).toEqual({ schedule: '0 2 * * *', mode: 'full', keep: 3 });
  expect(created.metadata.generation).toBe(1);
  admin.delete(RESOURCES.customresourcedefinitions, 'backups.ops.example.com');
  expect(admin.find(RESOURCES.customresourcedefinitions, 'backups.ops.example.com')).toBeUndefined();
  expect(admin.request({ method: 'GET', path: '/apis/ops.example.com/v1/backups', headers: {} }).status).toBe(
    404,
  );
});

test('names that another definition of the group has are not given, until it is gone', () => {
  const { admin } = withDefinition();
  const other = definition();
  other.metadata.name = 'saves.ops.example.com';
  Object.assign(other.spec.names, { plural: 'saves', singular: 'save' });
  admin.create(RESOURCES.customresourcedefinitions, other);
  const status = () => {
    const { conditions, acceptedNames } = admin.get<any>(
      RESOURCES.customresourcedefinitions,
      'saves.ops.example.com',
    ).status;
    return [
      acceptedNames,
      ...conditions.map((one: any) => `${one.type} ${one.status} ${one.reason}: ${one.message}`),
    ];
  };
  expect(status()).toEqual([
    { plural: 'saves', singular: 'save', kind: '', categories: ['all'] },
    'NamesAccepted False ListKindConflict: "BackupList" is already in use',
    'Established False NotAccepted: not all names are accepted',
  ]);
  admin.delete(RESOURCES.customresourcedefinitions, 'backups.ops.example.com');
  expect(status()[0]).toMatchObject({ kind: 'Backup', listKind: 'BackupList', shortNames: ['bk'] });
  expect(status()[1]).toBe('NamesAccepted True NoConflicts: no conflicts found');
});

test('a resource with a finalizer keeps the definition', () => {
  const { admin } = withDefinition();
  const object = backup({});
  admin.create(
    BACKUPS,
    { ...object, metadata: { ...object.metadata, finalizers: ['example.com/x'] } },
    'default',
  );
  admin.delete(RESOURCES.customresourcedefinitions, 'backups.ops.example.com');
  expect(
    admin.get<any>(RESOURCES.customresourcedefinitions, 'backups.ops.example.com').metadata.deletionTimestamp,
  ).toBeDefined();
  admin.patch(BACKUPS, 'nightly', { type: 'merge', body: { metadata: { finalizers: null } } }, 'default');
  expect(admin.find(RESOURCES.customresourcedefinitions, 'backups.ops.example.com')).toBeUndefined();
});

describe('what does not fit is refused', () => {
  test.each([
    [{ mode: 'some' }, 'spec.mode: Unsupported value: "some": supported values: "full", "incremental"'],
    [{ keep: 50 }, 'spec.keep: Invalid value: 50: spec.keep in body should be less than or equal to 10'],
    [
      { keep: 'many' },
      'spec.keep: Invalid value: "string": spec.keep in body must be of type integer: "string"',
    ],
    [{ targets: ['a', 'b', 'c'] }, 'spec.targets: Too many: 3: must have at most 2 items'],
    [{ schedule: undefined }, 'spec.schedule: Required value'],
    [{ owner: 'far too long' }, 'spec.owner: Too long: may not be more than 8 bytes'],
    [
      { schedule: 'bad * * *' },
      `spec.schedule: Invalid value: "bad * * *": spec.schedule in body should match '^(\\S+\\s+){4}\\S+$'`,
    ],
  ])('%j', (spec, expected) => {
    const { admin } = withDefinition();
    expect(refusal(admin, backup(spec))).toBe(`Backup.ops.example.com "nightly" is invalid: ${expected}`);
  });

  test('unknown fields', () => {
    const { admin } = withDefinition();
    expect(refusal(admin, backup({ colour: 'red' }), '?fieldValidation=Strict')).toBe(
      'Backup in version "v1" cannot be handled as a Backup: strict decoding error: unknown field "spec.colour"',
    );
    admin.create(BACKUPS, backup({ colour: 'red' }), 'default');
    expect(admin.get<any>(BACKUPS, 'nightly', 'default').spec.colour).toBeUndefined();
  });

  test('rules', () => {
    const rules = [
      { rule: 'self.keep < 5 || self.mode == "full"', message: 'many need to be full' },
      { rule: 'self.keep >= oldSelf.keep' },
    ];
    const { admin } = withDefinition({ 'x-kubernetes-validations': rules });
    expect(refusal(admin, backup({ keep: 7, mode: 'incremental' }))).toBe(
      'Backup.ops.example.com "nightly" is invalid: spec: Invalid value: "object": many need to be full',
    );
    admin.create(BACKUPS, backup({ keep: 3 }), 'default');
    const less = () =>
      admin.patch(BACKUPS, 'nightly', { type: 'merge', body: { spec: { keep: 2 } } }, 'default');
    expect(less).toThrow(
      'Backup.ops.example.com "nightly" is invalid: spec: Invalid value: "object": failed rule: self.keep >= oldSelf.keep',
    );
    const unchecked = '<nil>: Invalid value: "null": some validation rules';
    expect(refusal(admin, backup({ keep: 'x' }, 'other'))).toContain(unchecked);
    expect(refusal(admin, backup({ keep: 50, mode: 'incremental' }, 'other'))).toContain(
      'many need to be full',
    );
    expect(refusal(admin, backup({ keep: 7 }, 'other'))).toContain(
      'spec: Invalid value: "object": no such key: mode evaluating rule: many need to be full',
    );
  });

  test('a rule may look at an old value that is not there', () => {
    const rule = '!oldSelf.hasValue() || oldSelf.value().owner == self.owner';
    const rules = [{ rule, optionalOldSelf: true, message: 'the owner stays' }];
    const { admin } = withDefinition({ 'x-kubernetes-validations': rules });
    admin.create(BACKUPS, backup({ owner: 'jane' }), 'default');
    const change = (spec: object) => () =>
      admin.patch(BACKUPS, 'nightly', { type: 'merge', body: { spec } }, 'default');
    expect(change({ owner: 'joe' })).toThrow('the owner stays');
    expect(change({ keep: 2 })).not.toThrow();
  });

  test('parts that are left as they were need not fit a stricter schema', () => {
    const { admin } = withDefinition();
    admin.create(BACKUPS, backup({ mode: 'full', owner: 'jane' }), 'default');
    const stricter = definition({
      'x-kubernetes-validations': [{ rule: 'self.keep > 3', message: 'keep more' }],
    });
    const { spec } = stricter.spec.versions[0]!.schema.openAPIV3Schema.properties;
    Object.assign(spec.properties.owner, { maxLength: 2 });
    const current = admin.get<any>(RESOURCES.customresourcedefinitions, 'backups.ops.example.com');
    admin.update(RESOURCES.customresourcedefinitions, { ...current, spec: stricter.spec });
    const path = '/apis/ops.example.com/v1/namespaces/default/backups/nightly';
    const change = (body: object) =>
      admin.request({
        method: 'PATCH',
        path,
        headers: { 'content-type': 'application/merge-patch+json' },
        value: body as any,
      });
    const labelled = change({ metadata: { labels: { a: 'b' } } });
    expect([labelled.status, labelled.headers['warning']]).toEqual([
      200,
      '299 - "spec: Invalid value: \\"object\\": keep more"',
    ]);
    expect((change({ spec: { mode: 'incremental' } }).value as any).message).toContain('keep more');
    expect((change({ spec: { owner: 'joe' } }).value as any).message).toContain('spec.owner: Too long');
  });

  test.each([
    [
      { oneOf: [{ required: ['mode'] }, { required: ['owner'] }] },
      {},
      '[<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid, spec.mode: Required value]',
    ],
    [
      { not: { required: ['mode'] } },
      { mode: 'full' },
      '<nil>: Invalid value: "": "spec" must not validate the schema (not)',
    ],
    [
      { 'x-kubernetes-embedded-resource': true },
      {},
      '[spec.apiVersion: Required value: must not be empty, spec.kind: Required value: must not be empty]',
    ],
  ])('%j', (schema, spec, expected) => {
    const { admin } = withDefinition(schema);
    expect(refusal(admin, backup(spec))).toBe(`Backup.ops.example.com "nightly" is invalid: ${expected}`);
  });

  test('a state that does not fit', () => {
    const { admin } = withDefinition({}, { subresources: { status: {} } });
    admin.create(BACKUPS, backup({}), 'default');
    const current = admin.get<any>(RESOURCES.customresourcedefinitions, 'backups.ops.example.com');
    const next = structuredClone(current);
    next.spec.versions[0].schema.openAPIV3Schema.properties.status = {
      type: 'object',
      properties: { kept: { type: 'integer' } },
    };
    admin.update(RESOURCES.customresourcedefinitions, next);
    const patch = { type: 'merge', body: { status: { kept: 'x' } }, subresource: 'status' } as const;
    expect(() => admin.patch(BACKUPS, 'nightly', patch, 'default')).toThrow(
      'status.kept: Invalid value: "string"',
    );
  });
});

test('tables have the columns of the definition', () => {
  const { admin, clock } = withDefinition();
  admin.create(BACKUPS, backup({}), 'default');
  clock.advance(90_000);
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
  const path = '/apis/ops.example.com/v1/namespaces/default/backups';
  const table = admin.request({ method: 'GET', path, headers: { accept } }).value as any;
  expect(table.columnDefinitions.map((c: any) => c.name)).toEqual(['Name', 'Schedule', 'Keep', 'Age']);
  expect(table.rows[0].cells).toEqual(['nightly', '0 2 * * *', 3, '90s']);
});

test('status and scale are served when asked for', () => {
  const subresources = {
    status: {},
    scale: { specReplicasPath: '.spec.keep', statusReplicasPath: '.status.kept' },
  };
  const { admin } = withDefinition({}, { subresources });
  admin.create(BACKUPS, backup({}), 'default');
  const scale = { type: 'merge', body: { spec: { replicas: 5 } }, subresource: 'scale' } as const;
  expect(admin.patch<any>(BACKUPS, 'nightly', scale, 'default').spec.replicas).toBe(5);
  expect(admin.get<any>(BACKUPS, 'nightly', 'default')).toMatchObject({
    spec: { keep: 5 },
    metadata: { generation: 2 },
  });
});
