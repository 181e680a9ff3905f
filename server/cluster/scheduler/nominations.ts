import type { PodInfo } from './pod-info.ts';

/** Pods for which room was made on a node, until they are bound. Models pkg/scheduler/backend/queue/nominator.go */
export class Nominations {
  readonly #byNode = new Map<string, Map<string, PodInfo>>();

  get empty(): boolean {
    return this.#byNode.size === 0;
  }

  /** Takes in a pod as it is now. */
  set(info: PodInfo): void {
    this.remove(info);
    const node = info.pod.status?.nominatedNodeName;
    if (!node) return;
    const pods = this.#byNode.get(node) ?? new Map<string, PodInfo>();
    pods.set(info.uid, info);
    this.#byNode.set(node, pods);
  }

  remove({ uid }: PodInfo): void {
    for (const [node, pods] of this.#byNode) {
      if (pods.delete(uid) && pods.size === 0) this.#byNode.delete(node);
    }
  }

  /** Pods that have at least as good a claim to the node. */
  rivalsOf(pod: PodInfo, node: string): PodInfo[] {
    return this.#others(pod, node).filter(({ priority }) => priority >= pod.priority);
  }

  /** Pods of lower priority that hope for the node. */
  lesserThan(pod: PodInfo, node: string): PodInfo[] {
    return this.#others(pod, node).filter(({ priority }) => priority < pod.priority);
  }

  #others({ uid }: PodInfo, node: string): PodInfo[] {
    return [...(this.#byNode.get(node)?.values() ?? [])].filter((other) => other.uid !== uid);
  }
}
