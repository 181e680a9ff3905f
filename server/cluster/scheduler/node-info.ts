import type { KubeObject } from '../../objects/object.ts';
import type { Taint } from '../client/placement.ts';
import { type Amounts, add, amountsFrom, type HostPort, noAmounts, type PodInfo } from './pod-info.ts';

const NO_TAINTS: readonly Taint[] = [];

/**
 * Where in a node's `figures` stands what. They are looked at for every node and pod, so they lie side by side:
 * what the node has, what requests leave of it, and what is left where containers without requests count, too.
 */
export const FIGURE = {
  cpu: 0,
  memory: 1,
  freeCpu: 2,
  freeMemory: 3,
  freeEphemeral: 4,
  freePods: 5,
  idleCpu: 6,
  idleMemory: 7,
} as const;

/** A node and what stands on it, kept up to date pod by pod. */
export class NodeInfo {
  readonly name: string;
  node: KubeObject;
  allocatable: Amounts = noAmounts();
  allowedPods = 0;
  taints: readonly Taint[] = NO_TAINTS;
  unschedulable = false;
  readonly figures = new Float64Array(Object.keys(FIGURE).length);
  /** Bytes by image name. */
  images: ReadonlyMap<string, number> = new Map();
  readonly requested: Amounts = noAmounts();
  readonly nonZero = { milliCpu: 0, memory: 0 };
  readonly pods = new Map<string, PodInfo>();
  /** Pods with any pod (anti-)affinity, and those with required anti-affinity. */
  readonly withAffinity = new Map<string, PodInfo>();
  readonly withAntiAffinity = new Map<string, PodInfo>();
  /** How many pods hold a host port: `TCP/80` to address to count. */
  readonly ports = new Map<string, Map<string, number>>();

  constructor(node: KubeObject) {
    this.name = node.metadata.name;
    this.node = node;
    this.setNode(node);
  }

  setNode(node: KubeObject): void {
    this.node = node;
    const allocatable = node.status?.allocatable ?? {};
    this.allocatable = amountsFrom(allocatable);
    this.allowedPods = Number(allocatable.pods ?? 0);
    this.taints = node.spec?.taints ?? NO_TAINTS;
    this.unschedulable = node.spec?.unschedulable === true;
    this.#figure();
    const images = new Map<string, number>();
    for (const { names, sizeBytes } of node.status?.images ?? []) {
      for (const name of names ?? []) images.set(name, sizeBytes ?? 0);
    }
    this.images = images;
  }

  label(key: string): string | undefined {
    return this.node.metadata.labels?.[key];
  }

  add(pod: PodInfo): void {
    this.pods.set(pod.uid, pod);
    this.#account(pod, 1);
    const { affinity, antiAffinity, preferredAffinity, preferredAntiAffinity } = pod;
    if (antiAffinity.length > 0) this.withAntiAffinity.set(pod.uid, pod);
    if (affinity.length + antiAffinity.length + preferredAffinity.length + preferredAntiAffinity.length > 0) {
      this.withAffinity.set(pod.uid, pod);
    }
  }

  /** Puts a newer version of a pod in the place of the old one; it must ask for the same. */
  replace(pod: PodInfo): void {
    this.pods.set(pod.uid, pod);
    if (this.withAffinity.has(pod.uid)) this.withAffinity.set(pod.uid, pod);
    if (this.withAntiAffinity.has(pod.uid)) this.withAntiAffinity.set(pod.uid, pod);
  }

  /** Takes away the pod with that uid, as it was added. */
  remove(uid: string): PodInfo | undefined {
    const pod = this.pods.get(uid);
    if (!pod) return undefined;
    this.pods.delete(uid);
    this.withAffinity.delete(uid);
    this.withAntiAffinity.delete(uid);
    this.#account(pod, -1);
    return pod;
  }

  /** A copy to try things on. */
  copy(): NodeInfo {
    const copy = new NodeInfo(this.node);
    for (const pod of this.pods.values()) copy.add(pod);
    return copy;
  }

  /** True when one of the ports is taken. An address clashes with itself and with 0.0.0.0. */
  hasPortConflict(ports: readonly HostPort[]): boolean {
    for (const { ip, protocol, port } of ports) {
      const taken = this.ports.get(`${protocol}/${port}`);
      if (!taken || taken.size === 0) continue;
      if (ip === '0.0.0.0' || taken.has(ip) || taken.has('0.0.0.0')) return true;
    }
    return false;
  }

  #figure(): void {
    const { allocatable, requested, nonZero, figures } = this;
    figures[FIGURE.cpu] = allocatable.milliCpu;
    figures[FIGURE.memory] = allocatable.memory;
    figures[FIGURE.freeCpu] = allocatable.milliCpu - requested.milliCpu;
    figures[FIGURE.freeMemory] = allocatable.memory - requested.memory;
    figures[FIGURE.freeEphemeral] = allocatable.ephemeral - requested.ephemeral;
    figures[FIGURE.freePods] = this.allowedPods - this.pods.size;
    figures[FIGURE.idleCpu] = allocatable.milliCpu - nonZero.milliCpu;
    figures[FIGURE.idleMemory] = allocatable.memory - nonZero.memory;
  }

  #account(pod: PodInfo, sign: 1 | -1): void {
    add(this.requested, pod.requests, sign);
    this.nonZero.milliCpu += sign * pod.nonZero.milliCpu;
    this.nonZero.memory += sign * pod.nonZero.memory;
    this.#figure();
    for (const { ip, protocol, port } of pod.ports) {
      const key = `${protocol}/${port}`;
      const taken = this.ports.get(key) ?? new Map<string, number>();
      const count = (taken.get(ip) ?? 0) + sign;
      if (count > 0) taken.set(ip, count);
      else taken.delete(ip);
      this.ports.set(key, taken);
    }
  }
}
