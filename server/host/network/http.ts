import { WaitQueue } from '../../sim/index.ts';

/** A JSON value, not to be changed: objects pass between programs by reference. */
export type Json = unknown;

/** An HTTP request inside the simulation. Header names are lower case. */
export interface HttpRequest {
  readonly method: string;
  /** Path with query, starting with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text (see `host/text.ts`). */
  readonly body?: string;
  /** The body as a value, where both sides are of the simulation and nobody needs the bytes. Frozen. */
  readonly value?: Json;
  /** Filled in by the network: where the request comes from, and with which client certificates (PEM). */
  readonly peer?: {
    readonly address: string;
    readonly port: number;
    readonly certificates: readonly string[];
  };
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The body as a value; its bytes are `JSON.stringify(value) + '\n'`. Frozen. */
  readonly value?: Json;
  /** The body when it comes piece by piece: watches, followed logs. */
  readonly stream?: HttpStream;
  /** After 101: a two-way stream of frames (exec, attach, port-forward). */
  readonly upgrade?: Duplex;
}

/** A response body that goes on. */
export interface HttpStream {
  /** Notified when there is something to take, or the stream has ended. */
  readonly ready: WaitQueue;
  /** The next piece: a value (one watch event) or text; undefined: nothing now. */
  next(): Json | string | undefined;
  /** True when nothing will come any more and all was taken. */
  readonly ended: boolean;
  /** The client goes away. */
  close(): void;
}

export interface Frame {
  readonly channel: number;
  readonly data: string;
}

/** Frames in both directions, on numbered channels (0 stdin, 1 stdout, 2 stderr, 3 error, 4 resize). */
export interface Duplex {
  readonly ready: WaitQueue;
  receive(): Frame | undefined;
  send(channel: number, data: string): void;
  readonly ended: boolean;
  close(): void;
}

/** A stream that says this and ends, whatever it is sent. */
export function lastFrames(frames: readonly Frame[]): Duplex {
  const left = [...frames];
  return {
    ready: new WaitQueue(),
    receive: () => left.shift(),
    send: () => {},
    get ended() {
      return left.length === 0;
    },
    close: () => void left.splice(0),
  };
}

/** Answers at once. A program that takes its time answers with a `stream`. */
export type HttpHandler = (request: HttpRequest) => HttpResponse;

/** The response body as text; a stream has none. */
export function bodyText(response: HttpResponse): string {
  if (response.body !== undefined) return response.body;
  return response.value === undefined ? '' : `${JSON.stringify(response.value)}\n`;
}
