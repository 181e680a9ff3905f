import {
  connectError,
  type HttpRequest,
  type HttpResponse,
  httpRequest,
  isSystemError,
  resolveName,
  type SystemError,
} from '../../../host/index.ts';
import type { Exchange } from './nginx-exchange.ts';
import { problem } from './nginx-log.ts';
import { page } from './nginx-rewrite.ts';

interface Peer {
  readonly address: string;
  readonly port: number;
}

/** A program that runs scripts for who hands them on, as php-fpm does. */
export interface FastCgi {
  readonly fastcgi: (script: string, request: HttpRequest) => HttpResponse;
}

/** The server behind: `name:port` or the name of a group, and how it shows in the log. */
interface Target {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** Its name has variables: it is looked up when it is needed. */
  readonly late: boolean;
}

/** Hands a request on to another server. Models ngx_http_proxy_module */
export function proxied(exchange: Exchange, to: string, upstreams: Upstreams): HttpResponse {
  const [, scheme = 'http', authority = '', path] =
    /^(https?):\/\/([^/]+)(\/.*)?$/.exec(exchange.fill(to)) ?? [];
  const late = to.includes('$');
  const request: HttpRequest = {
    ...exchange.request,
    path: forwardedPath(exchange, path, late),
    headers: forwardedHeaders(exchange, authority),
  };
  const target = { scheme, authority, path: request.path, late };
  const answer = upstreams.ask(exchange, target, (peer) =>
    httpRequest(exchange.context.network, peer, request),
  );
  const { server: _server, date: _date, connection: _connection, ...headers } = answer.headers;
  const base = `${scheme}://${authority}${path ?? '/'}`;
  const prefix = path === undefined ? '/' : (exchange.location?.args.at(-1) ?? '/');
  const { location } = headers;
  const back = location?.startsWith(base) ? { location: prefix + location.slice(base.length) } : {};
  return { ...answer, headers: { ...headers, ...back } };
}

/** Hands a script to a FastCGI server. Models ngx_http_fastcgi_module */
export function fastcgi(exchange: Exchange, to: string, upstreams: Upstreams): HttpResponse {
  const params = exchange.all('fastcgi_param');
  const script = params.find(({ args }) => args[0] === 'SCRIPT_FILENAME')?.args[1] ?? '';
  const target = { scheme: 'fastcgi', authority: exchange.fill(to), path: '', late: to.includes('$') };
  return upstreams.ask(exchange, target, ({ address, port }) => {
    const found = exchange.context.network.connect(address, port);
    if (!found.ok) throw connectError(found.failure);
    const server = found.listener.service as Partial<FastCgi> | undefined;
    const answer = server?.fastcgi?.(exchange.fill(script), exchange.request);
    if (answer?.status === 404)
      problem(
        exchange,
        'FastCGI sent in stderr: "Primary script unknown" while reading response header from upstream',
        'error',
        `, upstream: "fastcgi://${address}:${port}"`,
      );
    return answer ?? page(exchange, 502);
  });
}

/** What stands behind the prefix of the location comes behind the path of `proxy_pass`, if it has one. */
function forwardedPath(exchange: Exchange, path: string | undefined, late: boolean): string {
  if (path === undefined) return exchange.target;
  if (late) return path;
  return path + exchange.target.slice((exchange.location?.args.at(-1) ?? '').length);
}

/** The request's own headers, with those of `proxy_set_header`; an empty one goes. */
function forwardedHeaders(exchange: Exchange, authority: string): Record<string, string> {
  const headers: Record<string, string> = {
    ...exchange.request.headers,
    host: authority,
    connection: 'close',
  };
  for (const { args } of exchange.all('proxy_set_header')) {
    const name = (args[0] ?? '').toLowerCase();
    const value = args[1] === '$proxy_host' ? authority : exchange.fill(args[1] ?? '');
    if (value === '') delete headers[name];
    else headers[name] = value;
  }
  return headers;
}

const ERRNO: Readonly<Record<string, readonly [number, string]>> = {
  ECONNREFUSED: [111, 'Connection refused'],
  EHOSTUNREACH: [113, 'No route to host'],
  ENETUNREACH: [101, 'Network is unreachable'],
  ECONNRESET: [104, 'Connection reset by peer'],
};

/** The servers that requests are handed to: their addresses as they were first found, and whose turn it is. */
export class Upstreams {
  readonly #addresses = new Map<string, readonly string[]>();
  readonly #turns = new Map<string, number>();

  /** Asks the server, or those of its group in turn until one answers. */
  ask(exchange: Exchange, target: Target, send: (peer: Peer) => HttpResponse): HttpResponse {
    const peers = this.#peers(exchange, target);
    if (peers.length === 0) return page(exchange, 502);
    const turn = this.#turns.get(target.authority) ?? 0;
    this.#turns.set(target.authority, turn + 1);
    let late = false;
    for (let i = 0; i < peers.length; i++) {
      const peer = peers[(turn + i) % peers.length] as Peer;
      const address = `${peer.address}:${peer.port}`;
      try {
        const answer = send(peer);
        exchange.upstream = { address, status: answer.status };
        exchange.isPassedOn = true;
        return answer;
      } catch (error) {
        if (!isSystemError(error)) throw error;
        late = error.code === 'ETIMEDOUT';
        exchange.upstream = { address, status: late ? 504 : 502 };
        tell(exchange, target, address, error);
      }
    }
    return page(exchange, late ? 504 : 502);
  }

  #peers(exchange: Exchange, target: Target): Peer[] {
    const { authority, scheme, late } = target;
    const group = exchange.arrival.http.find(
      ({ name, args }) => name === 'upstream' && args[0] === authority,
    );
    if (!group) return this.#resolved(exchange, authority, scheme === 'https' ? 443 : 80, late);
    const servers = (group.block ?? []).filter(
      ({ name, args }) => name === 'server' && !args.includes('down'),
    );
    const main = servers.filter(({ args }) => !args.includes('backup'));
    return (main.length > 0 ? main : servers).flatMap(({ args }) => {
      const weight = Number(
        /^weight=(\d+)$/.exec(args.find((arg) => arg.startsWith('weight=')) ?? '')?.[1] ?? 1,
      );
      const found = this.#resolved(exchange, args[0] ?? '', 80, false);
      return Array.from({ length: Math.min(100, weight) }, () => found).flat();
    });
  }

  /** Names are looked up once: who moves is not found again before the configuration is read anew. */
  #resolved(exchange: Exchange, authority: string, port: number, late: boolean): Peer[] {
    const [, name = '', given] = /^(.+?)(?::(\d+))?$/.exec(authority) ?? [];
    if (late && !/^\d+(\.\d+){3}$/.test(name) && exchange.first('resolver') === undefined) {
      problem(exchange, `no resolver defined to resolve ${name}`);
      return [];
    }
    let addresses = late ? undefined : this.#addresses.get(name);
    if (!addresses) {
      const found = resolveName(exchange.context, name);
      addresses = found.ok ? found.addresses : [];
      if (addresses.length === 0) problem(exchange, `${name} could not be resolved (3: Host not found)`);
      if (!late && found.ok) this.#addresses.set(name, addresses);
    }
    return addresses.map((address) => ({ address, port: Number(given ?? port) }));
  }
}

function tell(
  exchange: Exchange,
  { scheme, path }: Target,
  address: string,
  { code, message }: SystemError,
): void {
  const [number, words] = ERRNO[code] ?? [5, message];
  const what =
    code === 'ETIMEDOUT'
      ? 'upstream timed out (110: Connection timed out) while connecting to upstream'
      : code === 'ECONNRESET'
        ? `recv() failed (104: ${words}) while reading response header from upstream`
        : `connect() failed (${number}: ${words}) while connecting to upstream`;
  problem(exchange, what, 'error', `, upstream: "${scheme}://${address}${path}"`);
}
