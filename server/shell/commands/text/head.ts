import { decode, encode } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Input } from '../core/input.ts';
import { demandSize } from '../core/numbers.ts';
import { quoteFile } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

export const head = tool({
  name: 'head',
  summary: 'output the first part of files',
  usage: '[OPTION]... [FILE]...',
  options: 'c|bytes= n|lines= q|quiet|silent v|verbose z|zero-terminated',
  prepare: (args) => args.map((arg, i) => (i === 0 ? arg.replace(/^-(\d+)$/, '-n$1') : arg)),
  *run(call) {
    const mode = call.options.last('c', 'n') ?? 'n';
    const given = call.options.get(mode) ?? '10';
    const fromEnd = given.startsWith('-');
    const count = demandSize(given.replace(/^[-+]/, ''), `number of ${mode === 'c' ? 'bytes' : 'lines'}`);
    const headers = yieldsHeaders(call);
    let first = true;
    for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
      const { input, titled } = yield* openFor(call, path, headers ? header(path, first) : '');
      if (titled) first = false;
      if (!input) continue;
      if (mode === 'c') yield* bytes(call, input, count, fromEnd);
      else yield* lines(call, input, count, fromEnd);
      if (path !== '-') input.close();
    }
    return undefined;
  },
});

/** Whether `==> name <==` stands before each file: head and tail have the same rule. */
export function yieldsHeaders(call: Call): boolean {
  const choice = call.options.last('q', 'v');
  return choice === 'v' || (choice === undefined && call.operands.length > 1);
}

/** The line above a file's text. */
export function header(path: string, first: boolean): string {
  return `${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`;
}

/** Opens a file in the words of head and tail, under its title; a directory opens too, and cannot be read. */
export function* openFor(
  call: Call,
  path: string,
  title: string,
): Steps<{ input: Input | undefined; titled: boolean }> {
  try {
    const isDirectory = path !== '-' && call.context.fs.isDirectory(path);
    const input = isDirectory ? undefined : call.open(path);
    yield* call.print(title);
    if (isDirectory) yield* call.warn(`error reading ${quoteFile(path)}: Is a directory`);
    return { input, titled: true };
  } catch (error) {
    yield* call.warn(`cannot open ${quoteFile(path)} for reading: ${(error as Error).message}`);
    return { input: undefined, titled: false };
  }
}

function* lines(call: Call, input: Input, count: number, fromEnd: boolean): Steps<void> {
  const separator = call.options.has('z') ? '\0' : '\n';
  if (fromEnd) {
    const all = yield* input.lines(separator);
    const kept = all.slice(0, Math.max(0, all.length - count));
    for (const line of kept) yield* call.print(line + separator);
    return;
  }
  for (let i = 0; i < count; i++) {
    const line = yield* input.line(separator);
    if (line === undefined) return;
    yield* call.print(input.terminated ? line + separator : line);
  }
}

function* bytes(call: Call, input: Input, count: number, fromEnd: boolean): Steps<void> {
  if (fromEnd) {
    const all = encode(yield* input.rest());
    yield* call.print(decode(all.slice(0, Math.max(0, all.length - count))));
    return;
  }
  for (let left = count; left > 0; ) {
    const piece = yield* input.chunk();
    if (piece === '') return;
    const raw = encode(piece);
    yield* call.print(raw.length <= left ? piece : decode(raw.slice(0, left)));
    left -= raw.length;
  }
}
