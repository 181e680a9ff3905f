import type { HttpStream } from './http.ts';

interface OpenStream {
  readonly stream: HttpStream;
  /** Whether its packets still pass. */
  readonly passes: () => boolean;
}

/** Answers that come piece by piece, over connections that a rule may cut long after they were made. */
export class OpenStreams {
  #all: OpenStream[] = [];
  #pruneAt = 64;

  add(stream: HttpStream, passes: () => boolean): void {
    this.#all.push({ stream, passes });
    if (this.#all.length < this.#pruneAt) return;
    this.#all = this.#all.filter((one) => !one.stream.ended);
    this.#pruneAt = Math.max(64, 2 * this.#all.length);
  }

  /** Ends those that do not pass any more. */
  recheck(): void {
    const cut = this.#all.filter(({ stream, passes }) => !stream.ended && !passes());
    for (const { stream } of cut) stream.close();
  }
}
