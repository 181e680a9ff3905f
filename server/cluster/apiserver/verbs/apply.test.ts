import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../objects/api-error.ts';
import type { Client, Resource } from '../../client/client.ts';
import { RESOURCES } from '../../client/resources.ts';
import { startApiServer } from '../testing.ts';

const map = (data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'shared', labels: { set: 'one' } },
  data,
});

const deployment = (replicas: number, image = 'nginx') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'nginx', image }] } },
  },
});

function apply(client: Client, resource: Resource, body: any, fieldManager = 'kubectl', force = false): any {
  const options = { type: 'apply', body, fieldManager, force } as const;
  return client.patch(resource, body.metadata.name, options, 'default');
}

const managers = (object: any) =>
  object.metadata.managedFields.map((entry: any) => [
    entry.manager,
    entry.operation,
    JSON.stringify(entry.fieldsV1),
  ]);

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  return 'applied';
}

describe('ownership', () => {
  test('an applier owns what it says; who forces takes over', () => {
    const client = startApiServer().client();
    apply(client, RESOURCES.configmaps, map({ color: 'blue', size: '3' }));
    const again = apply(client, RESOURCES.configmaps, map({ color: 'blue', size: '3' }));
    expect(client.get(RESOURCES.configmaps, 'shared', 'default')).toBe(again);
    const forced = apply(client, RESOURCES.configmaps, map({ color: 'green', size: '3' }), 'robot', true);
    expect(managers(forced)).toEqual([
      ['kubectl', 'Apply', '{"f:data":{"f:size":{}},"f:metadata":{"f:labels":{"f:set":{}}}}'],
      ['robot', 'Apply', '{"f:data":{"f:color":{},"f:size":{}},"f:metadata":{"f:labels":{"f:set":{}}}}'],
    ]);
  });

  test('fields left out are removed when nobody else owns them', () => {
    const client = startApiServer().client();
    apply(client, RESOURCES.configmaps, map({ color: 'blue', size: '3' }));
    apply(client, RESOURCES.configmaps, map({ size: '3' }), 'robot');
    expect(apply(client, RESOURCES.configmaps, map({})).data).toEqual({ size: '3' });
  });

  test('a created object belongs to its creator, composite fields too', () => {
    const client = startApiServer().client('admin');
    const created = client.create<any>(RESOURCES.deployments, deployment(1), 'default');
    const [entry] = created.metadata.managedFields;
    expect([entry.manager, entry.operation, entry.apiVersion]).toEqual(['admin', 'Update', 'apps/v1']);
    const container = entry.fieldsV1['f:spec']['f:template']['f:spec']['f:containers']['k:{"name":"nginx"}'];
    expect(Object.keys(container)).toEqual(expect.arrayContaining(['.', 'f:image', 'f:name']));
    expect(entry.fieldsV1['f:metadata']).toBeUndefined();
    expect(entry.fieldsV1['f:status']).toBeUndefined();
  });
});

describe('conflicts', () => {
  test('with an applier', () => {
    const client = startApiServer().client();
    apply(client, RESOURCES.configmaps, map({ color: 'blue' }));
    expect(message(() => apply(client, RESOURCES.configmaps, map({ color: 'green' }), 'robot'))).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl": .data.color',
    );
  });

  test('with updates, also through a subresource', () => {
    const client = startApiServer().client('kubectl');
    apply(client, RESOURCES.deployments, deployment(1));
    const scale = { type: 'merge', body: { spec: { replicas: 2 } }, subresource: 'scale' } as const;
    client.patch(RESOURCES.deployments, 'web', scale, 'default');
    expect(message(() => apply(client, RESOURCES.deployments, deployment(3)))).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
    const image = { spec: { template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1.27' }] } } } };
    const set = { type: 'strategic', body: image, fieldManager: 'kubectl-set' } as const;
    client.patch(RESOURCES.deployments, 'web', set, 'default');
    expect(message(() => apply(client, RESOURCES.deployments, deployment(1)))).toBe(
      'Apply failed with 2 conflicts: conflicts with "kubectl" with subresource "scale" using apps/v1:\n- .spec.replicas\nconflicts with "kubectl-set" using apps/v1:\n- .spec.template.spec.containers[name="nginx"].image',
    );
  });

  test('a list that comes is owned itself, but for one that is always written; times not set are not', () => {
    const client = startApiServer().client('kubectl-create');
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }] },
    };
    const made: any = client.create(
      RESOURCES.deployments,
      { ...deployment(1), spec: { ...deployment(1).spec, template } },
      'default',
    );
    const owned = made.metadata.managedFields[0].fieldsV1['f:spec']['f:template'];
    expect(owned['f:metadata']).toEqual({ 'f:labels': { '.': {}, 'f:app': {} } });
    expect(Object.keys(owned['f:spec']['f:containers'])).toEqual(['k:{"name":"nginx"}']);
    expect(owned['f:spec']['f:containers']['k:{"name":"nginx"}']['f:ports']).toHaveProperty(['.'], {});
  });

  test.each([
    [
      'an unknown field',
      { ...map({}), dat: 1 },
      'failed to create typed patch object (default/shared; /v1, Kind=ConfigMap): .dat: field not declared in schema',
    ],
    [
      'managed fields',
      { ...map({}), metadata: { name: 'shared', managedFields: [{}] } },
      'metadata.managedFields must be nil',
    ],
  ])('%s', (_, body, expected) => {
    expect(message(() => apply(startApiServer().client(), RESOURCES.configmaps, body))).toBe(expected);
  });
});
