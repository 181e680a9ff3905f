import type { ApiBridge } from '../../exam/api-bridge.ts';
import { SpdyConnection, type SpdyEvents } from './connection.ts';

type Inner = Parameters<ApiBridge['join']>[0];
type Joined = ReturnType<ApiBridge['join']>;

/** The other end of a connection's bytes. */
export interface Wire {
  write(bytes: Buffer): void;
  close(): void;
}

export const STDIN = 0;
/** What containers take as the end of their input: a frame with nothing in it. */
export const END_OF_INPUT = new Uint8Array();
/** Channels of exec and attach by the streams that carry them. */
const CHANNELS: Readonly<Record<string, number>> = {
  stdin: STDIN,
  stdout: 1,
  stderr: 2,
  error: 3,
  resize: 4,
};

export interface RemoteStreams {
  feed(bytes: Buffer): void;
  close(): void;
}

/** Streams that a client opens for a command, by its query: one for errors, and those that it asks for. */
function expectedStreams(query: URLSearchParams): number {
  const asked = (name: string) => ['true', '1'].includes(query.get(name) ?? '');
  const tty = asked('tty');
  return 1 + [asked('stdin'), asked('stdout'), asked('stderr') && !tty, tty].filter(Boolean).length;
}

/** exec and attach: each channel is a stream that the client opens. */
export function remoteCommand(
  bridge: ApiBridge,
  { inner, query }: { inner: Inner; query: URLSearchParams },
  wire: Wire,
): RemoteStreams {
  const expected = expectedStreams(query);
  let ended = false;
  const finish = () => {
    if (!ended || streams.size < expected) return;
    for (const id of streams.values()) connection.end(id);
    wire.close();
  };
  const streams = new Map<number, number>();
  const waiting: [channel: number, bytes: Buffer][] = [];
  const send = (channel: number, bytes: Buffer) => {
    const id = streams.get(channel);
    if (id === undefined) waiting.push([channel, bytes]);
    else connection.data(id, bytes);
  };
  const channelOf = (id: number) => [...streams].find(([, known]) => known === id)?.[0];
  const connection = new SpdyConnection((bytes) => wire.write(bytes), {
    stream: (id, headers) => {
      const channel = CHANNELS[headers['streamtype'] ?? ''];
      if (channel !== undefined) streams.set(channel, id);
      for (const [channel, bytes] of waiting.splice(0)) send(channel, bytes);
      finish();
    },
    data: (id, bytes) => {
      const channel = channelOf(id);
      if (channel !== undefined) joined.frame(channel, bytes);
    },
    end: (id) => {
      if (channelOf(id) === STDIN) joined.frame(STDIN, END_OF_INPUT);
    },
  });
  const joined: Joined = bridge.join(inner, {
    frame: (channel, bytes) => send(channel, Buffer.from(bytes)),
    end: () => {
      ended = true;
      finish();
    },
  });
  return { feed: (bytes) => connection.feed(bytes), close: () => joined.close() };
}

/** One forwarded connection: a stream of data and one of errors, under one request id. */
interface Forwarded {
  data?: number;
  error?: number;
  joined?: Joined;
}

/** Port-forward: every pair of streams is a connection of its own to the port that its headers name. */
export function forwardedPorts(
  bridge: ApiBridge,
  open: (port: string) => Inner | undefined,
  wire: Wire,
): RemoteStreams {
  const requests = new Map<string, Forwarded>();
  const byStream = new Map<number, Forwarded>();
  const start = (forwarded: Forwarded, port: string) => {
    const { data, error } = forwarded;
    const inner = data === undefined || error === undefined ? undefined : open(port);
    if (!inner || data === undefined || error === undefined) return;
    forwarded.joined = bridge.join(inner, {
      frame: (channel, bytes) => connection.data(channel === 0 ? data : error, Buffer.from(bytes)),
      end: () => {
        connection.end(data);
        connection.end(error);
      },
    });
  };
  const events: SpdyEvents = {
    stream: (id, headers) => {
      const request = headers['requestid'] ?? '';
      const forwarded = requests.get(request) ?? {};
      requests.set(request, forwarded);
      byStream.set(id, forwarded);
      if (headers['streamtype'] === 'error') forwarded.error = id;
      else forwarded.data = id;
      start(forwarded, headers['port'] ?? '');
    },
    data: (id, bytes) => byStream.get(id)?.joined?.frame(0, bytes),
    end: (id) => {
      const forwarded = byStream.get(id);
      byStream.delete(id);
      if (forwarded?.data !== id) return;
      forwarded.joined?.close();
      for (const [request, known] of requests) if (known === forwarded) requests.delete(request);
    },
  };
  const connection = new SpdyConnection((bytes) => wire.write(bytes), events);
  return {
    feed: (bytes) => connection.feed(bytes),
    close: () => {
      for (const { joined } of requests.values()) joined?.close();
    },
  };
}
