import type { Context } from '../../../host/index.ts';
import { type ProcessView, visibleProcesses } from '../process/view.ts';

/** A process as top shows it: with its share of a core since the last look. */
export interface TopRow extends ProcessView {
  readonly share: number;
  /** Signs that show whose child it is. */
  readonly branch: string;
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
  /** The line of the load, is it shown. */
  load: boolean;
  /** How the CPU and the memory are shown: numbers, bars, blocks, not at all. */
  cpuStyle: number;
  memoryStyle: number;
  /** Units of memory, in the summary and in the table: KiB, MiB and so on. */
  summaryScale: number;
  taskScale: number;
  /** At most so many tasks; 0: as many as there is room for. */
  most: number;
  forest: boolean;
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
  const rows = visibleProcesses(context)
    .filter((view) => settings.pids.length === 0 || settings.pids.includes(view.pid))
    .filter((view) => settings.user === undefined || [view.user, String(view.uid)].includes(settings.user))
    .map((view) => {
      const used = view.cpuMs - (before?.cpuMs.get(view.process.pid) ?? 0);
      return { ...view, branch: '', share: ms === undefined ? view.cpuPercent : (used / ms) * 100 };
    })
    .filter((row) => settings.idle || row.share > 0)
    .sort((a, b) => (settings.reverse ? -1 : 1) * (key(b) - key(a)) || a.pid - b.pid);
  return settings.forest ? asForest(rows) : rows;
}

/** Children below their parents. */
function asForest(rows: readonly TopRow[]): TopRow[] {
  const pids = new Set(rows.map(({ pid }) => pid));
  const out: TopRow[] = [];
  const visit = (row: TopRow, depth: number) => {
    out.push({ ...row, branch: depth === 0 ? '' : `${'    '.repeat(depth - 1)} \`- ` });
    for (const child of rows) if (child.ppid === row.pid && child !== row) visit(child, depth + 1);
  };
  for (const row of [...rows].sort((a, b) => a.pid - b.pid)) if (!pids.has(row.ppid)) visit(row, 0);
  return out;
}

export const HEADER = '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND';

export function tableLine(row: TopRow, { commandLines, taskScale, forest }: TopSettings): string {
  const user = row.user.length > 8 ? `${row.user.slice(0, 7)}+` : row.user;
  const state = row.stat[0] ?? 'S';
  return [
    String(row.pid).padStart(7),
    user.padEnd(8),
    String(20 + row.niceness).padStart(3),
    String(row.niceness).padStart(3),
    size(row.vszKib, taskScale).padStart(7),
    size(row.rssKib, taskScale).padStart(6),
    size(Math.round(row.rssKib * 0.6), taskScale).padStart(6),
    state,
    row.share.toFixed(1).padStart(5),
    row.memPercent.toFixed(1).padStart(5),
    cpuTime(row.cpuMs).padStart(9),
    (forest ? row.branch : '') + (commandLines ? row.args : row.comm),
  ].join(' ');
}

const UNITS = ['', 'm', 'g', 't', 'p'];

/** KiB as long as they fit into the column, then `123.4m`, `1.2g`; or in a unit that was chosen. */
function size(kib: number, scale: number): string {
  const wanted = scale > 0 ? scale : kib < 1_000_000 ? 0 : kib < 10_240_000 ? 1 : 2;
  return wanted === 0 ? String(kib) : `${(kib / 1024 ** wanted).toFixed(1)}${UNITS[wanted]}`;
}

/** `0:01.23`: minutes, seconds, hundredths. */
function cpuTime(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const rest = ((ms % 60_000) / 1000).toFixed(2).padStart(5, '0');
  return `${minutes}:${rest}`;
}
