import { capable } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';

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
    for (const refused of ['A', 'D', 'E', 'C', 'a', 'd', 'c', 'stats', 'rate'])
      if (options.has(refused)) call.fail(`-${refused} is not simulated here`);
    const only = options.get('t') ?? options.get('u');
    yield* call.print(
      'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n',
    );
    for (const one of context.network.virtualServers?.() ?? []) {
      const place = `${one.address}:${one.port}`;
      if (only !== undefined && only !== place) continue;
      const kept = one.persistentSeconds > 0 ? ` persistent ${one.persistentSeconds}` : '';
      yield* call.print(`${one.protocol.padEnd(4)} ${place} rr${kept}\n`);
      for (const { address, port } of one.servers)
        yield* call.print(`  -> ${`${address}:${port}`.padEnd(28)} Masq    1      0          0         \n`);
    }
    return 0;
  },
});
