import { type Context, memoryInUse, swapBytes } from '../../../host/index.ts';
import { uptimeLine } from '../process/uptime.ts';
import { visibleProcesses } from '../process/view.ts';
import type { TopRow } from './top-fields.ts';
import type { TopSettings } from './top-view.ts';

/** The lines above the table. */
export function summary(
  context: Context,
  rows: readonly TopRow[],
  settings: TopSettings,
  columns = 80,
): string[] {
  const lines: string[] = [];
  if (settings.load) lines.push(`top - ${uptimeLine(context)}`);
  if (settings.cpuStyle < 3) lines.push(tasks(context, settings), ...cpus(context, rows, settings, columns));
  if (settings.memoryStyle < 3) lines.push(...memory(context, settings, columns));
  return lines;
}

function tasks(context: Context, { threads }: TopSettings): string {
  const all = visibleProcesses(context);
  const count = (letters: string) => all.filter(({ stat }) => letters.includes(stat[0] ?? '')).length;
  const counts = [
    [all.length, 'total'],
    [Math.max(1, count('R')), 'running'],
    [count('SDI') - (count('R') === 0 ? 1 : 0), 'sleeping'],
    [count('T'), 'stopped'],
    [count('Z'), 'zombie'],
  ] as const;
  return `${threads ? 'Threads' : 'Tasks'}:${counts.map(([value, name]) => ` ${String(value).padStart(3)} ${name}`).join(',')}`;
}

function cpus(context: Context, rows: readonly TopRow[], settings: TopSettings, columns: number): string[] {
  const { host } = context;
  const busy = Math.min(100, rows.reduce((sum, row) => sum + row.share, 0) / host.cores);
  const names = settings.perCpu ? Array.from({ length: host.cores }, (_, i) => `${i}`.padEnd(4)) : ['(s)'];
  return names.map((name) => {
    if (settings.cpuStyle > 0) {
      const numbers = `${busy.toFixed(1).padStart(5)}/${(0).toFixed(1).padEnd(5)} ${busy.toFixed(0).padStart(3)}`;
      return `%Cpu${name}: ${numbers}${bar(busy, settings.cpuStyle, columns)}`;
    }
    const parts: readonly (readonly [number, string])[] = [
      [busy, 'us'],
      [0, 'sy'],
      [0, 'ni'],
      [100 - busy, 'id'],
      [0, 'wa'],
      [0, 'hi'],
      [0, 'si'],
      [0, 'st'],
    ];
    return `%Cpu${name}:${parts.map(([value, unit]) => `${value.toFixed(1).padStart(5)} ${unit}`).join(',')} `;
  });
}

/** A share as a bar of `|`, or of blocks. */
function bar(percent: number, style: number, columns: number): string {
  const width = Math.max(0, Math.min(100, columns - 27));
  const filled = Math.round((percent * width) / 100);
  const text = style === 1 ? '|'.repeat(filled) : `\x1b[7m${' '.repeat(filled)}\x1b[27m`;
  return `[${text}${' '.repeat(width - filled)}]`;
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

function memory(context: Context, { memoryStyle, summaryScale }: TopSettings, columns: number): string[] {
  const { host } = context;
  const unit = UNITS[summaryScale] as string;
  const scaled = (bytes: number) =>
    (bytes / 1024 ** (summaryScale + 1)).toFixed(summaryScale === 0 ? 0 : summaryScale === 1 ? 1 : 3);
  const used = memoryInUse(host);
  const swap = swapBytes(host);
  if (memoryStyle > 0) {
    const line = (name: string, part: number, whole: number) => {
      const percent = whole === 0 ? 0 : (100 * part) / whole;
      return `${unit} ${name}:${percent.toFixed(1).padStart(5)}/${scaled(whole).padEnd(9)}${bar(percent, memoryStyle, columns)}`;
    };
    return [line('Mem ', used, host.memoryBytes), line('Swap', 0, swap)];
  }
  const cache = Math.floor((host.memoryBytes - used) / 3);
  const free = host.memoryBytes - used - cache;
  const shown = (bytes: number) => scaled(bytes).padStart(8);
  return [
    `${unit} Mem : ${shown(host.memoryBytes)} total, ${shown(free)} free, ${shown(used)} used, ${shown(cache)} buff/cache     `,
    `${unit} Swap: ${shown(swap)} total, ${shown(swap)} free, ${shown(0)} used. ${shown(host.memoryBytes - used)} avail Mem `,
  ];
}
