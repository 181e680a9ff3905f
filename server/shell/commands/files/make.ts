import { isSystemError, SystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { zoneOf } from '../../dates.ts';
import { parseDate } from '../core/parse-date.ts';
import { quote, quoteFile, quoteName } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { directoryPart, lastPart } from '../shell/basics.ts';
import { backUp } from './backup.ts';
import { changeMode } from './modes.ts';
import { confirm, destinations, isSameFile, joinPath } from './tree-walk.ts';

export const mkdir = tool({
  name: 'mkdir',
  summary: 'make directories',
  usage: '[OPTION]... DIRECTORY...',
  options: 'm|mode= p|parents v|verbose Z context?',
  *run(call: Call) {
    const { options, context } = call;
    if (call.operands.length === 0) call.misuse('missing operand');
    const text = options.get('m');
    const mode = text === undefined ? undefined : changeMode(text, 0o777, true, context.umask);
    if (text !== undefined && mode === undefined) call.fail(`invalid mode ${quote(text)}`);
    for (const path of call.operands) {
      yield* call.spend();
      if (options.has('p')) yield* makeParents(call, path, mode);
      else if ((yield* makeOne(call, path)) && mode !== undefined) context.fs.chmod(path, mode);
    }
    return undefined;
  },
});

function* makeOne(call: Call, path: string): Steps<boolean> {
  try {
    call.context.fs.mkdir(path);
    if (call.options.has('v')) yield* call.print(`${call.name}: created directory ${quoteFile(path)}\n`);
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot create directory ${quote(path)}: ${error.message}`);
    return false;
  }
}

function* makeParents(call: Call, path: string, mode: number | undefined): Steps<void> {
  const { fs } = call.context;
  const parts = path.split('/').filter((part) => part !== '');
  let at = path.startsWith('/') ? '/' : '';
  for (const [i, part] of parts.entries()) {
    at = at === '' || at === '/' ? at + part : `${at}/${part}`;
    if (fs.isDirectory(at)) continue;
    if (fs.exists(at) && i < parts.length - 1) {
      yield* call.warn(`cannot create directory ${quote(at)}: Not a directory`);
      return;
    }
    if (!(yield* makeOne(call, at))) return;
    if (i === parts.length - 1 && mode !== undefined) fs.chmod(at, mode);
  }
}

export const rmdir = tool({
  name: 'rmdir',
  summary: 'remove empty directories',
  usage: '[OPTION]... DIRECTORY...',
  options: 'ignore-fail-on-non-empty p|parents v|verbose',
  *run(call: Call) {
    const { options } = call;
    if (call.operands.length === 0) call.misuse('missing operand');
    for (const operand of call.operands) {
      yield* call.spend();
      for (let path = operand; ; path = directoryPart(path)) {
        if (options.has('v')) yield* call.print(`${call.name}: removing directory, ${quoteFile(path)}\n`);
        try {
          call.context.fs.rmdir(path);
        } catch (error) {
          if (!isSystemError(error)) throw error;
          if (error.code === 'ENOTEMPTY' && options.has('ignore-fail-on-non-empty')) break;
          const what = path === operand ? 'failed to remove' : 'failed to remove directory';
          yield* call.warn(`${what} ${quoteFile(path)}: ${error.message}`);
          break;
        }
        if (!options.has('p') || !path.replace(/\/+$/, '').includes('/')) break;
      }
    }
    return undefined;
  },
});

export const touch = tool({
  name: 'touch',
  summary: 'change file timestamps',
  usage: '[OPTION]... FILE...',
  options: 'a c|no-create d|date= f h|no-dereference m r|reference= t= time=',
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('missing file operand');
    const time = touchTime(call);
    const { fs } = call.context;
    for (const path of call.operands) {
      yield* call.spend();
      try {
        if (!fs.exists(path)) {
          if (call.options.has('c')) continue;
          fs.write(path, '');
        }
        if (time !== undefined || fs.stat(path).mtimeMs !== call.context.now)
          fs.utimes(path, time ?? call.context.now);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        const what = error.code === 'EPERM' ? 'setting times of' : 'cannot touch';
        yield* call.warn(`${what} ${quoteFile(path)}: ${error.message}`);
      }
    }
    return undefined;
  },
});

function touchTime(call: Call): number | undefined {
  const { options, context } = call;
  const where = zoneOf(context);
  const reference = options.get('r');
  if (reference !== undefined) {
    const stat = context.fs.tryStat(reference);
    if (!stat)
      throw new Failure(`failed to get attributes of ${quoteFile(reference)}: No such file or directory`);
    return stat.mtimeMs;
  }
  const text = options.get('d');
  if (text !== undefined) {
    const time = parseDate(text, context.now, where);
    if (time === undefined) throw new Failure(`invalid date format ${quote(text)}`);
    return time;
  }
  const stamp = options.get('t');
  if (stamp === undefined) return undefined;
  const match = /^(\d\d)?(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(stamp);
  if (!match) throw new Failure(`invalid date format ${quote(stamp)}`);
  const year =
    match[2] === undefined
      ? match[1]
        ? 2000 + Number(match[1])
        : new Date(context.now).getUTCFullYear()
      : Number(`${match[1]}${match[2]}`);
  const wall = Date.UTC(
    year,
    Number(match[3]) - 1,
    Number(match[4]),
    Number(match[5]),
    Number(match[6]),
    Number(match[7] ?? 0),
  );
  return wall - where.at(wall).minutes * 60_000;
}

export const ln = tool({
  name: 'ln',
  summary: 'make links between files',
  usage: [
    '[OPTION]... [-T] TARGET LINK_NAME',
    '[OPTION]... TARGET',
    '[OPTION]... TARGET... DIRECTORY',
    '[OPTION]... -t DIRECTORY TARGET...',
  ],
  options:
    'backup? b d|F|directory f|force i|interactive L|logical n|no-dereference P|physical r|relative s|symbolic S|suffix= t|target-directory= T|no-target-directory v|verbose',
  *run(call: Call) {
    const { options, operands } = call;
    if (options.has('r') && !options.has('s')) call.fail('cannot do --relative without --symbolic');
    if (operands.length === 0) call.misuse('missing file operand');
    const single = operands.length === 1 && !options.has('t');
    const place = single ? { sources: operands, target: '.', into: true } : linkPlace(call);
    for (const source of place.sources) {
      const link = place.into ? joinPath(place.target, lastPart(source)) : place.target;
      yield* makeLink(call, source, link);
    }
    return undefined;
  },
});

function linkPlace(call: Call) {
  const { options, operands, context } = call;
  const target = operands.at(-1) as string;
  const isLink = context.fs.tryStat(target, false)?.type === 'symlink';
  if (options.has('n') && isLink && operands.length === 2 && !options.has('t'))
    return { sources: operands.slice(0, 1), target, into: false };
  return destinations(call);
}

function* makeLink(call: Call, source: string, link: string): Steps<void> {
  const { options, context } = call;
  const { fs } = context;
  const symbolic = options.has('s');
  const what = symbolic ? 'symbolic' : 'hard';
  const old = fs.tryStat(link, false);
  const text = options.has('r') ? relative(fs.realpath(directoryPart(link)), absolute(call, source)) : source;
  if (!symbolic && !fs.tryStat(source, false)) {
    yield* call.warn(`failed to access ${quoteFile(source)}: No such file or directory`);
    return;
  }
  if (!symbolic && fs.isDirectory(source)) {
    yield* call.warn(`${quoteFile(source).slice(1, -1)}: hard link not allowed for directory`);
    return;
  }
  try {
    if (old && options.has('f')) {
      if (!symbolic && isSameFile(old, fs.tryStat(source, false))) {
        yield* call.warn(`${quoteFile(source)} and ${quoteFile(link)} are the same file`);
        return;
      }
      fs.unlink(link);
    } else if (old && old.type !== 'directory') {
      if (options.last('i', 'f') === 'i' && !(yield* confirm(call, `replace ${quoteFile(link)}?`))) return;
      if (!backUp(call, link) && options.has('i')) fs.unlink(link);
    }
    if (symbolic) fs.symlink(text, link);
    else fs.link(source, link);
    if (options.has('v'))
      yield* call.print(`${quoteFile(link)} ${symbolic ? '->' : '=>'} ${quoteFile(text)}\n`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const to =
      symbolic || error.code === 'EEXIST' || error.code === 'EXDEV' ? '' : ` => ${quoteFile(source)}`;
    yield* call.warn(`failed to create ${what} link ${quoteFile(link)}${to}: ${error.message}`);
  }
}

function absolute(call: Call, path: string): string {
  return joinPath(call.context.fs.realpath(directoryPart(path)), lastPart(path));
}

/** The way from a directory to a path, both absolute. */
export function relative(from: string, to: string): string {
  const a = from.split('/').filter((part) => part !== '');
  const b = to.split('/').filter((part) => part !== '');
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/') || '.';
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const mktemp = tool({
  name: 'mktemp',
  summary: 'create a temporary file or directory',
  usage: '[OPTION]... [TEMPLATE]',
  options: 'd|directory u|dry-run q|quiet suffix= p|tmpdir? t',
  // `-p DIR` takes its argument apart, unlike `--tmpdir[=DIR]`.
  prepare: (args) =>
    args.flatMap((arg, i) =>
      args[i - 1] === '-p' ? [] : arg === '-p' && args[i + 1] !== undefined ? [`-p${args[i + 1]}`] : [arg],
    ),
  *run(call: Call) {
    const { options, operands, context } = call;
    if (operands.length > 1) call.misuse('too many templates');
    const suffix = options.get('suffix') ?? '';
    const template = (operands[0] ?? 'tmp.XXXXXXXXXX') + suffix;
    const match = /^(.*?)(X{3,})([^X]*)$/s.exec(template);
    if (!match) throw new Failure(`too few X's in template ${quote(operands[0] ?? '')}`);
    const inTmp = operands.length === 0 || options.has('p', 't');
    const directory = options.get('p') ?? context.env.get('TMPDIR') ?? '/tmp';
    for (let tries = 0; tries < 100; tries++) {
      const name = `${match[1]}${context.host.random.text((match[2] as string).length, ALPHABET)}${match[3]}`;
      const path = inTmp ? joinPath(directory, name) : name;
      if (context.fs.exists(path)) continue;
      const what = options.has('d') ? 'directory' : 'file';
      try {
        if (!options.has('u') && options.has('d')) context.fs.mkdir(path, 0o700);
        else if (!options.has('u')) context.fs.write(path, '', 0o600);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        if (options.has('q')) return 1;
        const shown = inTmp ? joinPath(directory, template) : template;
        throw new Failure(`failed to create ${what} via template ${quote(shown)}: ${error.message}`);
      }
      yield* call.print(`${path}\n`);
      return 0;
    }
    return 1;
  },
});

export const readlink = tool({
  name: 'readlink',
  summary: 'print resolved symbolic links or canonical file names',
  usage: '[OPTION]... FILE...',
  options:
    'f|canonicalize e|canonicalize-existing m|canonicalize-missing n|no-newline q|quiet s|silent v|verbose z|zero',
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('missing operand');
    const mode = call.options.last('f', 'e', 'm');
    const end = call.options.has('z')
      ? '\0'
      : call.options.has('n') && call.operands.length === 1
        ? ''
        : '\n';
    for (const path of call.operands) {
      yield* call.spend();
      try {
        const found = mode ? canonical(call, path, mode) : call.context.fs.readlink(path);
        yield* call.print(found + end);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        call.status = 1;
        if (call.options.has('v')) yield* call.warn(`${path}: ${error.message}`);
      }
    }
    return undefined;
  },
});

export const realpath = tool({
  name: 'realpath',
  summary: 'print the resolved path',
  usage: '[OPTION]... FILE...',
  options:
    'e|canonicalize-existing m|canonicalize-missing L|logical P|physical q|quiet relative-to= relative-base= s|strip|no-symlinks z|zero',
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('missing operand');
    const { options } = call;
    const base = options.get('relative-to');
    for (const path of call.operands) {
      yield* call.spend();
      try {
        const mode = options.has('s') ? 'm' : (options.last('e', 'm') ?? 'f');
        let found = canonical(call, path, mode);
        if (base !== undefined) found = relative(canonical(call, base, mode), found);
        yield* call.print(found + (options.has('z') ? '\0' : '\n'));
      } catch (error) {
        if (!isSystemError(error)) throw error;
        call.status = 1;
        if (!options.has('q')) yield* call.warn(`${quoteName(path)}: ${error.message}`);
      }
    }
    return undefined;
  },
});

/** Links that may lead to one file, as in the kernel. */
const MOST_LINKS = 40;

/** The absolute path without links. `e`: all must exist, `f`: all but the last, `m`: none need. */
export function canonical(call: Call, path: string, mode: string, links = 0): string {
  const { fs } = call.context;
  if (path === '') throw new SystemError('ENOENT', path);
  if (links > MOST_LINKS && mode !== 'm') throw new SystemError('ELOOP', path);
  if (mode === 'e' || fs.exists(path)) return fs.realpath(path);
  const link = fs.tryStat(path, false);
  if (link?.type === 'symlink' && links <= MOST_LINKS) {
    const target = link.data.startsWith('/') ? link.data : joinPath(directoryPart(path), link.data);
    return canonical(call, target, mode, links + 1);
  }
  const parent = directoryPart(path);
  const name = lastPart(path);
  if (mode === 'f') return joinPath(fs.realpath(parent), name);
  const above = parent === path ? '/' : canonical(call, parent, mode, links);
  return name === '..' ? directoryPart(above) : name === '.' ? above : joinPath(above, name);
}
