import { KERNEL } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';
import { systemdTime } from './time.ts';

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

export const timedatectl = tool({
  name: 'timedatectl',
  summary: 'query or change system time and date settings',
  usage: '[OPTIONS...] COMMAND ...',
  version: 'systemd 255',
  *run(call) {
    const [verb = 'status'] = call.operands;
    if (verb !== 'status') {
      const known = ['show', 'set-time', 'set-timezone', 'list-timezones', 'set-ntp'].includes(verb);
      yield* call.context.err(
        known
          ? `Failed to ${verb.replace('-', ' ')}: not simulated, the clock is that of the exam\n`
          : `Unknown command verb '${verb}'.\n`,
      );
      return 1;
    }
    const { now } = call.context;
    const rows = [
      ['Local time', systemdTime(now)],
      ['Universal time', systemdTime(now)],
      ['RTC time', systemdTime(now).replace(/ UTC$/, '')],
      ['Time zone', 'Etc/UTC (UTC, +0000)'],
      ['System clock synchronized', 'yes'],
      ['NTP service', 'active'],
      ['RTC in local TZ', 'no'],
    ];
    for (const [title, value] of rows) yield* call.print(`${(title as string).padStart(25)}: ${value}\n`);
    return 0;
  },
});
