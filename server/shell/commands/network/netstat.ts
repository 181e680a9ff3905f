import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { routingTable } from './net-tools.ts';
import { owners, serviceName, socketsOf } from './sockets.ts';

export const netstat = tool({
  name: 'netstat',
  summary: 'print network connections, routing tables and interface statistics',
  usage: '[-vWeenNcCF] [<Af>] -r',
  version: 'net-tools 2.10',
  options:
    'r|route i|interfaces n|numeric l|listening a|all t|tcp u|udp p|programs e|extend W|wide c|continuous v 4 6',
  *run(call) {
    const { options, context } = call;
    for (const refused of ['i', 'c', 'e'] as const) {
      if (options.has(refused)) call.fail(`-${refused} is not simulated here; see ip(8) and ss(8)`, 4);
    }
    if (options.has('r')) {
      yield* call.print(routingTable(context, { numeric: options.has('n'), netstat: true }));
      return 0;
    }
    yield* sockets(call);
    return 0;
  },
});

function* sockets(call: Call): Steps<void> {
  const { options, context } = call;
  const both = !options.has('t') && !options.has('u');
  const all = options.has('l') || options.has('a');
  yield* call.print(
    `Active Internet connections (${options.has('l') ? 'only servers' : all ? 'servers and established' : 'w/o servers'})\n`,
  );
  const tail = options.has('p') ? ' PID/Program name    ' : '';
  yield* call.print(
    `Proto Recv-Q Send-Q Local Address           Foreign Address         State      ${tail}\n`,
  );
  const every = socketsOf(context);
  for (const socket of every) {
    const isConnected = socket.state === 'ESTAB';
    if (isConnected ? options.has('l') : !all) continue;
    const udp = socket.protocol === 'UDP';
    if (!both && !(udp ? options.has('u') : options.has('t'))) continue;
    const { six } = socket;
    if (options.has(six ? '4' : '6') && options.has('4') !== options.has('6')) continue;
    const found = owners(context, socket, every).at(-1);
    const program = options.has('p') ? ` ${(found ? `${found.pid}/${found.name}` : '-').padEnd(20)}` : '';
    const named = (port: number) => (options.has('n') ? undefined : serviceName(port)) ?? port;
    const { peer } = socket;
    const cells = [
      `${udp ? 'udp' : 'tcp'}${six ? '6' : ''}`.padEnd(5),
      '0'.padStart(6),
      '0'.padStart(6),
      `${socket.address}:${named(socket.port)}`.padEnd(23),
      (peer ? `${peer.address}:${named(peer.port)}` : six ? ':::*' : '0.0.0.0:*').padEnd(23),
      (udp ? '' : isConnected ? 'ESTABLISHED' : 'LISTEN').padEnd(11),
    ];
    yield* call.print(`${cells.join(' ')}${program}\n`);
  }
}
