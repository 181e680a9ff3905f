import { type KubeObject, microTimestamp, timestamp } from '../../objects/object.ts';
import { RENEWS_HEADER } from '../client/leader-election.ts';
import type { ApiServer } from './api-server.ts';
import type { ResourceCall } from './call.ts';
import { keyOfObject, type Served } from './served.ts';

/** Where kubelets keep their leases, each under the name of its node. */
const NODE_LEASES = 'kube-node-lease';
/** How often a kubelet reports although nothing has changed: nodeStatusReportFrequency. */
const REPORT_MS = 300_000;

/** How often the holders of leases renew them, by key; while a holder's watch on its lease is open. */
const standing = new WeakMap<ApiServer, Map<string, number>>();

/**
 * A lease is renewed every few seconds for as long as its holder lives. Nobody looks at most of these times, so they
 * are not written: the holder keeps a watch on its lease open, `renewTime` is worked out when somebody reads it, and
 * the last one is written down when the watch ends. Returns what to do then. What a node's conditions say of its
 * kubelet's last report goes with the lease.
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
    if (info.namespace !== NODE_LEASES) return;
    const nodes = server.served.find('', 'v1', 'nodes') as Served;
    const node = server.store.find(nodes, '', name);
    const reported = node && withReports(node, server.clock.now);
    if (reported && reported !== node)
      server.store.log.append({ key: keyOfObject(nodes, '', name), value: reported });
  };
}

/** The server's own lease, for as long as it runs. */
export function keepRenewed(server: ApiServer, namespace: string, name: string, everyMs: number): void {
  const leases = standing.get(server) ?? new Map<string, number>();
  standing.set(server, leases);
  const served = server.served.find('coordination.k8s.io', 'v1', 'leases') as Served;
  leases.set(keyOfObject(served, namespace, name), everyMs);
}

/** A lease as it is now; anything else unchanged. */
export function asOfNow({ server, served }: ResourceCall, object: KubeObject): KubeObject {
  const { plural } = served.kind;
  if (plural !== 'leases' && plural !== 'nodes') return object;
  const leases = standing.get(server);
  if (!leases || leases.size === 0) return object;
  const { name, namespace = '' } = object.metadata;
  if (plural === 'nodes') {
    const lease = server.served.find('coordination.k8s.io', 'v1', 'leases') as Served;
    return leases.has(keyOfObject(lease, NODE_LEASES, name)) ? withReports(object, server.clock.now) : object;
  }
  return renewed(object, leases.get(keyOfObject(served, namespace, name)), server.clock.now);
}

function renewed(lease: KubeObject, everyMs: number | undefined, now: number): KubeObject {
  const written = Date.parse(lease.spec?.renewTime ?? '');
  if (everyMs === undefined || Number.isNaN(written) || now - written < everyMs) return lease;
  const renewTime = microTimestamp(written + Math.floor((now - written) / everyMs) * everyMs);
  return { ...lease, spec: { ...lease.spec, renewTime } };
}

/** A node with the times of its kubelet's last report; the network's condition is somebody else's. */
function withReports(node: KubeObject, now: number): KubeObject {
  const old: any[] = node.status?.conditions ?? [];
  const conditions = old.map((condition) => {
    const written = Date.parse(condition.lastHeartbeatTime ?? '');
    if (condition.type === 'NetworkUnavailable' || !(now - written >= REPORT_MS)) return condition;
    const lastHeartbeatTime = timestamp(written + Math.floor((now - written) / REPORT_MS) * REPORT_MS);
    return { ...condition, lastHeartbeatTime };
  });
  if (conditions.every((condition, i) => condition === old[i])) return node;
  return { ...node, status: { ...node.status, conditions } };
}
