import { type Connection, capable, type VirtualServer } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

const HEAD = 'IP Virtual Server version 1.2.1 (size=4096)\n';
/** How long the kernel keeps a connection over which nothing comes: fifteen minutes. */
const EXPIRES = '15:00';

export const ipvsadm = tool({
  name: 'ipvsadm',
  summary: 'Linux Virtual Server administration',
  usage: '-L|l [options]',
  version: 'ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)',
  usageStatus: 2,
  // Its package brings it.
  paths: [],
  options: 'L|list l n|numeric c|connection stats rate A D E C a d t= u=',
  *run(call) {
    const { options, context } = call;
    if (!capable(context.credentials, 'NET_ADMIN'))
      call.fail("Can't initialize ipvs: Permission denied (you must be root)");
    for (const refused of ['A', 'D', 'E', 'C', 'a', 'd'])
      if (options.has(refused)) call.fail(`-${refused} is not simulated here`);
    if (options.has('c')) yield* connections(call);
    else yield* table(call);
    return 0;
  },
});

/** Those that stand and were made through a virtual server from this host or its pods. */
function standing({ context }: Call, { address, port }: VirtualServer): Connection[] {
  const { network } = context;
  return network.network.connections
    .open()
    .filter(
      ({ client, asked }) =>
        asked.address === address && asked.port === port && client.network.host === network.host,
    );
}

function* table(call: Call): Steps<void> {
  const { options, context } = call;
  const only = options.get('t') ?? options.get('u');
  const counters = ['stats', 'rate'].find((name) => options.has(name));
  yield* call.print(`${HEAD}${TITLES[counters ?? '']}`);
  for (const one of context.network.virtualServers?.() ?? []) {
    const place = `${one.address}:${one.port}`;
    if (only !== undefined && only !== place) continue;
    const kept = one.persistentSeconds > 0 ? ` persistent ${one.persistentSeconds}` : '';
    const open = standing(call, one);
    const title = one.protocol.padEnd(4);
    yield* call.print(
      counters ? `${title} ${counted(place, 27, open.length)}` : `${title} ${place} rr${kept}\n`,
    );
    for (const { address, port } of one.servers) {
      const own = open.filter(({ server }) => server.address === address && server.port === port).length;
      const behind = `${address}:${port}`;
      yield* call.print(
        counters
          ? `  -> ${counted(behind, 27, own)}`
          : `  -> ${behind.padEnd(28)} Masq    1      ${String(own).padEnd(10)} 0         \n`,
      );
    }
  }
}

const TITLES: Readonly<Record<string, string>> = {
  '': 'Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n',
  stats:
    'Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n  -> RemoteAddress:Port\n',
  rate: 'Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS\n  -> RemoteAddress:Port\n',
};

/** Connections that stand are counted; packets are not. */
function counted(place: string, width: number, open: number): string {
  return `${place.padEnd(width)}${[open, 0, 0, 0, 0].map((count) => String(count).padStart(9)).join('')}\n`;
}

function* connections(call: Call): Steps<void> {
  yield* call.print(
    'IPVS connection entries\npro expire state       source             virtual            destination\n',
  );
  for (const one of call.context.network.virtualServers?.() ?? [])
    for (const { client, asked, server } of standing(call, one)) {
      const ends = [client, asked, server].map(({ address, port }) => `${address}:${port}`);
      yield* call.print(
        `${one.protocol} ${EXPIRES}  ESTABLISHED ${ends.map((end) => end.padEnd(18)).join(' ')}\n`,
      );
    }
}
