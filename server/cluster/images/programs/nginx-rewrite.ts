import type { HttpResponse } from '../../../host/index.ts';
import type { Directive } from './nginx-config.ts';
import type { Exchange } from './nginx-exchange.ts';
import { nginxPage } from './nginx-pages.ts';

/** What became of a request: an answer, a new URI that wants another location, or nothing that ends this step. */
export type Rewritten = { readonly answer: HttpResponse } | 'again' | 'on';

/** Carries out `set`, `if`, `rewrite`, `return` and `break` of a scope, in their order. Models ngx_http_rewrite_module */
export function rewritten(exchange: Exchange, directives: readonly Directive[]): Rewritten {
  const uri = exchange.uri;
  for (const directive of directives) {
    const { name, args } = directive;
    if (name === 'break') return 'on';
    if (name === 'set') exchange.variables.set((args[0] ?? '').slice(1), exchange.fill(args[1] ?? ''));
    else if (name === 'return') return { answer: returned(exchange, args) };
    else if (name === 'rewrite') {
      const done = rewrite(exchange, args);
      if (done !== undefined) return done;
    } else if (name === 'if' && holds(exchange, args)) {
      exchange.scopes = [directive.block ?? [], ...exchange.scopes];
      const done = rewritten(exchange, directive.block ?? []);
      if (done !== 'on') return done;
    }
  }
  return exchange.uri === uri ? 'on' : 'again';
}

function returned(exchange: Exchange, [code = '', ...rest]: readonly string[]): HttpResponse {
  const isCode = /^\d+$/.test(code);
  const status = isCode ? Number(code) : 302;
  const body = exchange.fill(isCode ? rest.join(' ') : code);
  if (status >= 301 && status <= 308 && body !== '') return redirect(exchange, status, body);
  if (body === '' && status >= 300) return page(exchange, status);
  return { status, headers: { 'content-type': exchange.contentType(exchange.uri) }, body };
}

function rewrite(
  exchange: Exchange,
  [pattern = '', to = '', flag]: readonly string[],
): Rewritten | undefined {
  if (!exchange.matches(`~${pattern}`, exchange.uri)) return undefined;
  const [uri = '', query] = exchange.fill(to).split(/\?(.*)/s);
  const kept = to.endsWith('?') ? (query ?? '') : [query, exchange.query].filter(Boolean).join('&');
  if (flag === 'permanent' || flag === 'redirect' || /^(https?:\/\/|\$scheme)/.test(to))
    return {
      answer: redirect(exchange, flag === 'permanent' ? 301 : 302, kept === '' ? uri : `${uri}?${kept}`),
    };
  exchange.uri = uri;
  exchange.query = kept;
  return flag === 'last' ? 'again' : flag === 'break' ? 'on' : undefined;
}

/** `($host = a)`, `(-f $request_filename)`, `($uri ~* x)`, `($arg)`. */
function holds(exchange: Exchange, args: readonly string[]): boolean {
  const text = args
    .join(' ')
    .replace(/^\(\s*/, '')
    .replace(/\s*\)$/, '');
  const [, negated, kind, path = ''] = /^(!?)-([fdex])\s+(.+)$/.exec(text) ?? [];
  if (kind !== undefined) {
    const { fs } = exchange.context;
    const at = exchange.fill(path);
    const is = kind === 'f' ? fs.isFile(at) : kind === 'd' ? fs.isDirectory(at) : fs.exists(at);
    return is !== (negated === '!');
  }
  const [, left = '', operator, right = ''] = /^(\S+)\s+(!?=|!?~\*?)\s*(.*)$/s.exec(text) ?? [];
  if (operator === undefined) return !['', '0'].includes(exchange.fill(text));
  const value = exchange.fill(left);
  if (!operator.includes('~')) return (value === exchange.fill(right)) !== operator.startsWith('!');
  return exchange.matches(operator.replace('!', '') + right, value) !== operator.startsWith('!');
}

/** Where to go instead; a path of this server becomes a whole address. */
export function redirect(exchange: Exchange, status: number, to: string): HttpResponse {
  const { arrival } = exchange;
  const shown = arrival.port === (arrival.tls ? 443 : 80) ? '' : `:${arrival.port}`;
  const here = `${exchange.value('scheme')}://${exchange.host}${shown}`;
  const answer = page(exchange, status);
  const isRelative = exchange.first('absolute_redirect')?.[0] === 'off';
  const location = to.startsWith('/') && !isRelative ? here + to : to;
  return { ...answer, headers: { ...answer.headers, location } };
}

/** The page of a status, with or without the version. */
export function page(exchange: Exchange, status: number): HttpResponse {
  return nginxPage(status, serverName(exchange));
}

export function serverName(exchange: Exchange): string {
  return exchange.first('server_tokens')?.[0] === 'off' ? 'nginx' : `nginx/${exchange.arrival.version}`;
}
