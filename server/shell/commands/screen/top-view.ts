import type { Context } from '../../../host/index.ts';
import { Users } from '../core/users.ts';
import { visibleProcesses } from '../process/view.ts';
import { type Field, fieldNamed, type TopRow } from './top-fields.ts';

export interface TopSettings {
  /** Names of the columns, from left to right, and of the one that is sorted by. */
  fields: readonly string[];
  sort: string;
  reverse: boolean;
  /** What a task must be like to be shown. */
  filters: readonly Filter[];
  /** Colours, the sorted column marked, running tasks marked, marks in reverse, all in bold. */
  colours: boolean;
  marksColumn: boolean;
  marksRunning: boolean;
  reversesMarks: boolean;
  bold: boolean;
  threads: boolean;
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
  const users = Users.of(context);
  const rows = visibleProcesses(context)
    .filter((view) => settings.pids.length === 0 || settings.pids.includes(view.pid))
    .filter((view) => settings.user === undefined || [view.user, String(view.uid)].includes(settings.user))
    .map((view) => {
      const used = view.cpuMs - (before?.cpuMs.get(view.process.pid) ?? 0);
      return {
        ...view,
        branch: '',
        share: ms === undefined ? view.cpuPercent : (used / ms) * 100,
        group: users.group(view.gid)?.name ?? String(view.gid),
        ageMs: context.now - view.startedAt,
      };
    })
    .filter((row) => settings.idle || row.share > 0)
    .filter((row) => settings.filters.every((filter) => passes(filter, row, settings)))
    .sort((a, b) => (settings.reverse ? -1 : 1) * compare(settings.sort, b, a) || a.pid - b.pid);
  return settings.forest ? asForest(rows) : rows;
}

function compare(sort: string, a: TopRow, b: TopRow): number {
  const field = fieldNamed(sort) as Field;
  const [one, other] = [field.key(a), field.key(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** `name=value`, `name<value`, `name>value`, `!` before it for what is not so. */
export interface Filter {
  readonly text: string;
  readonly field: string;
  readonly sign: string;
  readonly value: string;
  readonly not: boolean;
  readonly heedsCase: boolean;
}

function passes({ field, sign, value, not, heedsCase }: Filter, row: TopRow, settings: TopSettings): boolean {
  const own = textOf(fieldNamed(field) as Field, row, settings).trim();
  const [left, right] = heedsCase ? [own, value] : [own.toLowerCase(), value.toLowerCase()];
  const numbers = [Number(left), Number(right)] as const;
  const [a, b] = numbers.some(Number.isNaN) ? [left, right] : numbers;
  const holds = sign === '=' ? left.includes(right) : sign === '<' ? a < b : a > b;
  return holds !== not;
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

export function headerOf({ fields }: TopSettings): string {
  return columnsOf(fields, (field) => field.name);
}

export function tableLine(row: TopRow, settings: TopSettings): string {
  return columnsOf(settings.fields, (field) => textOf(field, row, settings));
}

/** The table's line in pieces: before the column that is sorted by, that column, and behind it. */
export function markedLine(row: TopRow, settings: TopSettings): [string, string, string] {
  const line = tableLine(row, settings);
  const at = settings.fields.indexOf(settings.sort);
  if (at < 0) return [line, '', ''];
  const upTo = (count: number) =>
    settings.fields.slice(0, count).reduce((sum, name) => sum + (fieldNamed(name) as Field).width + 1, 0);
  const [from, to] = [upTo(at), upTo(at + 1) - 1];
  return [line.slice(0, from), line.slice(from, to), line.slice(to)];
}

function columnsOf(names: readonly string[], text: (field: Field) => string): string {
  const parts = names.map((name, i) => {
    const field = fieldNamed(name) as Field;
    if (!field.left) return text(field).padStart(field.width);
    return i === names.length - 1 ? text(field) : text(field).padEnd(field.width);
  });
  return parts.join(' ');
}

function textOf(field: Field, row: TopRow, { taskScale, commandLines, forest }: TopSettings): string {
  if (field.name !== 'COMMAND') return field.text(row, taskScale);
  return (forest ? row.branch : '') + (commandLines ? row.args : row.comm);
}
