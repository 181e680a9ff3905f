import { resolveName } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';
import { wayTo } from './way.ts';

const WIDTH = 40;

export const tracepath = tool({
  name: 'tracepath',
  summary: 'trace path to a network host discovering MTU along this path',
  usage: '[options] <destination>',
  version: 'tracepath from iputils 20240117',
  usageStatus: 255,
  options: '4 6 b l= m= n p= V',
  *run(call) {
    const { context, options } = call;
    const [host] = call.operands;
    if (host === undefined) call.fail('usage error: Destination address required', 2);
    const found = resolveName(context, host as string);
    if (!found.ok) call.fail(`${host}: Name or service not known`, 2);
    const address = (found as typeof found & { ok: true }).addresses[0] as string;
    const way = wayTo(context, address);
    const most = Number(options.get('m') ?? 30);
    const mtu = Number(
      options.get('l') ?? context.network.interfaces.find(({ name }) => name !== 'lo')?.mtu ?? 1500,
    );
    const line = (start: string, name: string, rest: string) => `${start}  ${name.padEnd(WIDTH)} ${rest}\n`;
    yield* call.print(
      line(' 1?: [LOCALHOST]', '', `pmtu ${mtu}`).replace(/ {2,}pmtu/, `${' '.repeat(22)}pmtu`),
    );
    for (let ttl = 1; ttl <= Math.min(most, way.length || most); ttl++) {
      const at = way[ttl - 1];
      if (!at) {
        yield* context.sleep(3000);
        yield* call.print(`${String(ttl).padStart(2)}:  no reply\n`);
      } else {
        const name = options.has('n') || at !== address ? at : (host as string);
        const time = `${(0.2 * ttl + context.host.random.below(60) / 1000).toFixed(3)}ms`;
        const shown = options.has('b') && name !== at ? `${name} (${at})` : name;
        yield* call.print(
          line(
            `${String(ttl).padStart(2)}:`,
            shown.padEnd(50),
            `${time}${at === address ? ' reached' : ' '}`,
          ),
        );
      }
      yield* call.flush();
    }
    if (way.length === 0) yield* call.print(`     Too many hops: pmtu ${mtu}\n`);
    yield* call.print(
      `     Resume: pmtu ${mtu}${way.length > 0 ? ` hops ${way.length} back ${way.length}` : ''} \n`,
    );
    return 0;
  },
});
