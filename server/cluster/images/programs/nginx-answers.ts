import type { Context, HttpRequest, HttpResponse } from '../../../host/index.ts';
import { refused } from './nginx-access.ts';
import type { Directive } from './nginx-config.ts';
import { Exchange } from './nginx-exchange.ts';
import { type Content, fileContent } from './nginx-files.ts';
import { problem, writeAccess } from './nginx-log.ts';
import { lengthHeader } from './nginx-pages.ts';
import { fastcgi, proxied, Upstreams } from './nginx-proxy.ts';
import { page, redirect, rewritten, serverName } from './nginx-rewrite.ts';
import { locationsFor, type Site, siteFor } from './nginx-sites.ts';

/** How often a request may be sent to another location. */
const MAX_REDIRECTS = 10;

/** What a server of nginx knows beside a request. */
export interface NginxServer {
  readonly version: string;
  readonly http: readonly Directive[];
  readonly ports: ReadonlyMap<number, readonly Site[]>;
  readonly hasTls: (port: number) => boolean;
  /** The process that answers, as the log has it. */
  readonly worker: () => number;
}

/** What nginx answers by a configuration. Models the phases of ngx_http_core_module */
export class NginxAnswers {
  readonly #context: Context;
  readonly #server: NginxServer;
  readonly #upstreams = new Upstreams();
  #requests = 0;

  constructor(context: Context, server: NginxServer) {
    this.#context = context;
    this.#server = server;
  }

  answer(port: number, request: HttpRequest): HttpResponse {
    const { version, http, ports, hasTls, worker } = this.#server;
    const host = (request.headers['host'] ?? '').replace(/:\d+$/, '').toLowerCase();
    const server = siteFor(ports.get(port) ?? [], host)?.directives ?? [];
    const arrival = { port, tls: hasTls(port), version, number: ++this.#requests, http, server };
    const exchange = new Exchange(this.#context, request, arrival);
    exchange.variables.set('worker_pid', String(worker()));
    const response = this.#withErrorPage(exchange, this.#serve(exchange));
    exchange.response = response;
    const headers = inOrder({
      ...response.headers,
      server: serverName(exchange),
      date: new Date(this.#context.now).toUTCString(),
      connection: 'keep-alive',
      ...lengthHeader(response),
      ...addedHeaders(exchange, response.status),
    });
    writeAccess(exchange);
    return request.method === 'HEAD'
      ? { status: response.status, headers, body: '' }
      : { ...response, headers };
  }

  #serve(exchange: Exchange): HttpResponse {
    const { server } = exchange.arrival;
    const first = rewritten(exchange, server);
    if (typeof first === 'object') return first.answer;
    return this.#atLocation(exchange);
  }

  /** Finds the location of the URI and its answer, as often as that leads to another URI. */
  #atLocation(exchange: Exchange): HttpResponse {
    const { server, http } = exchange.arrival;
    for (let i = 0; i < MAX_REDIRECTS; i++) {
      const chain = locationsFor(server, exchange.uri, (pattern, text) => exchange.matches(pattern, text));
      exchange.location = chain[0];
      exchange.scopes = [...chain.map(({ block }) => block ?? []), server, http];
      const found = this.#inLocation(exchange, exchange.location?.block ?? []);
      exchange.isInternal = true;
      if (found === 'again') continue;
      if ('status' in found) return found;
      if (found.again.startsWith('@')) return this.#named(exchange, found.again);
      const [uri = '', query] = found.again.split(/\?(.*)/s);
      exchange.uri = uri;
      if (query !== undefined) exchange.query = query;
    }
    problem(exchange, `rewrite or internal redirection cycle while processing "${exchange.uri}"`);
    return page(exchange, 500);
  }

  #named(exchange: Exchange, name: string): HttpResponse {
    const { server, http } = exchange.arrival;
    const location = server.find((one) => one.name === 'location' && one.args[0] === name);
    if (!location) {
      problem(exchange, `could not find named location "${name}"`);
      return page(exchange, 500);
    }
    exchange.location = undefined;
    exchange.scopes = [location.block ?? [], server, http];
    const found = this.#inLocation(exchange, location.block ?? []);
    if (found === 'again') return this.#atLocation(exchange);
    return 'status' in found ? found : page(exchange, 500);
  }

  #inLocation(exchange: Exchange, block: readonly Directive[]): Content | 'again' {
    if (!exchange.isInternal && block.some(({ name }) => name === 'internal')) return page(exchange, 404);
    const step = rewritten(exchange, block);
    if (step === 'again') return 'again';
    if (typeof step === 'object') return step.answer;
    return refused(exchange) ?? this.#content(exchange);
  }

  #content(exchange: Exchange): Content {
    const own = (name: string) => this.#handler(exchange, name);
    const proxy = own('proxy_pass');
    if (proxy !== undefined) return proxied(exchange, proxy, this.#upstreams);
    const script = own('fastcgi_pass');
    if (script !== undefined) return fastcgi(exchange, script, this.#upstreams);
    if (own('stub_status') !== undefined) {
      const n = this.#requests;
      const body = `Active connections: 1 \nserver accepts handled requests\n ${n} ${n} ${n} \nReading: 0 Writing: 1 Waiting: 0 \n`;
      return { status: 200, headers: { 'content-type': 'text/plain' }, body };
    }
    return fileContent(exchange);
  }

  /** Handlers are not inherited by locations inside a location. */
  #handler({ scopes, location }: Exchange, name: string): string | undefined {
    const until = location?.block ? scopes.indexOf(location.block) + 1 : 1;
    const found = scopes.slice(0, until).flatMap((scope) => scope.filter((one) => one.name === name))[0];
    return found && (found.args[0] ?? '');
  }

  /** What `error_page` wants to be seen instead of an error of nginx's own. */
  #withErrorPage(exchange: Exchange, response: HttpResponse): HttpResponse {
    const isOwn = !exchange.isPassedOn || exchange.first('proxy_intercept_errors')?.[0] === 'on';
    const wanted = exchange.all('error_page').find(({ args }) => args.includes(String(response.status)));
    const target = wanted?.args.at(-1);
    if (!isOwn || response.status < 300 || target === undefined) return response;
    if (/^https?:/.test(target)) return redirect(exchange, 302, exchange.fill(target));
    const changed = wanted?.args.find((arg) => arg.startsWith('='));
    exchange.uri = exchange.fill(target);
    exchange.isInternal = true;
    const shown = target.startsWith('@') ? this.#named(exchange, target) : this.#atLocation(exchange);
    if (shown.status >= 400) return response;
    const status = changed === undefined ? response.status : Number(changed.slice(1)) || shown.status;
    return { ...shown, status };
  }
}

const FIRST = ['server', 'date', 'content-type', 'content-length', 'last-modified', 'location', 'connection'];

/** Headers as nginx sends them: its own first. */
function inOrder(headers: Record<string, string>): Record<string, string> {
  const own = FIRST.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]));
  return { ...Object.fromEntries(own), ...headers };
}

/** `add_header`, for answers that are no errors unless it says `always`. */
function addedHeaders(exchange: Exchange, status: number): Record<string, string> {
  const usual = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(status);
  const all = exchange.all('add_header').filter(({ args }) => usual || args[2] === 'always');
  return Object.fromEntries(
    all
      .map(({ args }) => [(args[0] ?? '').toLowerCase(), exchange.fill(args[1] ?? '')])
      .filter(([, value]) => value),
  );
}
