import { type Host, KERNEL } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';
import { visibleProcesses } from '../process/view.ts';
import { ctime } from './time.ts';

export const lsbRelease = tool({
  name: 'lsb_release',
  summary: 'print distribution-specific information',
  usage: '[options]',
  version: 'lsb_release 12.0',
  options: 'i|id d|description r|release c|codename a|all s|short v|version',
  *run(call) {
    const { options, context } = call;
    const text = context.fs.isFile('/etc/os-release') ? context.fs.read('/etc/os-release') : '';
    const value = (name: string) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? '';
    const rows = [
      ['i', 'Distributor ID', value('ID').replace(/^./, (letter) => letter.toUpperCase())],
      ['d', 'Description', value('PRETTY_NAME')],
      ['r', 'Release', value('VERSION_ID')],
      ['c', 'Codename', value('VERSION_CODENAME')],
    ] as const;
    if (!options.has('s')) yield* context.err('No LSB modules are available.\n');
    for (const [letter, title, shown] of rows)
      if (options.has('a', letter))
        yield* call.print(options.has('s') ? `${shown}\n` : `${title}:\t${shown}\n`);
    return 0;
  },
});

export const lscpu = tool({
  name: 'lscpu',
  summary: 'display information about the CPU architecture',
  usage: '[options]',
  version: 'util-linux 2.39.3',
  options:
    'a|all b|online c|offline B|bytes J|json e|extended? p|parse? s|sysroot= x|hex y|physical output-all',
  *run(call) {
    if (call.options.has('J', 'e', 'p')) call.fail('-J, -e and -p are not simulated');
    const { cores } = call.context.host;
    const rows: readonly (readonly [string, string | number])[] = [
      ['Architecture', KERNEL.machine],
      ['  CPU op-mode(s)', '32-bit, 64-bit'],
      ['  Byte Order', 'Little Endian'],
      ['CPU(s)', cores],
      ['  On-line CPU(s) list', cores === 1 ? '0' : `0-${cores - 1}`],
      ['Vendor ID', 'GenuineIntel'],
      ['  Model name', 'Intel Xeon Processor (Icelake)'],
      ['    CPU family', 6],
      ['    Model', 106],
      ['    Thread(s) per core', 1],
      ['    Core(s) per socket', cores],
      ['    Socket(s)', 1],
      ['Virtualization features', ''],
      ['  Hypervisor vendor', 'KVM'],
      ['  Virtualization type', 'full'],
    ];
    for (const [name, shown] of rows)
      yield* call.print(`${`${name}:`.padEnd(26)}${shown}`.trimEnd().concat('\n'));
    return 0;
  },
});

export const logger = tool({
  name: 'logger',
  summary: 'enter messages into the system log',
  usage: '[options] [<message>]',
  version: 'util-linux 2.39.3',
  options: 't|tag= p|priority= s|stderr i|id? f|file= e|skip-empty',
  *run(call) {
    const { options, context, operands } = call;
    const lines = operands.length > 0 ? [operands.join(' ')] : yield* call.stdin.lines();
    const user = context.host.users.user(context.credentials.uid)?.name ?? 'root';
    const level = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'].indexOf(
      (options.get('p') ?? 'user.notice').replace(/^.*\./, ''),
    );
    if (level < 0) call.fail(`unknown priority name: ${options.get('p')}`);
    for (const message of lines) {
      context.host.journal.append({
        identifier: options.get('t') ?? user,
        pid: context.process.pid,
        message,
        unit: undefined,
        priority: level as 5,
      });
      if (options.has('s')) yield* context.err(`<13>${options.get('t') ?? user}: ${message}\n`);
    }
    return 0;
  },
});

export const last = tool({
  name: 'last',
  summary: 'show a listing of last logged in users',
  usage: '[options] [<username>...] [<tty>...]',
  version: 'util-linux 2.39.3',
  options:
    'n|limit= a|hostlast d|dns f|file= F|fulltimes i|ip R|nohostname w|fullnames x|system s|since= t|until= p|present= time-format=',
  *run(call) {
    const { context, operands } = call;
    const { host } = context;
    const open = visibleProcesses(context).filter(({ tty, pid, sid }) => tty !== '?' && pid === sid);
    for (const { user, tty, process } of open.reverse()) {
      if (operands.length > 0 && !operands.includes(user)) continue;
      const from = (host.contextOf(process)?.env.get('SSH_CLIENT') ?? '').split(' ')[0] ?? '';
      yield* call.print(
        `${user.padEnd(8)} ${tty.padEnd(12)} ${from.padEnd(16)} ${ctime(process.startedAt).slice(0, 16)}   still logged in\n`,
      );
    }
    const boots = bootsOf(host);
    if (operands.length === 0 || operands.includes('reboot'))
      for (const [i, { from, to }] of [...boots.entries()].reverse()) {
        const end =
          i === boots.length - 1 ? '  still running' : `- ${ctime(to).slice(11, 16)}  (${span(to - from)})`;
        yield* call.print(
          `reboot   system boot  ${KERNEL.release.padEnd(16).slice(0, 16)} ${ctime(from).slice(0, 16)} ${end}\n`,
        );
      }
    yield* call.print(`\nwtmp begins ${ctime(boots[0]?.from ?? host.bootedAt)}\n`);
    return 0;
  },
});

/** From when to when the machine was on, each time: as its journal knows. */
function bootsOf(host: Host): { from: number; to: number }[] {
  const boots = new Map<number, { from: number; to: number }>();
  for (const { boot, time } of host.journal.entries())
    boots.set(boot, { from: boots.get(boot)?.from ?? time, to: time });
  return [...boots.values()];
}

/** `00:05`, `1+02:30`. */
function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const two = (n: number) => String(n).padStart(2, '0');
  const days = Math.floor(minutes / 1440);
  return `${days > 0 ? `${days}+` : ''}${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

export const localectl = tool({
  name: 'localectl',
  summary: 'control the system locale and keyboard layout settings',
  usage: '[OPTIONS...] COMMAND ...',
  version: 'systemd 255',
  options: 'no-pager',
  *run(call) {
    const [verb = 'status'] = call.operands;
    if (verb === 'list-locales') yield* call.print('C.UTF-8\n');
    else if (verb === 'status')
      yield* call.print(
        'System Locale: LANG=C.UTF-8\n    VC Keymap: (unset)\n   X11 Layout: us\n    X11 Model: pc105\n',
      );
    else
      call.fail(
        verb.startsWith('set-')
          ? `Failed to issue method call: ${verb} is not simulated`
          : `Unknown command verb '${verb}'.`,
      );
    return 0;
  },
});

export const loginctl = tool({
  name: 'loginctl',
  summary: 'control the systemd login manager',
  usage: '[OPTIONS...] COMMAND ...',
  version: 'systemd 255',
  options: 'no-pager no-legend',
  *run(call) {
    const [verb = 'list-sessions'] = call.operands;
    if (verb !== 'list-sessions' && verb !== 'list-users') call.fail(`Failed to ${verb}: not simulated`);
    const open = visibleProcesses(call.context).filter(({ tty, pid, sid }) => tty !== '?' && pid === sid);
    if (verb === 'list-users') {
      const users = [...new Map(open.map(({ uid, user }) => [uid, user]))];
      yield* call.print(
        `${' UID USER  LINGER STATE \n'}${users.map(([uid, user]) => `${String(uid).padStart(4)} ${user.padEnd(5)} no     active\n`).join('')}\n${users.length} users listed.\n`,
      );
      return 0;
    }
    yield* call.print('SESSION  UID USER      SEAT TTY   STATE  IDLE SINCE\n');
    for (const [i, { uid, user, tty }] of open.entries())
      yield* call.print(
        `${String(i + 1).padStart(7)} ${String(uid).padStart(4)} ${user.padEnd(9)} -    ${tty.padEnd(5)} active no   -\n`,
      );
    yield* call.print(`\n${open.length} sessions listed.\n`);
    return 0;
  },
});
