import { type KubeObject, microTimestamp, timestamp } from '../../objects/object.ts';
import { RENEWS_HEADER, REPORTS_HEADER } from '../client/leader-election.ts';
import type { ApiServer } from './api-server.ts';
import type { ResourceCall } from './call.ts';
import { keyOfObject, type Served } from './served.ts';

/** Where kubelets keep their leases, each under the name of its node. */
const NODE_LEASES = 'kube-node-lease';
/** How often a kubelet reports although nothing has changed, where it says nothing of it: nodeStatusReportFrequency. */
const REPORT_MS = 300_000;

/** How often the holder of a lease renews it, and reports its node's status. */
interface Standing {
  readonly everyMs: number;
  readonly reportMs: number;
}

/** Leases that are renewed, by key; while a holder's watch on its lease is open. */
const standing = new WeakMap<ApiServer, Map<string, Standing>>();

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
  const leases = standing.get(server) ?? new Map<string, Standing>();
  standing.set(server, leases);
  const reportMs = Number(call.request.headers[REPORTS_HEADER] ?? 0) * 1000 || REPORT_MS;
  leases.set(key, { everyMs: seconds * 1000, reportMs });
  const { holderIdentity } = server.store.find(served, info.namespace, name)?.spec ?? {};
  return () => {
    const lease = server.store.find(served, info.namespace, name);
    const last = lease && renewed(lease, leases.get(key)?.everyMs, server.clock.now);
    leases.delete(key);
    if (lease && last !== lease && last && lease.spec.holderIdentity === holderIdentity) {
      server.store.log.append({ key, value: last });
    }
    if (info.namespace !== NODE_LEASES) return;
    const nodes = server.served.find('', 'v1', 'nodes') as Served;
    const node = server.store.find(nodes, '', name);
    const reported = node && withReports(node, server.clock.now, reportMs);
    if (reported && reported !== node)
      server.store.log.append({ key: keyOfObject(nodes, '', name), value: reported });
  };
}

/** The server's own lease, for as long as it runs. */
export function keepRenewed(server: ApiServer, namespace: string, name: string, everyMs: number): void {
  const leases = standing.get(server) ?? new Map<string, Standing>();
  standing.set(server, leases);
  const served = server.served.find('coordination.k8s.io', 'v1', 'leases') as Served;
  leases.set(keyOfObject(served, namespace, name), { everyMs, reportMs: REPORT_MS });
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
    const own = leases.get(keyOfObject(lease, NODE_LEASES, name));
    return own ? withReports(object, server.clock.now, own.reportMs) : object;
  }
  return renewed(object, leases.get(keyOfObject(served, namespace, name))?.everyMs, server.clock.now);
}

function renewed(lease: KubeObject, everyMs: number | undefined, now: number): KubeObject {
  const written = Date.parse(lease.spec?.renewTime ?? '');
  if (everyMs === undefined || Number.isNaN(written) || now - written < everyMs) return lease;
  const renewTime = microTimestamp(written + Math.floor((now - written) / everyMs) * everyMs);
  return { ...lease, spec: { ...lease.spec, renewTime } };
}

/** A node with the times of its kubelet's last report; the network's condition is somebody else's. */
function withReports(node: KubeObject, now: number, reportMs: number): KubeObject {
  const old: any[] = node.status?.conditions ?? [];
  const conditions = old.map((condition) => {
    const written = Date.parse(condition.lastHeartbeatTime ?? '');
    if (condition.type === 'NetworkUnavailable' || !(now - written >= reportMs)) return condition;
    const lastHeartbeatTime = timestamp(written + Math.floor((now - written) / reportMs) * reportMs);
    return { ...condition, lastHeartbeatTime };
  });
  if (conditions.every((condition, i) => condition === old[i])) return node;
  return { ...node, status: { ...node.status, conditions } };
}
