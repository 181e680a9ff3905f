import { type Steps, sleep, WaitQueue, waitOn } from '../../../sim/index.ts';
import type { ContainerRuntime } from '../../client/cri.ts';
import type { Signal } from '../config-limits.ts';
import type { KubeletCore } from '../core.ts';
import { appContainers, isCritical, type Pod, quantity } from '../pods/pod.ts';
import type { Ending } from '../pods/status.ts';
import type { PodWorker } from '../pods/worker.ts';
import type { ImageCollector } from './image-collector.ts';
import { containerBytes, localBytes, overLocalLimit } from './local-storage.ts';
import type { NodeAgent } from './node-agent.ts';
import type { Pressure } from './node-status.ts';
import { MEANING, readSignal, type Shortage, shortages, shown } from './signals.ts';

/** How often the kubelet looks at what there is. */
const PERIOD_MS = 10_000;
/** What pods get to end where there is no time. Models immediateEvictionGracePeriodSeconds. */
const IMMEDIATE_SECONDS = 1;
/** What the host's own programs take. */
const HOST_BYTES = 650 * 1024 ** 2;

export interface EvictionParts {
  readonly agent: NodeAgent;
  readonly images: ImageCollector;
  readonly workers: ReadonlyMap<string, PodWorker>;
}

/** Ends pods when the node runs short of something. Models pkg/kubelet/eviction/eviction_manager.go. */
export class Evictions {
  readonly #core: KubeletCore;
  readonly #parts: EvictionParts;
  /** When each condition was last seen, and since when each threshold is crossed without a break. */
  readonly #seen = new Map<keyof Pressure, number>();
  readonly #since = new Map<Signal, number>();

  constructor(core: KubeletCore, parts: EvictionParts) {
    this.#core = core;
    this.#parts = parts;
  }

  get #settings() {
    return this.#core.options.settings.eviction;
  }

  /** Looks when the disk fills or empties, when a program takes memory and when containers came or went, then every ten seconds while short. */
  *watch(): Steps<void> {
    const { clock, host } = this.#core;
    const { transitionMs } = this.#settings;
    for (;;) {
      this.#checkLimits();
      const short = this.#observe();
      for (const { signal } of short) this.#seen.set(MEANING[signal].condition, clock.now);
      for (const [condition, at] of this.#seen)
        if (clock.now - at >= transitionMs) this.#seen.delete(condition);
      this.#tell();
      const due = short.find((one) => this.#isDue(one));
      if (due) this.#reclaim(due);
      const next =
        short.length > 0
          ? clock.now + PERIOD_MS
          : this.#seen.size > 0
            ? Math.min(...this.#seen.values()) + transitionMs
            : undefined;
      const changed = this.#core.findRuntime()?.changed ?? new WaitQueue();
      const woke = yield* waitOn([host.disk.filled, host.processes.grown, changed], next);
      if (woke === 'event') yield* sleep(clock, PERIOD_MS);
    }
  }

  /** Crossed thresholds, hard ones first. */
  #observe(): Shortage[] {
    const { host, clock } = this.#core;
    const read = (signal: Signal) => readSignal(host, signal, () => this.#memoryInUse());
    const short = shortages(this.#settings, read, (signal) => this.#since.has(signal));
    const signals = new Set(short.map(({ signal }) => signal));
    for (const signal of this.#since.keys()) if (!signals.has(signal)) this.#since.delete(signal);
    for (const signal of signals) if (!this.#since.has(signal)) this.#since.set(signal, clock.now);
    return short;
  }

  /** Soft thresholds must be crossed for a while before anything is done. */
  #isDue({ signal, isSoft }: Shortage): boolean {
    const graceMs = isSoft ? (this.#settings.softGraceMs[signal] ?? 0) : 0;
    return this.#core.clock.now - (this.#since.get(signal) ?? 0) >= graceMs;
  }

  #memoryInUse(): number {
    let sum = HOST_BYTES;
    for (const worker of this.#parts.workers.values()) sum += this.#memoryOf(worker);
    return sum;
  }

  #memoryOf({ pod }: PodWorker): number {
    const runtime = this.#core.findRuntime();
    return runtime ? containerMemory(runtime, pod) : 0;
  }

  #tell(): void {
    const { agent } = this.#parts;
    const [memory, disk, pid] = (['memory', 'disk', 'pid'] as const).map((name) => this.#seen.has(name));
    const pressure = { memory, disk, pid } as Pressure;
    if (JSON.stringify(agent.pressure) === JSON.stringify(pressure)) return;
    agent.pressure = pressure;
    agent.update();
  }

  /** Pods that have written more than they may to the node's disk. */
  #checkLimits(): void {
    const runtime = this.#core.findRuntime();
    if (!runtime) return;
    for (const worker of this.#candidates()) {
      const message = overLocalLimit(this.#core.host.init.fs, runtime, worker.pod);
      if (message !== undefined)
        this.#evict(worker, { reason: 'Evicted', message, isOwnDoing: true }, IMMEDIATE_SECONDS);
    }
  }

  #candidates(): PodWorker[] {
    return [...this.#parts.workers.values()].filter(
      ({ pod, terminated, terminating, ending }) =>
        !isCritical(pod) && !terminated && !terminating && ending === undefined,
    );
  }

  #evict(victim: PodWorker, ending: Ending, graceSeconds: number): void {
    const { name, namespace } = victim.pod.metadata;
    this.#core.log(
      'I',
      'eviction_manager.go:627',
      `"Eviction manager: pod is evicted successfully" pod="${namespace}/${name}"`,
    );
    victim.event('Warning', 'Evicted', ending.message);
    victim.end(ending, graceSeconds);
  }

  /** Removes unused images where that helps, or ends the pod that the node can best do without. */
  #reclaim(shortage: Shortage): void {
    const { agent, images } = this.#parts;
    const { signal, isSoft } = shortage;
    const { condition, resource } = MEANING[signal];
    if (agent.node)
      agent.event(agent.node, 'EvictionThresholdMet', `Attempting to reclaim ${resource}`, 'Warning');
    if (condition === 'disk') {
      images.removeUnused();
      if (!this.#observe().some((still) => still.signal === signal)) return;
    }
    const victim = this.#ranked(condition)[0];
    if (!victim) return;
    const [threshold, available] = [shortage.threshold, shortage.available].map((n) => shown(signal, n));
    const uses = this.#consumers(victim, shortage);
    const message = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. ${uses}`;
    const own = victim.pod.spec.terminationGracePeriodSeconds ?? 30;
    const grace = isSoft ? Math.min(own, this.#settings.maxPodGraceSeconds) : IMMEDIATE_SECONDS;
    this.#evict(victim, { reason: 'Evicted', message }, grace);
  }

  /** Its containers that use more than they asked for. Models pkg/kubelet/eviction/helpers.go evictionMessage */
  #consumers({ pod }: PodWorker, { signal }: Shortage): string {
    const { condition, resource } = MEANING[signal];
    const runtime = this.#core.findRuntime();
    if (condition === 'pid' || !runtime) return '';
    const { fs } = this.#core.host.init;
    const usage = condition === 'memory' ? containerMemory : containerBytes.bind(undefined, fs);
    return appContainers(pod)
      .map(({ name, resources }) => {
        const [used, request] = [usage(runtime, pod, name), resources?.requests?.[resource] ?? 0];
        if (used <= quantity(request)) return '';
        return `Container ${name} was using ${Math.ceil(used / 1024)}Ki, request is ${request}, has larger consumption of ${resource}. `;
      })
      .join('');
  }

  #usageOf(worker: PodWorker, condition: keyof Pressure): number {
    const runtime = this.#core.findRuntime();
    if (condition === 'memory') return this.#memoryOf(worker);
    return condition === 'disk' && runtime ? localBytes(this.#core.host.init.fs, runtime, worker.pod) : 0;
  }

  /** Those that use more than they asked for first, then by priority, then by how much more. Models rankMemoryPressure, rankDiskPressureFunc. */
  #ranked(condition: keyof Pressure): PodWorker[] {
    const excesses = new Map(
      this.#candidates().map((worker) => [
        worker,
        this.#usageOf(worker, condition) - requested(worker.pod, condition),
      ]),
    );
    const excess = (worker: PodWorker) => excesses.get(worker) ?? 0;
    const priority = ({ pod }: PodWorker) => pod.spec.priority ?? 0;
    return [...excesses.keys()].sort(
      (a, b) =>
        Number(excess(b) > 0) - Number(excess(a) > 0) ||
        priority(a) - priority(b) ||
        excess(b) - excess(a) ||
        b.startTime - a.startTime,
    );
  }
}

/** What a container of a pod has in use, or all of them. */
function containerMemory(runtime: ContainerRuntime, pod: Pod, name?: string): number {
  return runtime
    .containersOf(pod.metadata.uid)
    .filter(({ config }) => name === undefined || config.name === name)
    .reduce((sum, { id }) => sum + (runtime.stats(id)?.memoryBytes ?? 0), 0);
}

function requested(pod: Pod, condition: keyof Pressure): number {
  const name = condition === 'memory' ? 'memory' : 'ephemeral-storage';
  return appContainers(pod).reduce(
    (sum, { resources }) => sum + quantity(resources?.requests?.[name] ?? 0),
    0,
  );
}
