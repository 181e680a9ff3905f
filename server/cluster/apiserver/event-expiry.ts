import type { ObjectStore } from './objects-store.ts';
import type { Served } from './served.ts';

/** `--event-ttl`, by default. */
export const EVENT_TTL_MS = 3_600_000;

/**
 * Events live for an hour. Nothing ticks for that: those that are over go when somebody next looks at events, and
 * whoever watches hears of it then.
 */
export class EventExpiry {
  readonly #store: ObjectStore;
  readonly #ttlMs: number;
  /** Nothing can be over before this. */
  #next = 0;

  constructor(store: ObjectStore, ttlMs = EVENT_TTL_MS) {
    this.#store = store;
    this.#ttlMs = ttlMs;
  }

  sweep(events: Served, now: number): void {
    if (now < this.#next) return;
    let oldest = now;
    for (const event of this.#store.list(events)) {
      const touched = lastTouched(event);
      if (touched + this.#ttlMs <= now) this.#store.delete(events, event);
      else oldest = Math.min(oldest, touched);
    }
    this.#next = oldest + this.#ttlMs;
  }
}

/** Every write of an event starts its hour anew. */
function lastTouched({ metadata, lastTimestamp, series }: any): number {
  const times = [metadata.creationTimestamp, lastTimestamp, series?.lastObservedTime].filter(Boolean);
  return Math.max(...times.map((time: string) => Date.parse(time)));
}
