import { isSystemError, type Stat } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { quoteFile } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';
import { lastPart } from '../shell/basics.ts';
import { confirm, joinPath } from './tree-walk.ts';

export const rm = tool({
  name: 'rm',
  summary: 'remove files or directories',
  usage: '[OPTION]... [FILE]...',
  options:
    'd|dir f|force i I interactive? one-file-system no-preserve-root preserve-root? r|R|recursive v|verbose',
  *run(call: Call) {
    const { options } = call;
    const kept = options.get('preserve-root');
    if (kept !== undefined && kept !== 'all')
      call.fail(`unrecognized --preserve-root argument: ${quoteFile(kept)}`);
    if (call.operands.length === 0 && !options.has('f')) call.misuse('missing operand');
    if (options.last('f', 'I') === 'I' && (call.operands.length > 3 || options.has('r'))) {
      const count = call.operands.length;
      const what = `remove ${count} argument${count === 1 ? '' : 's'}${options.has('r') ? ' recursively' : ''}?`;
      if (!(yield* confirm(call, what))) return 0;
    }
    for (const path of call.operands) yield* removeOperand(call, path);
    return undefined;
  },
});

function* removeOperand(call: Call, path: string): Steps<void> {
  const { options, context } = call;
  let stat: Stat;
  try {
    stat = context.fs.lstat(path.replace(/(.)\/+$/, '$1'));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (options.has('f') && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return;
    yield* call.warn(`cannot remove ${quoteFile(path)}: ${error.message}`);
    return;
  }
  const name = lastPart(path);
  if (stat.type === 'directory') {
    if (!options.has('r', 'd')) {
      yield* call.warn(`cannot remove ${quoteFile(path)}: Is a directory`);
      return;
    }
    if (name === '.' || name === '..') {
      yield* call.warn(`refusing to remove '.' or '..' directory: skipping ${quoteFile(path)}`);
      return;
    }
    if (stat.path === '/' && options.has('r') && !options.has('no-preserve-root')) {
      yield* call.warn("it is dangerous to operate recursively on '/'");
      yield* call.warn('use --no-preserve-root to override this failsafe');
      return;
    }
  }
  yield* remove(call, path, stat);
}

/** Removes a file or a tree, asking where the options or the mode bits want it. False: it is still there. */
function* remove(call: Call, path: string, stat: Stat): Steps<boolean> {
  const { options, context } = call;
  yield* call.spend(1);
  if (stat.type === 'directory') return yield* removeDirectory(call, path);
  if (
    (yield* mustAsk(call, path)) &&
    !(yield* confirm(call, `remove ${describe(call, path, stat)} ${quoteFile(path)}?`))
  )
    return false;
  try {
    context.fs.unlink(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot remove ${quoteFile(path)}: ${error.message}`);
    return false;
  }
  if (options.has('v')) yield* call.print(`removed ${quoteFile(path)}\n`);
  return true;
}

function* mustAsk(call: Call, path: string): Steps<boolean> {
  const { options, context } = call;
  const last = options.last('f', 'i');
  if (last === 'f') return false;
  if (last === 'i') return true;
  const isLink = context.fs.tryStat(path, false)?.type === 'symlink';
  return context.isTerminal(0) && !isLink && !context.fs.can(path, 'write');
}

function describe(call: Call, path: string, stat: Stat): string {
  const guard = !call.context.fs.can(path, 'write') && stat.type !== 'symlink' ? 'write-protected ' : '';
  if (stat.type === 'symlink') return 'symbolic link';
  if (stat.type === 'directory') return `${guard}directory`;
  return `${guard}regular ${stat.size === 0 ? 'empty ' : ''}file`;
}

function* removeDirectory(call: Call, path: string): Steps<boolean> {
  const { options, context } = call;
  let names: string[] = [];
  try {
    names = options.has('r') ? context.fs.list(path) : [];
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot remove ${quoteFile(path)}: ${error.message}`);
    return false;
  }
  const asks = yield* mustAsk(call, path);
  if (asks && names.length > 0 && !(yield* confirm(call, `descend into directory ${quoteFile(path)}?`)))
    return false;
  let empty = true;
  for (const name of names) {
    const child = joinPath(path, name);
    const stat = context.fs.tryStat(child, false);
    if (stat) empty = (yield* remove(call, child, stat)) && empty;
  }
  if (!empty) return false;
  if (asks && !(yield* confirm(call, `remove directory ${quoteFile(path)}?`))) return false;
  try {
    context.fs.rmdir(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`cannot remove ${quoteFile(path)}: ${error.message}`);
    return false;
  }
  if (options.has('v')) yield* call.print(`removed directory ${quoteFile(path)}\n`);
  return true;
}

export const unlink = tool({
  name: 'unlink',
  summary: 'call the unlink function to remove the specified file',
  usage: 'FILE',
  *run(call: Call) {
    const [path] = call.operands;
    if (path === undefined) call.misuse('missing operand');
    try {
      call.context.fs.unlink(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      call.fail(`cannot unlink ${quoteFile(path)}: ${error.message}`);
    }
    return 0;
  },
});
