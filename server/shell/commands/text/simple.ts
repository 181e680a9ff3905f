import { decode, encode, type SystemError } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { Regex, RegexError } from '../../regex/regex.ts';
import { writeAll } from '../core/child.ts';
import type { Input } from '../core/input.ts';
import { mapped } from '../core/mapped.ts';
import { quote, quoteName } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

export const tee = tool({
  name: 'tee',
  summary: 'read from standard input and write to standard output and files',
  usage: '[OPTION]... [FILE]...',
  options: 'a|append i|ignore-interrupts p output-error?',
  *run(call) {
    const append = call.options.has('a');
    if (call.options.has('i')) call.context.process.handlers.set('INT', 'ignore');
    const files: ReturnType<typeof call.context.fs.open>[] = [];
    for (const path of call.operands) {
      try {
        files.push(
          call.context.fs.open(path, { write: true, create: true, append, truncate: !append }).retain(),
        );
      } catch (error) {
        yield* call.complain(error, path);
      }
    }
    for (;;) {
      const piece = yield* call.stdin.chunk();
      if (piece === '') break;
      yield* call.print(piece);
      yield* call.flush();
      for (const file of files) yield* writeAll(call, file, piece);
    }
    for (const file of files) file.release();
    return undefined;
  },
});

export const tac = tool({
  name: 'tac',
  summary: 'concatenate and print files in reverse',
  usage: '[OPTION]... [FILE]...',
  options: 'b|before r|regex s|separator=',
  *run(call) {
    const separator = call.options.get('s') ?? '\n';
    const regex = call.options.has('r') ? separatorRegex(call, separator) : undefined;
    for (const path of call.operands.length === 0 ? ['-'] : call.operands) {
      const text = yield* wholeFile(call, path);
      if (text === undefined || text === '') continue;
      yield* reversed(call, text, regex ?? separator);
    }
    return undefined;
  },
});

function separatorRegex(call: Call, pattern: string): Regex {
  try {
    return new Regex(pattern, { extended: false });
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return call.fail('Invalid regular expression');
  }
}

/** Shows the pieces in their reverse order; a separator belongs to the piece before it, or behind it. */
function* reversed(call: Call, text: string, separator: string | Regex): Steps<void> {
  const before = call.options.has('b');
  const cuts = yield* mapped(call, separatorsIn(text, separator), ([from, to]) => (before ? from : to));
  let end = text.length;
  for (let i = cuts.length - 1; i >= 0; i--) {
    yield* call.spend();
    yield* call.print(text.slice(cuts[i], end));
    end = cuts[i] as number;
  }
  yield* call.print(text.slice(0, end));
}

/** Where separators stand. */
function* separatorsIn(text: string, separator: string | Regex): Iterable<[from: number, to: number]> {
  if (separator === '') return;
  for (let at = 0; at < text.length; ) {
    const place = nextSeparator(text, separator, at);
    if (!place) return;
    // Nothing is no separator.
    if (place[1] > place[0]) yield place;
    at = Math.max(place[1], place[0] + 1);
  }
}

function nextSeparator(text: string, separator: string | Regex, at: number): [number, number] | undefined {
  if (typeof separator !== 'string') {
    const match = separator.exec(text, at);
    return match && [match.index, match.end];
  }
  const from = text.indexOf(separator, at);
  return from < 0 ? undefined : [from, from + separator.length];
}

function* wholeFile(call: Call, path: string): Steps<string | undefined> {
  try {
    return yield* call.readFile(path);
  } catch (error) {
    const { message, code } = error as SystemError;
    if (code === 'EISDIR') yield* call.warn(`${quoteName(path)}: read error: Invalid argument`);
    else yield* call.warn(`failed to open '${path}' for reading: ${message}`);
    return undefined;
  }
}

export const rev = tool({
  name: 'rev',
  summary: 'reverse lines characterwise',
  usage: '[options] [<file> ...]',
  options: '0|zero',
  version: 'util-linux 2.39.3',
  *run(call) {
    const paths = call.operands.length === 0 ? ['-'] : call.operands;
    for (const path of paths) {
      let input: Input;
      try {
        input = call.open(path);
      } catch (error) {
        yield* call.warn(`cannot open ${path}: ${(error as Error).message}`);
        continue;
      }
      for (;;) {
        const line = yield* input.line();
        if (line === undefined) break;
        yield* call.print([...line].reverse().join('') + (input.terminated ? '\n' : ''));
      }
    }
    return undefined;
  },
});

export const paste = tool({
  name: 'paste',
  summary: 'merge lines of files',
  usage: '[OPTION]... [FILE]...',
  options: 'd|delimiters= s|serial z|zero-terminated',
  *run(call) {
    const separator = call.options.has('z') ? '\0' : '\n';
    const marks = delimiters(call, call.options.get('d') ?? '\t');
    const paths = call.operands.length === 0 ? ['-'] : call.operands;
    const inputs: Input[] = [];
    for (const path of paths) {
      try {
        inputs.push(call.open(path));
      } catch (error) {
        yield* call.complain(error, path);
        if (!call.options.has('s')) return 1;
      }
    }
    const mark = (i: number) => marks[i % marks.length] as string;
    if (call.options.has('s')) {
      for (const input of inputs) {
        const lines = yield* input.lines(separator);
        for (const [i, line] of lines.entries()) {
          yield* call.spend();
          yield* call.print(i === 0 ? line : mark(i - 1) + line);
        }
        yield* call.print(separator);
      }
      return undefined;
    }
    for (;;) {
      const lines: (string | undefined)[] = [];
      for (const input of inputs) lines.push(yield* input.line(separator));
      if (lines.every((line) => line === undefined)) return undefined;
      yield* call.print(
        lines.map((line, i) => (i === 0 ? '' : mark(i - 1)) + (line ?? '')).join('') + separator,
      );
    }
  },
});

/** The characters of the list in turn; `\0` is none. */
function delimiters(call: Call, list: string): string[] {
  if (list === '') return [''];
  if (/(^|[^\\])(\\\\)*\\$/.test(list)) call.fail(`delimiter list ends with an unescaped backslash: ${list}`);
  const known: Record<string, string> = {
    n: '\n',
    t: '\t',
    '\\': '\\',
    '0': '',
    b: '\b',
    f: '\f',
    r: '\r',
    v: '\v',
  };
  return (list.match(/\\.|[^\\]/gsu) ?? []).map((one) =>
    one.length === 2 && one[0] === '\\' ? (known[one[1] as string] ?? (one[1] as string)) : one,
  );
}

export const comm = tool({
  name: 'comm',
  summary: 'compare two sorted files line by line',
  usage: '[OPTION]... FILE1 FILE2',
  options: '1 2 3 check-order nocheck-order output-delimiter= total z|zero-terminated',
  *run(call: Call) {
    const [one, two] = call.twoOperands();
    const separator = call.options.has('z') ? '\0' : '\n';
    const joiner = call.options.get('output-delimiter') ?? '\t';
    const a = yield* sortedLines(call, one, separator);
    const b = yield* sortedLines(call, two, separator);
    const shows = [1, 2, 3].map((column) => !call.options.has(String(column)));
    const totals = [0, 0, 0];
    const prefix = ['', shows[0] ? joiner : '', (shows[0] ? joiner : '') + (shows[1] ? joiner : '')];
    const disorder = [disorderIn(a), disorderIn(b)];
    let told = false;
    for (let i = 0, j = 0; i < a.length || j < b.length; ) {
      const [x, y] = [a[i], b[j]];
      const column = y === undefined || (x !== undefined && x < y) ? 0 : x === undefined || x > y ? 1 : 2;
      const line = column === 1 ? y : x;
      if (column !== 1) i++;
      if (column !== 0) j++;
      totals[column] = (totals[column] as number) + 1;
      if (shows[column]) yield* call.print(`${prefix[column]}${line}${separator}`);
      const unpaired = totals[0] !== 0 || totals[1] !== 0;
      for (const [k, at] of [i, j].entries()) {
        if (disorder[k] === undefined || at < (disorder[k] as number) || call.options.has('nocheck-order'))
          continue;
        if (!unpaired && !call.options.has('check-order')) continue;
        disorder[k] = undefined;
        told = true;
        yield* call.warn(`file ${k + 1} is not in sorted order`);
        if (call.options.has('check-order')) return 1;
      }
    }
    if (call.options.has('total')) yield* call.print(`${totals.join(joiner)}${joiner}total${separator}`);
    if (told) yield* call.warn('input is not in sorted order');
    return undefined;
  },
});

/** Index of the first line that is smaller than the one before. */
function disorderIn(lines: readonly string[]): number | undefined {
  const at = lines.findIndex((line, i) => i > 0 && line < (lines[i - 1] as string));
  return at < 0 ? undefined : at;
}

function* sortedLines(call: Call, path: string, separator: string): Steps<string[]> {
  const input = call.open(path);
  return yield* input.lines(separator);
}

export const fold = tool({
  name: 'fold',
  summary: 'wrap each input line to fit in specified width',
  usage: '[OPTION]... [FILE]...',
  options: 'b|bytes s|spaces w|width=',
  prepare: (args) => args.map((arg) => arg.replace(/^-(\d+)$/, '-w$1')),
  *run(call) {
    const text = call.options.get('w') ?? '80';
    if (!/^\d+$/.test(text)) call.fail(`invalid number of columns: ${quote(text)}`);
    if (Number(text) === 0)
      call.fail(`invalid number of columns: ${quote(text)}: Numerical result out of range`);
    for (const input of yield* call.inputs()) {
      for (;;) {
        const line = yield* input.line();
        if (line === undefined) break;
        yield* folded(call, line, Number(text));
        if (input.terminated) yield* call.print('\n');
      }
    }
    return undefined;
  },
});

/** Where a byte leaves the cursor; with `-b` every byte is a column. Models src/fold.c adjust_column. */
function columnAfter(column: number, byte: number, counts: boolean): number {
  if (counts) return column + 1;
  if (byte === 8) return Math.max(0, column - 1);
  if (byte === 13) return 0;
  return byte === 9 ? column + 8 - (column % 8) : column + 1;
}

/** Shows a line in pieces. */
function* folded(call: Call, line: string, width: number): Steps<void> {
  const [atSpaces, counts] = [call.options.has('s'), call.options.has('b')];
  const bytes = encode(line);
  let [start, column] = [0, 0];
  for (let at = 0; at < bytes.length; ) {
    const next = columnAfter(column, bytes[at] as number, counts);
    if (next <= width || at === start) {
      column = next;
      at++;
      continue;
    }
    yield* call.spend();
    const blank = atSpaces ? lastBlank(bytes, start, at) : -1;
    const cut = blank < 0 ? at : blank + 1;
    yield* call.print(`${decode(bytes.subarray(start, cut))}\n`);
    [start, at, column] = [cut, cut, 0];
  }
  yield* call.print(decode(bytes.subarray(start)));
}

function lastBlank(bytes: Uint8Array, from: number, to: number): number {
  for (let at = to - 1; at >= from; at--) if (bytes[at] === 32 || bytes[at] === 9) return at;
  return -1;
}
