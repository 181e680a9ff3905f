import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import { startApiServer } from '../testing.ts';
import { Upkeep } from './upkeep.ts';

function started() {
  const { server, clock, client } = startApiServer();
  const upkeep = new Upkeep(server);
  return { server, clock, client: client(), upkeep };
}

describe('what is the server’s own comes back', () => {
  it.each([
    ['the service', RESOURCES.services, 'kubernetes', 'default', 10_000],
    ['its endpoints', RESOURCES.endpoints, 'kubernetes', 'default', 10_000],
    ['its slice', RESOURCES.endpointslices, 'kubernetes', 'default', 10_000],
    ['a flow schema', RESOURCES.flowschemas, 'exempt', '', 60_000],
    ['a map', RESOURCES.configmaps, 'extension-apiserver-authentication', 'kube-system', 1],
  ] as const)('%s', (_, resource, name, namespace, withinMs) => {
    const { clock, client } = started();
    clock.advance(3000);
    const before = client.get(resource, name, namespace);
    client.delete(resource, name, namespace);
    expect(client.find(resource, name, namespace)).toBeUndefined();
    clock.advance(withinMs);
    const after = client.get(resource, name, namespace);
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    const told = ({ metadata, ...rest }: KubeObject) => ({
      ...rest,
      metadata: metadata.labels,
      status: undefined,
    });
    expect(told(after)).toEqual(told(before));
  });

  it('a changed service is put right at the next look, with the address that it had', () => {
    const { clock, client } = started();
    const service = client.get(RESOURCES.services, 'kubernetes', 'default');
    const body = { spec: { type: 'NodePort' } };
    client.patch(RESOURCES.services, 'kubernetes', { type: 'merge', body }, 'default');
    clock.advance(10_000);
    expect(client.get(RESOURCES.services, 'kubernetes', 'default').spec).toEqual(service.spec);
  });

  it('costs nothing while nobody touches it, nor after it has been closed', () => {
    const { clock, client, upkeep } = started();
    expect(clock.runUntilQuiet(3_600_000).events).toBe(0);
    client.delete(RESOURCES.services, 'kubernetes', 'default');
    upkeep.close();
    clock.advance(60_000);
    expect(client.find(RESOURCES.services, 'kubernetes', 'default')).toBeUndefined();
  });
});

it('a range of another flag stays, is told of, and gives out the addresses', () => {
  const first = startApiServer();
  const { client } = startApiServer({ log: first.log, server: { serviceRange: '11.96.0.0/12' } });
  const events = client().list(RESOURCES.events, { namespace: 'default' }).items;
  expect(events.map(({ reason, message }: any) => [reason, message])).toEqual([
    [
      'KubernetesDefaultServiceCIDRInconsistent',
      'The default ServiceCIDR [10.96.0.0/12] does not match the controller flag configurations [11.96.0.0/12]',
    ],
  ]);
  const made = client().create(
    RESOURCES.services,
    { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } },
    'default',
  );
  expect(made.spec.clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\./);
});

it('flow schemas tell whether their level is there', () => {
  const { clock, client } = started();
  const told = () =>
    client
      .get(RESOURCES.flowschemas, 'mine')
      .status.conditions.map((one: any) => `${one.status} ${one.reason}`);
  const spec = { matchingPrecedence: 1000, priorityLevelConfiguration: { name: 'own' } };
  client.create(RESOURCES.flowschemas, { metadata: { name: 'mine' }, spec });
  clock.advance(1);
  expect(told()).toEqual(['True NotFound']);
  const level = { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } };
  client.create(RESOURCES.prioritylevelconfigurations, { metadata: { name: 'own' }, spec: level });
  clock.advance(1);
  expect(told()).toEqual(['False Found']);
});
