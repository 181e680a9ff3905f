import type { Choose, NetworkNamespace, Translation } from '../../host/index.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Random } from '../../sim/index.ts';

/** One address and port that a service port leads to. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly nodeName: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
}

/** A port of a service with all that leads to it. */
export interface ServicePort {
  /** `default/web:http`. */
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly addresses: readonly string[];
  readonly nodePort: number | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly affinity: boolean;
  readonly localInternal: boolean;
  readonly localExternal: boolean;
}

/** The ports of all services, with their endpoints from the slices. */
export function servicePorts(
  services: Iterable<KubeObject>,
  slicesOf: (namespace: string, service: string) => Iterable<KubeObject>,
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
        nodePort: exposed ? port.nodePort : undefined,
        endpoints: slices.flatMap((slice) => endpoints(slice, port)),
        affinity: spec.sessionAffinity === 'ClientIP',
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
    }));
  });
}

/** Those that traffic goes to: ready ones, or terminating ones that still serve when there are no others. */
export function usable(list: readonly Endpoint[]): readonly Endpoint[] {
  const ready = list.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : list.filter((endpoint) => endpoint.serving);
}

/** Who asks for a service, and how. */
interface Choice {
  readonly from: NetworkNamespace;
  readonly choose: Choose | undefined;
  /** Only endpoints of this node will do. */
  readonly localOnly: boolean;
  /** Through a node port. */
  readonly external?: boolean;
}

/** The rules of one node: what its kube-proxy has put into the kernel. Models pkg/proxy/iptables. */
export class ProxyRules {
  readonly #byAddress = new Map<string, ServicePort>();
  readonly #byNodePort = new Map<string, ServicePort>();
  readonly #node: string;
  readonly #host: NetworkNamespace;
  readonly #random: Random;
  readonly #affinity = new Map<string, Endpoint>();

  constructor(node: string, host: NetworkNamespace, random: Random) {
    this.#node = node;
    this.#host = host;
    this.#random = random;
  }

  set(ports: readonly ServicePort[]): void {
    this.#byAddress.clear();
    this.#byNodePort.clear();
    for (const port of ports) {
      for (const address of port.addresses)
        this.#byAddress.set(`${port.protocol}/${address}/${port.port}`, port);
      if (port.nodePort) this.#byNodePort.set(`${port.protocol}/${port.nodePort}`, port);
    }
  }

  list(): ServicePort[] {
    return [...new Set(this.#byAddress.values())];
  }

  readonly translate: Translation = ({ address, port, protocol }, from, choose) => {
    const service = this.#byAddress.get(`${protocol}/${address}/${port}`);
    if (service)
      return this.#choose(service, {
        from,
        choose,
        localOnly: service.localInternal && from.host === this.#host,
      });
    const node = this.#byNodePort.get(`${protocol}/${port}`);
    if (!node || !this.#isHostAddress(address)) return undefined;
    const localOnly = node.localExternal && from.host !== this.#host;
    return this.#choose(node, { from, choose, localOnly, external: true });
  };

  /** Node ports do not answer on the loopback of other hosts, but on every address of this one. */
  #isHostAddress(address: string): boolean {
    return !address.startsWith('127.') && this.#host.addresses().includes(address);
  }

  #choose(service: ServicePort, { from, choose, localOnly, external = false }: Choice) {
    const all = usable(
      localOnly ? service.endpoints.filter((e) => e.nodeName === this.#node) : service.endpoints,
    );
    if (all.length === 0)
      return localOnly && (external || usable(service.endpoints).length > 0)
        ? ('drop' as const)
        : ('reject' as const);
    if (choose) {
      const { address, port } = all[choose(all.length)] as Endpoint;
      return { address, port };
    }
    const key = `${service.name}/${from.primaryAddress()}`;
    const sticky = service.affinity ? this.#affinity.get(key) : undefined;
    const kept = sticky && all.find((e) => e.address === sticky.address && e.port === sticky.port);
    const chosen = kept ?? this.#random.pick(all);
    if (service.affinity) this.#affinity.set(key, chosen);
    return { address: chosen.address, port: chosen.port };
  }
}
