import { type LabelSelector, matches, type Selector, selectorOf } from '../../objects/label-selector.ts';
import { type KubeObject, keyOf } from '../../objects/object.ts';
import { milliValue, wholeValue } from '../../objects/quantity.ts';
import {
  type NodeTerm,
  nodeTerm,
  type RequiredNode,
  requiredNode,
  type Toleration,
} from '../client/placement.ts';

export type Pod = KubeObject;

/** Amounts of resources; CPU in thousandths. */
export interface Amounts {
  milliCpu: number;
  memory: number;
  ephemeral: number;
  /** Extended resources and huge pages. */
  readonly scalars: Map<string, number>;
}

export function noAmounts(): Amounts {
  return { milliCpu: 0, memory: 0, ephemeral: 0, scalars: new Map() };
}

/** A pod (anti-)affinity term, ready to be matched. */
export interface AffinityTerm {
  /** Names the term's set of pods: equal keys, equal sets. */
  readonly key: string;
  readonly selector: Selector | undefined;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: Selector | undefined;
  readonly topologyKey: string;
  readonly weight: number;
}

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly hard: boolean;
  readonly selector: Selector;
  readonly selectorKey: string;
  readonly minDomains: number;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
}

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** What the scheduler knows of a pod, worked out once for each version of the object. */
export interface PodInfo {
  readonly pod: Pod;
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly priority: number;
  readonly requests: Amounts;
  /** CPU and memory with a minimum assumed for containers that ask for none, for scoring. */
  readonly nonZero: { readonly milliCpu: number; readonly memory: number };
  readonly ports: readonly HostPort[];
  readonly tolerations: readonly Toleration[];
  readonly node: RequiredNode | undefined;
  readonly preferredNodes: readonly { readonly weight: number; readonly term: NodeTerm }[];
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
  readonly spread: readonly SpreadConstraint[];
  readonly claims: readonly string[];
}

const known = new WeakMap<Pod, PodInfo>();

export function podInfo(pod: Pod): PodInfo {
  let info = known.get(pod);
  if (!info) {
    info = describe(pod);
    known.set(pod, info);
  }
  return info;
}

/** What is known of a newer version of a pod whose spec and labels are the same. */
export function renewed(old: PodInfo, pod: Pod): PodInfo {
  const info = { ...old, pod };
  known.set(pod, info);
  return info;
}

const NO_PORTS: readonly HostPort[] = [];

function describe(pod: Pod): PodInfo {
  const { spec } = pod;
  const namespace = pod.metadata.namespace ?? '';
  const affinity = spec.affinity;
  const terms = (list: any[] | undefined) => (list ?? []).map((term) => affinityTerm(term, namespace, 1));
  const weighted = (list: any[] | undefined) =>
    (list ?? []).map((term) => affinityTerm(term.podAffinityTerm, namespace, term.weight));
  const HARD = 'requiredDuringSchedulingIgnoredDuringExecution';
  const SOFT = 'preferredDuringSchedulingIgnoredDuringExecution';
  return {
    pod,
    key: keyOf(pod),
    uid: pod.metadata.uid,
    namespace,
    labels: pod.metadata.labels,
    priority: spec.priority ?? 0,
    ...requestsOf(spec),
    ports: hostPorts(spec),
    tolerations: spec.tolerations ?? [],
    node: requiredNode(spec),
    preferredNodes: (affinity?.nodeAffinity?.[SOFT] ?? []).map((term: any) => ({
      weight: term.weight,
      term: nodeTerm(term.preference),
    })),
    affinity: terms(affinity?.podAffinity?.[HARD]),
    antiAffinity: terms(affinity?.podAntiAffinity?.[HARD]),
    preferredAffinity: weighted(affinity?.podAffinity?.[SOFT]),
    preferredAntiAffinity: weighted(affinity?.podAntiAffinity?.[SOFT]),
    spread: (spec.topologySpreadConstraints ?? []).map((constraint: any) =>
      spreadConstraint(constraint, pod),
    ),
    claims: claimNames(pod),
  };
}

/** Names of the claims a pod mounts; generic ephemeral volumes have theirs made for them. */
function claimNames(pod: Pod): string[] {
  const names: string[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    if (volume.persistentVolumeClaim) names.push(volume.persistentVolumeClaim.claimName);
    else if (volume.ephemeral) names.push(`${pod.metadata.name}-${volume.name}`);
  }
  return names;
}

function hostPorts(spec: any): readonly HostPort[] {
  const found: HostPort[] = [];
  const sidecars = (spec.initContainers ?? []).filter((c: any) => c.restartPolicy === 'Always');
  for (const container of [...spec.containers, ...sidecars]) {
    for (const port of container.ports ?? []) {
      if (!port.hostPort) continue;
      found.push({ ip: port.hostIP || '0.0.0.0', protocol: port.protocol ?? 'TCP', port: port.hostPort });
    }
  }
  return found.length > 0 ? found : NO_PORTS;
}

// Models pkg/scheduler/util/pod_resources.go (the defaults of containers without requests)
const DEFAULT_MILLI_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

/** Models component-helpers/resource PodRequests */
function requestsOf(spec: any): Pick<PodInfo, 'requests' | 'nonZero'> {
  const requests = sumRequests(spec, 0, 0);
  const { milliCpu, memory } = sumRequests(spec, DEFAULT_MILLI_CPU, DEFAULT_MEMORY);
  return { requests, nonZero: { milliCpu, memory } };
}

function sumRequests(spec: any, defaultCpu: number, defaultMemory: number): Amounts {
  const total = noAmounts();
  for (const container of spec.containers) add(total, amountsOf(container, defaultCpu, defaultMemory));
  const sidecars = noAmounts();
  const peak = noAmounts();
  for (const container of spec.initContainers ?? []) {
    const amounts = amountsOf(container, defaultCpu, defaultMemory);
    if (container.restartPolicy === 'Always') {
      add(total, amounts);
      add(sidecars, amounts);
      raise(peak, sidecars);
    } else {
      add(amounts, sidecars);
      raise(peak, amounts);
    }
  }
  raise(total, peak);
  if (spec.overhead) add(total, amountsFrom(spec.overhead));
  return total;
}

function amountsOf(container: any, defaultCpu: number, defaultMemory: number): Amounts {
  const requests = container.resources?.requests;
  const amounts = requests ? amountsFrom(requests) : noAmounts();
  if (requests?.cpu === undefined) amounts.milliCpu = defaultCpu;
  if (requests?.memory === undefined) amounts.memory = defaultMemory;
  return amounts;
}

/** A resource list as amounts. */
export function amountsFrom(list: Record<string, string>): Amounts {
  const amounts = noAmounts();
  for (const [name, quantity] of Object.entries(list)) {
    if (name === 'cpu') amounts.milliCpu = milliValue(quantity);
    else if (name === 'memory') amounts.memory = wholeValue(quantity);
    else if (name === 'ephemeral-storage') amounts.ephemeral = wholeValue(quantity);
    else if (name !== 'pods') amounts.scalars.set(name, wholeValue(quantity));
  }
  return amounts;
}

export function add(to: Amounts, amounts: Amounts, sign = 1): void {
  to.milliCpu += sign * amounts.milliCpu;
  to.memory += sign * amounts.memory;
  to.ephemeral += sign * amounts.ephemeral;
  for (const [name, value] of amounts.scalars)
    to.scalars.set(name, (to.scalars.get(name) ?? 0) + sign * value);
}

function raise(to: Amounts, amounts: Amounts): void {
  to.milliCpu = Math.max(to.milliCpu, amounts.milliCpu);
  to.memory = Math.max(to.memory, amounts.memory);
  to.ephemeral = Math.max(to.ephemeral, amounts.ephemeral);
  for (const [name, value] of amounts.scalars)
    to.scalars.set(name, Math.max(to.scalars.get(name) ?? 0, value));
}

function affinityTerm(term: any, podNamespace: string, weight: number): AffinityTerm {
  const { labelSelector, namespaceSelector, topologyKey } = term;
  const explicit: string[] = term.namespaces ?? [];
  const namespaces = explicit.length > 0 || namespaceSelector ? explicit : [podNamespace];
  return {
    key: JSON.stringify([labelSelector ?? null, [...namespaces].sort(), namespaceSelector ?? null]),
    selector: selectorOf(labelSelector),
    namespaces: new Set(namespaces),
    namespaceSelector: selectorOf(namespaceSelector),
    topologyKey,
    weight,
  };
}

/** True when the term is about `pod`. `labelsOf` gives the labels of a namespace. */
export function termMatches(
  term: AffinityTerm,
  pod: PodInfo,
  labelsOf: (namespace: string) => Readonly<Record<string, string>> | undefined,
): boolean {
  if (!term.selector || !matches(term.selector, pod.labels)) return false;
  if (term.namespaces.has(pod.namespace)) return true;
  return term.namespaceSelector !== undefined && matches(term.namespaceSelector, labelsOf(pod.namespace));
}

function spreadConstraint(constraint: any, pod: Pod): SpreadConstraint {
  const selector = [...(selectorOf(constraint.labelSelector as LabelSelector) ?? [])];
  for (const key of constraint.matchLabelKeys ?? []) {
    const value = pod.metadata.labels?.[key];
    if (value !== undefined) selector.push({ key, operator: 'In', values: [value] });
  }
  return {
    maxSkew: constraint.maxSkew,
    topologyKey: constraint.topologyKey,
    hard: constraint.whenUnsatisfiable !== 'ScheduleAnyway',
    // No selector at all selects nothing.
    selector: constraint.labelSelector ? selector : NOTHING,
    selectorKey: JSON.stringify(constraint.labelSelector ? selector : null),
    minDomains: constraint.minDomains ?? 1,
    honorAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorTaints: constraint.nodeTaintsPolicy === 'Honor',
  };
}

const NOTHING: Selector = [{ key: '', operator: 'In', values: [] }];
