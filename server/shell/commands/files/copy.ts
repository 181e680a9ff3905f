import { isSystemError, type Stat, SystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { quoteFile, quoteName } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';
import { directoryPart, lastPart } from '../shell/basics.ts';
import { backUp, checkBackup } from './backup.ts';
import { changeMode } from './modes.ts';
import { attempt, confirm, destinations, errorOf, isSameFile, joinPath } from './tree-walk.ts';

interface Plan {
  readonly recursive: boolean;
  /** Follow links: always, only operands, or never. */
  readonly follow: 'all' | 'operands' | 'none';
  readonly preserve: ReadonlySet<string>;
  readonly force: boolean;
  readonly verbose: boolean;
  /** Hard links that were copied: inode to new path. */
  readonly links: Map<string, string>;
}

export const cp = tool({
  name: 'cp',
  summary: 'copy files and directories',
  usage: [
    '[OPTION]... [-T] SOURCE DEST',
    '[OPTION]... SOURCE... DIRECTORY',
    '[OPTION]... -t DIRECTORY SOURCE...',
  ],
  options: `a|archive attributes-only b backup? copy-contents d debug f|force i|interactive H l|link L|dereference n|no-clobber
    P|no-dereference p preserve? no-preserve= parents R|r|recursive reflink? remove-destination sparse=
    strip-trailing-slashes s|symbolic-link S|suffix= t|target-directory= T|no-target-directory update? u v|verbose
    x|one-file-system Z context?`,
  *run(call: Call) {
    const { sources, target, into } = destinations(call);
    checkBackup(call);
    if (call.options.has('n'))
      yield* call.context.err(
        'cp: warning: behavior of -n is non-portable and may change in future; use --update=none instead\n',
      );
    if (call.options.has('parents') && !into)
      call.misuse('with --parents, the destination must be a directory');
    const plan = planOf(call);
    const made = new Map<string, string>();
    for (const source of sources) {
      const name = call.options.has('parents') ? source.replace(/^\/+/, '') : lastPart(source);
      const to = into
        ? joinPath(target, name === '..' || name === '.' ? '' : name).replace(/(.)\/$/, '$1')
        : target;
      if (call.options.has('parents')) call.context.fs.mkdirAll(directoryPart(to));
      if (into && made.get(to) === source) {
        yield* call.context.err(`cp: warning: source file ${quoteFile(source)} specified more than once\n`);
        continue;
      }
      if (into && made.has(to)) {
        yield* call.warn(`will not overwrite just-created ${quoteFile(to)} with ${quoteFile(source)}`);
        continue;
      }
      made.set(to, source);
      yield* copy(call, plan, source, to, true);
    }
    return undefined;
  },
});

function planOf(call: Call): Plan {
  const { options } = call;
  const archive = options.has('a');
  const recursive = archive || options.has('R');
  const links = options.last('L', 'P', 'H', 'd', 'a');
  const preserve = new Set(
    options
      .all('preserve')
      .flatMap((list) => (list === '' ? ['mode', 'ownership', 'timestamps'] : list.split(','))),
  );
  if (options.has('p') || archive) for (const what of ['mode', 'ownership', 'timestamps']) preserve.add(what);
  if (archive || options.has('d')) preserve.add('links');
  if (preserve.has('all'))
    for (const what of ['mode', 'ownership', 'timestamps', 'links']) preserve.add(what);
  for (const list of options.all('no-preserve')) for (const what of list.split(',')) preserve.delete(what);
  return {
    recursive,
    follow: links === 'L' ? 'all' : links === 'H' ? 'operands' : links || recursive ? 'none' : 'all',
    preserve,
    force: options.has('f', 'remove-destination'),
    verbose: options.has('v'),
    links: new Map(),
  };
}

function* copy(call: Call, plan: Plan, from: string, to: string, isOperand: boolean): Steps<void> {
  const { fs } = call.context;
  yield* call.spend(1);
  const follow = plan.follow === 'all' || (plan.follow === 'operands' && isOperand);
  let stat: Stat;
  try {
    stat = follow ? fs.stat(from) : fs.lstat(from);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot stat ${quoteFile(from)}: ${error.message}`);
    return;
  }
  if (stat.type === 'directory') yield* copyDirectory(call, plan, from, to, stat);
  else yield* copyFile(call, plan, from, to, stat);
}

function* copyDirectory(call: Call, plan: Plan, from: string, to: string, stat: Stat): Steps<void> {
  const { fs } = call.context;
  if (!plan.recursive) {
    yield* call.warn(`-r not specified; omitting directory ${quoteFile(from)}`);
    return;
  }
  const parent = fs.tryStat(directoryPart(to));
  if (parent && `${parent.path}/`.startsWith(`${stat.path}/`)) {
    yield* call.warn(`cannot copy a directory, ${quoteFile(from)}, into itself, ${quoteFile(to)}`);
    return;
  }
  const old = fs.tryStat(to);
  if (old && old.type !== 'directory') {
    yield* call.warn(`cannot overwrite non-directory ${quoteFile(to)} with directory ${quoteFile(from)}`);
    return;
  }
  if (!old) {
    if (!(yield* attempt(call, 'cannot create directory', to, () => fs.mkdir(to, stat.mode | 0o700)))) return;
    if (plan.verbose) yield* call.print(`${quoteFile(from)} -> ${quoteFile(to)}\n`);
  }
  let names: string[];
  try {
    names = fs.list(from);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot access ${quoteFile(from)}: ${error.message}`);
    return;
  }
  for (const name of names) yield* copy(call, plan, joinPath(from, name), joinPath(to, name), false);
  if (!old || plan.preserve.size > 0) preserve(call, plan, to, stat, !old);
}

function* copyFile(call: Call, plan: Plan, from: string, to: string, stat: Stat): Steps<void> {
  const { fs } = call.context;
  let old = fs.tryStat(to, stat.type !== 'symlink');
  if (old && !(yield* mayReplace(call, plan, from, to, stat, old))) return;
  const backup = old && backUp(call, to);
  if (backup) old = undefined;
  const key = `${stat.device}:${stat.ino}`;
  try {
    const linked = plan.preserve.has('links') && stat.links > 1 ? plan.links.get(key) : undefined;
    if (linked !== undefined || call.options.has('l')) {
      if (old && (linked || plan.force)) fs.unlink(to);
      fs.link(linked ?? from, to);
    } else if (call.options.has('s')) {
      if (old && plan.force) fs.unlink(to);
      if (!from.startsWith('/') && to.includes('/') && !isHere(call, to)) {
        yield* call.warn(`${quoteName(to)}: can make relative symbolic links only in current directory`);
        return;
      }
      fs.symlink(from, to);
    } else if (stat.type === 'symlink') {
      if (old) fs.unlink(to);
      fs.symlink(stat.data, to);
    } else yield* copyData(call, plan, from, to, stat, old);
    plan.links.set(key, to);
    if (stat.type !== 'symlink') preserve(call, plan, to, stat, false);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reading = error.code === 'EACCES' && !fs.can(from, 'read');
    const what = reading
      ? `cannot open ${quoteFile(from)} for reading`
      : call.options.has('l')
        ? `cannot create hard link ${quoteFile(to)} to ${quoteFile(from)}`
        : call.options.has('s')
          ? `cannot create symbolic link ${quoteFile(to)} to ${quoteFile(from)}`
          : `cannot create regular file ${quoteFile(to)}`;
    yield* call.warn(`${what}: ${error.message}`);
    return;
  }
  if (plan.verbose) yield* call.print(`${arrow(from, to, backup)}\n`);
}

function arrow(from: string, to: string, backup: string | undefined): string {
  return `${quoteFile(from)} -> ${quoteFile(to)}${backup ? ` (backup: ${quoteFile(backup)})` : ''}`;
}

/** Whether a path lies in the working directory itself. */
function isHere({ context: { fs } }: Call, path: string): boolean {
  return fs.realpath(directoryPart(path)) === fs.realpath('.');
}

function* copyData(
  call: Call,
  plan: Plan,
  from: string,
  to: string,
  stat: Stat,
  old: Stat | undefined,
): Steps<void> {
  const { fs } = call.context;
  if (stat.type === 'file') {
    if (to.endsWith('/') && !old) throw new SystemError('ENOTDIR', to);
    const mode = stat.mode & 0o777;
    const copyTo = () =>
      call.options.has('attributes-only') ? fs.write(to, '', mode) : fs.copyContent(from, to, mode);
    try {
      if (old && call.options.has('remove-destination')) {
        fs.unlink(to);
        if (plan.verbose) yield* call.print(`removed ${quoteFile(to)}\n`);
      }
      copyTo();
    } catch (error) {
      if (!plan.force || !old || !isSystemError(error, 'EACCES')) throw error;
      fs.unlink(to);
      copyTo();
    }
    yield* call.spend(stat.size >> 16);
    return;
  }
  if (plan.recursive && stat.type !== 'directory' && stat.type !== 'symlink') {
    fs.makeNode(to, stat.type, stat.mode, stat.data);
    return;
  }
  // A device or pipe is read like a file.
  const input = call.open(from);
  const target = fs.open(to, { write: true, create: true, truncate: true, mode: stat.mode & 0o666 }).retain();
  try {
    for (;;) {
      const piece = yield* input.chunk();
      if (piece === '') return;
      target.write(piece);
    }
  } finally {
    input.close();
    target.release();
  }
}

function* mayReplace(
  call: Call,
  plan: Plan,
  from: string,
  to: string,
  stat: Stat,
  old: Stat,
): Steps<boolean> {
  const { options } = call;
  if (old.type === 'directory') {
    yield* call.warn(`cannot overwrite directory ${quoteFile(to)} with non-directory`);
    return false;
  }
  if (options.last('n', 'i', 'f') === 'n' || options.get('update')?.startsWith('none')) return false;
  if (isSameFile(stat, old) && !plan.links.has('')) {
    if (options.has('l')) return false;
    yield* call.warn(`${quoteFile(from)} and ${quoteFile(to)} are the same file`);
    return false;
  }
  if (updates(call) && old.mtimeMs >= stat.mtimeMs) return false;
  if (options.last('n', 'i', 'f') !== 'i') return true;
  return yield* confirm(call, `overwrite ${quoteFile(to)}?`);
}

/** `-u` and `--update=older`; `--update=all` is no limit. */
function updates({ options }: Call): boolean {
  const last = options.last('u', 'update');
  return last === 'u' || (last === 'update' && (options.get('update') ?? 'older') === 'older');
}

/** Gives the copy what `-p` keeps; a new directory gets its mode in any case. */
function preserve(call: Call, plan: Plan, to: string, stat: Stat, isNew: boolean): void {
  const { fs, credentials, umask } = call.context;
  if (plan.preserve.has('ownership'))
    errorOf(() => fs.chown(to, credentials.uid === 0 ? stat.uid : undefined, stat.gid));
  if (plan.preserve.has('mode')) errorOf(() => fs.chmod(to, stat.mode));
  else if (isNew) errorOf(() => fs.chmod(to, stat.mode & ~umask));
  if (plan.preserve.has('timestamps')) errorOf(() => fs.utimes(to, stat.mtimeMs));
}

export const mv = tool({
  name: 'mv',
  summary: 'move (rename) files',
  usage: [
    '[OPTION]... [-T] SOURCE DEST',
    '[OPTION]... SOURCE... DIRECTORY',
    '[OPTION]... -t DIRECTORY SOURCE...',
  ],
  options:
    'backup? b debug f|force i|interactive n|no-clobber no-copy strip-trailing-slashes S|suffix= t|target-directory= T|no-target-directory u update? v|verbose Z|context',
  *run(call: Call) {
    const { sources, target, into } = destinations(call);
    checkBackup(call);
    for (const source of sources)
      yield* move(call, source, into ? joinPath(target, lastPart(source)) : target);
    return undefined;
  },
});

function* move(call: Call, from: string, to: string): Steps<void> {
  const { fs } = call.context;
  const stat = fs.tryStat(from.replace(/(.)\/+$/, '$1'), false);
  if (!stat) {
    const why = errorOf(() => fs.lstat(from)) ?? 'No such file or directory';
    yield* call.warn(`cannot stat ${quoteFile(from)}: ${why}`);
    return;
  }
  const old = fs.tryStat(to, false);
  if (old && !(yield* mayOverwrite(call, from, to, stat, old))) return;
  const parent = fs.tryStat(directoryPart(to));
  if (stat.type === 'directory' && parent && `${parent.path}/`.startsWith(`${stat.path}/`)) {
    yield* call.warn(`cannot move ${quoteFile(from)} to a subdirectory of itself, ${quoteFile(to)}`);
    return;
  }
  let backup: string | undefined;
  try {
    if (!old && to.endsWith('/') && stat.type !== 'directory') throw new SystemError('ENOTDIR', to);
    backup = old && backUp(call, to);
    fs.rename(from, to);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code !== 'EXDEV') {
      yield* call.warn(`cannot move ${quoteFile(from)} to ${quoteFile(to)}: ${error.message}`);
      return;
    }
    yield* moveAcross(call, from, to, old);
  }
  if (call.options.has('v')) yield* call.print(`renamed ${arrow(from, to, backup)}\n`);
}

/** To another file system: copy everything with its attributes, then remove the source. */
function* moveAcross(call: Call, from: string, to: string, old: Stat | undefined): Steps<void> {
  const plan: Plan = {
    recursive: true,
    follow: 'none',
    preserve: new Set(['mode', 'ownership', 'timestamps', 'links']),
    force: true,
    verbose: false,
    links: new Map([['', '']]),
  };
  if (old && old.type !== 'directory') call.context.fs.unlink(to);
  const before = call.status;
  yield* copy(call, plan, from, to, true);
  if (call.status === before) call.context.fs.removeAll(from);
}

function* mayOverwrite(call: Call, from: string, to: string, stat: Stat, old: Stat): Steps<boolean> {
  const { options } = call;
  if (isSameFile(stat, old)) {
    yield* call.warn(`${quoteFile(from)} and ${quoteFile(to)} are the same file`);
    return false;
  }
  if (old.type === 'directory' && stat.type !== 'directory') {
    yield* call.warn(`cannot overwrite directory ${quoteFile(to)} with non-directory`);
    return false;
  }
  if (old.type !== 'directory' && stat.type === 'directory') {
    yield* call.warn(`cannot overwrite non-directory ${quoteFile(to)} with directory ${quoteFile(from)}`);
    return false;
  }
  if (options.last('n', 'i', 'f') === 'n' || options.get('update')?.startsWith('none')) return false;
  if (updates(call) && old.mtimeMs >= stat.mtimeMs) return false;
  const asks = options.last('n', 'i', 'f') === 'i';
  return asks ? yield* confirm(call, `overwrite ${quoteFile(to)}?`) : true;
}

export const install = tool({
  name: 'install',
  summary: 'copy files and set attributes',
  usage: ['[OPTION]... [-T] SOURCE DEST', '[OPTION]... SOURCE... DIRECTORY', '[OPTION]... -d DIRECTORY...'],
  options:
    'b c C|compare d|directory D g|group= m|mode= o|owner= p|preserve-timestamps s|strip S|suffix= t|target-directory= T|no-target-directory v|verbose',
  *run(call: Call) {
    const { options, context } = call;
    const text = options.get('m') ?? '0755';
    const mode = changeMode(text, 0, false, 0);
    if (mode === undefined) call.fail(`invalid mode ${quoteFile(text)}`);
    if (options.has('d')) {
      for (const path of call.operands) {
        context.fs.mkdirAll(path);
        context.fs.chmod(path, mode);
      }
      return 0;
    }
    if (options.has('D') && call.operands.length === 2)
      context.fs.mkdirAll(directoryPart(call.operands[1] as string));
    const { sources, target, into } = destinations(call);
    for (const source of sources) {
      const to = into ? joinPath(target, lastPart(source)) : target;
      const stat = context.fs.tryStat(source);
      if (!stat) {
        yield* call.warn(`cannot stat ${quoteFile(source)}: No such file or directory`);
        continue;
      }
      const done = yield* attempt(call, 'cannot create regular file', to, () => {
        if (context.fs.exists(to)) context.fs.unlink(to);
        context.fs.copyContent(source, to, mode);
        context.fs.chmod(to, mode);
        if (options.has('p')) context.fs.utimes(to, stat.mtimeMs);
      });
      if (done && options.has('v')) yield* call.print(`${quoteFile(source)} -> ${quoteFile(to)}\n`);
    }
    return undefined;
  },
});
