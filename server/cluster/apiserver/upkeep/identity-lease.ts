import { createHash } from 'node:crypto';
import { microTimestamp } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import type { ApiServer } from '../api-server.ts';
import { keepRenewed } from '../standing-leases.ts';
import { ownClient } from './own-client.ts';

// Models pkg/controlplane/apiserver/server.go (IdentityLeaseDurationSeconds, IdentityLeaseRenewIntervalPeriod)
const LEASE_SECONDS = 3600;
const RENEW_MS = 10_000;
const NAMESPACE = 'kube-system';

/** `apiserver-` and a hash of the host, in base32. Models pkg/controlplane/apiserver/server.go */
export function serverIdentity(hostname: string): string {
  const digest = createHash('sha256').update(hostname).digest().subarray(0, 16);
  return `apiserver-${base32(digest)}`;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

/**
 * Tells by a lease which servers are there. `holder` is this process among all that ran on the host; undefined: the one
 * that held it already goes on.
 */
export function keepIdentityLease(server: ApiServer, hostname: string, holder: string | undefined): void {
  const name = serverIdentity(hostname);
  const client = ownClient(server);
  const found = client.find(RESOURCES.leases, name, NAMESPACE);
  const spec = {
    holderIdentity: holder ? `${name}_${holder}` : found?.spec.holderIdentity,
    leaseDurationSeconds: LEASE_SECONDS,
    renewTime: microTimestamp(server.clock.now),
  };
  const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': hostname };
  if (!found) client.create(RESOURCES.leases, { metadata: { name, labels }, spec }, NAMESPACE);
  else if (found.spec.holderIdentity !== spec.holderIdentity)
    client.update(RESOURCES.leases, { ...found, spec: { ...found.spec, ...spec } });
  keepRenewed(server, NAMESPACE, name, RENEW_MS);
}
