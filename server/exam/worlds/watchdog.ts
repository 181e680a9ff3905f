/** Something that answers when it is called, unless it hangs. */
export interface Watched {
  call(): void;
  /** Ends it, whatever it is doing. */
  terminate(): void;
}

/** Real ms between two calls. */
export const CALL_MS = 5_000;
/** Calls without an answer after which nobody waits any longer: half a minute, far more than any slice of work. */
export const PATIENCE = 6;

/**
 * Ends workers that have stopped answering. Programs of a world are bounded, so this should never bite; when it does,
 * the worlds of the worker are opened again from what was saved, instead of being lost to everybody in it.
 */
export class Watchdog {
  /** How many calls each has not answered. */
  readonly #unanswered = new Map<Watched, number>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#callAll(), CALL_MS).unref();
  }

  watch(watched: Watched): void {
    this.#unanswered.set(watched, 0);
  }

  unwatch(watched: Watched): void {
    this.#unanswered.delete(watched);
  }

  /** It has answered. */
  heard(watched: Watched): void {
    if (this.#unanswered.has(watched)) this.#unanswered.set(watched, 0);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  // Calls are counted, not time: a computer that slept has not made anybody hang.
  #callAll(): void {
    for (const [watched, unanswered] of [...this.#unanswered]) {
      if (unanswered >= PATIENCE) {
        this.#unanswered.delete(watched);
        watched.terminate();
      } else {
        this.#unanswered.set(watched, unanswered + 1);
        watched.call();
      }
    }
  }
}
