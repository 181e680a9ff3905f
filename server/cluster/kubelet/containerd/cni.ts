import { type Host, NetworkNamespace, restoreFirewall } from '../../../host/index.ts';
import { type EngineSandbox, RuntimeError } from '../../client/cri.ts';
import { plugIn } from './links.ts';
import { type CniDirectories, DEFAULT_CNI } from './settings.ts';

const LEASES = '/var/lib/cni/networks';
/** What calico-node writes for its plugin. */
const CALICO_BLOCKS = '/var/lib/calico/blocks';

/** The network that pods of this node are put into, as the first file in `/etc/cni/net.d` says. */
export interface CniNetwork {
  readonly name: string;
  readonly type: string;
  readonly file: string;
  /** Where its program lies. */
  readonly bin: string;
}

/** The configured network; undefined when there is none. */
export function cniNetwork(host: Host, { conf, bin }: CniDirectories = DEFAULT_CNI): CniNetwork | undefined {
  const { fs } = host.init;
  if (!fs.isDirectory(conf)) return undefined;
  for (const name of fs.list(conf).sort()) {
    if (!/\.(conf|conflist|json)$/.test(name)) continue;
    const file = `${conf}/${name}`;
    try {
      const config = JSON.parse(fs.read(file)) as {
        name?: string;
        type?: string;
        plugins?: { type?: string }[];
      };
      const type = config.plugins?.[0]?.type ?? config.type;
      if (type) return { name: config.name ?? 'default', type, file, bin };
    } catch {
      // containerd skips what it cannot read and takes the next.
    }
  }
  return undefined;
}

/** Gives a sandbox an interface with an address of the node's subnet. Throws in the words of the plugin. */
export function addPodNetwork(
  host: Host,
  sandboxId: string,
  podCidr: string | undefined,
  network: CniNetwork | undefined,
): { namespace: NetworkNamespace; ip: string } {
  const failed = `failed to setup network for sandbox "${sandboxId}"`;
  if (!network && !podCidr) throw new RuntimeError('Unknown', `${failed}: cni plugin not initialized`);
  if (network?.type === 'calico') {
    const ip = reserveInBlocks(host, network, sandboxId, failed);
    return { namespace: podNamespace(host, sandboxId, ip, { network, subnet: `${ip}/32` }), ip };
  }
  const subnet = network ? subnetOf(host, network, podCidr, failed) : (podCidr as string);
  const ip = reserve(host, network?.name ?? 'podnet', subnet, sandboxId, failed);
  forward(host);
  return { namespace: podNamespace(host, sandboxId, ip, { network, subnet }), ip };
}

// Models containernetworking/plugins bridge.go enableIPForward
function forward({ init: { fs } }: Host): void {
  const path = '/proc/sys/net/ipv4/ip_forward';
  if (fs.isFile(path) && fs.read(path).trim() === '0') fs.write(path, '1\n');
}

/** Models cni-plugin of Calico: addresses come from the blocks that calico-node has claimed for the node. */
function reserveInBlocks(host: Host, network: CniNetwork, sandboxId: string, failed: string): string {
  const { fs } = host.init;
  const problem = `${failed}: plugin type="calico" failed (add)`;
  if (!fs.isFile(`${network.bin}/calico`))
    throw new RuntimeError('Unknown', `${problem}: failed to find plugin "calico" in path [${network.bin}]`);
  if (!fs.isFile('/var/lib/calico/nodename')) {
    throw new RuntimeError(
      'Unknown',
      `${problem}: stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/`,
    );
  }
  const blocks = fs.isFile(CALICO_BLOCKS) ? fs.read(CALICO_BLOCKS).split('\n').filter(Boolean) : [];
  for (const [i, block] of blocks.entries()) {
    try {
      return reserve(host, network.name, block, sandboxId, problem);
    } catch (error) {
      if (!(error instanceof RuntimeError) || i < blocks.length - 1) continue;
    }
  }
  throw new RuntimeError(
    'Unknown',
    `${problem}: failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No more free affine blocks and strict affinity enabled`,
  );
}

/** Puts a sandbox on a bridge of an engine, or gives it loopback alone. */
export function addBridgeNetwork(
  host: Host,
  { id, network }: EngineSandbox,
): { namespace: NetworkNamespace; ip: string } {
  if (!network) return { namespace: bridgeNamespace(host, { id, network }, ''), ip: '' };
  const failed = `failed to set up container networking`;
  const ip = reserve(host, network.name, network.subnet, id, failed);
  return { namespace: bridgeNamespace(host, { id, network }, ip), ip };
}

/** The network stack of a container of an engine. */
export function bridgeNamespace(host: Host, { id, network }: EngineSandbox, ip: string): NetworkNamespace {
  if (network) {
    const gateway = `${ip.replace(/\d+$/, '1')}/`;
    const bridge = host.network.interfaces.find(({ addresses }) => addresses[0]?.startsWith(gateway));
    const nic = { mac: '02:42', mtu: 1500, bridge: bridge?.name ?? 'docker0' };
    return podNamespace(host, id, ip, { network: undefined, subnet: network.subnet, nic });
  }
  const namespace = new NetworkNamespace(host.network.network, id.slice(0, 12), host.network);
  namespace.interfaces.push({
    name: 'lo',
    mac: '00:00:00:00:00:00',
    addresses: ['127.0.0.1/8', '::1/128'],
    up: true,
    mtu: 65_536,
  });
  return namespace;
}

/** How a stack is connected: the network that is configured for it, if there is one, and its part of it. */
interface Wiring {
  readonly network: CniNetwork | undefined;
  readonly subnet?: string;
  readonly nic?: typeof POD_NIC;
}

const POD_NIC = { mac: '0a:58', mtu: 1450, bridge: 'cni0' };

/** The network stack of a sandbox that has its address already. */
export function podNamespace(host: Host, sandboxId: string, ip: string, wiring: Wiring): NetworkNamespace {
  const { network, subnet = `${ip}/${network?.type === 'calico' ? 32 : 24}`, nic = POD_NIC } = wiring;
  const namespace = new NetworkNamespace(host.network.network, `cni-${sandboxId.slice(0, 8)}`, host.network);
  const octets = ip.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  const routed = subnet.endsWith('/32');
  const length = subnet.split('/')[1] as string;
  const gateway = routed ? '169.254.1.1' : ip.replace(/\d+$/, '1');
  const mtu = routed ? 1480 : nic.mtu;
  const bridge = { name: nic.bridge, address: `${gateway}/${length}` };
  const link = plugIn(host, namespace, { sandboxId, ip, mtu, ...(routed ? {} : { bridge }) });
  namespace.interfaces.push(
    { name: 'lo', mac: '00:00:00:00:00:00', addresses: ['127.0.0.1/8', '::1/128'], up: true, mtu: 65_536 },
    {
      name: 'eth0',
      mac: `${nic.mac}:${octets.join(':')}`,
      kind: 'veth',
      addresses: [`${ip}/${length}`],
      up: true,
      mtu,
      peer: `if${link.index}`,
    },
  );
  namespace.routes.push({ to: 'default', via: gateway, dev: 'eth0' });
  if (routed) namespace.routes.push({ to: gateway, dev: 'eth0', attributes: 'scope link' });
  const everywhere = routed ? undefined : clusterNetwork(host, network, subnet);
  if (everywhere) namespace.routes.push({ to: everywhere, via: gateway, dev: 'eth0' });
  restoreFirewall({ host, network: namespace });
  return namespace;
}

/** What flannel says of all pods' network: its plugin makes a route to it, unless it is the node's own part. */
function clusterNetwork(host: Host, network: CniNetwork | undefined, subnet: string): string | undefined {
  const { fs } = host.init;
  const file = '/run/flannel/subnet.env';
  if (network?.type !== 'flannel' || !fs.isFile(file)) return undefined;
  const everywhere = /^FLANNEL_NETWORK=(\S+)$/m.exec(fs.read(file))?.[1];
  return everywhere === subnet ? undefined : everywhere;
}

/** Gives the address back. */
export function releaseAddress(host: Host, ip: string): void {
  const { fs } = host.init;
  if (!fs.isDirectory(LEASES)) return;
  for (const name of fs.list(LEASES))
    if (fs.isFile(`${LEASES}/${name}/${ip}`)) fs.unlink(`${LEASES}/${name}/${ip}`);
}

function subnetOf(host: Host, network: CniNetwork, podCidr: string | undefined, failed: string): string {
  const { fs } = host.init;
  if (!fs.isFile(`${network.bin}/${network.type}`)) {
    throw new RuntimeError(
      'Unknown',
      `${failed}: plugin type="${network.type}" failed (add): failed to find plugin "${network.type}" in path [${network.bin}]`,
    );
  }
  if (network.type === 'flannel') {
    const file = '/run/flannel/subnet.env';
    if (!fs.isFile(file)) {
      throw new RuntimeError(
        'Unknown',
        `${failed}: plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open ${file}: no such file or directory`,
      );
    }
    const subnet = /^FLANNEL_SUBNET=(\S+)$/m.exec(fs.read(file))?.[1];
    if (subnet) return subnet.replace(/\.\d+\//, '.0/');
  }
  const configured = /"subnet"\s*:\s*"([^"]+)"/.exec(fs.read(network.file))?.[1];
  const subnet = configured ?? podCidr;
  if (!subnet)
    throw new RuntimeError(
      'Unknown',
      `${failed}: plugin type="${network.type}" failed (add): no IP ranges specified`,
    );
  return subnet;
}

/** Models containernetworking/plugins host-local: a file for each address in use, and the one given last. */
function reserve(host: Host, network: string, subnet: string, owner: string, failed: string): string {
  const { fs } = host.init;
  const directory = `${LEASES}/${network}`;
  fs.mkdirAll(directory);
  const [base, length] = subnet.split('/') as [string, string];
  const first = base.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(length));
  const lastFile = `${directory}/last_reserved_ip.0`;
  const given = fs.isFile(lastFile)
    ? fs
        .read(lastFile)
        .split('.')
        .reduce((sum, octet) => sum * 256 + Number(octet), 0) - first
    : 1;
  // A node may have several blocks: one given in another says nothing here.
  const last = given > 0 && given < size ? given : 1;
  for (let step = 1; step < size; step++) {
    const offset = ((last - 2 + step) % (size - 3)) + 2;
    const value = first + offset;
    const ip = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
    if (fs.exists(`${directory}/${ip}`)) continue;
    fs.write(`${directory}/${ip}`, `${owner}\r\neth0`);
    fs.write(lastFile, ip);
    return ip;
  }
  throw new RuntimeError(
    'Unknown',
    `${failed}: plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: ${subnet}`,
  );
}
