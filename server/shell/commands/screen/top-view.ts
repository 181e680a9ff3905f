import { type Context, memoryInUse, swapBytes } from '../../../host/index.ts';
import { uptimeLine } from '../process/uptime.ts';
import { type ProcessView, visibleProcesses } from '../process/view.ts';

/** A process as top shows it: with its share of a core since the last look. */
export interface TopRow extends ProcessView {
  readonly share: number;
}

export const SORTS = {
  P: { title: '%CPU', key: (row: TopRow) => row.share },
  M: { title: '%MEM', key: (row: TopRow) => row.memPercent },
  N: { title: 'PID', key: (row: TopRow) => row.pid },
  T: { title: 'TIME+', key: (row: TopRow) => row.cpuMs },
} as const;

export interface TopSettings {
  sort: keyof typeof SORTS;
  reverse: boolean;
  perCpu: boolean;
  commandLines: boolean;
  idle: boolean;
  user: string | undefined;
  pids: readonly number[];
}

/** CPU time of everything at the last look, to tell what was used since. */
export interface Look {
  readonly at: number;
  readonly cpuMs: ReadonlyMap<number, number>;
}

export function lookAt(context: Context): Look {
  const views = visibleProcesses(context);
  return { at: context.now, cpuMs: new Map(views.map((view) => [view.process.pid, view.cpuMs])) };
}

/** The processes in the order of the settings. */
export function rowsOf(context: Context, settings: TopSettings, before: Look | undefined): TopRow[] {
  const ms = before && context.now > before.at ? context.now - before.at : undefined;
  const { key } = SORTS[settings.sort];
  return visibleProcesses(context)
    .filter((view) => settings.pids.length === 0 || settings.pids.includes(view.pid))
    .filter((view) => settings.user === undefined || [view.user, String(view.uid)].includes(settings.user))
    .map((view) => {
      const used = view.cpuMs - (before?.cpuMs.get(view.process.pid) ?? 0);
      return { ...view, share: ms === undefined ? view.cpuPercent : (used / ms) * 100 };
    })
    .filter((row) => settings.idle || row.share > 0)
    .sort((a, b) => (settings.reverse ? -1 : 1) * (key(b) - key(a)) || a.pid - b.pid);
}

/** The five lines above the table. */
export function summary(context: Context, rows: readonly TopRow[], settings: TopSettings): string[] {
  const all = visibleProcesses(context);
  const count = (letters: string) => all.filter(({ stat }) => letters.includes(stat[0] ?? '')).length;
  const { host } = context;
  const tasks = [
    [all.length, 'total'],
    [Math.max(1, count('R')), 'running'],
    [count('SDI') - (count('R') === 0 ? 1 : 0), 'sleeping'],
    [count('T'), 'stopped'],
    [count('Z'), 'zombie'],
  ] as const;
  const busy = Math.min(100, rows.reduce((sum, row) => sum + row.share, 0) / host.cores);
  const cpu = (name: string) =>
    `%Cpu${name}:${[
      [busy, 'us'],
      [0, 'sy'],
      [0, 'ni'],
      [100 - busy, 'id'],
      [0, 'wa'],
      [0, 'hi'],
      [0, 'si'],
      [0, 'st'],
    ]
      .map(([value, unit]) => `${(value as number).toFixed(1).padStart(5)} ${unit}`)
      .join(',')} `;
  const cpus = settings.perCpu
    ? Array.from({ length: host.cores }, (_, i) => cpu(`${i}`.padEnd(4).padEnd(3)))
    : [cpu('(s)')];
  return [
    `top - ${uptimeLine(context)}`,
    `Tasks:${tasks.map(([value, name]) => ` ${String(value).padStart(3)} ${name}`).join(',')}`,
    ...cpus,
    ...memory(context),
  ];
}

function memory(context: Context): string[] {
  const { host } = context;
  const used = memoryInUse(host);
  const cache = Math.floor((host.memoryBytes - used) / 3);
  const mib = (bytes: number) => (bytes / 1024 ** 2).toFixed(1).padStart(8);
  const free = host.memoryBytes - used - cache;
  const swap = swapBytes(host);
  return [
    `MiB Mem : ${mib(host.memoryBytes)} total, ${mib(free)} free, ${mib(used)} used, ${mib(cache)} buff/cache     `,
    `MiB Swap: ${mib(swap)} total, ${mib(swap)} free, ${mib(0)} used. ${mib(host.memoryBytes - used)} avail Mem `,
  ];
}

export const HEADER = '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND';

export function tableLine(row: TopRow, commandLines: boolean): string {
  const user = row.user.length > 8 ? `${row.user.slice(0, 7)}+` : row.user;
  const state = row.stat[0] ?? 'S';
  return [
    String(row.pid).padStart(7),
    user.padEnd(8),
    String(20 + row.niceness).padStart(3),
    String(row.niceness).padStart(3),
    size(row.vszKib).padStart(7),
    size(row.rssKib).padStart(6),
    size(Math.round(row.rssKib * 0.6)).padStart(6),
    state,
    row.share.toFixed(1).padStart(5),
    row.memPercent.toFixed(1).padStart(5),
    cpuTime(row.cpuMs).padStart(9),
    commandLines ? row.args : row.comm,
  ].join(' ');
}

/** KiB as long as they fit into the column, then `123.4m`, `1.2g`. */
function size(kib: number): string {
  if (kib < 1_000_000) return String(kib);
  return kib < 10_240_000 ? `${(kib / 1024).toFixed(1)}m` : `${(kib / 1024 ** 2).toFixed(1)}g`;
}

/** `0:01.23`: minutes, seconds, hundredths. */
function cpuTime(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const rest = ((ms % 60_000) / 1000).toFixed(2).padStart(5, '0');
  return `${minutes}:${rest}`;
}
