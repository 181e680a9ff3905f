import { byteLength, size } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Input } from '../core/input.ts';
import { quote, quoteName } from '../core/quote.ts';
import { type Call, tool } from '../core/tool.ts';

const COLUMNS = ['l', 'w', 'm', 'c', 'L'] as const;
type Column = (typeof COLUMNS)[number];
type Counts = Record<Column, number>;

export const wc = tool({
  name: 'wc',
  summary: 'print newline, word, and byte counts for each file',
  usage: ['[OPTION]... [FILE]...', '[OPTION]... --files0-from=F'],
  options: 'c|bytes m|chars l|lines files0-from= L|max-line-length w|words total=',
  *run(call) {
    const chosen = COLUMNS.filter((column) => call.options.has(column));
    const columns = chosen.length > 0 ? chosen : (['l', 'w', 'c'] as const);
    const when = call.options.get('total') ?? 'auto';
    if (!['auto', 'always', 'only', 'never'].includes(when)) {
      call.misuse(
        `invalid argument ${quote(when)} for '--total'\nValid arguments are:\n  - 'auto'\n  - 'always'\n  - 'only'\n  - 'never'`,
      );
    }
    const paths = yield* operands(call);
    const width = numberWidth(call, paths, columns.length, when);
    const total: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
    for (const path of paths.length === 0 ? [undefined] : paths) {
      const counts = yield* countFile(call, path);
      if (!counts) continue;
      for (const column of COLUMNS) {
        total[column] = column === 'L' ? Math.max(total.L, counts.L) : total[column] + counts[column];
      }
      if (when !== 'only') yield* call.print(row(counts, columns, width, path));
    }
    if (when === 'always' || when === 'only' || (when === 'auto' && paths.length > 1))
      yield* call.print(row(total, columns, width, when === 'only' ? undefined : 'total'));
    return undefined;
  },
});

function* operands(call: Call): Steps<readonly string[]> {
  const from = call.options.get('files0-from');
  if (from === undefined) return call.operands;
  if (call.operands.length > 0)
    call.misuse(
      `extra operand ${quote(call.operands[0] as string)}\nfile operands cannot be combined with --files0-from`,
    );
  return (yield* call.readFile(from)).split('\0').filter((path) => path !== '');
}

/** As wide as the sum of all sizes needs; seven when standard input or a device is among the files. */
function numberWidth(call: Call, paths: readonly string[], columns: number, when: string): number {
  if (when === 'only' || (columns === 1 && paths.length <= 1)) return 1;
  let bytes = 0;
  let width = 1;
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const inode = path === '-' ? call.context.fds.get(0)?.inode() : call.context.fs.tryStat(path);
    if (!inode && path !== '-') continue;
    if (inode?.type === 'file') bytes += size(inode);
    else width = 7;
  }
  return Math.max(width, String(bytes).length);
}

function* countFile(call: Call, path: string | undefined): Steps<Counts | undefined> {
  if (path !== undefined && path !== '-' && call.context.fs.isDirectory(path)) {
    yield* call.warn(`${quoteName(path)}: Is a directory`);
    return { l: 0, w: 0, m: 0, c: 0, L: 0 };
  }
  const input = yield* call.tryOpen(path ?? '-');
  if (!input) return undefined;
  const counts = yield* count(input);
  if (path !== undefined && path !== '-') input.close();
  return counts;
}

function* count(input: Input): Steps<Counts> {
  const counts: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  let inWord = false;
  let column = 0;
  for (;;) {
    const piece = yield* input.chunk();
    if (piece === '') break;
    counts.c += byteLength(piece);
    for (const char of piece) {
      const code = char.codePointAt(0) as number;
      if (code < 0xdc80 || code > 0xdcff) counts.m++;
      if (char === '\n') counts.l++;
      const space = (code >= 9 && code <= 13) || code === 32;
      if (!space && !inWord) counts.w++;
      inWord = !space;
      if (char === '\n' || char === '\r' || char === '\f') column = 0;
      else if (char === '\t') column += 8 - (column % 8);
      else if (code >= 32 && code !== 127)
        column +=
          code >= 0x1100 &&
          /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|[\u{1f300}-\u{1faff}]/u.test(
            char,
          )
            ? 2
            : 1;
      if (column > counts.L) counts.L = column;
    }
  }
  return counts;
}

function row(counts: Counts, columns: readonly Column[], width: number, name: string | undefined): string {
  const numbers = columns.map((column) => String(counts[column]).padStart(width)).join(' ');
  return `${numbers}${name === undefined ? '' : ` ${quoteName(name)}`}\n`;
}
