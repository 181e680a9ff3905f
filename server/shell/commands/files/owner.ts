import { isSystemError, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { quote, quoteFile } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { Users } from '../core/users.ts';
import { changeMode, modeText } from './modes.ts';
import { joinPath } from './tree-walk.ts';

const octal = (mode: number) => (mode & 0o7777).toString(8).padStart(4, '0');

export const chmod = tool({
  name: 'chmod',
  summary: 'change file mode bits',
  usage: [
    '[OPTION]... MODE[,MODE]... FILE...',
    '[OPTION]... OCTAL-MODE FILE...',
    '[OPTION]... --reference=RFILE FILE...',
  ],
  options:
    'c|changes f|silent|quiet v|verbose no-preserve-root preserve-root reference= R|recursive r w x X s t u g o a',
  // `-x` and its like are modes that begin with a dash.
  prepare: (args) =>
    args.flatMap((arg, i) =>
      /^-[rwxXstugoa,=+-]+$/.test(arg) && !/^--/.test(arg) && i < args.length ? [`mode\0${arg}`] : [arg],
    ),
  *run(call: Call) {
    const { options, context } = call;
    const operands = call.operands.map((operand) => operand.replace('mode\0', ''));
    const reference = options.get('reference');
    const text = reference === undefined ? operands.shift() : undefined;
    if (reference === undefined && text === undefined) call.misuse('missing operand');
    if (operands.length === 0)
      call.misuse(text === undefined ? 'missing operand' : `missing operand after ${quote(text)}`);
    const wanted = (stat: Stat): number => {
      if (reference !== undefined) return context.fs.stat(reference).mode;
      const mode = changeMode(text as string, stat.mode, stat.type === 'directory', context.umask);
      return mode ?? call.misuse(`invalid mode: ${quote(text as string)}`);
    };
    if (text !== undefined && changeMode(text, 0, false, 0) === undefined)
      call.misuse(`invalid mode: ${quote(text)}`);
    for (const path of operands) yield* chmodOne(call, path, wanted);
    return undefined;
  },
});

function* chmodOne(call: Call, path: string, wanted: (stat: Stat) => number): Steps<void> {
  const { options, context } = call;
  yield* call.spend(1);
  const link = context.fs.tryStat(path, false);
  const stat = context.fs.tryStat(path);
  if (!stat) {
    const what = link ? 'cannot operate on dangling symlink' : 'cannot access';
    if (!options.has('f'))
      yield* call.warn(
        link ? `${what} ${quoteFile(path)}` : `${what} ${quoteFile(path)}: ${missing(call, path)}`,
      );
    call.status = 1;
    if (options.has('v')) yield* call.print(`${quoteFile(path)} could not be accessed\n`);
    return;
  }
  const mode = wanted(stat);
  try {
    if (mode !== stat.mode) context.fs.chmod(path, mode);
    yield* tellMode(call, path, stat, mode);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    call.status = 1;
    if (!options.has('f')) yield* call.warn(`changing permissions of ${quoteFile(path)}: ${error.message}`);
  }
  if (!options.has('R') || stat.type !== 'directory' || link?.type === 'symlink') return;
  for (const name of context.fs.list(path)) {
    const child = joinPath(path, name);
    if (context.fs.tryStat(child, false)?.type !== 'symlink') yield* chmodOne(call, child, wanted);
  }
}

function missing(call: Call, path: string): string {
  try {
    call.context.fs.stat(path);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

function* tellMode(call: Call, path: string, stat: Stat, mode: number): Steps<void> {
  const shown = (bits: number) => `${octal(bits)} (${modeText('file', bits).slice(1)})`;
  if (mode !== stat.mode) {
    if (call.options.has('v', 'c'))
      yield* call.print(`mode of ${quoteFile(path)} changed from ${shown(stat.mode)} to ${shown(mode)}\n`);
  } else if (call.options.has('v'))
    yield* call.print(`mode of ${quoteFile(path)} retained as ${shown(mode)}\n`);
}

interface Owner {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly shown: string;
}

function ownerCommand(name: 'chown' | 'chgrp'): Command {
  return tool({
    name,
    summary: name === 'chown' ? 'change file owner and group' : 'change group ownership',
    usage: [
      `[OPTION]... ${name === 'chown' ? '[OWNER][:[GROUP]]' : 'GROUP'} FILE...`,
      '[OPTION]... --reference=RFILE FILE...',
    ],
    options:
      'c|changes f|silent|quiet v|verbose dereference h|no-dereference from= no-preserve-root preserve-root reference= R|recursive H L P',
    *run(call: Call) {
      const operands = [...call.operands];
      const reference = call.options.get('reference');
      const text = reference === undefined ? operands.shift() : undefined;
      if (reference === undefined && text === undefined) call.misuse('missing operand');
      if (operands.length === 0)
        call.misuse(text === undefined ? 'missing operand' : `missing operand after ${quote(text)}`);
      const owner =
        reference === undefined ? parseOwner(call, text as string, name) : ownerOf(call, reference, name);
      for (const path of operands) yield* changeOwner(call, path, owner, name);
      return undefined;
    },
  });
}

export const chown = ownerCommand('chown');
export const chgrp = ownerCommand('chgrp');

function ownerOf(call: Call, path: string, name: string): Owner {
  const { uid, gid } = call.context.fs.stat(path);
  return { uid: name === 'chown' ? uid : undefined, gid, shown: '' };
}

function parseOwner(call: Call, text: string, name: 'chown' | 'chgrp'): Owner {
  const users = Users.of(call.context);
  const group = (word: string) => users.group(word)?.gid ?? (/^\d+$/.test(word) ? Number(word) : undefined);
  if (name === 'chgrp') {
    const gid = group(text);
    if (gid === undefined) throw new Failure(`invalid group: ${quote(text)}`);
    return { uid: undefined, gid, shown: text };
  }
  const match = /^([^:.]*|.*?)(?:([:.])(.*))?$/.exec(text) as RegExpExecArray;
  const [, owner = '', mark, groupName = ''] = users.user(text) ? [text, text] : match;
  const user = users.user(owner);
  const uid = user?.uid ?? (/^\d+$/.test(owner) ? Number(owner) : undefined);
  if (owner !== '' && uid === undefined) throw new Failure(`invalid user: ${quote(text)}`);
  let gid = groupName === '' ? undefined : group(groupName);
  if (groupName !== '' && gid === undefined) throw new Failure(`invalid group: ${quote(text)}`);
  if (mark && groupName === '' && owner !== '') gid = user?.gid;
  return { uid, gid, shown: text };
}

function* changeOwner(call: Call, path: string, owner: Owner, name: 'chown' | 'chgrp'): Steps<void> {
  const { options, context } = call;
  yield* call.spend(1);
  const follow = !options.has('h');
  const stat = context.fs.tryStat(path, follow);
  if (!stat) {
    call.status = 1;
    const dangling = context.fs.tryStat(path, false) ? 'cannot dereference' : 'cannot access';
    if (!options.has('f')) yield* call.warn(`${dangling} ${quoteFile(path)}: ${missing(call, path)}`);
    return;
  }
  const changes = (owner.uid ?? stat.uid) !== stat.uid || (owner.gid ?? stat.gid) !== stat.gid;
  try {
    context.fs.chown(path, owner.uid, owner.gid, follow);
    const what = name === 'chown' ? 'ownership' : 'group';
    if (changes ? options.has('v', 'c') : options.has('v')) {
      const users = Users.of(context);
      const before =
        name === 'chown' && owner.gid === undefined
          ? (users.user(stat.uid)?.name ?? stat.uid)
          : name === 'chown'
            ? `${users.user(stat.uid)?.name ?? stat.uid}:${users.group(stat.gid)?.name ?? stat.gid}`
            : (users.group(stat.gid)?.name ?? stat.gid);
      yield* call.print(
        changes
          ? `changed ${what} of ${quoteFile(path)} from ${before} to ${owner.shown}\n`
          : `${what} of ${quoteFile(path)} retained as ${owner.shown}\n`,
      );
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    call.status = 1;
    const what =
      name === 'chown' && owner.uid !== undefined
        ? 'ownership'
        : owner.uid === undefined
          ? 'group'
          : 'ownership';
    if (!options.has('f')) yield* call.warn(`changing ${what} of ${quoteFile(path)}: ${error.message}`);
  }
  if (!options.has('R') || stat.type !== 'directory') return;
  for (const child of context.fs.list(path)) {
    const full = joinPath(path, child);
    if (options.has('h') || context.fs.tryStat(full, false)?.type !== 'symlink')
      yield* changeOwner(call, full, owner, name);
  }
}
