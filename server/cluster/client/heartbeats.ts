import { type Clock, WaitQueue } from '../../sim/index.ts';

/** A kubelet that lives, renews its lease, and would do so every few seconds for as long as nothing changes. */
interface Beat {
  readonly since: number;
  readonly intervalMs: number;
  readonly alive: () => boolean;
}

/**
 * The renewals that nobody writes. A kubelet says when it begins to renew its node's lease and when it ends (it then
 * writes the last renewal to the lease itself); in between the time of the last renewal is computed when somebody looks:
 * the API server when a lease is read, the node lifecycle controller when it judges a node.
 */
export class Heartbeats {
  static readonly #ofWorlds = new WeakMap<Clock, Heartbeats>();

  /** Notified when a node begins or ceases to renew. */
  readonly changed = new WaitQueue();
  readonly #beats = new Map<string, Beat>();
  readonly #clock: Clock;

  private constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The heartbeats of the world with that clock. */
  static of(clock: Clock): Heartbeats {
    let found = Heartbeats.#ofWorlds.get(clock);
    if (!found) {
      found = new Heartbeats(clock);
      Heartbeats.#ofWorlds.set(clock, found);
    }
    return found;
  }

  /** The node renews from now on. Returns a function that ends it and gives the time of the last renewal. */
  start(node: string, intervalMs: number, alive: () => boolean): () => number {
    const beat = { since: this.#clock.now, intervalMs, alive };
    this.#beats.set(node, beat);
    this.changed.notify();
    return () => {
      if (this.#beats.get(node) === beat) {
        this.#beats.delete(node);
        this.changed.notify();
      }
      return this.#last(beat);
    };
  }

  /** When the node last renewed, in virtual ms; undefined: it does not, and the lease itself tells. */
  renewedAt(node: string): number | undefined {
    const beat = this.#beats.get(node);
    return beat?.alive() ? this.#last(beat) : undefined;
  }

  #last({ since, intervalMs }: Beat): number {
    return since + Math.floor((this.#clock.now - since) / intervalMs) * intervalMs;
  }
}
