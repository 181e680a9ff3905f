import { createHash } from 'node:crypto';
import type { Context, HttpRequest, HttpResponse } from '../../../host/index.ts';
import { linearRegex } from '../../../objects/linear-regex.ts';
import { pathOf } from '../serve.ts';
import type { Directive } from './nginx-config.ts';
import { logTime } from './nginx-pages.ts';
import { first } from './nginx-sites.ts';

/** What a request came to: the server, the port, and what nginx calls itself. */
interface Arrival {
  readonly port: number;
  readonly tls: boolean;
  readonly version: string;
  /** The how manieth request it is. */
  readonly number: number;
  readonly http: readonly Directive[];
  readonly server: readonly Directive[];
}

/** What was asked of another server, for the log. */
export interface Upstream {
  readonly address: string;
  readonly status: number;
}

/** How often a variable may lead to another one. */
const MAX_DEPTH = 10;

/** One request while it is answered: its URI as rewrites have it, its variables, the scopes whose directives hold. */
export class Exchange {
  readonly context: Context;
  readonly request: HttpRequest;
  readonly arrival: Arrival;
  uri: string;
  query: string;
  /** Innermost first. */
  scopes: readonly (readonly Directive[])[];
  location: Directive | undefined;
  /** Groups of the last pattern that matched. */
  captures: readonly string[] = [];
  readonly variables = new Map<string, string>();
  user: string | undefined;
  upstream: Upstream | undefined;
  /** It was sent here by nginx itself, not asked for so. */
  isInternal = false;
  /** The answer is another server's. */
  isPassedOn = false;
  response: HttpResponse | undefined;

  constructor(context: Context, request: HttpRequest, arrival: Arrival) {
    this.context = context;
    this.request = request;
    this.arrival = arrival;
    this.uri = pathOf(request);
    this.query = /\?(.*)$/s.exec(request.path)?.[1] ?? '';
    this.scopes = [arrival.server, arrival.http];
  }

  /** The arguments of a directive in the innermost scope that has it. */
  first(name: string): readonly string[] | undefined {
    return first(this.scopes, name);
  }

  /** All directives of a name, in the innermost scope that has one. */
  all(name: string): readonly Directive[] {
    for (const scope of this.scopes) {
      const found = scope.filter((one) => one.name === name);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** A text with its variables filled in. */
  fill(text: string, depth = 0): string {
    return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) =>
      this.value((braced ?? bare) as string, depth),
    );
  }

  value(name: string, depth = 0): string {
    if (/^\d$/.test(name)) return this.captures[Number(name)] ?? '';
    const set = this.variables.get(name);
    if (set !== undefined) return set;
    const mapped = this.#mapped(name, depth);
    if (mapped !== undefined) return mapped;
    const [, kind, rest = ''] = /^(http|arg|cookie|sent_http)_(.+)$/.exec(name) ?? [];
    if (kind === 'arg') return new URLSearchParams(this.query).get(rest) ?? '';
    if (kind === 'cookie') return this.#cookie(rest);
    if (kind === 'sent_http') return this.response?.headers[rest.replaceAll('_', '-')] ?? '';
    if (kind === 'http' && rest !== 'host') return this.request.headers[rest.replaceAll('_', '-')] ?? '';
    return VARIABLES[name]?.(this) ?? '';
  }

  /** `/p?q`, as the rewrites have left it. */
  get target(): string {
    return this.query === '' ? this.uri : `${this.uri}?${this.query}`;
  }

  get host(): string {
    return (this.request.headers['host'] ?? '').replace(/:\d+$/, '').toLowerCase();
  }

  get indexes(): readonly string[] {
    return this.first('index') ?? ['index.html'];
  }

  /** By the ending of a path, as `types` and `default_type` say. */
  contentType(path: string): string {
    const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
    const types = this.all('types').flatMap(({ block }) => block ?? []);
    const known = types.length > 0 ? types : BUILT_IN_TYPES;
    const type = known.find(({ args }) => args.includes(ending))?.name;
    const charset = this.first('charset')?.[0] ?? 'off';
    const shown = type ?? this.first('default_type')?.[0] ?? 'text/plain';
    return charset !== 'off' && shown.startsWith('text/') ? `${shown}; charset=${charset}` : shown;
  }

  #cookie(name: string): string {
    const pairs = (this.request.headers['cookie'] ?? '').split(/;\s*/).map((pair) => pair.split(/=(.*)/s));
    return pairs.find(([key]) => key === name)?.[1] ?? '';
  }

  /** Models ngx_http_map_module: a value, a pattern behind `~`, `default`. */
  #mapped(name: string, depth: number): string | undefined {
    const map = this.arrival.http.find((one) => one.name === 'map' && one.args[1] === `$${name}`);
    if (!map?.block || depth > MAX_DEPTH) return undefined;
    const given = this.fill(map.args[0] ?? '', depth + 1);
    const keyed = map.block.find(
      (entry) => entry.name.replace(/^\\/, '').toLowerCase() === given.toLowerCase(),
    );
    const matched =
      keyed ??
      map.block.find((entry) => entry.name.startsWith('~') && this.matches(entry.name, given)) ??
      map.block.find((entry) => entry.name === 'default');
    return this.fill(matched?.args[0] ?? '', depth + 1);
  }

  /** `~ pattern`, `~*pattern`: whether a text has it, keeping its groups. */
  matches(pattern: string, text: string): boolean {
    const matcher = linearRegex(pattern.replace(/^~\*/, '(?i)').replace(/^~/, '')).matcher(text);
    if (!matcher.find()) return false;
    this.captures = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? '');
    return true;
  }
}

/** What is known without `types`. */
const BUILT_IN_TYPES = [
  { name: 'text/html', args: ['html'] },
  { name: 'image/gif', args: ['gif'] },
  { name: 'image/jpeg', args: ['jpg'] },
];

const VARIABLES: Readonly<Record<string, (exchange: Exchange) => string>> = {
  args: ({ query }) => query,
  body_bytes_sent: ({ request, response }) =>
    request.method === 'HEAD' ? '0' : String(Buffer.byteLength(response?.body ?? '')),
  bytes_sent: ({ response }) => String(Buffer.byteLength(response?.body ?? '') + 238),
  connection: ({ arrival }) => String(arrival.number),
  connection_requests: () => '1',
  content_length: ({ request }) => request.headers['content-length'] ?? '',
  content_type: ({ request }) => request.headers['content-type'] ?? '',
  document_root: (exchange) => exchange.fill(exchange.first('root')?.[0] ?? '/etc/nginx/html'),
  document_uri: ({ uri }) => uri,
  fastcgi_script_name: (exchange) =>
    exchange.uri.endsWith('/') ? exchange.uri + (exchange.first('fastcgi_index')?.[0] ?? '') : exchange.uri,
  host: (exchange) => exchange.host || exchange.value('server_name'),
  hostname: ({ context }) => context.hostname,
  http_host: ({ request }) => request.headers['host'] ?? '',
  https: ({ arrival }) => (arrival.tls ? 'on' : ''),
  is_args: ({ query }) => (query === '' ? '' : '?'),
  msec: ({ context }) => (context.now / 1000).toFixed(3),
  nginx_version: ({ arrival }) => arrival.version,
  pid: ({ context }) => String(context.process.nspid),
  pipe: () => '.',
  proxy_add_x_forwarded_for: (exchange) => {
    const before = exchange.request.headers['x-forwarded-for'];
    return `${before === undefined ? '' : `${before}, `}${exchange.value('remote_addr')}`;
  },
  query_string: ({ query }) => query,
  remote_addr: ({ request }) => request.peer?.address ?? '',
  remote_port: ({ request }) => String(request.peer?.port ?? ''),
  remote_user: ({ user }) => user ?? '',
  request: ({ request }) => `${request.method} ${request.path} HTTP/1.1`,
  request_filename: (exchange) => exchange.value('document_root') + exchange.uri,
  request_id: ({ context, arrival }) =>
    createHash('md5').update(`${context.hostname} ${arrival.number} ${context.now}`).digest('hex'),
  request_method: ({ request }) => request.method,
  request_time: () => '0.000',
  request_uri: ({ request }) => request.path,
  scheme: ({ arrival }) => (arrival.tls ? 'https' : 'http'),
  server_addr: ({ context }) => context.network.primaryAddress() ?? '',
  server_name: ({ arrival }) => arrival.server.find((one) => one.name === 'server_name')?.args[0] ?? '',
  server_port: ({ arrival }) => String(arrival.port),
  server_protocol: () => 'HTTP/1.1',
  ssl_protocol: ({ arrival }) => (arrival.tls ? 'TLSv1.3' : ''),
  status: ({ response }) => String(response?.status ?? ''),
  time_iso8601: ({ context }) => new Date(context.now).toISOString().replace(/\.\d+Z$/, '+00:00'),
  time_local: ({ context }) => logTime(context.now),
  upstream_addr: ({ upstream }) => upstream?.address ?? '',
  upstream_response_time: ({ upstream }) => (upstream ? '0.001' : ''),
  upstream_status: ({ upstream }) => (upstream ? String(upstream.status) : ''),
  uri: ({ uri }) => uri,
};
