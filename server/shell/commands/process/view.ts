import {
  type Context,
  commandName,
  type Host,
  residentKib,
  stateLetter,
  threadsOf,
  virtualKib,
} from '../../../host/index.ts';
import type { Process } from '../../../sim/index.ts';
import { Users } from '../core/users.ts';

/** What must not reach the screen. */
const CONTROL = /[\x00-\x1f\x7f]/g;

/** A process as `ps`, `top` and `pgrep` see it from where they run. */
export interface ProcessView {
  readonly process: Process;
  /** Pids in the viewer's namespace. */
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  /** `pts/0` or `?`. */
  readonly tty: string;
  /** R, S, T, Z with BSD's marks: `Ssl+`. */
  readonly stat: string;
  readonly comm: string;
  /** The whole command line; `[name] <defunct>` for a zombie. */
  readonly args: string;
  readonly startedAt: number;
  readonly cpuMs: number;
  /** Resident and virtual size in KiB. */
  readonly rssKib: number;
  readonly vszKib: number;
  /** Share of one core since the start, in percent. */
  readonly cpuPercent: number;
  readonly memPercent: number;
  readonly niceness: number;
}

/** All processes that can be seen from the caller's PID namespace, by pid. */
export function visibleProcesses(context: Context): ProcessView[] {
  const { namespace } = context.process;
  const users = new Map(
    Users.of(context)
      .users()
      .map((user) => [user.uid, user.name]),
  );
  return [...namespace.members.entries()]
    .filter(([, process]) => process.state !== 'dead')
    .sort(([a], [b]) => a - b)
    .map(([pid, process]) => view(context, users, pid, process));
}

function view(
  context: Context,
  users: ReadonlyMap<number, string>,
  pid: number,
  process: Process,
): ProcessView {
  const { host } = context;
  const { namespace } = context.process;
  const inside = (hostPid: number) => host.processes.get(hostPid)?.pidIn(namespace) ?? 0;
  const who = host.contextOf(process)?.credentials;
  const comm = commandName(process);
  const zombie = process.state === 'zombie';
  const rssKib = residentKib(process);
  const aliveMs = Math.max(1, context.now - process.startedAt);
  return {
    process,
    pid,
    ppid: process.parent?.pidIn(namespace) ?? 0,
    pgid: process.isKernel ? 0 : inside(process.group),
    sid: process.isKernel ? 0 : inside(process.session),
    uid: who?.uid ?? process.uid,
    gid: who?.gid ?? 0,
    user: users.get(who?.uid ?? process.uid) ?? String(process.uid),
    tty: process.terminal?.name ?? '?',
    stat: statOf(host, process),
    comm,
    args: zombie
      ? `[${comm}] <defunct>`
      : process.isKernel
        ? `[${comm}]`
        : process.argv.join(' ').replace(CONTROL, '?'),
    startedAt: process.startedAt,
    cpuMs: process.cpuMs,
    rssKib,
    vszKib: virtualKib(process),
    cpuPercent: Math.min(100 * host.cores, (process.cpuMs / aliveMs) * 100),
    memPercent: (rssKib * 1024 * 100) / host.memoryBytes,
    niceness: process.niceness,
  };
}

function statOf(host: Host, process: Process): string {
  const leader = process.pid === process.session && !process.isKernel ? 's' : '';
  const terminal = host.terminals.byName(process.terminal?.name ?? '');
  const foreground = terminal && terminal.foreground === process.group ? '+' : '';
  if (process.state === 'zombie') return `${stateLetter(process)}${leader}`;
  const urgency = process.niceness < 0 ? '<' : process.niceness > 0 ? 'N' : '';
  const threads = threadsOf(process) > 1 ? 'l' : '';
  return `${stateLetter(process)}${urgency}${leader}${threads}${foreground}`;
}
