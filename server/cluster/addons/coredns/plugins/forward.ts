import { type Context, queryServer, serversIn } from '../../../../host/index.ts';
import type { Directive } from '../corefile.ts';
import { dotted, type Handler, isBelow, zoneOf } from './plugin.ts';

export interface Upstream {
  readonly address: string;
  readonly port: number;
}

/** The servers that a forward directive names; a file is read as resolv.conf. */
export function upstreams(directive: Directive, context: Context): Upstream[] {
  return directive.args.slice(1).flatMap((to) => {
    if (to.startsWith('/')) {
      const text = context.fs.isFile(to) ? context.fs.read(to) : '';
      return serversIn(text).map((address) => ({ address, port: 53 }));
    }
    const [address = '', port = '53'] = to.replace(/^(dns|tls):\/\//, '').split(':');
    return [{ address, port: Number(port) }];
  });
}

export function forward(directive: Directive, context: Context, complain: (text: string) => void): Handler {
  const zone = dotted(directive.args[0] ?? '.');
  const except = directive.block
    .filter(([first]) => first === 'except')
    .flatMap((words) => words.slice(1).map(dotted));
  return ({ name, type }) => {
    if (!isBelow(name, zone) || zoneOf(name, except) !== undefined) return undefined;
    for (const { address, port } of upstreams(directive, context)) {
      const answer = queryServer(context, address, name, type, port);
      if (typeof answer !== 'string') return answer;
      const why = answer === 'timeout' ? 'i/o timeout' : 'read: connection refused';
      const own = context.network.primaryAddress();
      complain(
        `[ERROR] plugin/errors: 2 ${name} ${type}: read udp ${own}:40000->${address}:${port}: ${why}\n`,
      );
    }
    return { code: 'SERVFAIL', answers: [], authoritative: false };
  };
}
