import { HeaderReader, HeaderWriter } from './headers.ts';

/** What a connection's user is told. */
export interface SpdyEvents {
  /** The client opened a stream; it is answered already. */
  stream(id: number, headers: Readonly<Record<string, string>>): void;
  data(id: number, bytes: Buffer): void;
  /** The client sends no more on this stream. */
  end(id: number): void;
}

const VERSION = 3;
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const FIN = 1;
const MAX_FRAME = 4 * 1024 * 1024;

/**
 * The server's side of a SPDY/3.1 connection, as far as Kubernetes' clients use it: streams that the client opens, data
 * both ways, pings. Models moby/spdystream Connection; like that one it takes no notice of flow control.
 */
export class SpdyConnection {
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();
  readonly #write: (bytes: Buffer) => void;
  readonly #events: SpdyEvents;
  #pending: Buffer = Buffer.alloc(0);

  constructor(write: (bytes: Buffer) => void, events: SpdyEvents) {
    this.#write = write;
    this.#events = events;
  }

  /** Takes bytes as they come. Throws when they are no SPDY. */
  feed(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= 8) {
      const length = this.#pending.readUIntBE(5, 3);
      if (length > MAX_FRAME) throw new Error('SPDY frame too large');
      if (this.#pending.length < 8 + length) return;
      const frame = this.#pending.subarray(0, 8 + length);
      this.#pending = this.#pending.subarray(8 + length);
      this.#take(frame);
    }
  }

  data(id: number, bytes: Buffer): void {
    this.#write(Buffer.concat([frameHead(id, 0, bytes.length), bytes]));
  }

  end(id: number): void {
    this.#write(frameHead(id, FIN, 0));
  }

  #take(frame: Buffer): void {
    const first = frame.readUInt32BE(0);
    const flags = frame.readUInt8(4);
    const body = frame.subarray(8);
    if (first >>> 31 === 0) {
      if (body.length > 0) this.#events.data(first, body);
      if (flags & FIN) this.#events.end(first);
      return;
    }
    if (((first >>> 16) & 0x7fff) !== VERSION) throw new Error('not SPDY/3');
    const type = first & 0xffff;
    if (type === SYN_STREAM) this.#opened(body, flags);
    else if (type === RST_STREAM) this.#events.end(id31(body));
    else if (type === PING) this.#control(PING, 0, body);
  }

  #opened(body: Buffer, flags: number): void {
    const id = id31(body);
    const headers = this.#reader.read(body.subarray(10));
    this.#control(SYN_REPLY, 0, Buffer.concat([number32(id), this.#writer.write({})]));
    this.#events.stream(id, headers);
    if (flags & FIN) this.#events.end(id);
  }

  #control(type: number, flags: number, body: Buffer): void {
    const word = ((0x8000 | VERSION) << 16) | type;
    this.#write(Buffer.concat([frameHead(word >>> 0, flags, body.length), body]));
  }
}

function id31(body: Buffer): number {
  return body.readUInt32BE(0) & 0x7fffffff;
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function frameHead(first: number, flags: number, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(first, 0);
  head.writeUInt8(flags, 4);
  head.writeUIntBE(length, 5, 3);
  return head;
}
