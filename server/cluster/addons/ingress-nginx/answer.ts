import { createHash } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { byteLength, lengthHeader, logTime, nginxPage } from '../../images/programs/nginx-pages.ts';
import { log } from '../../images/serve.ts';
import type { Agent } from '../agent.ts';
import { type Backend, Backends } from '../http/backends.ts';
import { authorized } from './basic-auth.ts';
import {
  annotation,
  isCanary,
  isOn,
  type Location,
  locationFor,
  rewritten,
  type Server,
  serverFor,
  servers,
} from './locations.ts';
import { within } from './networks.ts';
import type { Settings } from './settings.ts';

interface Answered {
  readonly response: HttpResponse;
  readonly location?: Location;
  readonly backend?: Backend;
}

/** The running nginx: answers requests by the configuration that was made of the ingresses. */
export class Nginx {
  readonly backends: Backends;
  readonly #agent: Agent;
  readonly #settings: Settings;
  #servers: ReadonlyMap<string, Server> = servers([]);
  #canaries: ReadonlyMap<string, Server> = servers([]);
  #shown = '';
  #requests = 0;

  constructor(agent: Agent, settings: Settings) {
    this.#agent = agent;
    this.#settings = settings;
    this.backends = new Backends(agent);
  }

  /** Takes a new configuration; true when it differs from the one before. */
  configure(ingresses: readonly KubeObject[]): boolean {
    const shown = JSON.stringify(
      ingresses.map(({ metadata, spec }) => [metadata.uid, metadata.annotations, spec]),
    );
    if (shown === this.#shown) return false;
    this.#shown = shown;
    this.#servers = servers(ingresses.filter((ingress) => !isCanary(ingress)));
    this.#canaries = servers(ingresses.filter(isCanary));
    return true;
  }

  serverFor(host: string): Server {
    return serverFor(this.#servers, host);
  }

  answer(request: HttpRequest, scheme: 'http' | 'https'): HttpResponse {
    const host = (request.headers['host'] ?? '').split(':')[0] as string;
    this.#requests++;
    const answered = this.#route(request, scheme, host);
    this.#access(request, answered);
    // Nobody is told what serves: neither this nginx nor those behind it.
    const {
      server: _,
      date: _date,
      connection: _own,
      ...rest
    }: Record<string, string> = answered.response.headers;
    const headers: Record<string, string> = {
      date: new Date(this.#agent.context.now).toUTCString(),
      ...(rest['content-type'] === undefined ? {} : { 'content-type': rest['content-type'] }),
      ...lengthHeader(answered.response),
      ...(scheme === 'http' ? { connection: 'keep-alive' } : {}),
      ...rest,
    };
    if (scheme === 'https') headers['strict-transport-security'] ??= 'max-age=31536000; includeSubDomains';
    const response = { ...answered.response, headers };
    return request.method === 'HEAD' ? { status: response.status, headers, body: '' } : response;
  }

  #route(request: HttpRequest, scheme: 'http' | 'https', host: string): Answered {
    const [path = '/', query] = request.path.split('?');
    const server = this.serverFor(host);
    const location = locationFor(server, path);
    if (!location) return this.#default(request);
    const early = this.#before(location, request, { scheme, host, path, hasTls: server.hasTls });
    if (early) return { response: early, location };
    const chosen = this.#canary(host, path, request) ?? location;
    const target = rewritten(chosen, path) + (query === undefined ? '' : `?${query}`);
    return this.#pass(chosen, { ...request, path: target }, scheme);
  }

  /** What is answered without asking a backend: redirects, and those who may not come in. */
  #before(
    { ingress, namespace }: Location,
    request: HttpRequest,
    where: { scheme: string; host: string; path: string; hasTls: boolean },
  ): HttpResponse | undefined {
    const peer = request.peer?.address ?? '';
    const allowed =
      annotation(ingress, 'whitelist-source-range') ?? annotation(ingress, 'allowlist-source-range');
    if (allowed && !within(peer, allowed)) return nginxPage(403);
    const denied = annotation(ingress, 'denylist-source-range');
    if (denied && within(peer, denied)) return nginxPage(403);
    const forced = isOn(ingress, 'force-ssl-redirect');
    const redirects = forced || (where.hasTls && annotation(ingress, 'ssl-redirect') !== 'false');
    if (where.scheme === 'http' && redirects)
      return nginxPage(308, 'nginx', { location: `https://${where.host}${request.path}` });
    const root = annotation(ingress, 'app-root');
    if (root && where.path === '/')
      return nginxPage(302, 'nginx', { location: `${where.scheme}://${where.host}${root}` });
    const permanent = annotation(ingress, 'permanent-redirect');
    if (permanent)
      return nginxPage(Number(annotation(ingress, 'permanent-redirect-code') ?? 301), 'nginx', {
        location: permanent,
      });
    const temporal = annotation(ingress, 'temporal-redirect');
    if (temporal) return nginxPage(302, 'nginx', { location: temporal });
    if (annotation(ingress, 'auth-type') === 'basic' && !authorized(this.#agent, ingress, namespace, request))
      return nginxPage(401, 'nginx', {
        'www-authenticate': `Basic realm="${annotation(ingress, 'auth-realm') ?? ''}"`,
      });
    return undefined;
  }

  /** The canary of a location, for the requests that it gets. */
  #canary(host: string, path: string, request: HttpRequest): Location | undefined {
    const location = locationFor(serverFor(this.#canaries, host), path);
    if (!location) return undefined;
    const { ingress } = location;
    const name = annotation(ingress, 'canary-by-header')?.toLowerCase();
    const value = name === undefined ? undefined : request.headers[name];
    const wanted = annotation(ingress, 'canary-by-header-value');
    if (value !== undefined && (wanted === undefined ? value === 'always' : value === wanted))
      return location;
    if (value === 'never' && wanted === undefined) return undefined;
    const cookie = annotation(ingress, 'canary-by-cookie');
    if (
      cookie &&
      new RegExp(`(^|; ?)${cookie.replace(/\W/g, '.')}=always`).test(request.headers['cookie'] ?? '')
    )
      return location;
    const weight = Number(annotation(ingress, 'canary-weight') ?? 0);
    const total = Number(annotation(ingress, 'canary-weight-total') ?? 100);
    return this.#agent.context.host.random.below(total) < weight ? location : undefined;
  }

  #pass(location: Location, request: HttpRequest, scheme: string): Answered {
    const { namespace, service, port, ingress } = location;
    const backends = this.backends.endpoints(namespace, service, port);
    if (backends.length === 0) return this.#withoutEndpoints(location, request);
    const backend = this.backends.next(`${namespace}/${service}:${port}`, backends) as Backend;
    const upstreamHost = annotation(ingress, 'upstream-vhost');
    const result = this.backends.send(backend, {
      ...request,
      headers: this.#headers(request, scheme, upstreamHost),
    });
    if (typeof result !== 'string') return { response: result, location, backend };
    const failed =
      result === 'refused'
        ? 'connect() failed (111: Connection refused)'
        : 'upstream timed out (110: Operation timed out)';
    log(
      this.#agent.context,
      `${this.#now()} [error] 34#34: *${this.#requests} ${failed} while connecting to upstream, client: ${request.peer?.address}, server: ${request.headers['host']}, request: "${request.method} ${request.path} HTTP/1.1", upstream: "http://${backend.address}:${backend.port}${request.path}", host: "${request.headers['host']}"\n`,
      2,
    );
    return { response: nginxPage(result === 'refused' ? 502 : 504), location, backend };
  }

  #withoutEndpoints(location: Location, request: HttpRequest): Answered {
    const fallback = annotation(location.ingress, 'default-backend');
    if (fallback === undefined) return { response: nginxPage(503), location };
    const port = this.backends.service(location.namespace, fallback)?.spec?.ports?.[0]?.port;
    if (port === undefined) return { response: nginxPage(503), location };
    const [backend] = this.backends.endpoints(location.namespace, fallback, port);
    const result = backend && this.backends.send(backend, request);
    return typeof result === 'object'
      ? { response: result, location }
      : { response: nginxPage(503), location };
  }

  #headers(request: HttpRequest, scheme: string, upstreamHost: string | undefined): Record<string, string> {
    const client = request.peer?.address ?? '';
    return {
      ...request.headers,
      host: upstreamHost ?? request.headers['host'] ?? '',
      'x-request-id': this.#id(request),
      'x-real-ip': client,
      'x-forwarded-for': client,
      'x-forwarded-host': request.headers['host'] ?? '',
      'x-forwarded-port': scheme === 'https' ? '443' : '80',
      'x-forwarded-proto': scheme,
      'x-forwarded-scheme': scheme,
      'x-scheme': scheme,
    };
  }

  /** Nothing matches: the default backend, nginx' own page without one. */
  #default(request: HttpRequest): Answered {
    const [namespace = '', name = ''] = (this.#settings.defaultBackend ?? '').split('/');
    const port = this.backends.service(namespace, name)?.spec?.ports?.[0]?.port;
    const [backend] = port === undefined ? [] : this.backends.endpoints(namespace, name, port);
    const result = backend && this.backends.send(backend, request);
    return { response: typeof result === 'object' ? result : nginxPage(404) };
  }

  #access(request: HttpRequest, { response, location, backend }: Answered): void {
    const upstream = location
      ? `[${location.namespace}-${location.service}-${location.port}] []`
      : '[upstream-default-backend] []';
    const size = byteLength(response);
    const to = backend ? `${backend.address}:${backend.port} ${size} 0.001 ${response.status}` : '- - - -';
    const id = this.#id(request);
    const agent = request.headers['user-agent'] ?? '-';
    log(
      this.#agent.context,
      `${request.peer?.address} - - [${logTime(this.#agent.context.now)}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${size} "${request.headers['referer'] ?? '-'}" "${agent}" ${60 + agent.length} 0.001 ${upstream} ${to} ${id}\n`,
    );
  }

  /** The request's own, or a number that is made for it. */
  #id({ headers, peer }: HttpRequest): string {
    const made = `${this.#requests}${peer?.address}${this.#agent.context.now}`;
    return headers['x-request-id'] ?? createHash('md5').update(made).digest('hex');
  }

  #now(): string {
    return new Date(this.#agent.context.now)
      .toISOString()
      .slice(0, 19)
      .replaceAll('-', '/')
      .replace('T', ' ');
  }
}
