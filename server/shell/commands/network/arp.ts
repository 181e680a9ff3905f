import { type Context, neighboursOf } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';

export const arp = tool({
  name: 'arp',
  summary: 'manipulate the system ARP cache',
  usage: '[-vn]  [<HW>] [-i <if>] [-a] [<hostname>]',
  version: 'net-tools 2.10',
  paths: ['/usr/sbin/arp'],
  options: 'n|numeric a|all e v|verbose i|device= d s',
  *run(call) {
    const { options, context } = call;
    if (options.has('d') || options.has('s')) call.fail('changing the ARP cache is not simulated here', 255);
    const dev = options.get('i');
    const [wanted] = call.operands;
    const shown = neighboursOf(context.network)
      .filter((one) => dev === undefined || one.dev === dev)
      .map((one) => ({ ...one, name: options.has('n') ? one.address : nameOf(context, one.address) }))
      .filter(({ name, address }) => wanted === undefined || name === wanted || address === wanted);
    if (shown.length === 0 && wanted !== undefined) {
      yield* call.print(`${wanted} (${wanted}) -- no entry\n`);
      return 1;
    }
    if (options.has('a')) {
      for (const { name, address, mac, dev } of shown)
        yield* call.print(`${name === address ? '?' : name} (${address}) at ${mac} [ether] on ${dev}\n`);
      return 0;
    }
    if (shown.length === 0) return 0;
    yield* call.print('Address                  HWtype  HWaddress           Flags Mask            Iface\n');
    for (const { name, mac, dev } of shown)
      yield* call.print(
        `${name.slice(0, 23).padEnd(25)}ether   ${mac.padEnd(20)}C                     ${dev}\n`,
      );
    return 0;
  },
});

/** The name of an address: in `/etc/hosts`, or as the resolver calls the router. */
export function nameOf(context: Context, address: string): string {
  if (context.network.routes.some(({ to, via }) => to === 'default' && via === address)) return '_gateway';
  const { fs } = context;
  const lines = fs.isFile('/etc/hosts') ? fs.read('/etc/hosts').split('\n') : [];
  const found = lines
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .find(([first]) => first === address);
  return found?.[1] ?? address;
}
