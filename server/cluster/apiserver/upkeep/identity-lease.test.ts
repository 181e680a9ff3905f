import { expect, test } from 'vitest';
import { microTimestamp } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import { startApiServer } from '../testing.ts';
import { keepIdentityLease, serverIdentity } from './identity-lease.ts';

const after = (seconds: number) => microTimestamp(Date.UTC(2026, 0, 1, 0, 0, seconds));

test('a server tells by its lease that it is there, renewed by each look', () => {
  const { server, client, clock } = startApiServer();
  const admin = client();
  const name = serverIdentity('controlplane');
  const lease = () => admin.get<any>(RESOURCES.leases, name, 'kube-system').spec;
  keepIdentityLease(server, 'controlplane', 'first');
  expect(lease()).toEqual({
    holderIdentity: `${name}_first`,
    leaseDurationSeconds: 3600,
    renewTime: after(0),
  });
  const written = server.store.log.revision;
  clock.advance(25_000);
  expect(lease().renewTime).toBe(after(20));
  expect(server.store.log.revision).toBe(written);
  keepIdentityLease(server, 'controlplane', undefined);
  expect(lease().holderIdentity).toBe(`${name}_first`);
  keepIdentityLease(server, 'controlplane', 'second');
  expect(lease()).toMatchObject({
    holderIdentity: `${name}_second`,
    renewTime: after(25),
  });
});
