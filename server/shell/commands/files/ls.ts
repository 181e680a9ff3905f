import { isSystemError, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { formatDate, type Zone, zoneOf } from '../core/dates.ts';
import { matchesGlob } from '../core/glob.ts';
import { compareBytes, humanSize } from '../core/numbers.ts';
import { quoteFile, quoteName } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { displayWidth } from '../core/width.ts';
import { compareVersion } from '../text/sort-orders.ts';
import { colorOf } from './ls-colors.ts';
import { modeText } from './modes.ts';
import { joinPath } from './tree-walk.ts';

const OPTIONS = `a|all A|almost-all author b|escape block-size= B|ignore-backups c C color? d|directory D|dired f
  F|classify? file-type format= full-time g group-directories-first G|no-group h|human-readable si H|dereference-command-line
  dereference-command-line-symlink-to-dir hide= hyperlink? indicator-style= i|inode I|ignore= k|kibibytes l
  L|dereference m n|numeric-uid-gid N|literal o p q|hide-control-chars show-control-chars Q|quote-name quoting-style=
  r|reverse R|recursive s|size S sort= time= time-style= t T|tabsize= u U v w|width= x X Z|context zero 1`;

interface Entry {
  /** As it is shown. */
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
}

interface Style {
  readonly long: boolean;
  readonly columns: 'one' | 'down' | 'across' | 'commas';
  readonly width: number;
  readonly color: boolean;
  readonly zone: Zone;
  readonly users: Users;
  readonly show: (name: string) => string;
  /** Whether a colour was shown already. */
  painted: boolean;
}

function lsNamed(name: string): Command {
  return tool({
    name,
    summary: 'list directory contents',
    usage: '[OPTION]... [FILE]...',
    options: OPTIONS,
    usageStatus: 2,
    run,
  });
}

export const ls = lsNamed('ls');
export const dir = lsNamed('dir');
export const vdir = lsNamed('vdir');

function* run(call: Call): Steps<number> {
  const style = styleOf(call);
  const operands = call.operands.length === 0 ? ['.'] : call.operands;
  const files: Entry[] = [];
  const directories: Entry[] = [];
  for (const path of operands) {
    const stat = yield* statOf(call, path);
    if (!stat) continue;
    const entry = { name: path, path, stat };
    (stat.type === 'directory' && !call.options.has('d') ? directories : files).push(entry);
  }
  sortEntries(call, files);
  sortEntries(call, directories);
  yield* call.print(render(call, files, style, false));
  const headed = operands.length > 1 || call.options.has('R');
  let first = files.length === 0;
  for (const directory of directories) {
    yield* listDirectory(call, directory.path, style, headed, first);
    first = false;
  }
  return call.status;
}

/** Follows a link on the command line only to a directory, and only without -l, -d and -F. */
function* statOf(call: Call, path: string): Steps<Stat | undefined> {
  const { fs } = call.context;
  try {
    const link = fs.lstat(path);
    if (link.type !== 'symlink') return link;
    if (call.options.has('L', 'H')) return fs.stat(path);
    const target = fs.tryStat(path);
    const plain = !call.options.has('l', 'd', 'F', 'g', 'n', 'o') || path.endsWith('/');
    return plain && target?.type === 'directory' ? target : link;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot access ${quoteFile(path)}: ${error.message}`, 2);
    return undefined;
  }
}

function styleOf(call: Call): Style {
  const { options, context } = call;
  const terminal = context.isTerminal(1);
  const color = options.has('color') ? (options.get('color') ?? 'always') : 'never';
  if (!['always', 'yes', 'force', 'never', 'no', 'none', 'auto', 'tty', 'if-tty'].includes(color)) {
    throw new Failure(
      `invalid argument ‘${color}’ for ‘--color’\nValid arguments are:\n  - ‘always’, ‘yes’, ‘force’\n  - ‘never’, ‘no’, ‘none’\n  - ‘auto’, ‘tty’, ‘if-tty’`,
      1,
      true,
    );
  }
  const format = options.last('l', 'C', 'x', 'm', '1', 'g', 'n', 'o', 'full-time', 'zero');
  const word = options.get('format');
  const long =
    ['l', 'g', 'n', 'o', 'full-time'].some((name) => options.has(name)) &&
    format !== 'C' &&
    format !== 'x' &&
    format !== 'm';
  const wide = terminal || call.definition.name === 'dir';
  const columns =
    format === 'x' || word === 'across'
      ? 'across'
      : format === 'm' || word === 'commas'
        ? 'commas'
        : format === 'C' || (format === undefined && wide)
          ? 'down'
          : 'one';
  const width = Number(
    options.get('w') ?? context.env.get('COLUMNS') ?? context.fds.get(1)?.terminal?.size.columns ?? 80,
  );
  return {
    long:
      long ||
      word === 'long' ||
      word === 'verbose' ||
      (call.definition.name === 'vdir' && format === undefined),
    columns,
    width: width === 0 ? Number.POSITIVE_INFINITY : width,
    color: /^(always|yes|force)$/.test(color) || (/^(auto|tty|if-tty)$/.test(color) && terminal),
    zone: zoneOf(context),
    users: Users.of(context),
    show: quoting(call, terminal),
    painted: false,
  };
}

function quoting(call: Call, terminal: boolean): (name: string) => string {
  const { options } = call;
  if (options.has('Q')) return (name) => `"${name.replace(/["\\]/g, '\\$&')}"`;
  if (options.has('b'))
    return (name) => name.replace(/[ \\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  if (options.has('N', 'zero') || !terminal)
    return (name) => (options.has('q') ? name.replace(/[\x00-\x1f\x7f]/g, '?') : name);
  return quoteName;
}

function* listDirectory(
  call: Call,
  path: string,
  style: Style,
  headed: boolean,
  first: boolean,
): Steps<void> {
  let entries: Entry[];
  try {
    entries = entriesOf(call, path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot open directory ${quoteFile(path)}: ${error.message}`, 2);
    return;
  }
  yield* call.spend(entries.length);
  sortEntries(call, entries);
  if (headed) yield* call.print(`${first ? '' : '\n'}${quotedHeader(path, style)}:\n`);
  yield* call.print(render(call, entries, style, true));
  if (!call.options.has('R')) return;
  for (const entry of entries) {
    if (entry.stat.type !== 'directory' || entry.name === '.' || entry.name === '..') continue;
    yield* listDirectory(call, entry.path, style, true, false);
  }
}

function quotedHeader(path: string, style: Style): string {
  return style.show(path);
}

function entriesOf(call: Call, path: string): Entry[] {
  const { options, context } = call;
  const all = options.has('a', 'f');
  const names = context.fs.list(path).filter((name) => isShown(call, name));
  const out: Entry[] = [];
  for (const name of all ? ['.', '..', ...names] : names) {
    const full = joinPath(path, name);
    const stat = options.has('L')
      ? (context.fs.tryStat(full) ?? context.fs.tryStat(full, false))
      : context.fs.tryStat(full, false);
    if (stat) out.push({ name, path: full, stat });
  }
  return out;
}

function isShown(call: Call, name: string): boolean {
  const { options } = call;
  const hidden = options.has('a', 'A', 'f');
  if (!hidden && name.startsWith('.')) return false;
  if (options.has('B') && name.endsWith('~')) return false;
  if (options.all('I').some((glob) => matchesGlob(glob, name))) return false;
  return hidden || !options.all('hide').some((glob) => matchesGlob(glob, name));
}

function sortEntries(call: Call, entries: Entry[]): void {
  const { options } = call;
  const words: Record<string, string> = {
    none: 'U',
    size: 'S',
    time: 't',
    version: 'v',
    extension: 'X',
    name: '',
    width: 'w',
  };
  const lastFlag = options.last('t', 'S', 'v', 'X', 'U', 'f', 'sort');
  let key = lastFlag === 'sort' ? (words[options.get('sort') ?? ''] ?? '') : (lastFlag ?? '');
  if (key === '' && options.has('c', 'u') && !options.has('l')) key = 't';
  const byName = (a: Entry, b: Entry) => compareBytes(a.name, b.name);
  if (key !== 'U' && key !== 'f') {
    entries.sort((a, b) => {
      if (key === 't') return timeOf(call, b.stat) - timeOf(call, a.stat) || byName(a, b);
      if (key === 'S') return sizeOf(b.stat) - sizeOf(a.stat) || byName(a, b);
      if (key === 'v') return compareVersion(a.name, b.name);
      if (key === 'X') return compareBytes(extension(a.name), extension(b.name)) || byName(a, b);
      return byName(a, b);
    });
    if (options.has('r')) entries.reverse();
  }
  if (options.has('group-directories-first')) {
    const isDirectory = (entry: Entry) => (call.context.fs.isDirectory(entry.path) ? 0 : 1);
    entries.sort((a, b) => isDirectory(a) - isDirectory(b));
  }
}

function extension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

function timeOf(call: Call, stat: Stat): number {
  const word = call.options.get('time');
  return call.options.has('c') || word === 'ctime' || word === 'status' ? stat.ctimeMs : stat.mtimeMs;
}

const blocks = (stat: Stat) =>
  stat.type === 'directory' ? 4 : stat.type === 'file' ? Math.ceil(stat.size / 4096) * 4 : 0;

function render(call: Call, entries: readonly Entry[], style: Style, inDirectory: boolean): string {
  const { options } = call;
  if (entries.length === 0 && !inDirectory) return '';
  const total = entries.reduce((sum, entry) => sum + blocks(entry.stat), 0);
  const shownTotal = options.has('h')
    ? humanSize(total * 1024)
    : options.has('si')
      ? humanSize(total * 1024, 1000)
      : total;
  const head = inDirectory && (style.long || options.has('s')) ? `total ${shownTotal}\n` : '';
  if (style.long) return head + longLines(call, entries, style);
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

function indicator(call: Call, stat: Stat): string {
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

function longLines(call: Call, entries: readonly Entry[], style: Style): string {
  const { options } = call;
  const numeric = options.has('n');
  const rows = entries.map(({ stat }) => [
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
  ]);
  const widths = rows.reduce<number[]>(
    (max, row) => row.map((cell, i) => Math.max(max[i] ?? 0, cell.length)),
    [],
  );
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

const sizeOf = (stat: Stat) =>
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

function arrange(names: readonly string[], widths: readonly number[], style: Style, end: string): string {
  if (names.length === 0) return '';
  if (style.columns === 'one') return names.map((name) => name + end).join('');
  if (style.columns === 'commas') return commas(names, widths, style.width);
  const across = style.columns === 'across';
  const count = columnCount(widths, style.width, across);
  const rows = Math.ceil(names.length / count);
  const indexAt = (row: number, column: number) => (across ? row * count + column : column * rows + row);
  const columnWidths = Array.from(
    { length: count },
    (_, column) =>
      Math.max(0, ...Array.from({ length: rows }, (_, row) => widths[indexAt(row, column)] ?? 0)) + 2,
  );
  let out = '';
  for (let row = 0; row < rows; row++) {
    let line = '';
    let position = 0;
    for (let column = 0; column < count; column++) {
      const index = indexAt(row, column);
      if (names[index] === undefined) break;
      const next = indexAt(row, column + 1);
      const isLast = column === count - 1 || names[next] === undefined;
      line += names[index];
      if (!isLast)
        line += indent(position + (widths[index] as number), position + (columnWidths[column] as number));
      position += columnWidths[column] as number;
    }
    out += `${line}\n`;
  }
  return out;
}

/** Models ls's `indent`: tabs where they reach, then blanks. */
function indent(from: number, to: number): string {
  let out = '';
  for (let at = from; at < to; ) {
    const tab = Math.floor(to / 8) > Math.floor((at + 1) / 8);
    out += tab ? '\t' : ' ';
    at += tab ? 8 - (at % 8) : 1;
  }
  return out;
}

/** The most columns that fit. */
function columnCount(widths: readonly number[], total: number, across: boolean): number {
  const max = Math.max(1, Math.min(widths.length, Math.floor(total / 3)));
  for (let count = max; count > 1; count--) {
    const rows = Math.ceil(widths.length / count);
    if (!across && Math.ceil(widths.length / rows) < count) continue;
    let sum = 0;
    for (let column = 0; column < count; column++) {
      let widest = 0;
      for (let row = 0; row < rows; row++) {
        widest = Math.max(widest, widths[across ? row * count + column : column * rows + row] ?? 0);
      }
      sum += widest + (column === count - 1 ? 0 : 2);
    }
    if (sum < total) return count;
  }
  return 1;
}

function commas(names: readonly string[], widths: readonly number[], total: number): string {
  let out = '';
  let column = 0;
  names.forEach((name, i) => {
    const isLast = i === names.length - 1;
    const width = (widths[i] as number) + (isLast ? 0 : 2);
    if (column > 0 && column + width > total) {
      out = `${out.trimEnd()}\n`;
      column = 0;
    }
    out += name + (isLast ? '' : ', ');
    column += width;
  });
  return `${out}\n`;
}
