import type { DnsAnswer, DnsRecord, DnsType } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import type { Directive } from './corefile.ts';

/** What the cluster knows, as the plugin has it from the API. */
export interface ClusterView {
  readonly synced: boolean;
  /** When something was last heard of, in ms. */
  readonly changedAt: number;
  /** The pod that has an address, where pods are looked at (`pods verified`). */
  podAt(address: string): KubeObject | undefined;
  service(namespace: string, name: string): KubeObject | undefined;
  namespace(name: string): boolean;
  slices(namespace: string, service: string): Iterable<KubeObject>;
  services(): Iterable<KubeObject>;
  allSlices(): Iterable<KubeObject>;
}

/** Names of services and pods. Models coredns plugin/kubernetes. */
export class KubernetesZone {
  readonly zones: readonly string[];
  readonly #ttl: number;
  readonly #pods: string;
  readonly #fallthrough: readonly string[] | undefined;
  readonly #view: ClusterView;

  constructor(directive: Directive, view: ClusterView) {
    const option = (name: string) => directive.block.find(([first]) => first === name)?.slice(1);
    this.zones = directive.args.map((zone) => (zone.endsWith('.') ? zone : `${zone}.`));
    this.#ttl = Number(option('ttl')?.[0] ?? 5);
    this.#pods = option('pods')?.[0] ?? 'disabled';
    this.#fallthrough = option('fallthrough')?.map((zone) => (zone.endsWith('.') ? zone : `${zone}.`));
    this.#view = view;
  }

  /** The answer, or undefined where the next plugin is to be asked. */
  query(name: string, type: DnsType): DnsAnswer | undefined {
    const zone = this.zones.find((z) => name === z || name.endsWith(`.${z}`));
    if (!zone) return undefined;
    if (!this.#view.synced) return { code: 'SERVFAIL', answers: [], authoritative: true };
    const authority = [this.#authority(zone)];
    const records = zone.endsWith('in-addr.arpa.') ? this.#reverse(name) : this.#forward(name, zone, type);
    if (records === undefined) {
      const on = this.#fallthrough;
      if (on && (on.length === 0 || on.some((z) => name.endsWith(z)))) return undefined;
      return { code: 'NXDOMAIN', answers: [], authority, authoritative: true };
    }
    const answers = records.filter((record) => record.type === type || record.type === 'CNAME');
    if (answers.length === 0) return { code: 'NOERROR', answers, authority, authoritative: true };
    const additional = type === 'SRV' ? this.#targets(answers, zone) : [];
    return { code: 'NOERROR', answers, additional, authoritative: true };
  }

  /** Models plugin/backend_lookup.go SOA: the serial is the time of the last change. */
  #authority(zone: string): DnsRecord {
    const serial = Math.floor(this.#view.changedAt / 1000);
    return this.#record(
      zone,
      'SOA',
      `ns.dns.${zone} hostmaster.${zone} ${serial} 7200 1800 86400 ${this.#ttl}`,
    );
  }

  /** The addresses of what SRV records name. */
  #targets(records: readonly DnsRecord[], zone: string): DnsRecord[] {
    const names = new Set(records.map(({ data }) => data.split(' ')[3] as string));
    return [...names].flatMap((name) => this.#forward(name, zone, 'A') ?? []);
  }

  #record(name: string, type: DnsType, data: string): DnsRecord {
    return { name, type, ttl: this.#ttl, data };
  }

  /** Records of a name in the cluster's domain; undefined: there is no such name. */
  #forward(name: string, zone: string, type: DnsType): DnsRecord[] | undefined {
    const labels =
      name === zone
        ? []
        : name
            .slice(0, -zone.length - 1)
            .split('.')
            .reverse();
    const [kind, namespace, service, ...rest] = labels;
    if (kind === undefined) return [];
    if (name === `dns-version.${zone}`) return [this.#record(name, 'TXT', '"1.1.0"')];
    if (name === `ns.dns.${zone}`) return this.#nameServers(name);
    if (kind === 'pod') return this.#pod(name, namespace, service);
    if (kind !== 'svc') return undefined;
    if (namespace === undefined) return [];
    if (service === undefined) return this.#view.namespace(namespace) ? [] : undefined;
    const found = this.#view.service(namespace, service);
    if (!found) return undefined;
    return this.#service(name, zone, found, rest, type);
  }

  /** The services before the server's own pods. Models plugin/ns.go nsAddrs: it knows them by the port of DNS. */
  #nameServers(name: string): DnsRecord[] {
    return [...this.#view.services()]
      .filter(({ metadata }) => metadata.labels?.['k8s-app'] === 'kube-dns')
      .map(({ spec }) => this.#record(name, 'A', spec.clusterIP));
  }

  #pod(name: string, namespace: string | undefined, dashed: string | undefined): DnsRecord[] | undefined {
    if (this.#pods === 'disabled') return undefined;
    if (namespace === undefined || dashed === undefined) return [];
    const address = dashed.replaceAll('-', '.');
    if (!/^\d+(\.\d+){3}$/.test(address) || !this.#view.namespace(namespace)) return undefined;
    if (this.#pods === 'verified' && this.#view.podAt(address)?.metadata.namespace !== namespace)
      return undefined;
    return [this.#record(name, 'A', address)];
  }

  #service(
    name: string,
    zone: string,
    service: KubeObject,
    rest: readonly string[],
    type: DnsType,
  ): DnsRecord[] | undefined {
    const { spec } = service;
    const own = `${service.metadata.name}.${service.metadata.namespace}.svc.${zone}`;
    if (spec.type === 'ExternalName') {
      return rest.length === 0
        ? [this.#record(name, 'CNAME', spec.externalName.replace(/\.?$/, '.'))]
        : undefined;
    }
    const headless = spec.clusterIP === 'None';
    const endpoints = headless ? this.#endpoints(service) : [];
    const [first, second] = rest;
    if (first === undefined) {
      if (type === 'SRV') return this.#srv(name, own, service, endpoints, undefined, undefined);
      if (!headless) return [this.#record(name, 'A', spec.clusterIP)];
      return endpoints.length > 0
        ? unique(endpoints.map((e) => this.#record(name, 'A', e.address)))
        : undefined;
    }
    if (first.startsWith('_') && second?.startsWith('_')) {
      return this.#srv(name, own, service, endpoints, second.slice(1), first.slice(1));
    }
    const named = endpoints.filter((endpoint) => endpoint.host === first);
    return named.length > 0 ? unique(named.map((e) => this.#record(name, 'A', e.address))) : undefined;
  }

  #srv(
    name: string,
    own: string,
    service: KubeObject,
    endpoints: readonly HeadlessEndpoint[],
    port: string | undefined,
    protocol: string | undefined,
  ): DnsRecord[] | undefined {
    const ports = (service.spec.ports ?? []).filter(
      (p: any) =>
        (port === undefined || p.name === port) &&
        (protocol === undefined || (p.protocol ?? 'TCP').toLowerCase() === protocol),
    );
    if (ports.length === 0) return undefined;
    const targets = service.spec.clusterIP === 'None' ? endpoints.map((e) => `${e.host}.${own}`) : [own];
    return ports.flatMap((p: any) =>
      targets.map((target) =>
        this.#record(name, 'SRV', `0 ${Math.floor(100 / targets.length)} ${p.port} ${target}`),
      ),
    );
  }

  #endpoints(service: KubeObject): HeadlessEndpoint[] {
    const unready = service.spec.publishNotReadyAddresses === true;
    const found: HeadlessEndpoint[] = [];
    for (const slice of this.#view.slices(service.metadata.namespace ?? '', service.metadata.name)) {
      if (slice['addressType'] !== 'IPv4') continue;
      for (const endpoint of slice['endpoints'] ?? []) {
        if (!unready && endpoint.conditions?.ready === false) continue;
        for (const address of endpoint.addresses ?? [])
          found.push({ address, host: endpoint.hostname ?? address.replaceAll('.', '-') });
      }
    }
    return found;
  }

  #reverse(name: string): DnsRecord[] | undefined {
    const address = name
      .replace(/\.in-addr\.arpa\.$/, '')
      .split('.')
      .reverse()
      .join('.');
    const zone = this.zones.find((one) => !one.endsWith('.arpa.')) ?? 'cluster.local.';
    const named = (service: string) => this.#record(name, 'PTR', `${service}.svc.${zone}`);
    for (const { spec, metadata } of this.#view.services())
      if (spec?.clusterIP === address) return [named(`${metadata.name}.${metadata.namespace}`)];
    const found: DnsRecord[] = [];
    for (const { metadata, endpoints } of this.#view.allSlices()) {
      const service = metadata.labels?.['kubernetes.io/service-name'];
      const own = (endpoints as SliceEndpoint[] | undefined)?.find((one) => one.addresses?.includes(address));
      if (own)
        found.push(named(`${own.hostname ?? address.replaceAll('.', '-')}.${service}.${metadata.namespace}`));
    }
    return found.length > 0 ? found : undefined;
  }
}

interface SliceEndpoint {
  readonly addresses?: readonly string[];
  readonly hostname?: string;
}

interface HeadlessEndpoint {
  readonly address: string;
  readonly host: string;
}

function unique(records: readonly DnsRecord[]): DnsRecord[] {
  return records.filter((record, i) => records.findIndex((other) => other.data === record.data) === i);
}
