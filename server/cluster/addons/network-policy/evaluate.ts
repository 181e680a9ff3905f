import { matches, selectorOf } from '../../../objects/label-selector.ts';
import type { KubeObject } from '../../../objects/object.ts';

/** What decides about a connection: the cluster as somebody knows it. */
export interface PolicyView {
  policies(namespace: string): Iterable<KubeObject>;
  /** The pod with an address of its own; none for what uses its host's network. */
  podAt(address: string): KubeObject | undefined;
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
}

export interface Flow {
  readonly fromAddress: string;
  readonly toAddress: string;
  /** Of the pod itself, behind any service. */
  readonly port: number;
  readonly protocol: string;
}

type Direction = 'ingress' | 'egress';

/** Undefined: no policy is against it. Otherwise which side is isolated, and by what. */
export function whyDenied(view: PolicyView, flow: Flow, direction: Direction): string | undefined {
  const address = direction === 'ingress' ? flow.toAddress : flow.fromAddress;
  const pod = view.podAt(address);
  if (!pod) return undefined;
  const { namespace = '', name } = pod.metadata;
  const isolating = [...view.policies(namespace)].filter(
    (policy) => directionsOf(policy).includes(direction) && selects(policy.spec.podSelector, pod),
  );
  if (isolating.length === 0) return undefined;
  const allowed = isolating.some((policy) =>
    ((policy.spec[direction] ?? []) as Rule[]).some((rule) => allows(view, rule, flow, direction, namespace)),
  );
  if (allowed) return undefined;
  const names = isolating.map((policy) => `"${policy.metadata.name}"`).sort();
  const plural = names.length > 1 ? 'policies' : 'policy';
  return `${direction} of pod "${namespace}/${name}" is not allowed by network ${plural} ${names.join(', ')}`;
}

interface Peer {
  readonly podSelector?: object;
  readonly namespaceSelector?: object;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface PolicyPort {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: string;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly PolicyPort[];
}

function directionsOf({ spec }: KubeObject): Direction[] {
  const types: string[] = spec.policyTypes ?? (spec.egress ? ['Ingress', 'Egress'] : ['Ingress']);
  return types.map((type) => type.toLowerCase() as Direction);
}

function selects(selector: object | undefined, object: KubeObject): boolean {
  return matches(selectorOf(selector ?? {}) ?? [], object.metadata.labels);
}

/** A rule without peers or ports is not choosy about them. */
function allows(view: PolicyView, rule: Rule, flow: Flow, direction: Direction, namespace: string): boolean {
  const peers = (direction === 'ingress' ? rule.from : rule.to) ?? [];
  const ports = rule.ports ?? [];
  const other = direction === 'ingress' ? flow.fromAddress : flow.toAddress;
  return (
    (ports.length === 0 || ports.some((port) => portMatches(view, port, flow))) &&
    (peers.length === 0 || peers.some((peer) => peerMatches(view, peer, other, namespace)))
  );
}

function portMatches(view: PolicyView, { port, endPort, protocol = 'TCP' }: PolicyPort, flow: Flow): boolean {
  if (protocol !== flow.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'number') return flow.port >= port && flow.port <= (endPort ?? port);
  const target = view.podAt(flow.toAddress);
  const containers = [...(target?.spec?.initContainers ?? []), ...(target?.spec?.containers ?? [])];
  return containers.some((container: { ports?: NamedPort[] }) =>
    (container.ports ?? []).some(
      (named) =>
        named.name === port && named.containerPort === flow.port && (named.protocol ?? 'TCP') === protocol,
    ),
  );
}

interface NamedPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
}

function peerMatches(view: PolicyView, peer: Peer, address: string, namespace: string): boolean {
  if (peer.ipBlock) {
    const { cidr, except = [] } = peer.ipBlock;
    return within(address, cidr) && !except.some((hole) => within(address, hole));
  }
  const pod = view.podAt(address);
  if (!pod) return false;
  const home = pod.metadata.namespace ?? '';
  if (!peer.namespaceSelector) return home === namespace && selects(peer.podSelector, pod);
  const labels = view.namespaceLabels(home);
  const there = labels !== undefined && matches(selectorOf(peer.namespaceSelector) ?? [], labels);
  return there && selects(peer.podSelector, pod);
}

function within(address: string, cidr: string): boolean {
  const [base = '', length = '32'] = cidr.split('/');
  const [a, b] = [number(address), number(base)];
  if (a === undefined || b === undefined) return false;
  const size = 2 ** (32 - Number(length));
  return Math.floor(a / size) === Math.floor(b / size);
}

/** An IPv4 address as a number. */
function number(address: string): number | undefined {
  if (!/^\d+(\.\d+){3}$/.test(address)) return undefined;
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
