import { type Clock, type Steps, WaitQueue, waitOn } from '../../../sim/index.ts';
import type { PullSettings } from '../config-limits.ts';

/** That of nodes that only pretend to run containers. */
export const UNLIMITED: PullSettings = { most: undefined, perSecond: 0, burst: 0 };

/** How many images a node asks for at a time, and how often. Models pkg/kubelet/images puller.go and helpers.go. */
export class PullLimits {
  readonly #settings: PullSettings;
  readonly #clock: Clock;
  readonly #freed = new WaitQueue();
  #running = 0;
  #tokens: number;
  #at: number;

  constructor(settings: PullSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#tokens = settings.burst;
    this.#at = clock.now;
  }

  /** Waits for a turn, and takes it: `done` must follow. */
  *turn(): Steps<void> {
    while (this.#running >= (this.#settings.most ?? Number.POSITIVE_INFINITY)) yield* waitOn([this.#freed]);
    this.#running++;
  }

  done(): void {
    this.#running--;
    this.#freed.notify();
  }

  /** False when too many images were asked for of late. */
  accepts(): boolean {
    const { perSecond, burst } = this.#settings;
    if (perSecond <= 0) return true;
    const { now } = this.#clock;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
