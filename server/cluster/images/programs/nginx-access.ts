import { type HttpResponse, isWithin } from '../../../host/index.ts';
import { userOf } from './htpasswd.ts';
import type { Exchange } from './nginx-exchange.ts';
import { problem } from './nginx-log.ts';
import { page } from './nginx-rewrite.ts';

/** Who may not come in: by address, or without a password. Models ngx_http_access_module and ngx_http_auth_basic_module */
export function refused(exchange: Exchange): HttpResponse | undefined {
  const byAddress = !isAllowed(exchange);
  if (byAddress) problem(exchange, 'access forbidden by rule');
  const byPassword = withoutPassword(exchange);
  if (exchange.first('satisfy')?.[0] === 'any') return byAddress ? byPassword : undefined;
  return byAddress ? page(exchange, 403) : byPassword;
}

function isAllowed(exchange: Exchange): boolean {
  const scope = exchange.scopes.find((one) => one.some(({ name }) => name === 'allow' || name === 'deny'));
  const peer = exchange.value('remote_addr');
  for (const { name, args } of scope ?? []) {
    if (name !== 'allow' && name !== 'deny') continue;
    const [who = ''] = args;
    if (who === 'all' || who === peer || (who.includes('/') && isWithin(peer, who))) return name === 'allow';
  }
  return true;
}

function withoutPassword(exchange: Exchange): HttpResponse | undefined {
  const realm = exchange.fill(exchange.first('auth_basic')?.[0] ?? 'off');
  if (realm === 'off') return undefined;
  const { fs } = exchange.context;
  const path = exchange.fill(exchange.first('auth_basic_user_file')?.[0] ?? '');
  const full = path.startsWith('/') ? path : `/etc/nginx/${path}`;
  const given = exchange.request.headers['authorization'] !== undefined;
  if (given && !fs.isFile(full)) {
    problem(exchange, `open() "${full}" failed (2: No such file or directory)`, 'crit');
    return page(exchange, 403);
  }
  exchange.user = given ? userOf(exchange.request, fs.read(full)) : undefined;
  if (exchange.user !== undefined) return undefined;
  if (given) problem(exchange, 'user: password mismatch');
  const answer = page(exchange, 401);
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': `Basic realm="${realm}"` } };
}
