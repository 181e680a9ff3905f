import { isSystemError, RegularFile } from '../../../host/index.ts';
import { parseSize } from '../core/numbers.ts';
import { quote, quoteFile } from '../core/quote.ts';
import { type Call, Failure, tool } from '../core/tool.ts';
import { attempt } from './tree-walk.ts';

function sizeArgument(text: string): number {
  const size = parseSize(text);
  if (size === undefined) throw new Failure(`Invalid number: ${quote(text)}`);
  return size;
}

function sized(base: number, sign: string | undefined, amount: number): number {
  switch (sign) {
    case '+':
      return base + amount;
    case '-':
      return Math.max(0, base - amount);
    case '<':
      return Math.min(base, amount);
    case '>':
      return Math.max(base, amount);
    case '/':
      return Math.floor(base / amount) * amount;
    case '%':
      return Math.ceil(base / amount) * amount;
    default:
      return amount;
  }
}

/** Cuts a file or fills it up with zeros; makes it when it is not there. */
function resize({ context: { fs } }: Call, path: string, bytes: number): void {
  const file = fs.open(path, { write: true, create: true }).retain();
  if (file instanceof RegularFile) file.truncate(bytes);
  file.release();
}

export const fallocate = tool({
  name: 'fallocate',
  summary: 'preallocate or deallocate space to a file',
  usage: '[options] <filename>',
  options: 'l|length= o|offset= n|keep-size v|verbose x|posix',
  *run(call: Call) {
    const { options, context } = call;
    const [path] = call.operands;
    const text = options.get('l');
    const length = text === undefined ? 0 : parseSize(text);
    const offset = parseSize(options.get('o') ?? '0');
    if (path === undefined) call.fail('no filename specified');
    if (text === undefined) call.fail('no length argument specified');
    if (length === undefined) call.fail('failed to parse length');
    if (length <= 0) call.fail('invalid length value specified');
    if (offset === undefined) call.fail('failed to parse offset');
    try {
      const before = context.fs.tryStat(path)?.size ?? 0;
      resize(call, path, options.has('n') ? before : Math.max(before, offset + length));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const isFull = error.code === 'ENOSPC';
      call.fail(isFull ? `fallocate failed: ${error.message}` : `cannot open ${path}: ${error.message}`);
    }
    if (options.has('v')) yield* call.print(`${path}: ${length} bytes preallocated.\n`);
    return undefined;
  },
});

/** Bytes that a file system reads or writes at once. */
const IO_BLOCK = 4096;

export const truncate = tool({
  name: 'truncate',
  summary: 'shrink or extend the size of a file to the specified size',
  usage: 'OPTION... FILE...',
  options: 'c|no-create o|io-blocks r|reference= s|size=',
  *run(call: Call) {
    const { options } = call;
    const { fs } = call.context;
    const text = options.get('s');
    const reference = options.get('r');
    if (text === undefined && reference === undefined)
      call.misuse('you must specify either ‘--size’ or ‘--reference’');
    const sign = /^[-+<>/%]/.exec(text ?? '')?.[0];
    if (reference !== undefined && text !== undefined && !sign)
      call.misuse('you must specify a relative ‘--size’ with ‘--reference’');
    if (options.has('o') && text === undefined)
      call.misuse('‘--io-blocks’ was specified but ‘--size’ was not');
    if (call.operands.length === 0) call.misuse('missing file operand');
    const amount = text === undefined ? 0 : sizeArgument(text.slice(sign ? 1 : 0));
    const size = options.has('o') ? amount * IO_BLOCK : amount;
    if (reference !== undefined && !fs.exists(reference))
      call.fail(`cannot stat ${quoteFile(reference)}: No such file or directory`);
    for (const path of call.operands) {
      yield* call.spend();
      if (!fs.exists(path) && options.has('c')) continue;
      yield* attempt(call, 'cannot open', path, () => {
        const base = reference === undefined ? (fs.tryStat(path)?.size ?? 0) : fs.stat(reference).size;
        resize(call, path, text === undefined ? base : sized(base, sign, size));
      });
    }
    return undefined;
  },
});
