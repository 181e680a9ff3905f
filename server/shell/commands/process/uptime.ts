import { type Context, loadAverage } from '../../../host/index.ts';
import { tool } from '../core/tool.ts';
import { visibleProcesses } from './view.ts';

const two = (n: number) => String(n).padStart(2, '0');

/** `up 3 days,  4:05`, as uptime and w show it. */
function upText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const rest = hours > 0 ? `${String(hours).padStart(2)}:${two(minutes % 60)}` : `${minutes % 60} min`;
  return days > 0 ? `${days} day${days === 1 ? '' : 's'}, ${rest}` : rest;
}

/** The line of `uptime`, which heads `w` and `top` too. */
export function uptimeLine(context: Context): string {
  const { host } = context;
  const users = new Set(host.terminals.list().map((pty) => pty.name)).size;
  const time = new Date(context.now).toISOString().slice(11, 19);
  const load = loadAverage(host)
    .map((n) => n.toFixed(2))
    .join(', ');
  return `${time} up ${upText(context.now - host.bootedAt)},  ${users} user${users === 1 ? '' : 's'},  load average: ${load}`;
}

export const uptime = tool({
  name: 'uptime',
  summary: 'tell how long the system has been running',
  usage: '[options]',
  version: 'procps-ng 4.0.4',
  options: 'p|pretty s|since',
  *run(call) {
    const { context } = call;
    if (call.options.has('s')) {
      yield* call.print(`${new Date(context.host.bootedAt).toISOString().slice(0, 19).replace('T', ' ')}\n`);
      return 0;
    }
    if (call.options.has('p')) {
      const minutes = Math.floor((context.now - context.host.bootedAt) / 60_000);
      const parts: [number, string][] = [
        [Math.floor(minutes / 1440), 'day'],
        [Math.floor(minutes / 60) % 24, 'hour'],
        [minutes % 60, 'minute'],
      ];
      const shown = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? '' : 's'}`);
      yield* call.print(`up ${shown.join(', ') || '0 minutes'}\n`);
      return 0;
    }
    yield* call.print(` ${uptimeLine(context)}\n`);
    return 0;
  },
});

export const w = tool({
  name: 'w',
  summary: 'show who is logged on and what they are doing',
  usage: '[options] [user]',
  version: 'procps-ng 4.0.4',
  options: 'h|no-header s|short f|from i|ip-addr o|old-style u|no-current',
  *run(call) {
    const { context } = call;
    if (!call.options.has('h')) {
      yield* call.print(
        ` ${uptimeLine(context)}\nUSER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU  WHAT\n`,
      );
    }
    for (const { user, tty, process, args } of leaders(context)) {
      if (call.operands[0] !== undefined && call.operands[0] !== user) continue;
      const from = (context.host.contextOf(process)?.env.get('SSH_CLIENT') ?? '-').split(' ')[0] as string;
      const login = new Date(process.startedAt).toISOString().slice(11, 16);
      yield* call.print(
        `${user.padEnd(8)} ${tty.padEnd(8)} ${from.padEnd(16)} ${login}    0.00s  0.01s  0.00s ${args}\n`,
      );
    }
    return 0;
  },
});

export const who = tool({
  name: 'who',
  summary: 'show who is logged on',
  usage: '[OPTION]... [ FILE | ARG1 ARG2 ]',
  options: 'a|all b|boot H|heading m q|count u|users r|runlevel',
  *run(call) {
    const { context } = call;
    const date = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
    if (call.options.has('b')) {
      yield* call.print(`         system boot  ${date(context.host.bootedAt)}\n`);
      return 0;
    }
    const all = leaders(context);
    if (call.options.has('q')) {
      yield* call.print(`${all.map((view) => view.user).join(' ')}\n# users=${all.length}\n`);
      return 0;
    }
    if (call.options.has('H')) yield* call.print('NAME     LINE         TIME             COMMENT\n');
    const mine = call.options.has('m') || call.operands.length === 2;
    for (const { user, tty, process } of all) {
      if (mine && tty !== context.terminal?.name) continue;
      const from = context.host.contextOf(process)?.env.get('SSH_CLIENT')?.split(' ')[0];
      yield* call.print(
        `${user.padEnd(8)} ${tty.padEnd(12)} ${date(process.startedAt)}${from ? ` (${from})` : ''}\n`,
      );
    }
    return 0;
  },
});

export const users = tool({
  name: 'users',
  summary: 'print the user names of users currently logged in to the current host',
  usage: '[OPTION]... [FILE]',
  *run(call) {
    const names = leaders(call.context).map(({ user }) => user);
    if (names.length > 0) yield* call.print(`${names.sort().join(' ')}\n`);
    return 0;
  },
});

/** The login shells: leaders of sessions that have a terminal. */
function leaders(context: Context) {
  return visibleProcesses(context).filter((view) => view.tty !== '?' && view.pid === view.sid);
}
