import {
  bodyText,
  type Context,
  type HttpRequest,
  type HttpResponse,
  isSystemError,
  type Listener,
  statusText,
} from '../../../host/index.ts';
import { type Steps, type WaitQueue, waitOn } from '../../../sim/index.ts';

/** Where a URL points. */
export interface Place {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** With the query, starting with `/`. */
  readonly path: string;
  readonly user: string | undefined;
}

/** Reads a URL as people type it; a string says what is wrong: the scheme, the port, or that there is no host. */
export function readUrl(
  text: string,
): Place | { readonly wrong: 'scheme' | 'port' | 'host'; readonly what: string } {
  const [, given, rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s.exec(text) ?? [];
  const scheme = (given ?? 'http').toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return { wrong: 'scheme', what: scheme };
  const [, authority = '', tail = ''] = /^([^/?#]*)([^#]*)/.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const [, host = '', , port] = /^(\[[^\]]*\]|[^:]*)(:(.*))?$/.exec(authority.slice(at + 1)) ?? [];
  if (host === '') return { wrong: 'host', what: text };
  if (port !== undefined && port !== '' && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535))
    return { wrong: 'port', what: port };
  return {
    scheme,
    host,
    port: port ? Number(port) : scheme === 'https' ? 443 : 80,
    path: tail.startsWith('/') ? tail : `/${tail}`,
    user: at >= 0 ? authority.slice(0, at) : undefined,
  };
}

/** `web:8080`, or `web` where the port goes without saying. */
export function hostHeader({ scheme, host, port }: Place): string {
  return port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`;
}

/** The URL that a `Location` header leads to. */
export function redirectTarget(from: Place, location: string): string {
  if (/^[a-z]+:\/\//i.test(location)) return location;
  if (location.startsWith('//')) return `${from.scheme}:${location}`;
  const base = `${from.scheme}://${hostHeader(from)}`;
  if (location.startsWith('/')) return base + location;
  return base + from.path.replace(/\?.*/, '').replace(/[^/]*$/, '') + location;
}

/** What an HTTPS port that is asked in plain HTTP says (Go's net/http). */
const PLAIN_TO_TLS: HttpResponse = {
  status: 400,
  headers: { connection: 'close' },
  body: 'Client sent an HTTP request to an HTTPS server.\n',
};

/** Puts a request to a listener; undefined: it closes without an answer. */
export function ask(
  context: Context,
  listener: Listener,
  from: string,
  request: HttpRequest,
  tls: { secure: boolean; certificates: string },
): HttpResponse | undefined {
  if (listener.tls && !tls.secure) return PLAIN_TO_TLS;
  const certificates = tls.secure && tls.certificates !== '' ? [tls.certificates] : [];
  const peer = { address: from, port: context.network.ephemeralPort(), certificates };
  try {
    const response = listener.http?.({ ...request, peer });
    if (response) context.network.network.taps.hear(listener, () => exchanged(context, request, response));
    return response;
  } catch (error) {
    // The other side hangs up without a word.
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/** How long a request and its answer were, with their first lines. */
function exchanged(context: Context, request: HttpRequest, response: HttpResponse) {
  const lines = [...Object.entries(request.headers)].map(([name, value]) => `${name}: ${value}\r\n`);
  const first = `${request.method} ${request.path} HTTP/1.1`;
  const status = `HTTP/1.1 ${response.status} ${statusText(response.status)}`;
  const body = response.stream ? '' : bodyText(response);
  const head = headerLines(context, response).join('\r\n').length;
  return {
    question: {
      bytes: `${first}\r\n${lines.join('')}\r\n`.length + (request.body?.length ?? 0),
      text: first,
    },
    answer: { bytes: status.length + head + 6 + Buffer.byteLength(body), text: status },
  };
}

/** `content-type` as HTTP/1.1 servers write it. */
function canonical(name: string): string {
  return name === 'etag' ? 'ETag' : name.replace(/(^|-)([a-z])/g, (text) => text.toUpperCase());
}

/** Header lines as they stand on the wire; servers add the date and the length. */
export function headerLines(
  context: Context,
  response: HttpResponse,
  options: { lowerCase?: boolean } = {},
): string[] {
  const headers: Record<string, string> = { ...response.headers };
  const text = response.stream ? undefined : bodyText(response);
  if (headers['date'] === undefined && headers['Date'] === undefined)
    headers['date'] = new Date(context.now).toUTCString();
  const isOrdered = 'server' in headers || 'date' in response.headers;
  const ranks = isOrdered ? NAMED : options.lowerCase ? GO_HTTP2 : GO_HTTP1;
  const length = text === undefined ? 0 : Buffer.byteLength(text);
  if (
    text !== undefined &&
    (!options.lowerCase || length > 0) &&
    headers['content-length'] === undefined &&
    response.status !== 204 &&
    (ranks !== GO_HTTP2 || length <= GO_BUFFER)
  )
    headers['content-length'] = String(length);
  const rank = (name: string) => (ranks.includes(name) ? ranks.indexOf(name) : ranks.indexOf('*'));
  const order = Object.keys(headers).sort(
    (a, b) => rank(a) - rank(b) || (ranks === NAMED ? 0 : a < b ? -1 : 1),
  );
  return order.map((name) => `${options.lowerCase ? name : canonical(name)}: ${headers[name]}`);
}

/** Where headers stand: servers that tell their name, or the date, put that first, those written in Go sort what the program has set. */
const NAMED = ['server', 'date', '*'];
const GO_HTTP1 = ['*', 'date', 'content-length'];
const GO_HTTP2 = ['*', 'content-length', 'date'];
/** Go's HTTP/2 server tells the length of what it has whole before it starts to write. */
const GO_BUFFER = 4096;

/** The body, piece by piece, until it ends or the deadline comes (false). */
export function* eachPiece(
  context: Context,
  response: HttpResponse,
  deadline: number,
  use: (piece: string) => Steps<void>,
): Steps<boolean> {
  const { stream } = response;
  if (!stream) {
    const text = bodyText(response);
    if (text !== '') yield* use(text);
    return true;
  }
  context.process.onExit.push(() => stream.close());
  for (;;) {
    const piece = stream.next();
    if (piece !== undefined) yield* use(typeof piece === 'string' ? piece : `${JSON.stringify(piece)}\n`);
    else if (stream.ended) return true;
    else if (context.now >= deadline) {
      stream.close();
      return false;
    } else yield* waitUntil(stream.ready, deadline);
  }
}

function* waitUntil(queue: WaitQueue, deadline: number): Steps<void> {
  if (deadline === Number.POSITIVE_INFINITY) yield* waitOn([queue]);
  else yield* waitOn([queue], deadline);
}

/** The host that a URL names; the URL itself where it cannot be read. */
export function hostOf(url: string): string {
  const place = readUrl(url);
  return 'wrong' in place ? url : place.host;
}
