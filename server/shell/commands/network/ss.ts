import { type Context, commandName, type Listener } from '../../../host/index.ts';
import { type Call, tool } from '../core/tool.ts';

export const ss = tool({
  name: 'ss',
  summary: 'another utility to investigate sockets',
  usage: '[ OPTIONS ] [ FILTER ]',
  version: 'iproute2-6.1.0',
  usageStatus: 255,
  options:
    'n|numeric r|resolve a|all l|listening o|options e|extended m|memory p|processes i|info s|summary 4|ipv4 6|ipv6 t|tcp u|udp x|unix H|no-header',
  *run(call) {
    const { options } = call;
    if (options.has('s')) return yield* summary(call);
    const both = !options.has('t') && !options.has('u');
    const found = listeners(call.context).filter((l) =>
      l.protocol === 'UDP' ? both || options.has('u') : both || options.has('t'),
    );
    const port = portFilter(call);
    const listening = options.has('l') || options.has('a');
    const rows = (listening ? found : [])
      .filter((l) => port === undefined || l.port === port)
      .map((l) => cells(call, l));
    const header = [
      ...(both ? ['Netid'] : []),
      'State',
      'Recv-Q',
      'Send-Q',
      'Local Address:Port',
      'Peer Address:Port',
      'Process',
    ];
    const all = options.has('H') ? rows : [header, ...rows];
    const widths = header.map((_, i) =>
      Math.max(...all.map((row) => (row[i] ?? '').length), (header[i] as string).length),
    );
    for (const row of all) {
      yield* call.print(
        `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] as number))).join(' ')}\n`,
      );
    }
    return 0;
  },
});

/** Sockets that listen in the caller's network namespace, by protocol and port. */
export function listeners(context: Context): Listener[] {
  return [...context.network.listeners].sort((a, b) =>
    a.protocol === b.protocol ? a.port - b.port : a.protocol < b.protocol ? 1 : -1,
  );
}

/** `users:(("nginx",pid=123,fd=6))`: only root sees the processes of others. */
export function owner(context: Context, listener: Listener): { pid: number; name: string } | undefined {
  const process = context.host.processes.get(listener.pid);
  if (!process || (context.credentials.uid !== 0 && process.uid !== context.credentials.uid))
    return undefined;
  const pid = process.pidIn(context.process.namespace);
  return pid === undefined ? undefined : { pid, name: commandName(process) };
}

function cells(call: Call, listener: Listener): string[] {
  const { options, context } = call;
  const udp = listener.protocol === 'UDP';
  const found = options.has('p') ? owner(context, listener) : undefined;
  const local = listener.address === '::' ? '*' : listener.address;
  const both = !options.has('t') && !options.has('u');
  return [
    ...(both ? [udp ? 'udp' : 'tcp'] : []),
    udp ? 'UNCONN' : 'LISTEN',
    '0',
    udp ? '0' : '4096',
    `${local}:${listener.port}`,
    `${local === '*' ? '*' : '0.0.0.0'}:*`,
    found ? `users:(("${found.name}",pid=${found.pid},fd=6))` : '',
  ];
}

/** `sport = :6443` and `( sport = :80 )`. */
function portFilter(call: Call): number | undefined {
  const text = call.operands.join(' ');
  if (text === '') return undefined;
  const match = /^\(?\s*(?:sport|src)\s*(?:=|==|eq)\s*:?(\d+)\s*\)?$/.exec(text);
  if (match) return Number(match[1]);
  return call.fail(
    `bison bellows (while parsing filter): "syntax error!" Sorry.\nUsage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]`,
    255,
  );
}

function* summary(call: Call) {
  const found = listeners(call.context);
  const tcp = found.filter((l) => l.protocol === 'TCP').length;
  const udp = found.length - tcp;
  yield* call.print(`Total: ${found.length}\nTCP:   ${tcp} (estab 0, closed 0, orphaned 0, timewait 0)\n\n`);
  yield* call.print(
    `Transport Total     IP        IPv6\nRAW\t  0         0         0        \nUDP\t  ${udp}         ${udp}         0        \nTCP\t  ${tcp}         ${tcp}         0        \n`,
  );
  return 0;
}

export const netstat = tool({
  name: 'netstat',
  summary: 'print network connections, routing tables and interface statistics',
  usage: '[-vWeenNcCF] [<Af>] -r',
  version: 'net-tools 2.10',
  options:
    'r|route i|interfaces n|numeric l|listening a|all t|tcp u|udp p|programs e|extend W|wide c|continuous v',
  *run(call) {
    const { options, context } = call;
    for (const refused of ['r', 'i', 'c'] as const) {
      if (options.has(refused)) call.fail(`-${refused} is not simulated here; see ip(8) and ss(8)`, 4);
    }
    const both = !options.has('t') && !options.has('u');
    const all = options.has('l') || options.has('a');
    yield* call.print(
      `Active Internet connections (${options.has('l') ? 'only servers' : all ? 'servers and established' : 'w/o servers'})\n`,
    );
    const tail = options.has('p') ? '     PID/Program name    ' : '      ';
    yield* call.print(`Proto Recv-Q Send-Q Local Address           Foreign Address         State  ${tail}\n`);
    for (const listener of all ? listeners(context) : []) {
      const udp = listener.protocol === 'UDP';
      if (!both && !(udp ? options.has('u') : options.has('t'))) continue;
      const six = listener.address === '::';
      const found = owner(context, listener);
      const program = options.has('p') ? ` ${(found ? `${found.pid}/${found.name}` : '-').padEnd(19)} ` : ' ';
      const proto = `${udp ? 'udp' : 'tcp'}${six ? '6' : ''}`.padEnd(5);
      const local = `${listener.address}:${listener.port}`.padEnd(23);
      yield* call.print(
        `${proto} ${'0'.padStart(6)} ${'0'.padStart(6)} ${local} ${(six ? ':::*' : '0.0.0.0:*').padEnd(23)} ${(udp ? '' : 'LISTEN').padEnd(11)}${program}\n`,
      );
    }
    return 0;
  },
});
