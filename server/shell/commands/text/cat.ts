import { isSystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Input } from '../core/input.ts';
import { quoteName } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

/** What is carried from line to line, over all files. */
interface State {
  number: number;
  blank: number;
  lineStart: boolean;
}

export const cat = tool({
  name: 'cat',
  summary: 'concatenate files to standard output',
  usage: '[OPTION]... [FILE]...',
  options:
    'b|number-nonblank n|number s|squeeze-blank v|show-nonprinting E|show-ends T|show-tabs A|show-all e t u',
  *run(call) {
    const state: State = { number: 0, blank: 0, lineStart: true };
    const plain = call.options.given.every((option) => option.name === 'u');
    for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
      const input = yield* call.tryOpen(path);
      if (!input) continue;
      if (isOutput(call, input)) yield* call.warn(`${quoteName(path)}: input file is output file`);
      else yield* copy(call, input, state, plain);
      if (path !== '-') input.close();
    }
    return undefined;
  },
});

function isOutput(call: Call, input: Input): boolean {
  const inode = call.context.fds.get(1)?.inode();
  const own = input.file.inode();
  return inode !== undefined && inode.type === 'file' && inode.ino === own?.ino && inode.data.length > 0;
}

function* copy(call: Call, input: Input, state: State, plain: boolean): Steps<void> {
  try {
    for (;;) {
      const piece = yield* input.chunk();
      if (piece === '') return;
      yield* call.print(plain ? piece : decorate(call, piece, state));
      // What has been read is passed on at once, as write(2) does.
      if (plain) yield* call.flush();
    }
  } catch (error) {
    if (!isSystemError(error) || error.code === 'EPIPE') throw error;
    yield* call.complain(error, input.name);
  }
}

function decorate(call: Call, piece: string, state: State): string {
  const { options } = call;
  const ends = options.has('A', 'E', 'e');
  const tabs = options.has('A', 'T', 't');
  const visible = options.has('A', 'v', 'e', 't');
  const nonblank = options.has('b');
  const all = options.has('n') && !nonblank;
  let out = '';
  for (const line of piece.match(/[^\n]*\n|[^\n]+/g) ?? []) {
    const blank = line === '\n' && state.lineStart;
    state.blank = blank ? state.blank + 1 : 0;
    if (blank && state.blank > 1 && options.has('s')) continue;
    if (state.lineStart && (all || (nonblank && !blank))) out += `${String(++state.number).padStart(6)}\t`;
    state.lineStart = line.endsWith('\n');
    let body = state.lineStart ? line.slice(0, -1) : line;
    if (ends && !visible && state.lineStart && body.endsWith('\r')) body = `${body.slice(0, -1)}^M`;
    if (visible) body = showNonprinting(body);
    if (tabs) body = body.replaceAll('\t', '^I');
    out += body + (state.lineStart ? (ends ? '$\n' : '\n') : '');
  }
  return out;
}

/** `^X` and `M-x` for the bytes that are not plain ASCII; tabs stay. */
export function showNonprinting(text: string): string {
  return text.replace(/[^\t\n -~]/gu, (char) => {
    const code = char.codePointAt(0) as number;
    const bytes = code >= 0xdc80 && code <= 0xdcff ? [code - 0xdc00] : [...new TextEncoder().encode(char)];
    return bytes.map(showByte).join('');
  });
}

function showByte(byte: number): string {
  if (byte >= 128) return `M-${showByte(byte - 128)}`;
  if (byte === 127) return '^?';
  return byte < 32 ? `^${String.fromCharCode(byte + 64)}` : String.fromCharCode(byte);
}
