import {
  type Choose,
  isWithin,
  type NetworkNamespace,
  type Translated,
  type Translation,
} from '../../host/index.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Random } from '../../sim/index.ts';

/** One address and port that a service port leads to. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly nodeName: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  /** Zones that it is meant for; none: for all. */
  readonly zones?: readonly string[];
}

/** A port of a service with all that leads to it. */
export interface ServicePort {
  /** `default/web:http`. */
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly addresses: readonly string[];
  /** Which of the addresses are its own, and which somebody routes to the nodes. */
  readonly clusterIps: readonly string[];
  readonly externalIps: readonly string[];
  readonly nodePort: number | undefined;
  readonly endpoints: readonly Endpoint[];
  /** How long a client keeps its endpoint; 0: not at all. */
  readonly affinitySeconds: number;
  /** Where load balancers ask whether the node has endpoints. */
  readonly healthPort: number | undefined;
  readonly localInternal: boolean;
  readonly localExternal: boolean;
}

const DEFAULT_AFFINITY_SECONDS = 10_800;

/** The ports of all services, with their endpoints from the slices. */
export function servicePorts(
  services: Iterable<KubeObject>,
  slicesOf: (namespace: string, service: string) => Iterable<KubeObject>,
  zone: () => string | undefined = () => undefined,
): ServicePort[] {
  const ports: ServicePort[] = [];
  for (const service of services) {
    const { spec } = service;
    if (!spec || spec.type === 'ExternalName' || !spec.clusterIP || spec.clusterIP === 'None') continue;
    const { name, namespace = '' } = service.metadata;
    const slices = [...slicesOf(namespace, name)];
    const balancers: string[] = (service.status?.loadBalancer?.ingress ?? []).flatMap((i: any) => i.ip ?? []);
    const exposed = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
    for (const port of spec.ports ?? []) {
      ports.push({
        name: `${namespace}/${name}${port.name ? `:${port.name}` : ''}`,
        protocol: port.protocol ?? 'TCP',
        port: port.port,
        addresses: [...(spec.clusterIPs ?? [spec.clusterIP]), ...(spec.externalIPs ?? []), ...balancers],
        clusterIps: spec.clusterIPs ?? [spec.clusterIP],
        externalIps: spec.externalIPs ?? [],
        nodePort: exposed ? port.nodePort : undefined,
        endpoints: near(
          slices.flatMap((slice) => endpoints(slice, port)),
          zone,
        ),
        affinitySeconds:
          spec.sessionAffinity === 'ClientIP'
            ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS)
            : 0,
        healthPort: spec.healthCheckNodePort || undefined,
        localInternal: spec.internalTrafficPolicy === 'Local',
        localExternal: spec.externalTrafficPolicy === 'Local',
      });
    }
  }
  return ports;
}

function endpoints(slice: KubeObject, port: any): Endpoint[] {
  const match = (slice['ports'] ?? []).find(
    (p: any) => (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
  );
  if (!match || match.port === undefined || slice['addressType'] !== 'IPv4') return [];
  return (slice['endpoints'] ?? []).flatMap((endpoint: any) => {
    const { ready = true, serving = ready } = endpoint.conditions ?? {};
    return (endpoint.addresses ?? []).map((address: string) => ({
      address,
      port: match.port,
      nodeName: endpoint.nodeName,
      ready,
      serving,
      zones: (endpoint.hints?.forZones ?? []).map(({ name }: { name: string }) => name),
    }));
  });
}

/**
 * Those that are meant for the node's zone, if all that are ready are meant for zones and one of them for this.
 * Models pkg/proxy/topology.go CategorizeEndpoints; a node's own endpoints are always among them.
 */
function near(list: readonly Endpoint[], zone: () => string | undefined): readonly Endpoint[] {
  const ready = list.filter((endpoint) => endpoint.ready);
  if (ready.length === 0 || !ready.every(({ zones = [] }) => zones.length > 0)) return list;
  const here = zone();
  const chosen = here === undefined ? [] : ready.filter(({ zones = [] }) => zones.includes(here));
  return chosen.length > 0 ? chosen : list;
}

/** Those that traffic goes to: ready ones, or terminating ones that still serve when there are no others. */
export function usable(list: readonly Endpoint[]): readonly Endpoint[] {
  const ready = list.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : list.filter((endpoint) => endpoint.serving);
}

/** What a node gives to those inside the cluster and to those outside, by the service's traffic policies. */
export function byPolicy(
  { endpoints, localInternal, localExternal }: ServicePort,
  node: string,
): { internal: readonly Endpoint[]; external: readonly Endpoint[] } {
  const local = () => usable(endpoints.filter(({ nodeName }) => nodeName === node));
  return {
    internal: localInternal ? local() : usable(endpoints),
    external: localExternal ? local() : usable(endpoints),
  };
}

/** Who asks for a service, and how. */
interface Choice {
  readonly from: NetworkNamespace;
  readonly choose: Choose | undefined;
  /** Only endpoints of this node will do. */
  readonly localOnly: boolean;
  /** Through a node port or the address of a balancer. */
  readonly external?: boolean;
}

export type ProxyMode = 'iptables' | 'ipvs' | 'nftables';

export interface ProxyRulesOptions {
  readonly node: string;
  readonly host: NetworkNamespace;
  readonly random: Random;
  readonly now: () => number;
  readonly mode: ProxyMode;
  readonly nodePortAddresses?: readonly string[];
  readonly localhostNodePorts?: boolean;
}

/** The rules of one node: what its kube-proxy has put into the kernel. Models pkg/proxy/iptables. */
export class ProxyRules {
  readonly #byAddress = new Map<string, ServicePort>();
  readonly #byNodePort = new Map<string, ServicePort>();
  readonly #node: string;
  readonly #host: NetworkNamespace;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #mode: ProxyMode;
  /** Where node ports answer; none: on all addresses of the host. */
  readonly #nodePortAddresses: readonly string[];
  /** With iptables only, node ports answer on the host's loopback. */
  readonly #onLoopback: boolean;
  /** IPVS gives each its turn: whose it was last, by service. */
  readonly #turns = new Map<string, number>();
  readonly #clusterIps = new Set<string>();
  /** Who was given what, and when. */
  readonly #affinity = new Map<string, { endpoint: Endpoint; at: number }>();

  constructor(options: ProxyRulesOptions) {
    const { node, host, random, now, mode } = options;
    this.#node = node;
    this.#host = host;
    this.#random = random;
    this.#now = now;
    this.#mode = mode;
    this.#nodePortAddresses = options.nodePortAddresses ?? [];
    this.#onLoopback = mode === 'iptables' && (options.localhostNodePorts ?? true);
  }

  set(ports: readonly ServicePort[]): void {
    this.#byAddress.clear();
    this.#byNodePort.clear();
    this.#clusterIps.clear();
    for (const port of ports) {
      for (const address of port.clusterIps) this.#clusterIps.add(address);
      for (const address of port.addresses)
        this.#byAddress.set(`${port.protocol}/${address}/${port.port}`, port);
      if (port.nodePort) this.#byNodePort.set(`${port.protocol}/${port.nodePort}`, port);
    }
  }

  /** The addresses of the host that node ports answer on; undefined: all. Models pkg/proxy/util NodePortAddresses */
  get nodePortIps(): string[] | undefined {
    const ranges = this.#nodePortAddresses;
    if (ranges.length === 0) return undefined;
    const primary = this.#host.primaryAddress();
    const isChosen = (address: string) =>
      ranges.some((range) => (range === 'primary' ? address === primary : isWithin(address, range)));
    return this.#host.addresses().filter(isChosen);
  }

  list(): ServicePort[] {
    return [...new Set(this.#byAddress.values())];
  }

  readonly translate: Translation = ({ address, port, protocol }, from, choose) => {
    const service = this.#byAddress.get(`${protocol}/${address}/${port}`);
    if (service) {
      const external = !service.clusterIps.includes(address);
      const isOurs = from.host === this.#host;
      const localOnly = external ? service.localExternal && !isOurs : service.localInternal && isOurs;
      return this.#choose(service, { from, choose, localOnly, external });
    }
    // Other ports of a cluster's address lead nowhere with iptables.
    if (this.#mode !== 'iptables' && this.#clusterIps.has(address)) return 'reject';
    const node = this.#byNodePort.get(`${protocol}/${port}`);
    if (!node || !this.#isHostAddress(address, from)) return undefined;
    const localOnly = node.localExternal && from.host !== this.#host;
    return this.#choose(node, { from, choose, localOnly, external: true });
  };

  /** Node ports answer on every address of the host; its loopback is that of its own programs, not of pods. */
  #isHostAddress(address: string, from: NetworkNamespace): boolean {
    if (address.startsWith('127.')) return this.#onLoopback && from === this.#host;
    if (!this.#host.has(address)) return false;
    return this.nodePortIps?.includes(address) ?? true;
  }

  #choose(service: ServicePort, { from, choose, localOnly, external = false }: Choice) {
    const all = usable(
      localOnly ? service.endpoints.filter((e) => e.nodeName === this.#node) : service.endpoints,
    );
    if (all.length === 0)
      return localOnly && (external || usable(service.endpoints).length > 0)
        ? ('drop' as const)
        : ('reject' as const);
    const hides = external && !service.localExternal;
    if (choose) {
      return this.#to(all[choose(all.length)] as Endpoint, from, hides);
    }
    const key = `${service.name}/${from.primaryAddress()}`;
    const kept = this.#remembered(key, service.affinitySeconds, all);
    const chosen = kept ?? this.#next(service.name, all);
    if (service.affinitySeconds > 0) this.#affinity.set(key, { endpoint: chosen, at: this.#now() });
    return this.#to(chosen, from, hides);
  }

  #next(service: string, all: readonly Endpoint[]): Endpoint {
    if (this.#mode !== 'ipvs') return this.#random.pick(all);
    const turn = (this.#turns.get(service) ?? -1) + 1;
    this.#turns.set(service, turn);
    return all[turn % all.length] as Endpoint;
  }

  /** A client that comes from outside, or to itself, would be answered past this host: it gets the host's address. */
  #to({ address, port }: Endpoint, from: NetworkNamespace, hides: boolean): Translated {
    const masquerade = hides || from.has(address);
    return masquerade ? { address, port, masquerade } : { address, port };
  }

  /** The endpoint that a client had within the time that it is kept. */
  #remembered(key: string, seconds: number, all: readonly Endpoint[]): Endpoint | undefined {
    const last = seconds > 0 ? this.#affinity.get(key) : undefined;
    if (!last || this.#now() - last.at > seconds * 1000) return undefined;
    const { address, port } = last.endpoint;
    return all.find((e) => e.address === address && e.port === port);
  }
}
