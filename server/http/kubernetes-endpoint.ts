import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ApiBridge, OuterRequest } from '../exam/api-bridge.ts';
import { decodeObject, ProtobufError } from './protobuf/decode.ts';
import { encodeOpenapi, OPENAPI_V2_BINARY, wantsBinary } from './protobuf/openapi-v2.ts';
import { Upgrades, withoutConnection } from './upgrades.ts';

/** Bytes of a request's body: more than the API server takes. */
const BODY_LIMIT = 8 * 1024 * 1024;
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
    (asked, answered) => {
      // Node gives requests and responses of HTTP/2 the same shape.
      const request = asked as unknown as IncomingMessage;
      const response = answered as unknown as ServerResponse;
      answer(options, request, response).catch((error: unknown) => fail(response, error));
    },
  );
  const upgrades = new Upgrades(options.bridge);
  server.on('upgrade', (request, socket, head) => {
    const outer = outerRequest(request, new Uint8Array(), options.bearer);
    upgrades.take(outer, { request, socket, head });
  });
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
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

async function answer(
  { bridge, bearer }: EndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const inner = bridge.send(outerRequest(request, await readBody(request), bearer));
  if (inner.status === 200 && asksForBinarySchema(request)) {
    response.writeHead(200, { 'content-type': OPENAPI_V2_BINARY });
    response.end(encodeOpenapi(inner.value as Record<string, unknown>));
    return;
  }
  response.writeHead(inner.status, withoutConnection(inner.headers));
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

function asksForBinarySchema({ url, headers }: IncomingMessage): boolean {
  return url?.split('?')[0] === '/openapi/v2' && wantsBinary(headers.accept);
}

function outerRequest(
  request: IncomingMessage,
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

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > BODY_LIMIT) throw new Error('request body too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function fail(response: ServerResponse, error: unknown): void {
  const status = error instanceof ProtobufError ? 400 : 502;
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(`${textOf(error)}\n`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
