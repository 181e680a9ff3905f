import { type Steps, sleep, WaitQueue, waitOn } from '../../../sim/index.ts';
import type { KubeletCore } from '../core.ts';
import { isCritical, type Pod, quantity } from '../pods/pod.ts';
import type { PodWorker } from '../pods/worker.ts';
import type { NodeAgent } from './node-agent.ts';
import { threshold } from './node-status.ts';

/** How often the kubelet looks at what there is. */
const PERIOD_MS = 10_000;
/** What the host's own programs take. */
const HOST_BYTES = 650 * 1024 ** 2;

type Shortage = 'memory' | 'disk';

interface Observation {
  readonly shortage: Shortage;
  /** As events call it. */
  readonly resource: 'memory' | 'ephemeral-storage';
  readonly availableBytes: number;
  readonly thresholdBytes: number;
}

/** Ends pods when the node runs short of memory or disk. Models pkg/kubelet/eviction/eviction_manager.go. */
export class Evictions {
  readonly #core: KubeletCore;
  readonly #agent: NodeAgent;
  readonly #workers: ReadonlyMap<string, PodWorker>;
  /** When each shortage was last seen. */
  readonly #seen = new Map<Shortage, number>();

  constructor(core: KubeletCore, agent: NodeAgent, workers: ReadonlyMap<string, PodWorker>) {
    this.#core = core;
    this.#agent = agent;
    this.#workers = workers;
  }

  /** Looks when the disk fills or empties and when containers came or went, then every ten seconds while short. */
  *watch(): Steps<void> {
    const { clock, host } = this.#core;
    const { transitionMs } = this.#core.options.settings.eviction;
    for (;;) {
      const short = this.#observe();
      for (const { shortage } of short) this.#seen.set(shortage, clock.now);
      for (const [shortage, at] of this.#seen)
        if (clock.now - at >= transitionMs) this.#seen.delete(shortage);
      this.#tell();
      if (short[0]) this.#reclaim(short[0]);
      const next =
        short.length > 0
          ? clock.now + PERIOD_MS
          : this.#seen.size > 0
            ? Math.min(...this.#seen.values()) + transitionMs
            : undefined;
      const changed = this.#core.findRuntime()?.changed ?? new WaitQueue();
      const woke = yield* waitOn([host.disk.filled, changed], next);
      if (woke === 'event') yield* sleep(clock, PERIOD_MS);
    }
  }

  #observe(): Observation[] {
    const { host, options } = this.#core;
    const { hard } = options.settings.eviction;
    const { bytes, usedBytes } = host.disk.usage();
    const disk = Math.max(
      threshold(hard['nodefs.available'], bytes),
      threshold(hard['imagefs.available'], bytes),
    );
    const all: Observation[] = [
      {
        shortage: 'memory',
        resource: 'memory',
        availableBytes: host.memoryBytes - this.#memoryInUse(),
        thresholdBytes: threshold(hard['memory.available'], host.memoryBytes),
      },
      {
        shortage: 'disk',
        resource: 'ephemeral-storage',
        availableBytes: bytes - usedBytes,
        thresholdBytes: disk,
      },
    ];
    return all.filter(({ availableBytes, thresholdBytes }) => availableBytes < thresholdBytes);
  }

  #memoryInUse(): number {
    let sum = HOST_BYTES;
    for (const worker of this.#workers.values()) sum += this.#memoryOf(worker);
    return sum;
  }

  #memoryOf({ uid }: PodWorker): number {
    const runtime = this.#core.findRuntime();
    let sum = 0;
    for (const { id } of runtime?.containersOf(uid) ?? []) sum += runtime?.stats(id)?.memoryBytes ?? 0;
    return sum;
  }

  #tell(): void {
    const pressure = { memory: this.#seen.has('memory'), disk: this.#seen.has('disk') };
    const before = this.#agent.pressure;
    if (before.memory === pressure.memory && before.disk === pressure.disk) return;
    this.#agent.pressure = pressure;
    this.#agent.update();
  }

  /** Ends the pod that the node can best do without. */
  #reclaim({ shortage, resource, availableBytes, thresholdBytes }: Observation): void {
    const { node } = this.#agent;
    if (node) this.#agent.event(node, 'EvictionThresholdMet', `Attempting to reclaim ${resource}`, 'Warning');
    const victim = this.#ranked(shortage)[0];
    if (!victim) return;
    const [threshold, available] = [thresholdBytes, availableBytes].map(
      (bytes) => `${Math.floor(bytes / 1024)}Ki`,
    );
    const uses = this.#consumers(victim, shortage);
    const message = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. ${uses}`;
    this.#core.log(
      'I',
      'eviction_manager.go:627',
      `"Eviction manager: pod is evicted successfully" pod="${victim.pod.metadata.namespace}/${victim.pod.metadata.name}"`,
    );
    victim.event('Warning', 'Evicted', message);
    victim.evict(message);
  }

  #consumers(victim: PodWorker, shortage: Shortage): string {
    if (shortage === 'disk') return '';
    const usage = `${Math.floor(this.#memoryOf(victim) / 1024)}Ki`;
    const [container] = victim.pod.spec.containers;
    return `Container ${container.name} was using ${usage}, request is ${container.resources?.requests?.memory ?? 0}, has larger consumption of memory. `;
  }

  /** Those that use more than they asked for first, then by priority, then by how much more. Models rankMemoryPressure. */
  #ranked(shortage: Shortage): PodWorker[] {
    const excess = (worker: PodWorker) =>
      shortage === 'memory' ? this.#memoryOf(worker) - requestedMemory(worker.pod) : 0;
    const priority = ({ pod }: PodWorker) => pod.spec.priority ?? 0;
    return [...this.#workers.values()]
      .filter((worker) => !isCritical(worker.pod) && !worker.terminated && !worker.terminating)
      .filter(({ ending }) => ending === undefined)
      .sort(
        (a, b) =>
          Number(excess(b) > 0) - Number(excess(a) > 0) ||
          priority(a) - priority(b) ||
          excess(b) - excess(a) ||
          b.startTime - a.startTime,
      );
  }
}

function requestedMemory(pod: Pod): number {
  let sum = 0;
  for (const { resources } of pod.spec.containers) sum += quantity(resources?.requests?.memory ?? 0);
  return sum;
}
