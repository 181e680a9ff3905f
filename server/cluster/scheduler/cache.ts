import type { KubeObject } from '../../objects/object.ts';
import { NodeInfo } from './node-info.ts';
import { type Pod, type PodInfo, podInfo, renewed } from './pod-info.ts';

/** How many pods of a set stand on each node that has any. */
export type Counts = ReadonlyMap<string, number>;

interface Counter {
  readonly test: (pod: PodInfo) => boolean;
  readonly counts: Map<string, number>;
}

const COUNTERS = 128;

/**
 * The nodes with their pods, kept incrementally, so that scheduling a pod never goes over all the others: sets of pods
 * that affinity and spreading ask about are counted once and from then on kept up to date.
 */
export class SchedulerCache {
  /** In the order they came. */
  readonly nodes: NodeInfo[] = [];
  readonly #byName = new Map<string, NodeInfo>();
  /** Where each pod is counted. */
  readonly #places = new Map<string, NodeInfo>();
  /** Pods on nodes that are not known (yet). */
  readonly #homeless = new Map<string, Map<string, PodInfo>>();
  readonly #counters = new Map<string, Counter>();
  /** Nodes that hold pods with affinity, and with required anti-affinity. */
  readonly nodesWithAffinity = new Set<NodeInfo>();
  readonly nodesWithAntiAffinity = new Set<NodeInfo>();
  /** Image name to the number of nodes that have it. */
  readonly imageSpread = new Map<string, number>();

  node(name: string): NodeInfo | undefined {
    return this.#byName.get(name);
  }

  setNode(node: KubeObject): void {
    const known = this.#byName.get(node.metadata.name);
    if (known) {
      this.#countImages(known, -1);
      known.setNode(node);
      this.#countImages(known, 1);
      return;
    }
    const info = new NodeInfo(node);
    this.#byName.set(info.name, info);
    this.nodes.push(info);
    this.#countImages(info, 1);
    for (const pod of this.#homeless.get(info.name)?.values() ?? []) this.#place(pod, info);
    this.#homeless.delete(info.name);
  }

  removeNode(name: string): void {
    const info = this.#byName.get(name);
    if (!info) return;
    this.#countImages(info, -1);
    const pods = [...info.pods.values()];
    for (const pod of pods) this.#displace(pod.uid);
    this.#byName.delete(name);
    this.nodes.splice(this.nodes.indexOf(info), 1);
    for (const pod of pods) this.#house(pod, name);
  }

  /** Puts a pod on the node its spec names, or `nodeName`, wherever it was counted before. */
  setPod(pod: Pod, nodeName: string = pod.spec.nodeName): void {
    const info = podInfo(pod);
    this.removePod(info.uid, nodeName);
    const node = this.#byName.get(nodeName);
    if (node) this.#place(info, node);
    else this.#house(info, nodeName);
  }

  /** A newer version of a pod of which nothing has changed that counts here. */
  replacePod(pod: Pod): void {
    const node = this.#places.get(pod.metadata.uid);
    const old = node?.pods.get(pod.metadata.uid);
    if (!node || !old) this.setPod(pod);
    else node.replace(renewed(old, pod));
  }

  removePod(uid: string, nodeName?: string): void {
    if (nodeName !== undefined) this.#homeless.get(nodeName)?.delete(uid);
    this.#displace(uid);
  }

  /** Pods of the set called `key`, by node. `test` must always be the same for a key. */
  count(key: string, test: (pod: PodInfo) => boolean): Counts {
    const known = this.#counters.get(key);
    if (known) return known.counts;
    const counts = new Map<string, number>();
    for (const node of this.nodes) {
      let count = 0;
      for (const pod of node.pods.values()) if (test(pod)) count++;
      if (count > 0) counts.set(node.name, count);
    }
    if (this.#counters.size >= COUNTERS) this.forgetCounts();
    this.#counters.set(key, { test, counts });
    return counts;
  }

  /** What sets are made of has changed (labels of namespaces). */
  forgetCounts(): void {
    this.#counters.clear();
  }

  #house(pod: PodInfo, nodeName: string): void {
    const pods = this.#homeless.get(nodeName) ?? new Map<string, PodInfo>();
    pods.set(pod.uid, pod);
    this.#homeless.set(nodeName, pods);
  }

  #place(pod: PodInfo, node: NodeInfo): void {
    node.add(pod);
    this.#places.set(pod.uid, node);
    this.#note(node);
    this.#tally(pod, node, 1);
  }

  #displace(uid: string): void {
    const node = this.#places.get(uid);
    if (!node) return;
    this.#places.delete(uid);
    const pod = node.remove(uid);
    this.#note(node);
    if (pod) this.#tally(pod, node, -1);
  }

  #note(node: NodeInfo): void {
    if (node.withAffinity.size > 0) this.nodesWithAffinity.add(node);
    else this.nodesWithAffinity.delete(node);
    if (node.withAntiAffinity.size > 0) this.nodesWithAntiAffinity.add(node);
    else this.nodesWithAntiAffinity.delete(node);
  }

  #tally(pod: PodInfo, node: NodeInfo, sign: 1 | -1): void {
    for (const { test, counts } of this.#counters.values()) {
      if (!test(pod)) continue;
      const count = (counts.get(node.name) ?? 0) + sign;
      if (count > 0) counts.set(node.name, count);
      else counts.delete(node.name);
    }
  }

  #countImages(node: NodeInfo, sign: 1 | -1): void {
    for (const name of node.images.keys()) {
      const count = (this.imageSpread.get(name) ?? 0) + sign;
      if (count > 0) this.imageSpread.set(name, count);
      else this.imageSpread.delete(name);
    }
  }
}

/** The cache, or the cache with one node as it would be after a change: what plugins look at. */
export class View {
  readonly cache: SchedulerCache;
  readonly #altered: NodeInfo | undefined;

  constructor(cache: SchedulerCache, altered?: NodeInfo) {
    this.cache = cache;
    this.#altered = altered;
  }

  *nodes(): Iterable<NodeInfo> {
    for (const node of this.cache.nodes) yield this.#altered?.name === node.name ? this.#altered : node;
  }

  node(name: string): NodeInfo | undefined {
    return this.#altered?.name === name ? this.#altered : this.cache.node(name);
  }

  /** Nodes with pods that have affinity or, with `anti`, required anti-affinity. */
  *nodesWithAffinity(anti: boolean): Iterable<NodeInfo> {
    const nodes = anti ? this.cache.nodesWithAntiAffinity : this.cache.nodesWithAffinity;
    const altered = this.#altered;
    for (const node of nodes) if (node.name !== altered?.name) yield node;
    if (altered && (anti ? altered.withAntiAffinity : altered.withAffinity).size > 0) yield altered;
  }

  count(key: string, test: (pod: PodInfo) => boolean): Counts {
    const counts = this.cache.count(key, test);
    const altered = this.#altered;
    if (!altered) return counts;
    let count = 0;
    for (const pod of altered.pods.values()) if (test(pod)) count++;
    return new Map([...counts, [altered.name, count]]);
  }
}
