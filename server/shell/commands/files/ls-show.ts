import type { Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
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
  stat.type === 'directory'
    ? Math.ceil(stat.size / 4096) * 4
    : stat.type === 'file'
      ? Math.ceil(stat.shownSize / 4096) * 4
      : 0;

/** Prints entries. `measured`: what the columns are as wide as, where that is more than what is shown. */
export function* show(
  call: Call,
  entries: readonly Entry[],
  style: Style,
  inDirectory: boolean,
  measured = entries,
): Steps<void> {
  if (entries.length === 0 && !inDirectory) return;
  if (inDirectory && (style.long || call.options.has('s')))
    yield* call.print(`total ${total(call, entries)}\n`);
  if (style.long) yield* showLong(call, entries, style, measured);
  else yield* showColumns(call, entries, style);
}

function total(call: Call, entries: readonly Entry[]): string {
  return blocksText(
    call,
    entries.reduce((sum, entry) => sum + blocks(entry.stat), 0),
  );
}

function blocksText({ options }: Call, count: number): string {
  if (options.has('h')) return humanSize(count * 1024);
  return options.has('si') ? humanSize(count * 1024, 1000) : String(count);
}

function* showColumns(call: Call, entries: readonly Entry[], style: Style): Steps<void> {
  const prefix = prefixes(call, entries);
  const names: string[] = [];
  const widths: number[] = [];
  for (const entry of entries) {
    yield* call.spend();
    const before = prefix(entry);
    names.push(before + nameOf(call, entry, style));
    widths.push(displayWidth(before + nameOf(call, entry, { ...style, color: false })));
  }
  yield* arrange(call, names, widths, style, call.options.has('zero') ? '\0' : '\n');
}

/** What stands before a name: the inode, the blocks. */
function prefixes(call: Call, entries: readonly Entry[]): (entry: Entry) => string {
  const { options } = call;
  const columns: ((entry: Entry) => string)[] = [];
  if (options.has('i')) columns.push(({ stat }) => String(stat.ino));
  if (options.has('s')) columns.push(({ stat }) => blocksText(call, blocks(stat)));
  const wide = columns.map((column) => ({ column, width: widest(entries.map(column)) }));
  return (entry) => wide.map(({ column, width }) => `${column(entry).padStart(width)} `).join('');
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
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

function cellsOf(call: Call, { stat }: Entry, { users, zone }: Style): string[] {
  const { options } = call;
  const numeric = options.has('n');
  const cells = [modeText(stat.type, stat.mode), String(stat.links)];
  if (!options.has('g')) cells.push((!numeric && users.user(stat.uid)?.name) || String(stat.uid));
  if (!options.has('G', 'o')) cells.push((!numeric && users.group(stat.gid)?.name) || String(stat.gid));
  cells.push(sizeText(call, stat), timeText(call, timeOf(call, stat), zone));
  return cells;
}

/** Steps that a line of the long form counts for. */
const LONG_STEPS = 4;

function* showLong(
  call: Call,
  entries: readonly Entry[],
  style: Style,
  measured: readonly Entry[],
): Steps<void> {
  const prefix = prefixes(call, entries);
  const cells = new Map<Entry, string[]>();
  const widths: number[] = [];
  for (const entry of measured) {
    yield* call.spend(LONG_STEPS);
    const row = cellsOf(call, entry, style);
    cells.set(entry, row);
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  const last = widths.length - 1;
  const toTheRight = (column: number) =>
    column === 1 || column >= last - 1 || (call.options.has('n') && column > 1);
  for (const entry of entries) {
    const row = (cells.get(entry) ?? []).map((cell, i) =>
      toTheRight(i) ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number),
    );
    const link = entry.stat.type === 'symlink' ? linkTarget(call, entry, style) : '';
    const shown = link === '' ? nameOf(call, entry, style) : linkName(call, entry, style);
    yield* call.spend();
    yield* call.print(`${prefix(entry)}${row.join(' ')} ${shown}${link}\n`);
  }
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
  stat.type === 'directory' || stat.type === 'symlink' ? stat.size : stat.shownSize;

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
