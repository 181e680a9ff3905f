import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { quote, quoteFile } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { changeMode } from './modes.ts';

/** The mode of `-m`, or undefined where none was given. */
function modeOf(call: Call): number | undefined {
  const text = call.options.get('m');
  if (text === undefined) return undefined;
  const mode = changeMode(text, 0o666, false, call.context.umask);
  if (mode === undefined) throw new Failure('invalid mode');
  if ((mode & ~0o777) !== 0) throw new Failure('mode must specify only file permission bits');
  return mode;
}

function* makeFifo(call: Call, path: string, mode: number | undefined, what: string): Steps<void> {
  const { fs } = call.context;
  try {
    fs.makeNode(path, 'fifo', mode ?? 0o666);
    if (mode !== undefined) fs.chmod(path, mode);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    yield* call.warn(`${what}${error.message}`);
  }
}

export const mkfifo = tool({
  name: 'mkfifo',
  summary: 'make FIFOs (named pipes)',
  usage: '[OPTION]... NAME...',
  options: 'm|mode= Z context?',
  *run(call: Call) {
    if (call.operands.length === 0) call.misuse('missing operand');
    const mode = modeOf(call);
    for (const path of call.operands)
      yield* makeFifo(call, path, mode, `cannot create fifo ${quoteFile(path)}: `);
    return undefined;
  },
});

export const mknod = tool({
  name: 'mknod',
  summary: 'make block or character special files',
  usage: '[OPTION]... NAME TYPE [MAJOR MINOR]',
  options: 'm|mode= Z context?',
  *run(call: Call) {
    const [path, type, ...numbers] = call.operands;
    if (path === undefined) call.misuse('missing operand');
    if (type === undefined) call.misuse(`missing operand after ${quote(path)}`);
    const mode = modeOf(call);
    if (type === 'p') {
      if (numbers[0] !== undefined)
        call.misuse(`extra operand ${quote(numbers[0])}\nFifos do not have major and minor device numbers.`);
      yield* makeFifo(call, path, mode, `${path}: `);
      return undefined;
    }
    if (numbers.length < 2)
      call.misuse(
        `missing operand after ${quote(numbers[0] ?? type)}${numbers.length === 0 ? '\nSpecial files require major and minor device numbers.' : ''}`,
      );
    if (!'bcu'.includes(type)) call.misuse(`invalid device type ${quote(type)}`);
    // No device of this machine can be opened by another name.
    yield* call.warn(`${path}: Operation not permitted`);
    return undefined;
  },
});

export const link = tool({
  name: 'link',
  summary: 'call the link function to create a link to a file',
  usage: 'FILE1 FILE2',
  options: '',
  *run(call: Call) {
    const [from, to] = call.twoOperands();
    try {
      call.context.fs.link(from, to);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      yield* call.warn(`cannot create link ${quoteFile(to)} to ${quoteFile(from)}: ${error.message}`);
    }
    return undefined;
  },
});
