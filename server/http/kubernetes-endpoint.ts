import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ApiBridge, OuterRequest } from '../exam/api-bridge.ts';
import { decodeObject, ProtobufError } from './protobuf/decode.ts';

/** Bytes of a request's body: more than the API server takes. */
const BODY_LIMIT = 8 * 1024 * 1024;
/** As kubectl offers them, best first. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io'];
/** In v5, a frame on this channel says that the channel named by its one byte is closed. */
const CLOSE_CHANNEL = 255;
const BINARY = 'application/vnd.kubernetes.protobuf';

export interface EndpointOptions {
  bridge: ApiBridge;
  ca: string;
  certificate: string;
  key: string;
  port: number;
  /** Who sends this token is the owner of that certificate to the cluster. */
  bearer?: { token: string; certificate: string };
}

export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the Kubernetes API of a world over HTTPS on loopback, for clients that nobody here wrote. */
export async function serveKubernetes(options: EndpointOptions): Promise<Endpoint> {
  const { ca, certificate, key, port } = options;
  // Go's clients speak HTTP/2 where they may; an upgrade to a WebSocket comes over HTTP/1.1.
  const server = createSecureServer(
    { ca, cert: certificate, key, requestCert: true, rejectUnauthorized: false, allowHTTP1: true },
    (request, response) => {
      answer(options, request, response).catch((error: unknown) => fail(response, error));
    },
  );
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
  server.on('upgrade', (request, socket, head) => upgrade(options, sockets, request, socket, head));
  server.on('tlsClientError', () => {});
  server.on('sessionError', () => {});
  const open = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

async function answer(
  { bridge, bearer }: EndpointOptions,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
): Promise<void> {
  const inner = bridge.send(outerRequest(request, await readBody(request), bearer));
  response.writeHead(inner.status, headersFor(inner.headers));
  if (inner.stream) {
    response.flushHeaders();
    const stop = bridge.pump(inner.stream, {
      write: (bytes) => void response.write(bytes),
      end: () => void response.end(),
    });
    response.on('close', stop);
    return;
  }
  response.end(request.method === 'HEAD' ? undefined : bridge.body(inner));
}

/** exec, attach and port-forward. */
function upgrade(
  { bridge, bearer }: EndpointOptions,
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.on('error', () => {});
  let inner: ReturnType<ApiBridge['send']>;
  try {
    inner = bridge.send(outerRequest(request, new Uint8Array(), bearer));
  } catch (error) {
    socket.end(`HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n${textOf(error)}`);
    return;
  }
  const { upgrade: duplex } = inner;
  if (!duplex) {
    const body = bridge.body(inner);
    const headers = {
      ...headersFor(inner.headers),
      'content-length': String(body.length),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${inner.status} \r\n${lines.join('')}\r\n`);
    socket.end(body);
    return;
  }
  sockets.handleUpgrade(request, socket, head, (webSocket) => joinSocket(bridge, duplex, webSocket));
}

function joinSocket(bridge: ApiBridge, duplex: Parameters<ApiBridge['join']>[0], socket: WebSocket): void {
  const joined = bridge.join(duplex, {
    frame: (channel, bytes) => socket.send(Buffer.concat([Buffer.from([channel]), bytes])),
    end: () => socket.close(1000),
  });
  socket.on('message', (data: Buffer) => {
    const channel = data[0];
    if (channel === undefined) return;
    if (channel === CLOSE_CHANNEL && socket.protocol === 'v5.channel.k8s.io') {
      joined.frame(CLOSE_CHANNEL, data.subarray(1));
      return;
    }
    joined.frame(channel, data.subarray(1));
  });
  socket.on('close', () => joined.close());
  socket.on('error', () => joined.close());
}

function outerRequest(
  request: IncomingMessage | Http2ServerRequest,
  body: Uint8Array,
  bearer: EndpointOptions['bearer'],
): OuterRequest {
  const owner = bearer !== undefined && isSame(request.headers.authorization, `Bearer ${bearer.token}`);
  const { authorization: _token, ...others } = request.headers;
  // The token is this server's own business.
  const headers = owner ? others : request.headers;
  const binary = headers['content-type'] === BINARY && body.length > 0;
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: binary ? { ...headers, 'content-type': 'application/json' } : headers,
    body: binary ? Buffer.from(JSON.stringify(decodeObject(body))) : body,
    certificates: owner ? [bearer.certificate] : clientCertificates(request.socket as TLSSocket),
  };
}

/** Compares in a time that tells nothing about the secret. */
function isSame(given: string | undefined, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(hash(given), hash(secret));
}

function clientCertificates(socket: TLSSocket): string[] {
  const { raw } = socket.getPeerCertificate(false) as { raw?: Buffer };
  if (!raw) return [];
  const lines = raw.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`];
}

async function readBody(request: Http2ServerRequest): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > BODY_LIMIT) throw new Error('request body too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Lengths and connections are this server's own business. */
function headersFor(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own = new Set(['content-length', 'connection', 'transfer-encoding', 'upgrade']);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name.toLowerCase())));
}

function fail(response: Http2ServerResponse, error: unknown): void {
  const status = error instanceof ProtobufError ? 400 : 502;
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(`${textOf(error)}\n`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
