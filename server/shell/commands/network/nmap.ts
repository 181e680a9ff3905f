import {
  addressOf,
  type Context,
  isAddress,
  isWithin,
  lengthOf,
  networkOf,
  numberOf,
  resolveName,
} from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { reaches } from './way.ts';

/** Ports that are looked at when none are named, as far as anything here has them. */
const COMMON: Readonly<Record<number, string>> = {
  ...{
    21: 'ftp',
    22: 'ssh',
    23: 'telnet',
    25: 'smtp',
    53: 'domain',
    80: 'http',
    110: 'pop3',
    111: 'rpcbind',
  },
  ...{ 143: 'imap', 443: 'https', 2379: 'etcd-client', 2380: 'etcd-server', 3000: 'ppp', 3306: 'mysql' },
  ...{
    5000: 'upnp',
    5432: 'postgresql',
    5672: 'amqp',
    6379: 'redis',
    6443: 'sun-sr-https',
    8000: 'http-alt',
  },
  ...{
    8080: 'http-proxy',
    8081: 'blackice-icecap',
    8443: 'https-alt',
    9090: 'zeus-admin',
    9100: 'jetdirect',
  },
  ...{ 10250: 'unknown', 10256: 'unknown', 11211: 'memcache', 27017: 'mongod' },
};
/** How many ports it tells of when none are named. */
const SCANNED = 1000;
const MAX_HOSTS = 1024;

type State = 'open' | 'closed' | 'filtered';

export const nmap = tool({
  name: 'nmap',
  summary: 'network exploration tool and security / port scanner',
  usage: '[Scan Type(s)] [Options] {target specification}',
  version: 'Nmap version 7.94SVN',
  // Its package brings it.
  paths: [],
  options: 'p= n R v F A T: sT sS sn sP sV Pn open reason',
  prepare: (args) =>
    args.flatMap((arg) => {
      if (/^-(sT|sS|sn|sP|sV|Pn)$/.test(arg)) return [`-${arg}`];
      if (arg === '-open' || /^-T[0-5]$/.test(arg)) return [];
      return /^-p./.test(arg) ? ['-p', arg.slice(2)] : [arg];
    }),
  *run(call) {
    const { options, context } = call;
    if (options.has('A') || options.has('sV')) call.fail('-A and -sV are not simulated here');
    if (call.operands.length === 0) call.fail('No targets were specified, so 0 hosts scanned.');
    const start = context.now;
    const stamp = new Date(start).toISOString().slice(0, 16).replace('T', ' ');
    yield* call.print(`Starting Nmap 7.94SVN ( https://nmap.org ) at ${stamp} UTC\n`);
    const targets = call.operands.flatMap((operand) => targetsOf(context, operand));
    let up = 0;
    for (const { name, address } of targets) if (yield* scan(call, name, address)) up++;
    if (up === 0 && targets.length === 1 && !options.has('sn'))
      yield* call.print('Note: Host seems down. If it is really up, but blocking our ping probes, try -Pn\n');
    const seconds = ((context.now - start) / 1000).toFixed(2);
    const addresses = `${targets.length} IP address${targets.length === 1 ? '' : 'es'}`;
    yield* call.print(
      `Nmap done: ${addresses} (${up} host${up === 1 ? '' : 's'} up) scanned in ${seconds} seconds\n`,
    );
    return 0;
  },
});

function targetsOf(context: Context, operand: string): { name: string; address: string }[] {
  if (/\/\d+$/.test(operand) && isWithin(operand.split('/')[0] as string, operand)) {
    const first = numberOf(networkOf(operand).split('/')[0] as string);
    const count = Math.min(MAX_HOSTS, 2 ** (32 - lengthOf(operand)));
    return Array.from({ length: count }, (_, i) => addressOf(first + i)).map((address) => ({
      name: address,
      address,
    }));
  }
  if (isAddress(operand)) return [{ name: operand, address: operand }];
  const found = resolveName(context, operand);
  return found.ok ? [{ name: operand, address: found.addresses[0] as string }] : [];
}

/** The state of each port, as the answer to a connection tells it. */
function stateOf(context: Context, address: string, port: number): State {
  const found = context.network.connect(address, port);
  if (found.ok) return 'open';
  return found.failure === 'refused' ? 'closed' : 'filtered';
}

function* scan(call: Call, name: string, address: string): Steps<boolean> {
  const { options, context } = call;
  yield* context.sleep(2);
  yield* call.spend(1);
  // As it asks without rights: by connections to the ports of web servers too.
  const answers = [80, 443].some((port) => stateOf(context, address, port) !== 'filtered');
  if (!options.has('Pn') && !answers && reaches(context, address) !== 'answers') return false;
  yield* call.print(
    `Nmap scan report for ${name === address ? address : `${name} (${address})`}\nHost is up (0.00020s latency).\n`,
  );
  if (options.has('sn') || options.has('sP')) return true;
  const ports = portsOf(options.get('p'));
  const states: [number, State][] = [];
  for (const port of ports) {
    yield* call.spend(1);
    states.push([port, stateOf(context, address, port)]);
  }
  const shown = options.has('p')
    ? states.filter(([, state]) => state === 'open' || states.length <= 25)
    : states.filter(([, state]) => state === 'open');
  const total = options.has('p') ? ports.length : SCANNED;
  const rest = total - shown.length;
  const others = states.find((one) => !shown.includes(one))?.[1] ?? 'closed';
  if (rest > 0)
    yield* call.print(
      shown.length === 0
        ? `All ${total} scanned ports on ${name} are in ignored states.\nNot shown: ${total} ${others} tcp ports (${others === 'closed' ? 'conn-refused' : 'no-response'})\n`
        : `Not shown: ${rest} ${others} tcp ports (${others === 'closed' ? 'conn-refused' : 'no-response'})\n`,
    );
  if (shown.length > 0) {
    const wide = Math.max(5, ...shown.map(([port]) => `${port}/tcp`.length)) + 1;
    const state = Math.max(6, ...shown.map(([, one]) => one.length + 1));
    yield* call.print(`${'PORT'.padEnd(wide)}${'STATE'.padEnd(state)}SERVICE\n`);
    for (const [port, one] of shown)
      yield* call.print(`${`${port}/tcp`.padEnd(wide)}${one.padEnd(state)}${COMMON[port] ?? 'unknown'}\n`);
  }
  yield* call.print('\n');
  return true;
}

/** `80`, `1-1024`, `22,80,443`, `-` for all; none: the common ones. */
function portsOf(given: string | undefined): number[] {
  if (given === undefined) return Object.keys(COMMON).map(Number);
  const found = new Set<number>();
  for (const range of (given === '-' ? '1-65535' : given).split(',')) {
    const [low = 0, high = low] = range.split('-').map(Number);
    for (let port = low; port <= Math.min(high, 65_535); port++) found.add(port);
  }
  return [...found].sort((a, b) => a - b);
}
