import type { Context, Route } from '../../host/index.ts';
import { type KubeObject, timestamp } from '../../objects/object.ts';
import type { Client } from '../client/client.ts';
import { RESOURCES } from '../client/resources.ts';

/** Tells the cluster that the network of a node works. */
export function publishNetworkUp(
  context: Context,
  client: Client,
  node: KubeObject,
  says: { reason: string; message: string },
): void {
  const now = timestamp(context.now);
  const conditions: any[] = node.status?.conditions ?? [];
  if (conditions.some((c) => c.type === 'NetworkUnavailable' && c.status === 'False')) return;
  const up = {
    type: 'NetworkUnavailable',
    status: 'False',
    ...says,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  const rest = conditions.filter((c) => c.type !== up.type);
  client.patch(RESOURCES.nodes, node.metadata.name, {
    type: 'merge',
    body: { status: { conditions: [up, ...rest] } },
    subresource: 'status',
  });
}

/** A tunnel of the overlay, when it is not there yet. */
export function addTunnel(
  context: Context,
  { name, address, mtu, kind }: { name: string; address: string; mtu: number; kind: 'vxlan' | 'ipip' },
): void {
  const { interfaces } = context.network;
  if (interfaces.some((i) => i.name === name)) return;
  const octets = address
    .split(/[./]/)
    .slice(0, 4)
    .map((o) => Number(o).toString(16).padStart(2, '0'));
  const mac = kind === 'ipip' ? '0.0.0.0' : `ae:11:${octets.join(':')}`;
  const index = context.network.nextIndex();
  interfaces.push({ name, kind, mac, addresses: [address], up: true, mtu, index });
}

/** The way to another node's pods; it takes the place of an older one. */
export function addRoute(context: Context, route: Route): void {
  const { routes } = context.network;
  const at = routes.findIndex(({ to }) => to === route.to);
  if (at < 0) routes.push(route);
  else routes[at] = route;
}
