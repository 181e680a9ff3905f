import {
  bodyText,
  byteLength,
  type Context,
  type Duplex,
  type HttpRequest,
  type HttpResponse,
} from '../../host/index.ts';
import { dialError } from '../client/tls.ts';
import { duplex, Frames } from './containerd/io.ts';

/** Data on channel 0, errors on channel 1, as on the port-forward protocol. */
const DATA = 0;
const ERROR = 1;

/** A connection to a port of a pod, from inside its network. What speaks HTTP is spoken to in HTTP. */
export function portForward(context: Context, address: string, port: number): Duplex {
  const frames = new Frames();
  let buffer = '';
  const send = (channel: number, data: string) => {
    if (channel !== DATA) return;
    buffer += data;
    for (;;) {
      const parsed = parseRequest(buffer);
      if (!parsed) return;
      buffer = buffer.slice(parsed.length);
      answer(parsed.request);
    }
  };
  const answer = (request: HttpRequest) => {
    const found = context.network.connect(address, port);
    if (!found.ok || !found.listener.http) {
      const why = found.ok ? 'read: connection reset by peer' : dialError('127.0.0.1', port, found.failure);
      frames.push(
        ERROR,
        `error forwarding port ${port} to pod: failed to connect to localhost:${port} inside namespace: ${why}`,
      );
      frames.end();
      return;
    }
    const peer = { address: '127.0.0.1', port: context.network.ephemeralPort(), certificates: [] };
    frames.push(DATA, responseText(found.listener.http({ ...request, peer })));
  };
  return duplex(frames, send, () => {});
}

/** The first request of a connection's bytes, once it is all there. */
function parseRequest(text: string): { request: HttpRequest; length: number } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const [method = 'GET', path = '/'] = first.split(' ');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const length = Number(headers['content-length'] ?? 0);
  if (text.length < end + 4 + length) return undefined;
  const body = text.slice(end + 4, end + 4 + length);
  return { request: { method, path, headers, ...(body === '' ? {} : { body }) }, length: end + 4 + length };
}

function responseText(response: HttpResponse): string {
  const body = bodyText(response);
  const headers = { ...response.headers, 'content-length': String(byteLength(body)) };
  const lines = Object.entries(headers).map(
    ([name, value]) => `${name.replace(/(^|-)\w/g, (c) => c.toUpperCase())}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${response.status} ${response.status === 200 ? 'OK' : 'Status'}\r\n${lines.join('')}\r\n${body}`;
}
