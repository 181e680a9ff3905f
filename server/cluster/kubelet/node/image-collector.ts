import { type Steps, sleep, WaitQueue, waitOn } from '../../../sim/index.ts';
import type { ImageStatus } from '../../client/cri.ts';
import type { KubeletCore } from '../core.ts';
import type { NodeAgent } from './node-agent.ts';

/** How often the kubelet thinks of removing images. Models pkg/kubelet/kubelet.go ImageGCPeriod. */
const PERIOD_MS = 300_000;

interface Known {
  readonly seenAt: number;
  /** 0: by no container that this kubelet knew. */
  usedAt: number;
}

/** Removes images that nothing uses when the disk fills, or when they are old. Models pkg/kubelet/images/image_gc_manager.go. */
export class ImageCollector {
  readonly #core: KubeletCore;
  readonly #agent: NodeAgent;
  readonly #known = new Map<string, Known>();
  #failedBefore = false;

  constructor(core: KubeletCore, agent: NodeAgent) {
    this.#core = core;
    this.#agent = agent;
  }

  /** Looks at the next turn after the disk filled or containers came or went; nothing changes by itself but ages. */
  *watch(): Steps<void> {
    const { clock, host } = this.#core;
    const start = clock.now;
    for (;;) {
      this.#look();
      const changed = this.#core.findRuntime()?.changed ?? new WaitQueue();
      yield* waitOn([host.disk.filled, ...(this.#limits.maximumAgeMs > 0 ? [changed] : [])], this.#nextAge());
      if (this.#usage() < this.#limits.highPercent && !this.#isOld()) continue;
      yield* sleep(clock, PERIOD_MS - ((clock.now - start) % PERIOD_MS));
      this.#collect();
    }
  }

  get #limits() {
    return this.#core.options.settings.images;
  }

  #isOld(): boolean {
    return this.#nextAge() === this.#core.clock.now;
  }

  /** Percent of the disk in use. */
  #usage(): number {
    const { bytes, usedBytes } = this.#core.host.disk.usage();
    return 100 - Math.floor(((bytes - usedBytes) * 100) / bytes);
  }

  /** When an unused image gets too old. */
  #nextAge(): number | undefined {
    const { maximumAgeMs } = this.#limits;
    const { now } = this.#core.clock;
    const ages = this.#unused().map(({ id }) => this.#lastUse(id) + maximumAgeMs);
    return maximumAgeMs === 0 || ages.length === 0 ? undefined : Math.max(now, Math.min(...ages));
  }

  #lastUse(id: string): number {
    const known = this.#known.get(id);
    return known?.usedAt || (known?.seenAt ?? this.#core.clock.now);
  }

  /** Takes down which images there are and which are in use. */
  #look(): void {
    const { now } = this.#core.clock;
    const inUse = this.#inUse();
    const there = new Set<string>();
    for (const { id } of this.#core.findRuntime()?.images() ?? []) {
      there.add(id);
      const known = this.#known.get(id) ?? { seenAt: now, usedAt: 0 };
      if (inUse.has(id)) known.usedAt = now;
      this.#known.set(id, known);
    }
    for (const id of this.#known.keys()) if (!there.has(id)) this.#known.delete(id);
  }

  #inUse(): Set<string | undefined> {
    const runtime = this.#core.findRuntime();
    return new Set(runtime?.containers().map(({ image }) => runtime.image(image)?.id));
  }

  /** Those used least lately first. */
  #unused(): ImageStatus[] {
    const inUse = this.#inUse();
    const order = ({ id }: ImageStatus) => this.#known.get(id)?.usedAt ?? 0;
    return (this.#core.findRuntime()?.images() ?? [])
      .filter(({ id, pinned }) => !inUse.has(id) && !pinned)
      .sort((a, b) => order(a) - order(b));
  }

  /** Removes all that nothing uses: the node is about to end pods. */
  removeUnused(): void {
    for (const image of this.#unused()) this.#remove(image);
  }

  #remove({ id, repoTags }: ImageStatus): void {
    const runtime = this.#core.findRuntime();
    this.#core.log('I', 'image_gc_manager.go:487', `"Removing image to free bytes" imageID="${id}"`);
    for (const tag of repoTags) runtime?.removeImage(tag);
    this.#known.delete(id);
  }

  #collect(): void {
    const { highPercent, lowPercent, minimumAgeMs, maximumAgeMs } = this.#limits;
    const { clock, host } = this.#core;
    this.#look();
    const old = (image: ImageStatus, ms: number) => clock.now - this.#lastUse(image.id) >= ms;
    if (maximumAgeMs > 0)
      for (const image of this.#unused().filter((one) => old(one, maximumAgeMs))) this.#remove(image);
    const { bytes, usedBytes } = host.disk.usage();
    const usage = this.#usage();
    if (usage < highPercent) {
      this.#failedBefore = false;
      return;
    }
    const wanted = Math.floor((bytes * (100 - lowPercent)) / 100) - (bytes - usedBytes);
    this.#core.log(
      'I',
      'image_gc_manager.go:382',
      `"Disk usage on image filesystem is over the high threshold, trying to free bytes down to the low threshold" usage=${usage} highThreshold=${highPercent} amountToFree=${wanted} lowThreshold=${lowPercent}`,
    );
    let freed = 0;
    for (const image of this.#unused()) {
      if (freed >= wanted) break;
      if (clock.now - (this.#known.get(image.id)?.seenAt ?? clock.now) < minimumAgeMs) continue;
      this.#remove(image);
      freed += image.size;
    }
    if (freed < wanted) this.#complain(wanted, freed);
    else this.#failedBefore = false;
  }

  #complain(wanted: number, freed: number): void {
    const message = `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed} bytes eligible to free.`;
    const { node } = this.#agent;
    if (node) this.#agent.event(node, 'FreeDiskSpaceFailed', message, 'Warning');
    const often = this.#failedBefore
      ? 'Image garbage collection failed multiple times in a row'
      : 'Image garbage collection failed once. Stats initialization may not have completed yet';
    this.#core.log('E', 'kubelet.go:1497', `"${often}" err="${message}"`);
    if (node && this.#failedBefore) this.#agent.event(node, 'ImageGCFailed', message, 'Warning');
    this.#failedBefore = true;
  }
}
