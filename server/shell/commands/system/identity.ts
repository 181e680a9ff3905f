import { KERNEL } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';

export const hostnamectl = tool({
  name: 'hostnamectl',
  summary: 'query or change system hostname',
  usage: '[OPTIONS...] COMMAND ...',
  version: 'systemd 255',
  options: 'static transient pretty no-ask-password',
  *run(call) {
    const { context } = call;
    const { host } = context;
    const [verb = 'status', name] = call.operands;
    if (verb === 'hostname' || verb === 'set-hostname') {
      if (name === undefined) {
        yield* call.print(`${host.hostname}\n`);
        return 0;
      }
      if (context.credentials.uid !== 0) {
        yield* context.err('Could not set static hostname: Interactive authentication required.\n');
        return 1;
      }
      host.hostname = name;
      context.fs.write('/etc/hostname', `${name}\n`);
      return 0;
    }
    if (verb !== 'status') {
      yield* context.err(`Unknown command verb '${verb}'.\n`);
      return 1;
    }
    const { fs } = host.init;
    const id = fs.isFile('/etc/machine-id') ? fs.read('/etc/machine-id').trim() : '';
    const rows = [
      ['Static hostname', host.hostname],
      ['Icon name', 'computer-vm'],
      ['Chassis', 'vm'],
      ['Machine ID', id],
      ['Boot ID', [...id].reverse().join('')],
      ['Virtualization', 'kvm'],
      ['Operating System', 'Ubuntu 24.04.1 LTS'],
      ['Kernel', `Linux ${KERNEL.release}`],
      ['Architecture', 'x86-64'],
    ];
    for (const [title, value] of rows) yield* call.print(`${(title as string).padStart(16)}: ${value}\n`);
    return 0;
  },
});
