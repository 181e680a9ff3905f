import type { Host, Interface, NetworkNamespace } from '../../../host/index.ts';

/** How a sandbox hangs on its host: the host's end of its cable, and the bridge that it is plugged into, if any. */
export interface Attachment {
  readonly sandboxId: string;
  readonly ip: string;
  readonly bridge?: { readonly name: string; readonly address: string };
  readonly mtu: number;
}

/** Pulls the cable between a sandbox and its host, for as long as the sandbox is there. Returns the host's end. */
export function plugIn(host: Host, namespace: NetworkNamespace, attachment: Attachment): Interface {
  const { sandboxId, ip, bridge, mtu } = attachment;
  const { network } = host;
  if (bridge) raiseBridge(network, bridge, mtu);
  const link: Interface = {
    name: bridge ? `veth${sandboxId.slice(0, 8)}` : `cali${sandboxId.slice(0, 11)}`,
    kind: 'veth',
    mac: bridge ? macOf(sandboxId) : 'ee:ee:ee:ee:ee:ee',
    addresses: [],
    up: true,
    mtu,
    peer: 'if2',
    peerNamespace: `cni-${uuidOf(sandboxId)}`,
    pod: namespace,
    index: network.nextIndex(),
    ...(bridge ? { master: bridge.name } : {}),
  };
  network.links.push(link);
  // Without a bridge each pod has a route of its own.
  const route = { to: ip, dev: link.name, attributes: 'scope link' };
  if (!bridge) network.routes.push(route);
  namespace.onClose.push(() => {
    network.links.splice(network.links.indexOf(link), 1);
    if (!bridge) network.routes.splice(network.routes.indexOf(route), 1);
  });
  return link;
}

function raiseBridge(
  network: NetworkNamespace,
  { name, address }: { name: string; address: string },
  mtu: number,
) {
  if (network.interfaces.some((item) => item.name === name)) return;
  const octets = (address.split('/')[0] as string)
    .split('.')
    .map((octet) => Number(octet).toString(16).padStart(2, '0'));
  network.interfaces.push({
    name,
    kind: 'bridge',
    mac: `0a:58:${octets.join(':')}`,
    addresses: [address],
    up: true,
    mtu,
    index: network.nextIndex(),
  });
}

/** Locally administered, and the same whenever the world is restored. */
function macOf(id: string): string {
  return ['6e', ...(id.slice(0, 10).match(/../g) ?? [])].join(':');
}

function uuidOf(id: string): string {
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20, 32)].join('-');
}
