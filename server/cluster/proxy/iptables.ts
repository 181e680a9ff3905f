import { createHash } from 'node:crypto';
import type { KernelRules } from '../../host/index.ts';
import { byPolicy, type Endpoint, type ServicePort, usable } from './rules.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Models pkg/proxy/iptables portProtoHash: the first sixteen letters of a hash in base 32. */
export function hash(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  let letters = '';
  for (let i = 0; i < 16; i++) {
    const bit = i * 5;
    const word = ((digest[bit >> 3] as number) << 8) | (digest[(bit >> 3) + 1] as number);
    letters += ALPHABET[(word >> (11 - (bit & 7))) & 31];
  }
  return letters;
}

/** What a node's rules depend on beside the services. */
export interface RuleOptions {
  readonly node: string;
  /** Pods' addresses: who comes from elsewhere is masqueraded. '' where it is not known. */
  readonly clusterCidr: string;
  /** The addresses that node ports answer on; undefined: all. */
  readonly nodePortIps?: readonly string[] | undefined;
  readonly localhostNodePorts?: boolean;
}

const quoted = (comment: string) => `-m comment --comment "${comment}"`;
const MASQUERADE = 'KUBE-MARK-MASQ';

/** Rules of kube-proxy as `iptables-save` shows them. Models pkg/proxy/iptables syncProxyRules. */
export function kernelRules(ports: readonly ServicePort[], options: RuleOptions): KernelRules {
  const nat = [...NAT];
  const filter = [...FILTER];
  for (const port of ports) {
    const where = wherePort(port);
    const { internal, external } = byPolicy(port, options.node);
    if (usable(port.endpoints).length === 0) {
      for (const [address, kind] of destinations(port))
        filter.push(
          `-A ${kind === 'cluster IP' ? 'KUBE-SERVICES' : 'KUBE-EXTERNAL-SERVICES'} -d ${address}/32 ${where(`${port.name} has no endpoints`, port.port)} -j REJECT --reject-with icmp-port-unreachable`,
        );
      continue;
    }
    nat.push(...serviceRules(port, options, { internal, external }));
    if (external.length === 0 && port.nodePort)
      filter.push(
        `-A KUBE-EXTERNAL-SERVICES ${where(`${port.name} has no local endpoints`, port.nodePort).replace('-m comment', '-m addrtype --dst-type LOCAL -m comment')} -j DROP`,
      );
  }
  nat.push(...nodePortJumps(options));
  return { nat, filter, mangle: ['-N KUBE-IPTABLES-HINT', '-N KUBE-PROXY-CANARY'] };
}

/** How packets come to the chain of node ports: by any address of the host, or by those that are chosen. */
function nodePortJumps({ nodePortIps, localhostNodePorts = true }: RuleOptions): string[] {
  const jump = (where: string) =>
    `-A KUBE-SERVICES ${where}${quoted('kubernetes service nodeports; NOTE: this must be the last rule in this chain')}`;
  if (nodePortIps) return nodePortIps.map((address) => `${jump(`-d ${address}/32 `)} -j KUBE-NODEPORTS`);
  return [
    `${jump(localhostNodePorts ? '' : '! -d 127.0.0.0/8 ')} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`,
  ];
}

const NAT = [
  '-N KUBE-PROXY-CANARY',
  '-N KUBE-NODEPORTS',
  `-A PREROUTING ${quoted('kubernetes service portals')} -j KUBE-SERVICES`,
  `-A OUTPUT ${quoted('kubernetes service portals')} -j KUBE-SERVICES`,
  `-A POSTROUTING ${quoted('kubernetes postrouting rules')} -j KUBE-POSTROUTING`,
  `-A ${MASQUERADE} -j MARK --set-xmark 0x4000/0x4000`,
  '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
  '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
  `-A KUBE-POSTROUTING ${quoted('kubernetes service traffic requiring SNAT')} -j MASQUERADE --random-fully`,
];

const NEW = '-m conntrack --ctstate NEW';
const FILTER = [
  ...['KUBE-PROXY-CANARY', 'KUBE-PROXY-FIREWALL', 'KUBE-NODEPORTS', 'KUBE-EXTERNAL-SERVICES'].map(
    (chain) => `-N ${chain}`,
  ),
  '-N KUBE-SERVICES',
  `-A INPUT ${NEW} ${quoted('kubernetes load balancer firewall')} -j KUBE-PROXY-FIREWALL`,
  `-A INPUT ${quoted('kubernetes health check service ports')} -j KUBE-NODEPORTS`,
  `-A INPUT ${NEW} ${quoted('kubernetes externally-visible service portals')} -j KUBE-EXTERNAL-SERVICES`,
  `-A FORWARD ${NEW} ${quoted('kubernetes load balancer firewall')} -j KUBE-PROXY-FIREWALL`,
  `-A FORWARD ${quoted('kubernetes forwarding rules')} -j KUBE-FORWARD`,
  `-A FORWARD ${NEW} ${quoted('kubernetes service portals')} -j KUBE-SERVICES`,
  `-A FORWARD ${NEW} ${quoted('kubernetes externally-visible service portals')} -j KUBE-EXTERNAL-SERVICES`,
  `-A OUTPUT ${NEW} ${quoted('kubernetes load balancer firewall')} -j KUBE-PROXY-FIREWALL`,
  `-A OUTPUT ${NEW} ${quoted('kubernetes service portals')} -j KUBE-SERVICES`,
  '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
  `-A KUBE-FORWARD ${quoted('kubernetes forwarding rules')} -m mark --mark 0x4000/0x4000 -j ACCEPT`,
  `-A KUBE-FORWARD ${quoted('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
];

/** `-p tcp -m comment --comment "…" -m tcp --dport 80`. */
function wherePort({ protocol }: ServicePort): (comment: string, port: number) => string {
  const name = protocol.toLowerCase();
  return (comment, port) => `-p ${name} ${quoted(comment)} -m ${name} --dport ${port}`;
}

/** The addresses that lead to a service, and what its comments call them. */
function destinations({ addresses, clusterIps, externalIps }: ServicePort): [string, string][] {
  return addresses
    .filter((address) => !address.includes(':'))
    .map((address) => [
      address,
      clusterIps.includes(address)
        ? 'cluster IP'
        : externalIps.includes(address)
          ? 'external IP'
          : 'loadbalancer IP',
    ]);
}

interface Chosen {
  readonly internal: readonly Endpoint[];
  readonly external: readonly Endpoint[];
}

function serviceRules(port: ServicePort, options: RuleOptions, { internal, external }: Chosen): string[] {
  const where = wherePort(port);
  const key = hash(port.name + port.protocol.toLowerCase());
  const cluster = `KUBE-SVC-${key}`;
  const local = `KUBE-SVL-${key}`;
  const outside = `KUBE-EXT-${key}`;
  const inner = port.localInternal ? local : cluster;
  const rules: string[] = [];
  for (const [address, kind] of destinations(port)) {
    const chain = kind === 'cluster IP' ? inner : outside;
    rules.push(`-A KUBE-SERVICES -d ${address}/32 ${where(`${port.name} ${kind}`, port.port)} -j ${chain}`);
    if (kind === 'cluster IP' && options.clusterCidr)
      rules.push(
        `-A ${inner} ! -s ${options.clusterCidr} -d ${address}/32 ${where(`${port.name} ${kind}`, port.port)} -j ${MASQUERADE}`,
      );
  }
  if (port.nodePort) rules.push(`-A KUBE-NODEPORTS ${where(port.name, port.nodePort)} -j ${outside}`);
  if (rules.some((rule) => rule.endsWith(outside)))
    rules.push(...externalRules(port, options, { cluster, local, outside }));
  if (port.localInternal || port.localExternal)
    rules.push(...balancing(port, local, port.localInternal ? internal : external));
  const everywhere = usable(port.endpoints);
  if (!port.localInternal || port.localExternal) rules.push(...balancing(port, cluster, everywhere));
  return [...rules, ...everywhere.flatMap((endpoint) => endpointRules(port, endpoint))];
}

/** What comes from outside: to any endpoint under another address, or to those of the node as it is. */
function externalRules(
  port: ServicePort,
  { clusterCidr }: RuleOptions,
  { cluster, local, outside }: { cluster: string; local: string; outside: string },
): string[] {
  const traffic = (what: string) => quoted(`${what} ${port.name} external destinations`);
  if (!port.localExternal)
    return [
      `-A ${outside} ${traffic('masquerade traffic for')} -j ${MASQUERADE}`,
      `-A ${outside} -j ${cluster}`,
    ];
  return [
    ...(clusterCidr ? [`-A ${outside} -s ${clusterCidr} ${traffic('pod traffic for')} -j ${cluster}`] : []),
    `-A ${outside} ${traffic('masquerade LOCAL traffic for')} -m addrtype --src-type LOCAL -j ${MASQUERADE}`,
    `-A ${outside} ${traffic('route LOCAL traffic for')} -m addrtype --src-type LOCAL -j ${cluster}`,
    `-A ${outside} -j ${local}`,
  ];
}

const endpointChain = (port: ServicePort, { address, port: number }: Endpoint) =>
  `KUBE-SEP-${hash(`${port.name}${port.protocol.toLowerCase()}${address}:${number}`)}`;

const SOURCE = '--mask 255.255.255.255 --rsource';

/** The endpoint that a client had, else one by lot. */
function balancing(port: ServicePort, chain: string, endpoints: readonly Endpoint[]): string[] {
  const comment = (e: Endpoint) => quoted(`${port.name} -> ${e.address}:${e.port}`);
  const sticky = endpoints.map((e) => {
    const target = endpointChain(port, e);
    return `-A ${chain} ${comment(e)} -m recent --rcheck --seconds ${port.affinitySeconds} --reap --name ${target} ${SOURCE} -j ${target}`;
  });
  const drawn = endpoints.map((e, i) => {
    const left = endpoints.length - i;
    const chance = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : '';
    return `-A ${chain} ${comment(e)}${chance} -j ${endpointChain(port, e)}`;
  });
  return [`-N ${chain}`, ...(port.affinitySeconds ? sticky : []), ...drawn];
}

function endpointRules(port: ServicePort, endpoint: Endpoint): string[] {
  const chain = endpointChain(port, endpoint);
  const name = port.protocol.toLowerCase();
  const recent = port.affinitySeconds ? ` -m recent --set --name ${chain} ${SOURCE}` : '';
  return [
    `-A ${chain} -s ${endpoint.address}/32 ${quoted(port.name)} -j ${MASQUERADE}`,
    `-A ${chain} -p ${name} ${quoted(port.name)}${recent} -m ${name} -j DNAT --to-destination ${endpoint.address}:${endpoint.port}`,
  ];
}
