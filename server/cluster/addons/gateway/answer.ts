import type { HttpRequest, HttpResponse } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { byteLength, logTime, nginxPage } from '../../images/programs/nginx-pages.ts';
import { log } from '../../images/serve.ts';
import type { Agent } from '../agent.ts';
import type { Backends } from '../http/backends.ts';
import { attachments, backendProblem, covers, type GatewayView, hostnamesOf } from './attachment.ts';
import { changedHeaders, changedPath, orderedRules, type RouteRule, requestMatches } from './rules.ts';

/** Answers requests that come to a port of the gateways. */
export class GatewayProxy {
  readonly #agent: Agent;
  readonly #view: GatewayView;
  readonly #backends: Backends;
  readonly #routes: () => readonly KubeObject[];

  constructor(agent: Agent, view: GatewayView, backends: Backends, routes: () => readonly KubeObject[]) {
    this.#agent = agent;
    this.#view = view;
    this.#backends = backends;
    this.#routes = routes;
  }

  answer(port: number, scheme: 'http' | 'https', request: HttpRequest): HttpResponse {
    const response = this.#respond(port, scheme, request);
    const agent = request.headers['user-agent'] ?? '-';
    log(
      this.#agent.context,
      `${request.peer?.address} - - [${logTime(this.#agent.context.now)}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${byteLength(response)} "-" "${agent}"\n`,
    );
    return request.method === 'HEAD' ? { ...response, body: '' } : response;
  }

  #respond(port: number, scheme: string, request: HttpRequest): HttpResponse {
    const host = (request.headers['host'] ?? '').split(':')[0] as string;
    const found = this.#rulesFor(port, host).find(({ match }) => requestMatches(match, request));
    if (!found) return nginxPage(404);
    return this.#apply(found, request, { port, scheme, host });
  }

  /** Rules for a name: those of the routes that name it best. */
  #rulesFor(port: number, host: string): RouteRule[] {
    const scored = this.#routes().flatMap((route) => {
      const names = attachments(this.#view, route)
        .flatMap(({ listeners }) => listeners)
        .filter((listener) => listener.port === port)
        .flatMap((listener) => hostnamesOf(listener, route));
      const fitting = names.filter((name) => name === '' || name === host || covers(name, host));
      const score = Math.max(-1, ...fitting.map((name) => (name === host ? 1000 : name.length)));
      return score < 0 ? [] : [{ route, score }];
    });
    const best = Math.max(-1, ...scored.map(({ score }) => score));
    return orderedRules(scored.filter(({ score }) => score === best).map(({ route }) => route));
  }

  #apply(
    { route, rule, match }: RouteRule,
    request: HttpRequest,
    at: { port: number; scheme: string; host: string },
  ): HttpResponse {
    let { path, headers } = request;
    let after: any;
    for (const filter of rule.filters ?? []) {
      if (filter.type === 'RequestRedirect')
        return redirect(filter.requestRedirect ?? {}, match, request, at);
      if (filter.type === 'RequestHeaderModifier')
        headers = changedHeaders(headers, filter.requestHeaderModifier);
      if (filter.type === 'ResponseHeaderModifier') after = filter.responseHeaderModifier;
      if (filter.type === 'URLRewrite') {
        path = changedPath(path, filter.urlRewrite?.path, match);
        if (filter.urlRewrite?.hostname) headers = { ...headers, host: filter.urlRewrite.hostname };
      }
    }
    const client = request.peer?.address ?? '';
    const response = this.#pass(route, rule, {
      ...request,
      path,
      headers: { ...headers, 'x-real-ip': client, 'x-forwarded-for': client, 'x-forwarded-proto': at.scheme },
    });
    return after ? { ...response, headers: changedHeaders(response.headers, after) } : response;
  }

  #pass(route: KubeObject, rule: any, request: HttpRequest): HttpResponse {
    const refs: any[] = (rule.backendRefs ?? []).filter((ref: any) => (ref.weight ?? 1) > 0);
    const ref = this.#weighted(refs);
    if (!ref || backendProblem(this.#view, route, ref, '')) return nginxPage(500);
    const namespace = ref.namespace ?? route.metadata.namespace;
    const endpoints = this.#backends.endpoints(namespace, ref.name, ref.port);
    const backend = this.#backends.next(`${namespace}/${ref.name}:${ref.port}`, endpoints);
    if (!backend) return nginxPage(503);
    const result = this.#backends.send(backend, request);
    if (typeof result !== 'string') return result;
    return nginxPage(result === 'refused' ? 502 : 504);
  }

  /** One of the references, by their weights. */
  #weighted(refs: readonly any[]): any {
    const total = refs.reduce((sum, { weight = 1 }) => sum + weight, 0);
    if (refs.length < 2) return refs[0];
    let at = this.#agent.context.host.random.below(total);
    return refs.find(({ weight = 1 }) => {
      at -= weight;
      return at < 0;
    });
  }
}

function redirect(
  to: any,
  match: any,
  request: HttpRequest,
  at: { port: number; scheme: string; host: string },
): HttpResponse {
  const scheme = to.scheme ?? at.scheme;
  const port = to.port ?? (to.scheme ? undefined : at.port);
  const shown = port === undefined || port === (scheme === 'https' ? 443 : 80) ? '' : `:${port}`;
  const path = changedPath(request.path, to.path, match);
  const location = `${scheme}://${to.hostname ?? at.host}${shown}${path}`;
  return nginxPage(to.statusCode ?? 302, 'nginx', { location });
}
