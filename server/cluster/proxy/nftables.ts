import type { NftChain, NftSet, NftTable } from '../../host/index.ts';
import { hash, type RuleOptions } from './iptables.ts';
import { byPolicy, type Endpoint, type ServicePort, usable } from './rules.ts';

export interface NftOptions extends RuleOptions {
  /** The node's own addresses: those that node ports answer on. */
  readonly nodeAddresses: readonly string[];
  readonly serviceCidrs: readonly string[];
}

/** The table `kube-proxy` as `nft` shows it. Models pkg/proxy/nftables syncProxyRules. */
export function nftTable(ports: readonly ServicePort[], options: NftOptions): NftTable {
  const maps: Maps = { services: [], nodePorts: [], deadServices: [], deadNodePorts: [] };
  const sets: NftSet[] = [];
  const chains: NftChain[] = [];
  for (const port of ports) {
    const built = serviceChains(port, options);
    chains.push(...built.chains);
    sets.push(...built.sets);
    dispatch(port, options, maps);
  }
  const clusterIps = [...new Set(ports.flatMap((port) => port.clusterIps.filter(isFour)))];
  return {
    family: 'ip',
    name: 'kube-proxy',
    comment: 'rules for kube-proxy',
    sets: [
      { ...set('cluster-ips', 'Active ClusterIPs', clusterIps), type: 'ipv4_addr' },
      {
        ...set('nodeport-ips', 'IPs that accept NodePort traffic', options.nodeAddresses),
        type: 'ipv4_addr',
      },
      map(
        'no-endpoint-services',
        'vmap to drop or reject packets to services with no endpoints',
        maps.deadServices,
      ),
      {
        ...map(
          'no-endpoint-nodeports',
          'vmap to drop or reject packets to service nodeports with no endpoints',
          maps.deadNodePorts,
        ),
        type: NODE_PORT,
      },
      map('firewall-ips', 'destinations that are subject to LoadBalancerSourceRanges', []),
      map('service-ips', 'ClusterIP, ExternalIP and LoadBalancer IP traffic', maps.services),
      { ...map('service-nodeports', 'NodePort traffic', maps.nodePorts), type: NODE_PORT },
      ...sets,
    ],
    chains: [...BASE, clusterIpsCheck(options.serviceCidrs), ...chains],
  };
}

const isFour = (address: string) => !address.includes(':');

const NODE_PORT = 'inet_proto . inet_service : verdict';

function set(name: string, comment: string, elements: readonly string[]): Omit<NftSet, 'type'> {
  return { kind: 'set', name, comment, elements };
}

function map(name: string, comment: string, elements: readonly string[]): NftSet {
  return { ...set(name, comment, elements), kind: 'map', type: `ipv4_addr . ${NODE_PORT}` };
}

const base = (name: string, hook: string, ...rules: string[]): NftChain => ({ name, hook, rules });
const plain = (name: string, ...rules: string[]): NftChain => ({ name, rules });
const NEW = 'ct state new jump';

const BASE: readonly NftChain[] = [
  base(
    'filter-prerouting',
    'type filter hook prerouting priority dstnat - 10; policy accept;',
    `${NEW} firewall-check`,
  ),
  base(
    'filter-input',
    'type filter hook input priority -110; policy accept;',
    `${NEW} nodeport-endpoints-check`,
    `${NEW} service-endpoints-check`,
  ),
  base(
    'filter-forward',
    'type filter hook forward priority -110; policy accept;',
    `${NEW} service-endpoints-check`,
    `${NEW} cluster-ips-check`,
  ),
  base(
    'filter-output',
    'type filter hook output priority -110; policy accept;',
    `${NEW} service-endpoints-check`,
    `${NEW} firewall-check`,
  ),
  base(
    'filter-output-post-dnat',
    'type filter hook output priority -90; policy accept;',
    `${NEW} cluster-ips-check`,
  ),
  base('nat-prerouting', 'type nat hook prerouting priority dstnat; policy accept;', 'jump services'),
  base('nat-output', 'type nat hook output priority -100; policy accept;', 'jump services'),
  base('nat-postrouting', 'type nat hook postrouting priority srcnat; policy accept;', 'jump masquerading'),
  plain(
    'nodeport-endpoints-check',
    'ip daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports',
  ),
  plain('service-endpoints-check', 'ip daddr . meta l4proto . th dport vmap @no-endpoint-services'),
  plain('firewall-check', 'ip daddr . meta l4proto . th dport vmap @firewall-ips'),
  plain(
    'services',
    'ip daddr . meta l4proto . th dport vmap @service-ips',
    'ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports',
  ),
  plain(
    'masquerading',
    'meta mark & 0x00004000 == 0x00000000 return',
    'meta mark set meta mark ^ 0x00004000',
    'masquerade fully-random',
  ),
  plain('mark-for-masquerade', 'meta mark set meta mark | 0x00004000'),
  {
    ...plain('reject-chain', 'reject'),
    comment: 'helper for @no-endpoint-services / @no-endpoint-nodeports',
  },
];

function clusterIpsCheck(serviceCidrs: readonly string[]): NftChain {
  const unallocated = `ip daddr { ${serviceCidrs.join(', ')} } drop comment "Drop traffic to unallocated ClusterIPs"`;
  return plain(
    'cluster-ips-check',
    'ip daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"',
    ...(serviceCidrs.length > 0 ? [unallocated] : []),
  );
}

/** `ULMVA6XW-ns1/svc1/tcp/p80`: a name with its hash before it. */
const hashed = (name: string) => `${hash(name).slice(0, 8)}-${name}`;

function serviceName({ name, protocol }: ServicePort): string {
  const [service = '', port = ''] = name.split(':');
  return `${service}/${protocol.toLowerCase()}/${port}`;
}

const chainBase = (port: ServicePort) => hashed(serviceName(port));
const endpointBase = (port: ServicePort, { address, port: number }: Endpoint) =>
  hashed(`${serviceName(port)}__${address}/${number}`);

interface Maps {
  readonly services: string[];
  readonly nodePorts: string[];
  readonly deadServices: string[];
  readonly deadNodePorts: string[];
}

/** Which chain, or which end, each address and node port of a service leads to. */
function dispatch(port: ServicePort, { node }: NftOptions, maps: Maps): void {
  const name = chainBase(port);
  const protocol = port.protocol.toLowerCase();
  const { internal, external } = byPolicy(port, node);
  const alive = usable(port.endpoints).length > 0;
  const end = `comment "${port.name}" : ${alive ? 'drop' : 'goto reject-chain'}`;
  for (const address of port.addresses.filter(isFour)) {
    const key = `${address} . ${protocol} . ${port.port}`;
    const isCluster = port.clusterIps.includes(address);
    const inner = `${port.localInternal ? 'local' : 'service'}-${name}`;
    if (isCluster ? internal.length > 0 : alive)
      maps.services.push(`${key} : goto ${isCluster ? inner : `external-${name}`}`);
    if ((isCluster ? internal : external).length === 0) maps.deadServices.push(`${key} ${end}`);
  }
  if (!port.nodePort) return;
  const key = `${protocol} . ${port.nodePort}`;
  if (alive) maps.nodePorts.push(`${key} : goto external-${name}`);
  if (external.length === 0) maps.deadNodePorts.push(`${key} ${end}`);
}

function serviceChains(port: ServicePort, options: NftOptions): { chains: NftChain[]; sets: NftSet[] } {
  const name = chainBase(port);
  const all = usable(port.endpoints);
  if (all.length === 0) return { chains: [], sets: [] };
  const { internal, external } = byPolicy(port, options.node);
  const chains: NftChain[] = [];
  const isExternal = port.nodePort !== undefined || port.addresses.length > port.clusterIps.length;
  const entry = (local: boolean) => (local === port.localInternal ? fromOutside(port, options) : []);
  if (!port.localInternal || isExternal)
    chains.push(plain(`service-${name}`, ...entry(false), ...balancing(port, all)));
  const local = port.localInternal ? internal : port.localExternal ? external : [];
  if (local.length > 0) chains.push(plain(`local-${name}`, ...entry(true), ...balancing(port, local)));
  if (isExternal)
    chains.push(plain(`external-${name}`, ...externalRules(port, options, external.length > 0)));
  const sticky = port.affinitySeconds > 0;
  for (const endpoint of all) {
    const own = endpointBase(port, endpoint);
    chains.push(
      plain(
        `endpoint-${own}`,
        `ip saddr ${endpoint.address} jump mark-for-masquerade`,
        ...(sticky ? [`update @affinity-${own} { ip saddr }`] : []),
        `meta l4proto ${port.protocol.toLowerCase()} dnat to ${endpoint.address}:${endpoint.port}`,
      ),
    );
  }
  return { chains, sets: sticky ? all.map((endpoint) => affinitySet(port, endpoint)) : [] };
}

function affinitySet(port: ServicePort, endpoint: Endpoint): NftSet {
  return {
    kind: 'set',
    name: `affinity-${endpointBase(port, endpoint)}`,
    type: 'ipv4_addr',
    size: 65_535,
    flags: 'dynamic,timeout',
    timeoutSeconds: port.affinitySeconds,
    elements: [],
  };
}

/** Who comes to a cluster address from outside the pods' network is answered through the node. */
function fromOutside(port: ServicePort, { clusterCidr }: NftOptions): string[] {
  if (!clusterCidr) return [];
  return port.clusterIps
    .filter(isFour)
    .map(
      (address) =>
        `ip daddr ${address} ${port.protocol.toLowerCase()} dport ${port.port} ip saddr != ${clusterCidr} jump mark-for-masquerade`,
    );
}

function balancing(port: ServicePort, endpoints: readonly Endpoint[]): string[] {
  const names = endpoints.map((endpoint) => endpointBase(port, endpoint));
  const sticky = port.affinitySeconds > 0;
  return [
    ...(sticky ? names.map((name) => `ip saddr @affinity-${name} goto endpoint-${name}`) : []),
    `numgen random mod ${names.length} vmap { ${names.map((name, i) => `${i} : goto endpoint-${name}`).join(', ')} }`,
  ];
}

function externalRules(port: ServicePort, { clusterCidr }: NftOptions, reachable: boolean): string[] {
  const name = chainBase(port);
  if (!port.localExternal) return ['jump mark-for-masquerade', `goto service-${name}`];
  return [
    ...(clusterCidr
      ? [`ip saddr ${clusterCidr} goto service-${name} comment "short-circuit pod traffic"`]
      : []),
    'fib saddr type local jump mark-for-masquerade comment "masquerade local traffic"',
    `fib saddr type local goto service-${name} comment "short-circuit local traffic"`,
    ...(reachable ? [`goto local-${name}`] : []),
  ];
}
