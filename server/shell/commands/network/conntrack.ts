import { capable } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';
import { type Socket, socketsOf } from './sockets.ts';

/** How long the kernel remembers a connection over which nothing comes, in seconds. */
const ESTABLISHED_SECONDS = 86_400;

export const conntrack = tool({
  name: 'conntrack',
  summary: 'command line interface for netfilter connection tracking',
  usage: '[commands] [options]',
  version: 'conntrack v1.4.8 (conntrack-tools)',
  usageStatus: 2,
  paths: ['/usr/sbin/conntrack'],
  options:
    'L|dump C|count p|proto= s|orig-src|src= d|orig-dst|dst= sport|orig-port-src= dport|orig-port-dst= o= n|src-nat j|any-nat V',
  *run(call) {
    const { options, context, operands } = call;
    if (!capable(context.credentials, 'NET_ADMIN'))
      call.fail(
        'v1.4.8 (conntrack-tools): Operation failed: sorry, you must be root or get CAP_NET_ADMIN capability to do this',
        1,
      );
    if (operands[0] !== undefined && operands[0] !== 'conntrack')
      call.fail(`the table ${operands[0]} is not simulated here`);
    if (!options.has('L') && !options.has('C'))
      call.fail('v1.4.8 (conntrack-tools): You need to supply exactly one command!', 2);
    const wanted = (name: string, value: string | number | undefined) =>
      options.get(name) === undefined || options.get(name) === String(value);
    // Both ends of a connection within one stack are one flow.
    const flows = socketsOf(context).filter(
      (one) =>
        one.peer !== undefined &&
        context.network.has(one.address) &&
        isFlow(one) &&
        wanted('p', 'tcp') &&
        wanted('s', source(one).address) &&
        wanted('d', target(one).address) &&
        wanted('sport', source(one).port) &&
        wanted('dport', target(one).port),
    );
    if (options.has('C')) {
      yield* call.print(`${flows.length}\n`);
      return 0;
    }
    for (const flow of flows) yield* call.print(`${lineOf(flow)}\n`);
    yield* call.flush();
    yield* context.err(`conntrack v1.4.8 (conntrack-tools): ${flows.length} flow entries have been shown.\n`);
    return 0;
  },
});

/** A server's end is told from a client's by the port: clients have one of those that the kernel gives. */
const isClient = ({ port, peer }: Socket) => port >= 32_768 && (peer?.port ?? 0) < 32_768;
const isFlow = (one: Socket) => isClient(one) || one.address !== one.peer?.address;
const source = (one: Socket) => (isClient(one) ? one : (one.peer ?? one));
const target = (one: Socket) => (isClient(one) ? (one.peer ?? one) : one);

function lineOf(one: Socket): string {
  const [from, to] = [source(one), target(one)];
  const way = `src=${from.address} dst=${to.address} sport=${from.port} dport=${to.port}`;
  const back = `src=${to.address} dst=${from.address} sport=${to.port} dport=${from.port}`;
  return `tcp      6 ${ESTABLISHED_SECONDS} ESTABLISHED ${way} ${back} [ASSURED] mark=0 use=1`;
}
