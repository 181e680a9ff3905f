import type { Stat } from '../../../host/index.ts';
import { formatDate, type Zone } from '../../dates.ts';
import { humanSize } from '../core/numbers.ts';
import type { Call } from '../core/tool.ts';
import { displayWidth } from '../core/width.ts';
import { colorOf } from './ls-colors.ts';
import { arrange } from './ls-columns.ts';
import type { Entry, Style } from './ls-style.ts';
import { modeText } from './modes.ts';

export function timeOf(call: Call, stat: Stat): number {
  const word = call.options.get('time');
  return call.options.has('c') || word === 'ctime' || word === 'status' ? stat.ctimeMs : stat.mtimeMs;
}

const blocks = (stat: Stat) =>
  stat.type === 'directory' ? 4 : stat.type === 'file' ? Math.ceil(stat.size / 4096) * 4 : 0;

/** `measured`: what the columns are as wide as, where that is more than what is shown. */
export function render(
  call: Call,
  entries: readonly Entry[],
  style: Style,
  inDirectory: boolean,
  measured = entries,
): string {
  const { options } = call;
  if (entries.length === 0 && !inDirectory) return '';
  const total = entries.reduce((sum, entry) => sum + blocks(entry.stat), 0);
  const shownTotal = options.has('h')
    ? humanSize(total * 1024)
    : options.has('si')
      ? humanSize(total * 1024, 1000)
      : total;
  const head = inDirectory && (style.long || options.has('s')) ? `total ${shownTotal}\n` : '';
  if (style.long) return head + longLines(call, entries, style, measured);
  const names = entries.map((entry) => prefix(call, entry, entries) + nameOf(call, entry, style));
  const plain = entries.map((entry) =>
    displayWidth(prefix(call, entry, entries) + nameOf(call, entry, { ...style, color: false })),
  );
  return head + arrange(names, plain, style, options.has('zero') ? '\0' : '\n');
}

function prefix(call: Call, entry: Entry, entries: readonly Entry[]): string {
  const { options } = call;
  let out = '';
  if (options.has('i')) {
    const width = Math.max(...entries.map((one) => String(one.stat.ino).length));
    out += `${String(entry.stat.ino).padStart(width)} `;
  }
  if (options.has('s')) {
    const size = (one: Entry) =>
      options.has('h') ? humanSize(blocks(one.stat) * 1024) : String(blocks(one.stat));
    out += `${size(entry).padStart(Math.max(...entries.map((one) => size(one).length)))} `;
  }
  return out;
}

function nameOf(call: Call, entry: Entry, style: Style): string {
  const shown = style.show(entry.name);
  const color = style.color ? colorOf(entry.stat, entry.name, call.context.fs, entry.path) : '';
  return paint(style, shown, color) + indicator(call, entry.stat);
}

export function indicator(call: Call, stat: Stat): string {
  const { options } = call;
  const word = options.get('indicator-style');
  const kind =
    options.last('F', 'p', 'file-type') ?? (word === 'classify' ? 'F' : word === 'slash' ? 'p' : word);
  if (!kind || kind === 'none') return '';
  if (stat.type === 'directory') return '/';
  if (kind === 'p') return '';
  if (stat.type === 'symlink') return '@';
  if (stat.type === 'fifo') return '|';
  if (stat.type === 'socket') return '=';
  return kind === 'F' && stat.type === 'file' && (stat.mode & 0o111) !== 0 ? '*' : '';
}

function longLines(call: Call, entries: readonly Entry[], style: Style, measured: readonly Entry[]): string {
  const { options } = call;
  const numeric = options.has('n');
  const cellsOf = ({ stat }: Entry) => [
    modeText(stat.type, stat.mode),
    String(stat.links),
    ...(options.has('g')
      ? []
      : [numeric ? String(stat.uid) : (style.users.user(stat.uid)?.name ?? String(stat.uid))]),
    ...(options.has('G', 'o')
      ? []
      : [numeric ? String(stat.gid) : (style.users.group(stat.gid)?.name ?? String(stat.gid))]),
    sizeText(call, stat),
    timeText(call, timeOf(call, stat), style.zone),
  ];
  const rows = entries.map(cellsOf);
  const widths = measured
    .map(cellsOf)
    .reduce<number[]>((max, row) => row.map((cell, i) => Math.max(max[i] ?? 0, cell.length)), []);
  const last = (rows[0]?.length ?? 0) - 1;
  return entries
    .map((entry, i) => {
      const cells = (rows[i] as string[]).map((cell, c) => {
        const isNumber = c === 1 || c === last - 1;
        if (c === last) return cell.padStart(widths[c] as number);
        return isNumber || (numeric && c > 1)
          ? cell.padStart(widths[c] as number)
          : cell.padEnd(widths[c] as number);
      });
      const link = entry.stat.type === 'symlink' ? linkTarget(call, entry, style) : '';
      const shown = link === '' ? nameOf(call, entry, style) : linkName(call, entry, style);
      return `${prefix(call, entry, entries)}${cells.join(' ')} ${shown}${link}\n`;
    })
    .join('');
}

/** The link itself carries no indicator in the long form; what it points to does. */
function linkName(call: Call, entry: Entry, style: Style): string {
  const shown = style.show(entry.name);
  const color = style.color ? colorOf(entry.stat, entry.name, call.context.fs, entry.path) : '';
  return paint(style, shown, color);
}

/** The first colour on the screen is preceded by a reset. */
function paint(style: Style, shown: string, color: string): string {
  if (color === '') return shown;
  const reset = style.painted ? '' : '\x1b[0m';
  style.painted = true;
  return `${reset}\x1b[${color}m${shown}\x1b[0m`;
}

function linkTarget(call: Call, entry: Entry, style: Style): string {
  const target = call.context.fs.tryStat(entry.path);
  const shown = style.show(entry.stat.data);
  const color = style.color
    ? target
      ? colorOf(target, entry.stat.data, call.context.fs, entry.path)
      : '40;31;01'
    : '';
  return ` -> ${paint(style, shown, color)}${target ? indicator(call, target) : ''}`;
}

export const sizeOf = (stat: Stat) =>
  stat.type === 'directory' ? 4096 : stat.type === 'symlink' ? stat.data.length : stat.size;

function sizeText(call: Call, stat: Stat): string {
  if (stat.type === 'char' || stat.type === 'block') return '1, 3';
  const size = sizeOf(stat);
  if (call.options.has('h')) return humanSize(size);
  return call.options.has('si') ? humanSize(size, 1000) : String(size);
}

const HALF_YEAR_MS = 15_778_476_000;

function timeText(call: Call, timeMs: number, where: Zone): string {
  const style = call.options.has('full-time') ? 'full-iso' : (call.options.get('time-style') ?? 'locale');
  const recent = timeMs <= call.context.now && timeMs > call.context.now - HALF_YEAR_MS;
  if (style.startsWith('+')) {
    const [first, second] = style.slice(1).split('\n');
    return formatDate((recent ? (second ?? first) : first) as string, timeMs, where);
  }
  if (style === 'full-iso') return formatDate('%Y-%m-%d %H:%M:%S.%N %z', timeMs, where);
  if (style === 'long-iso') return formatDate('%Y-%m-%d %H:%M', timeMs, where);
  if (style === 'iso') return formatDate(recent ? '%m-%d %H:%M' : '%Y-%m-%d ', timeMs, where);
  return formatDate(recent ? '%b %e %H:%M' : '%b %e  %Y', timeMs, where);
}
