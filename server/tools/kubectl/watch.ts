import type { HttpStream } from '../../host/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import type { RequestOptions } from './api.ts';
import type { Kubectl } from './kubectl.ts';

export interface Event {
  readonly type: string;
  readonly object: Record<string, any>;
}

/** An open watch, event by event. */
export class Watcher {
  readonly #stream: HttpStream;
  /** When --request-timeout ends it. */
  readonly #end: number;

  constructor(stream: HttpStream, end = Number.POSITIVE_INFINITY) {
    this.#stream = stream;
    this.#end = end;
  }

  /** The next event; undefined when the watch ended or `until` (virtual ms) passed. */
  *next(k: Kubectl, until = Number.POSITIVE_INFINITY): Steps<Event | undefined> {
    for (;;) {
      const piece = this.#stream.next();
      if (piece !== undefined) {
        const event = (typeof piece === 'string' ? JSON.parse(piece) : piece) as Event;
        if (event.type === 'BOOKMARK') continue;
        if (event.type === 'ERROR') throw ApiError.fromStatus(event.object, 500);
        return event;
      }
      const last = Math.min(until, this.#end);
      if (this.#stream.ended || k.now >= last) return undefined;
      yield* waitOn([this.#stream.ready], last);
    }
  }

  /** True when the server closed it. */
  get ended(): boolean {
    return this.#stream.ended;
  }

  close(): void {
    this.#stream.close();
  }
}

/** Starts to watch a collection. */
export function* watch(k: Kubectl, path: string, options: RequestOptions = {}): Steps<Watcher> {
  const stream = yield* k.api.stream(path, { ...options, query: { ...options.query, watch: true } });
  return new Watcher(stream, k.api.deadline());
}
