import type { IncomingMessage } from 'node:http';
import type { Duplex as Socket } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ApiBridge, OuterRequest } from '../exam/api-bridge.ts';
import {
  END_OF_INPUT,
  forwardedPorts,
  type RemoteStreams,
  remoteCommand,
  STDIN,
  type Wire,
} from './spdy/remote-streams.ts';

type Inner = Parameters<ApiBridge['join']>[0];

/** A request that asks for another protocol, and the connection that it came on. */
export interface Upgrading {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Port-forward of newer clients: SPDY inside a WebSocket. */
const TUNNEL = 'SPDY/3.1+portforward.k8s.io';
/** As clients offer them, best first. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io', TUNNEL, 'channel.k8s.io'];
/** In v5, a frame on this channel says that the channel named by its one byte is closed. */
const CLOSE_CHANNEL = 255;
/** How SPDY carries exec and attach, and port-forward. */
const STREAM_PROTOCOLS = ['v4.channel.k8s.io', 'portforward.k8s.io'];

/** exec, attach and port-forward, over WebSockets and SPDY. */
export class Upgrades {
  readonly #bridge: ApiBridge;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });

  constructor(bridge: ApiBridge) {
    this.#bridge = bridge;
  }

  take(outer: OuterRequest, upgrading: Upgrading): void {
    const { request, socket, head } = upgrading;
    socket.on('error', () => {});
    let inner: ReturnType<ApiBridge['send']>;
    try {
      inner = this.#bridge.send(outer);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      socket.end(`HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n${text}`);
      return;
    }
    const { upgrade } = inner;
    if (!upgrade) this.#refuse(socket, inner);
    else if (/^spdy\//i.test(request.headers.upgrade ?? '')) this.#spdy(outer, upgrading, upgrade);
    else
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) =>
        this.#webSocket(outer, webSocket, upgrade),
      );
  }

  #refuse(socket: Socket, inner: ReturnType<ApiBridge['send']>): void {
    const body = this.#bridge.body(inner);
    const headers = {
      ...withoutConnection(inner.headers),
      'content-length': body.length,
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${inner.status} \r\n${lines.join('')}\r\n`);
    socket.end(body);
  }

  #spdy(outer: OuterRequest, { request, socket, head }: Upgrading, inner: Inner): void {
    const offered = String(request.headers['x-stream-protocol-version'] ?? '').split(/\s*,\s*/);
    const protocol = STREAM_PROTOCOLS.find((known) => offered.includes(known));
    const version = protocol ? `X-Stream-Protocol-Version: ${protocol}\r\n` : '';
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${version}\r\n`,
    );
    const wire: Wire = { write: (bytes) => socket.write(bytes), close: () => socket.end() };
    const streams = this.#streams(outer, inner, wire);
    const feed = feeding(streams, () => socket.destroy());
    if (head.length > 0) feed(head);
    socket.on('data', feed);
    socket.on('close', () => streams.close());
  }

  #streams(outer: OuterRequest, inner: Inner, wire: Wire): RemoteStreams {
    if (!isPortForward(outer)) return remoteCommand(this.#bridge, { inner, query: queryOf(outer) }, wire);
    inner.close();
    return forwardedPorts(this.#bridge, (port) => this.#open(outer, port), wire);
  }

  #webSocket(outer: OuterRequest, socket: WebSocket, inner: Inner): void {
    socket.on('error', () => {});
    if (socket.protocol === TUNNEL) {
      const wire: Wire = { write: (bytes) => socket.send(bytes), close: () => socket.close(1000) };
      const streams = this.#streams(outer, inner, wire);
      socket.on(
        'message',
        feeding(streams, () => socket.terminate()),
      );
      socket.on('close', () => streams.close());
    } else if (isPortForward(outer)) {
      inner.close();
      this.#forwardPorts(outer, socket);
    } else this.#joinCommand(socket, inner);
  }

  /** Every port has two channels, whose first frames name it. */
  #forwardPorts(outer: OuterRequest, socket: WebSocket): void {
    const query = queryOf(outer);
    const ports = [...query.getAll('port'), ...query.getAll('ports')].flatMap((one) => one.split(','));
    const joined = ports.map((port, i) => {
      const number = Buffer.alloc(2);
      number.writeUInt16LE(Number(port) & 0xffff);
      for (const channel of [2 * i, 2 * i + 1]) socket.send(Buffer.concat([Buffer.from([channel]), number]));
      const inner = this.#open(outer, port);
      return (
        inner &&
        this.#bridge.join(inner, {
          frame: (channel, bytes) => socket.send(Buffer.concat([Buffer.from([2 * i + channel]), bytes])),
          end: () => socket.close(1000),
        })
      );
    });
    socket.on('message', (data: Buffer) => joined[(data[0] ?? 0) >> 1]?.frame(0, data.subarray(1)));
    socket.on('close', () => {
      for (const one of joined) one?.close();
    });
  }

  /** A connection to one port of the pod. */
  #open(outer: OuterRequest, port: string): Inner | undefined {
    const path = `${outer.path.split('?')[0]}?port=${encodeURIComponent(port)}`;
    try {
      return this.#bridge.send({ ...outer, path }).upgrade;
    } catch {
      return undefined;
    }
  }

  #joinCommand(socket: WebSocket, inner: Inner): void {
    const joined = this.#bridge.join(inner, {
      frame: (channel, bytes) => socket.send(Buffer.concat([Buffer.from([channel]), bytes])),
      end: () => socket.close(1000),
    });
    socket.on('message', (data: Buffer) => {
      const [channel, closed] = data;
      if (channel === CLOSE_CHANNEL) {
        if (closed === STDIN && socket.protocol === 'v5.channel.k8s.io') joined.frame(STDIN, END_OF_INPUT);
      } else if (channel !== undefined && data.length > 1) joined.frame(channel, data.subarray(1));
    });
    socket.on('close', () => joined.close());
  }
}

function queryOf({ path }: OuterRequest): URLSearchParams {
  return new URL(path, 'http://localhost').searchParams;
}

function isPortForward({ path }: OuterRequest): boolean {
  return /\/portforward(\?|$)/.test(path);
}

/** Bytes that are no SPDY end the connection. */
function feeding(streams: RemoteStreams, stop: () => void): (bytes: Buffer) => void {
  return (bytes) => {
    try {
      streams.feed(bytes);
    } catch {
      stop();
    }
  };
}

/** Lengths and connections are this server's own business. */
export function withoutConnection(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own = new Set(['content-length', 'connection', 'transfer-encoding', 'upgrade']);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name.toLowerCase())));
}
