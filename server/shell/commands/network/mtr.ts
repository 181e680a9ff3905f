import { resolveName } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';
import { wayTo } from './way.ts';

/** Probes of a report, when nobody says how many. */
const PROBES = 10;

export const mtr = tool({
  name: 'mtr',
  summary: 'a network diagnostic tool',
  usage: '[options] hostname',
  version: 'mtr 0.95',
  paths: ['/usr/bin/mtr'],
  options:
    'r|report w|report-wide c|report-cycles= n|no-dns b|show-ips i|interval= m|max-ttl= T|tcp u|udp P|port= 4 6 s=',
  *run(call) {
    const { options, context } = call;
    const [host = 'localhost'] = call.operands;
    if (!options.has('r') && !options.has('w'))
      call.fail('only reports (-r, -w) are simulated here, not its screen');
    const found = resolveName(context, host);
    if (!found.ok) return call.fail(`Failed to resolve host: ${host}: Name or service not known`);
    const address = found.addresses[0] as string;
    const probes = Number(options.get('c') ?? PROBES);
    const way = wayTo(context, address);
    const start = new Date(context.now).toISOString().replace(/\.\d+Z$/, '+0000');
    yield* context.sleep(probes * 1000);
    const width = 26;
    yield* call.print(
      `Start: ${start}\nHOST: ${context.hostname.padEnd(width)}  Loss%   Snt   Last   Avg  Best  Wrst StDev\n`,
    );
    const hops = way.length > 0 ? way : ['???'];
    for (const [i, at] of hops.entries()) {
      const lost = at === '???';
      const times = lost
        ? [0]
        : Array.from({ length: probes }, () => 0.2 * (i + 1) + context.host.random.below(60) / 1000);
      const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
      const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length);
      const cells = [times.at(-1) ?? 0, mean, Math.min(...times), Math.max(...times), deviation];
      const name = at === address && !options.has('n') ? host : at;
      yield* call.print(
        `${`${String(i + 1).padStart(3)}.|-- ${name}`.padEnd(width + 6)}${(lost ? '100.0' : '0.0').padStart(7)}% ${String(probes).padStart(5)} ${cells.map((cell) => cell.toFixed(1).padStart(6)).join('')}\n`,
      );
    }
    return 0;
  },
});
