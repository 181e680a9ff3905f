import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { dial, lookUp } from './dial.ts';
import { talk } from './nc.ts';

const REASONS = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  unreachable: 'Network is unreachable',
  'no-route': 'No route to host',
  deadline: 'Connection timed out',
};

export const telnet = tool({
  name: 'telnet',
  summary: 'user interface to the TELNET protocol',
  usage: '[OPTION...] [HOST [PORT]]',
  version: 'GNU inetutils 2.5',
  options: '4 6 8 a c d e= E K l= L n= r X=',
  *run(call: Call) {
    const [host, port = '23'] = call.operands;
    if (host === undefined) call.fail('the command mode is not simulated: name a host');
    return yield* connect(call, host, port);
  },
});

const PORTS: Readonly<Record<string, number>> = {
  telnet: 23,
  http: 80,
  https: 443,
  ssh: 22,
  smtp: 25,
  domain: 53,
};

function* connect(call: Call, host: string, service: string): Steps<number> {
  const { context } = call;
  const port = PORTS[service] ?? Number(service);
  if (!Number.isInteger(port)) {
    yield* context.err(`telnet: ${host}: Servname not supported for ai_socktype\n`);
    return 1;
  }
  const name = yield* lookUp(context, host);
  if (!name.ok) {
    const why =
      name.why === 'not-found' ? 'Name or service not known' : 'Temporary failure in name resolution';
    yield* context.err(`telnet: could not resolve ${host}/${service}: ${why}\n`);
    return 1;
  }
  yield* call.print(`Trying ${name.address}...\n`);
  yield* call.flush();
  const found = yield* dial(context, name.address, port);
  if (!found.ok) {
    yield* context.err(`telnet: Unable to connect to remote host: ${REASONS[found.why]}\n`);
    return 1;
  }
  yield* call.print(`Connected to ${host}.\nEscape character is '^]'.\n`);
  yield* call.flush();
  yield* talk(call, found);
  yield* context.err('Connection closed by foreign host.\n');
  return 1;
}
