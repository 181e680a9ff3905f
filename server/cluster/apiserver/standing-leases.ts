import { type KubeObject, microTimestamp } from '../../objects/object.ts';
import { RENEWS_HEADER } from '../client/leader-election.ts';
import type { ApiServer } from './api-server.ts';
import type { ResourceCall } from './call.ts';
import { keyOfObject } from './served.ts';

/** How often the holders of leases renew them, by key; while a holder's watch on its lease is open. */
const standing = new WeakMap<ApiServer, Map<string, number>>();

/**
 * A lease is renewed every few seconds for as long as its holder lives. Nobody looks at most of these times, so they
 * are not written: the holder keeps a watch on its lease open, `renewTime` is worked out when somebody reads it, and
 * the last one is written down when the watch ends. Returns what to do then.
 */
export function standForLease(call: ResourceCall): (() => void) | undefined {
  const seconds = Number(call.request.headers[RENEWS_HEADER] ?? 0);
  const name = /^metadata\.name=([^,]+)$/.exec(call.info.query.get('fieldSelector') ?? '')?.[1];
  if (!(seconds > 0) || !name || call.served.kind.plural !== 'leases') return undefined;
  const { server, served, info } = call;
  const key = keyOfObject(served, info.namespace, name);
  const leases = standing.get(server) ?? new Map<string, number>();
  standing.set(server, leases);
  leases.set(key, seconds * 1000);
  const { holderIdentity } = server.store.find(served, info.namespace, name)?.spec ?? {};
  return () => {
    const lease = server.store.find(served, info.namespace, name);
    const last = lease && renewed(lease, leases.get(key), server.clock.now);
    leases.delete(key);
    if (lease && last !== lease && last && lease.spec.holderIdentity === holderIdentity) {
      server.store.log.append({ key, value: last });
    }
  };
}

/** A lease as it is now; anything else unchanged. */
export function asOfNow({ server, served }: ResourceCall, object: KubeObject): KubeObject {
  if (served.kind.plural !== 'leases') return object;
  const leases = standing.get(server);
  if (!leases || leases.size === 0) return object;
  const { name, namespace = '' } = object.metadata;
  return renewed(object, leases.get(keyOfObject(served, namespace, name)), server.clock.now);
}

function renewed(lease: KubeObject, everyMs: number | undefined, now: number): KubeObject {
  const written = Date.parse(lease.spec?.renewTime ?? '');
  if (everyMs === undefined || Number.isNaN(written) || now - written < everyMs) return lease;
  const renewTime = microTimestamp(written + Math.floor((now - written) / everyMs) * everyMs);
  return { ...lease, spec: { ...lease.spec, renewTime } };
}
