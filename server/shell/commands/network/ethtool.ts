import { tool } from '../core/tool.ts';

export const ethtool = tool({
  name: 'ethtool',
  summary: 'query or control network driver and hardware settings',
  usage: '[FLAGS] DEVNAME',
  version: 'ethtool version 6.7',
  paths: ['/usr/sbin/ethtool'],
  options: 'i|driver P|show-permaddr S|statistics k|show-features s|change K|features',
  *run(call) {
    const { options, context } = call;
    const [name] = call.operands;
    if (name === undefined) call.fail('bad command line argument(s)\nFor more information run ethtool -h');
    const one = context.network.allInterfaces().find((other) => other.name === name);
    if (!one) {
      yield* context.err('netlink error: No such device\n');
      return 1;
    }
    for (const refused of ['S', 'k', 's', 'K'] as const)
      if (options.has(refused)) call.fail(`-${refused} is not simulated here`);
    if (options.has('P')) {
      yield* call.print(`Permanent address: ${one.kind ? '00:00:00:00:00:00' : one.mac}\n`);
      return 0;
    }
    if (options.has('i')) {
      const driver = one.kind ?? (name === 'lo' ? 'loopback' : 'virtio_net');
      yield* call.print(
        `driver: ${driver}\nversion: 1.0.0\nfirmware-version: \nexpansion-rom-version: \nbus-info: ${one.kind || name === 'lo' ? '' : '0000:00:03.0'}\nsupports-statistics: yes\nsupports-test: no\nsupports-eeprom-access: no\nsupports-register-dump: no\nsupports-priv-flags: no\n`,
      );
      return 0;
    }
    const speed = one.kind === 'veth' ? '10000Mb/s' : 'Unknown!';
    const facts =
      name === 'lo'
        ? ''
        : `\tSpeed: ${speed}\n\tDuplex: ${one.kind === 'veth' ? 'Full' : 'Unknown! (255)'}\n\tAuto-negotiation: off\n\tPort: ${one.kind === 'veth' ? 'Twisted Pair' : 'Other'}\n\tPHYAD: 0\n\tTransceiver: internal\n`;
    yield* call.print(`Settings for ${name}:\n${facts}\tLink detected: ${one.up ? 'yes' : 'no'}\n`);
    return 0;
  },
});
