import { isSystemError, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { isApplet } from '../core/applet.ts';
import { matchesGlob } from '../core/glob.ts';
import { humanSize, parseSize } from '../core/numbers.ts';
import { quote, quoteFile, quoteName } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { dfApplet } from './df-applet.ts';
import { outputTable } from './df-output.ts';
import { colorOf } from './ls-colors.ts';
import { joinPath } from './tree-walk.ts';

export const du = tool({
  name: 'du',
  summary: 'estimate file space usage',
  usage: ['[OPTION]... [FILE]...', '[OPTION]... --files0-from=F'],
  options: `0|null a|all apparent-size B|block-size= b|bytes c|total D|dereference-args d|max-depth= h|human-readable si k m
    l|count-links L|dereference P|no-dereference S|separate-dirs s|summarize t|threshold= exclude= x|one-file-system`,
  *run(call: Call) {
    const { options } = call;
    const depthText = options.get('d');
    if (depthText !== undefined && !/^\d+$/.test(depthText))
      call.misuse(`invalid maximum depth ${quote(depthText)}`);
    const depth = options.has('s') ? 0 : Number(depthText ?? Number.POSITIVE_INFINITY);
    const seen = new Set<string>();
    let total = 0;
    for (const path of call.operands.length === 0 ? ['.'] : call.operands) {
      const size = yield* measure(call, path, 0, depth, seen);
      total += size ?? 0;
    }
    if (options.has('c')) yield* call.print(`${shownSize(call, total)}\ttotal\n`);
    return undefined;
  },
});

function* measure(
  call: Call,
  path: string,
  level: number,
  depth: number,
  seen: Set<string>,
): Steps<number | undefined> {
  const { options, context } = call;
  yield* call.spend(1);
  let stat: Stat;
  try {
    stat = options.has('L') ? context.fs.stat(path) : context.fs.lstat(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot access ${quoteFile(path)}: ${error.message}`);
    return undefined;
  }
  const key = `${stat.device}:${stat.ino}`;
  if (seen.has(key) && !options.has('l')) return 0;
  seen.add(key);
  let size = ownSize(call, stat);
  if (stat.type === 'directory') {
    let names: string[] = [];
    try {
      names = context.fs.list(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* call.warn(`cannot read directory ${quoteFile(path)}: ${error.message}`);
    }
    for (const name of names) {
      if (options.all('exclude').some((glob) => matchesGlob(glob, name))) continue;
      const inner = (yield* measure(call, joinPath(path, name), level + 1, depth, seen)) ?? 0;
      if (!options.has('S') || context.fs.tryStat(joinPath(path, name), false)?.type !== 'directory')
        size += inner;
    }
  }
  const shows = level === 0 || (level <= depth && (stat.type === 'directory' || options.has('a')));
  if (shows) yield* call.print(`${shownSize(call, size)}\t${path}${options.has('0') ? '\0' : '\n'}`);
  return size;
}

/** Bytes on the disk, or as they look with `-b` and `--apparent-size`. */
function ownSize(call: Call, stat: Stat): number {
  const apparent = call.options.has('b', 'apparent-size');
  if (stat.type === 'directory') return 4096;
  if (stat.type === 'symlink') return apparent ? stat.data.length : 0;
  return apparent ? stat.shownSize : Math.ceil(stat.shownSize / 4096) * 4096;
}

function shownSize(call: Call, bytes: number): string {
  const { options } = call;
  const unit = options.last('h', 'si', 'k', 'm', 'B', 'b');
  if (unit === 'h') return humanSize(bytes);
  if (unit === 'si') return humanSize(bytes, 1000);
  const block =
    unit === 'b' ? 1 : unit === 'm' ? 1_048_576 : unit === 'B' ? blockSize(options.get('B') as string) : 1024;
  return String(Math.ceil(bytes / block));
}

function blockSize(text: string): number {
  const size = parseSize(text);
  if (!size) throw new Failure(`invalid --block-size argument '${text}'`);
  return size;
}

export const df = tool({
  name: 'df',
  summary: 'report file system space usage',
  usage: '[OPTION]... [FILE]...',
  options: `a|all B|block-size= h|human-readable H|si i|inodes k l|local no-sync output? P|portability sync total t|type=
    T|print-type x|exclude-type= v`,
  *run(call: Call) {
    const { options } = call;
    for (const name of ['i', 'P', 'T'])
      if (options.has('output') && options.has(name))
        call.misuse(`options -${name} and --output are mutually exclusive`);
    const mounts = yield* shownMounts(call);
    if (mounts.length === 0) {
      if (call.status === 0) call.fail('no file systems processed');
      return call.status;
    }
    if (options.has('output')) {
      const title = headerOf(call).at(-5) as string;
      yield* call.print(outputTable(call, mounts, { title, text: (bytes) => sizeCell(call, bytes) }));
      return undefined;
    }
    if (isApplet(call.context, 'df')) return yield* dfApplet(call, mounts);
    const rows = mounts.map((mount) => row(call, mount));
    if (options.has('total')) rows.push(totals(call, mounts));
    const header = headerOf(call);
    const widths = header.map((title, i) =>
      Math.max(
        title.length,
        i === 0 ? 14 : i < header.length - 2 && title !== 'Type' ? 5 : 0,
        ...rows.map((cells) => (cells[i] as string).length),
      ),
    );
    const last = header.length - 1;
    for (const cells of [header, ...rows]) {
      const line = cells.map((cell, i) =>
        i === last
          ? cell
          : i === 0 || header[i] === 'Type'
            ? cell.padEnd(widths[i] as number)
            : cell.padStart(widths[i] as number),
      );
      yield* call.print(`${line.join(' ')}\n`);
    }
    return undefined;
  },
});

type Mount = ReturnType<Call['context']['mounts']['list']>[number];

const PSEUDO = new Set([
  'proc',
  'sysfs',
  'devtmpfs',
  'cgroup2',
  'devpts',
  'mqueue',
  'securityfs',
  'debugfs',
  'tracefs',
  'bpf',
  'pstore',
  'hugetlbfs',
  'configfs',
  'fusectl',
  'autofs',
  'binfmt_misc',
]);

function* shownMounts(call: Call): Steps<Mount[]> {
  const { options, context } = call;
  const all = context.mounts.list();
  if (call.operands.length > 0) {
    const out: Mount[] = [];
    for (const path of call.operands) {
      try {
        const real = context.fs.realpath(path);
        const at = all.filter(
          (mount) => mount.path === '/' || real === mount.path || real.startsWith(`${mount.path}/`),
        );
        out.push(at.sort((a, b) => a.path.length - b.path.length).at(-1) as Mount);
      } catch (error) {
        yield* call.complain(error, path);
      }
    }
    return out;
  }
  const [types, excluded] = [options.all('t'), options.all('x')];
  const chosen = options.has('a') || isApplet(context, 'df') ? all : oncePerDevice(all);
  return chosen.filter(
    (mount) =>
      (options.has('a') || (!PSEUDO.has(mount.fs.type) && mount.fs.usage().bytes > 0)) &&
      (types.length === 0 || types.includes(mount.fs.type)) &&
      !excluded.includes(mount.fs.type),
  );
}

/** Of the mounts of one file system the one nearest the root. Models coreutils src/df.c filter_mount_list. */
function oncePerDevice(all: readonly Mount[]): Mount[] {
  const kept: Mount[] = [];
  for (const mount of all) {
    const known = kept.findIndex(({ fs }) => fs === mount.fs);
    if (known < 0) kept.push(mount);
    else if (mount.path.length < (kept[known] as Mount).path.length) kept[known] = mount;
  }
  return kept;
}

function headerOf(call: Call): string[] {
  const { options } = call;
  const type = options.has('T') ? ['Type'] : [];
  if (options.has('i')) return ['Filesystem', ...type, 'Inodes', 'IUsed', 'IFree', 'IUse%', 'Mounted on'];
  const human = options.has('h', 'H');
  const size = human ? 'Size' : options.has('P') ? '1024-blocks' : `${blockName(options.get('B'))}-blocks`;
  return [
    'Filesystem',
    ...type,
    size,
    'Used',
    human ? 'Avail' : 'Available',
    options.has('P') ? 'Capacity' : 'Use%',
    'Mounted on',
  ];
}

function blockName(text: string | undefined): string {
  if (text === undefined) return '1K';
  return /^[A-Z]/.test(text) ? `1${text}` : text;
}

function row(call: Call, mount: Mount): string[] {
  const { bytes, usedBytes, inodes, usedInodes } = mount.fs.usage();
  return cells(
    call,
    mount.source,
    mount.fs.type,
    call.options.has('i') ? [inodes, usedInodes] : [bytes, usedBytes],
    mount.path,
  );
}

function totals(call: Call, mounts: readonly Mount[]): string[] {
  const sum = (of: (mount: Mount) => number) => mounts.reduce((total, mount) => total + of(mount), 0);
  const numbers: [number, number] = call.options.has('i')
    ? [sum((m) => m.fs.usage().inodes), sum((m) => m.fs.usage().usedInodes)]
    : [sum((m) => m.fs.usage().bytes), sum((m) => m.fs.usage().usedBytes)];
  return cells(call, 'total', '-', numbers, '-');
}

/** A size, or a count of inodes, in the unit that is asked for. */
function sizeCell({ options }: Call, value: number): string {
  if (options.has('h')) return humanSize(value);
  if (options.has('H')) return humanSize(value, 1000);
  if (options.has('i')) return String(value);
  return String(Math.ceil(value / (options.has('B') ? blockSize(options.get('B') as string) : 1024)));
}

function cells(
  call: Call,
  source: string,
  type: string,
  [all, used]: [number, number],
  path: string,
): string[] {
  const { options } = call;
  const size = (value: number) => sizeCell(call, value);
  const percent = all === 0 ? '-' : `${Math.ceil((used / all) * 100)}%`;
  return [
    source,
    ...(options.has('T') ? [type] : []),
    size(all),
    size(used),
    size(all - used),
    percent,
    path,
  ];
}

export const tree = tool({
  name: 'tree',
  summary: 'list contents of directories in a tree-like format',
  usage: '[-adfhpugsDiF] [-L level] [-I pattern] [-P pattern] [<directory list>]',
  options: 'a d f F i L= I= P= p s h C n noreport dirsfirst r t',
  version: 'tree 2.1.1',
  *run(call: Call) {
    const level = call.options.get('L');
    if (level !== undefined && !(Number(level) > 0)) call.fail('Invalid level, must be greater than 0.');
    const counts = { directories: 0, files: 0 };
    for (const path of call.operands.length === 0 ? ['.'] : call.operands) {
      const { fs } = call.context;
      if (!fs.isDirectory(path)) {
        yield* call.print(`${path}  [error opening dir]\n`);
        call.status = 2;
        continue;
      }
      yield* call.print(`${painted(call, path, fs.stat(path), path)}\n`);
      counts.directories++;
      yield* branch(call, path, '', 1, Number(level ?? Number.POSITIVE_INFINITY), counts);
    }
    if (!call.options.has('noreport')) yield* call.print(`\n${report(call, counts)}\n`);
    return undefined;
  },
});

function report(call: Call, counts: { directories: number; files: number }): string {
  const directories = `${counts.directories} director${counts.directories === 1 ? 'y' : 'ies'}`;
  return call.options.has('d')
    ? directories
    : `${directories}, ${counts.files} file${counts.files === 1 ? '' : 's'}`;
}

function* branch(
  call: Call,
  path: string,
  indent: string,
  level: number,
  limit: number,
  counts: { directories: number; files: number },
): Steps<void> {
  if (level > limit) return;
  const { options, context } = call;
  const entries = context.fs
    .list(path)
    .map((name) => ({
      name,
      full: joinPath(path, name),
      stat: context.fs.tryStat(joinPath(path, name), false) as Stat,
    }))
    .filter(({ name, stat }) => {
      if (name.startsWith('.') && !options.has('a')) return false;
      if (options.has('d') && stat.type !== 'directory') return false;
      if (options.all('I').some((list) => list.split('|').some((glob) => matchesGlob(glob, name))))
        return false;
      return (
        stat.type === 'directory' ||
        options.all('P').length === 0 ||
        options.all('P').some((list) => list.split('|').some((glob) => matchesGlob(glob, name)))
      );
    })
    .sort((a, b) => (options.has('t') ? a.stat.mtimeMs - b.stat.mtimeMs : 0) || (a.name < b.name ? -1 : 1));
  if (options.has('dirsfirst'))
    entries.sort((a, b) => Number(b.stat.type === 'directory') - Number(a.stat.type === 'directory'));
  if (options.has('r')) entries.reverse();
  for (const [i, { name, full, stat }] of entries.entries()) {
    const last = i === entries.length - 1;
    const link = stat.type === 'symlink' ? ` -> ${stat.data}` : '';
    const lead = options.has('i') ? '' : `${indent}${last ? '└── ' : '├── '}`;
    yield* call.print(
      `${lead}${painted(call, options.has('f') ? full : name, stat, full)}${mark(call, stat)}${link}\n`,
    );
    if (stat.type === 'directory') {
      counts.directories++;
      yield* branch(call, full, `${indent}${last ? '    ' : '│   '}`, level + 1, limit, counts);
    } else counts.files++;
    yield* call.spend(1);
  }
}

function painted(call: Call, name: string, stat: Stat, path: string): string {
  const color =
    call.options.has('C') || (call.context.isTerminal(1) && !call.options.has('n'))
      ? colorOf(stat, name, call.context.fs, path)
      : '';
  return color === '' ? quoteTree(name) : `\x1b[${color}m${name}\x1b[0m`;
}

function quoteTree(name: string): string {
  return /[\x00-\x1f]/.test(name) ? quoteName(name) : name;
}

function mark(call: Call, stat: Stat): string {
  if (!call.options.has('F')) return '';
  return stat.type === 'directory' ? '/' : stat.type === 'file' && (stat.mode & 0o111) !== 0 ? '*' : '';
}
