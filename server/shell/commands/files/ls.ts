import { isSystemError, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { zoneOf } from '../../dates.ts';
import { matchesGlob } from '../core/glob.ts';
import { compareBytes } from '../core/numbers.ts';
import { quote, quoteFile, quoteName } from '../core/quote.ts';
import { sorted } from '../core/sorted.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { compareVersion } from '../text/sort-orders.ts';
import { show, sizeOf, timeOf } from './ls-show.ts';
import type { Entry, Style } from './ls-style.ts';
import { joinPath } from './tree-walk.ts';

const OPTIONS = `a|all A|almost-all author b|escape block-size= B|ignore-backups c C color? d|directory D|dired f
  F|classify? file-type format= full-time g group-directories-first G|no-group h|human-readable si H|dereference-command-line
  dereference-command-line-symlink-to-dir hide= hyperlink? indicator-style= i|inode I|ignore= k|kibibytes l
  L|dereference m n|numeric-uid-gid N|literal o p q|hide-control-chars show-control-chars Q|quote-name quoting-style=
  r|reverse R|recursive s|size S sort= time= time-style= t T|tabsize= u U v w|width= x X Z|context zero 1`;

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
  // Directories to be listed count for the widths of the columns too.
  yield* show(call, yield* inOrder(call, files), style, false, [...files, ...directories]);
  const headed = operands.length > 1 || call.options.has('R');
  let first = files.length === 0;
  for (const directory of yield* inOrder(call, directories)) {
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
    options.get('w') ?? context.env.get('COLUMNS') ?? (context.fds.get(1)?.terminal?.size.columns || 80),
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
  const given = options.last('quoting-style', 'Q', 'b', 'N');
  if (given === 'quoting-style') return quotingStyle(options.get('quoting-style') as string);
  if (options.has('Q')) return quotingStyle('c');
  if (options.has('b')) return quotingStyle('escape');
  if (options.has('N', 'zero') || !terminal)
    return (name) => (options.has('q') ? name.replace(/[\x00-\x1f\x7f]/g, '?') : name);
  return quoteName;
}

const QUOTING: Readonly<Record<string, (name: string) => string>> = {
  literal: (name) => name,
  locale: (name) => quote(name),
  shell: quoteName,
  'shell-always': quoteFile,
  'shell-escape': quoteName,
  'shell-escape-always': quoteFile,
  c: (name) => `"${name.replace(/["\\]/g, '\\$&')}"`,
  clocale: (name) => quote(name),
  escape: (name) => name.replace(/[ \\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t'),
};

function quotingStyle(word: string): (name: string) => string {
  const style = QUOTING[word];
  if (style) return style;
  const valid = Object.keys(QUOTING).map((name) => `\n  - ${quote(name)}`);
  throw new Failure(
    `invalid argument ${quote(word)} for ${quote('--quoting-style')}\nValid arguments are:${valid.join('')}`,
    1,
    true,
  );
}

function* listDirectory(
  call: Call,
  path: string,
  style: Style,
  headed: boolean,
  first: boolean,
): Steps<void> {
  let found: Entry[];
  try {
    found = yield* entriesOf(call, path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot open directory ${quoteFile(path)}: ${error.message}`, 2);
    return;
  }
  const entries = yield* inOrder(call, found);
  if (headed) yield* call.print(`${first ? '' : '\n'}${quotedHeader(path, style)}:\n`);
  yield* show(call, entries, style, true);
  if (!call.options.has('R')) return;
  for (const entry of entries) {
    if (entry.stat.type !== 'directory' || entry.name === '.' || entry.name === '..') continue;
    yield* listDirectory(call, entry.path, style, true, false);
  }
}

function quotedHeader(path: string, style: Style): string {
  return style.show(path);
}

function* entriesOf(call: Call, path: string): Steps<Entry[]> {
  const { options, context } = call;
  const all = options.has('a', 'f');
  const names = context.fs.list(path).filter((name) => isShown(call, name));
  const out: Entry[] = [];
  for (const name of all ? ['.', '..', ...names] : names) {
    yield* call.spend();
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

type Compare = (a: Entry, b: Entry) => number;

function* inOrder(call: Call, entries: readonly Entry[]): Steps<readonly Entry[]> {
  const { options, context } = call;
  const compare = comparison(call);
  const found = compare ? yield* sorted(call, entries, compare) : entries;
  const all = compare && options.has('r') ? found.toReversed() : found;
  if (!options.has('group-directories-first')) return all;
  const isDirectory = ({ path }: Entry) => context.fs.isDirectory(path);
  return [...all.filter(isDirectory), ...all.filter((entry) => !isDirectory(entry))];
}

/** Undefined: as they lie in the directory. */
function comparison(call: Call): Compare | undefined {
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
  const word = options.get('sort');
  if (word !== undefined && !(word in words)) {
    const valid = ['none', 'time', 'size', 'extension', 'version', 'width'].map(
      (one) => `\n  - ${quote(one)}`,
    );
    throw new Failure(
      `invalid argument ${quote(word)} for ${quote('--sort')}\nValid arguments are:${valid.join('')}`,
      1,
      true,
    );
  }
  const lastFlag = options.last('t', 'S', 'v', 'X', 'U', 'f', 'sort');
  let key = lastFlag === 'sort' ? (words[options.get('sort') ?? ''] ?? '') : (lastFlag ?? '');
  if (key === '' && options.has('c', 'u') && !options.has('l')) key = 't';
  const byName: Compare = (a, b) => compareBytes(a.name, b.name);
  if (key === 'U' || key === 'f') return undefined;
  if (key === 't') return (a, b) => timeOf(call, b.stat) - timeOf(call, a.stat) || byName(a, b);
  if (key === 'S') return (a, b) => sizeOf(b.stat) - sizeOf(a.stat) || byName(a, b);
  if (key === 'v') return (a, b) => compareVersion(a.name, b.name);
  if (key === 'X') return (a, b) => compareBytes(extension(a.name), extension(b.name)) || byName(a, b);
  return byName;
}

function extension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}
