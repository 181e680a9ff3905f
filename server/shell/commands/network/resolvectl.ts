import { resolveName, serversIn } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

const UPSTREAM = '/run/systemd/resolve/resolv.conf';
const PROTOCOLS = '-LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported';

export const resolvectl = tool({
  name: 'resolvectl',
  summary: 'resolve domain names, introspect and reconfigure the DNS resolver',
  usage: '[OPTIONS...] {COMMAND} ...',
  version: 'systemd 255',
  options: '4 6 i|interface= p|protocol= t|type= c|class= legend= no-pager',
  *run(call) {
    const [verb = 'status', ...names] = call.operands;
    switch (verb) {
      case 'status':
        return yield* status(call);
      case 'dns':
        yield* call.print(
          `Global:\n${links(call)
            .map((link) => `${link}: ${servers(call).join(' ')}\n`)
            .join('')}`,
        );
        return 0;
      case 'domain':
        yield* call.print(
          `Global:\n${links(call)
            .map((link) => `${link}:\n`)
            .join('')}`,
        );
        return 0;
      case 'query':
        return yield* query(call, names);
      case 'flush-caches':
      case 'reset-statistics':
        return 0;
      case 'statistics':
        yield* call.print(
          'Transactions\n               Current Transactions: 0\n                 Total Transactions: 0\n\nCache\n                 Current Cache Size: 0\n                         Cache Hits: 0\n                       Cache Misses: 0\n',
        );
        return 0;
      default:
        yield* call.context.err(
          [
            'monitor',
            'service',
            'openpgp',
            'tlsa',
            'show-cache',
            'revert',
            'llmnr',
            'mdns',
            'dnssec',
            'nta',
          ].includes(verb)
            ? `${verb}: not simulated\n`
            : `Unknown command verb '${verb}'.\n`,
        );
        return 1;
    }
  },
});

function servers({ context }: Call): string[] {
  const { fs } = context;
  const text = fs.isFile(UPSTREAM) ? fs.read(UPSTREAM) : '';
  return serversIn(text);
}

/** `Link 2 (eth0)`, for every interface but loopback. */
function links({ context }: Call): string[] {
  return context.host.network.interfaces.flatMap(({ name }, i) =>
    name === 'lo' ? [] : [`Link ${i + 1} (${name})`],
  );
}

function* status(call: Call): Steps<number> {
  const { fs } = call.context;
  const stub = fs.exists('/etc/resolv.conf') && fs.realpath('/etc/resolv.conf').endsWith('stub-resolv.conf');
  yield* call.print(
    `Global\n         Protocols: ${PROTOCOLS}\n  resolv.conf mode: ${stub ? 'stub' : 'foreign'}\n`,
  );
  for (const [i, link] of links(call).entries()) {
    yield* call.print(`\n${link}\n`);
    const list = servers(call);
    if (i === 0 && list.length > 0)
      yield* call.print(
        `    Current Scopes: DNS\n         Protocols: +DefaultRoute ${PROTOCOLS}\nCurrent DNS Server: ${list[0]}\n       DNS Servers: ${list.join(' ')}\n`,
      );
    else yield* call.print(`Current Scopes: none\n     Protocols: -DefaultRoute ${PROTOCOLS}\n`);
  }
  return 0;
}

function* query(call: Call, names: readonly string[]): Steps<number> {
  if (names.length === 0) {
    yield* call.context.err('Too few arguments.\n');
    return 1;
  }
  let code = 0;
  for (const name of names) {
    const found = resolveName(call.context, name);
    if (!found.ok) {
      yield* call.flush();
      yield* call.context.err(
        found.why === 'not-found'
          ? `${name}: resolve call failed: '${name}' not found\n`
          : `${name}: resolve call failed: All attempts to contact name servers or networks failed\n`,
      );
      code = 1;
      continue;
    }
    const link = links(call)[0]?.match(/\((.*)\)/)?.[1] ?? 'eth0';
    for (const [i, address] of found.addresses.entries())
      yield* call.print(
        `${i === 0 ? `${name}: ` : ' '.repeat(name.length + 2)}${address.padEnd(42 - name.length)} -- link: ${link}\n`,
      );
    yield* call.print(
      `\n-- Information acquired via protocol DNS in 2.5ms.\n-- Data is authenticated: no; Data was acquired via local or encrypted transport: no\n-- Data from: ${found.server === undefined ? 'synthetic' : 'network'}\n`,
    );
  }
  return code;
}
