import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { charWidth } from '../core/width.ts';

const TAB = 8;
const UTIL_LINUX = 'util-linux 2.39.3';

/** `col`: back spaces and reverse line feeds are carried out, so that only what would be seen is left. */
export const col = tool({
  name: 'col',
  summary: 'filter reverse line feeds from input',
  usage: '[options]',
  version: UTIL_LINUX,
  options: 'b|no-backspaces f|fine p|pass h|tabs l|lines= x|spaces',
  *run(call: Call) {
    for (;;) {
      const line = yield* call.stdin.line();
      if (line === undefined) return 0;
      yield* call.print(`${columns(call, line)}\n`);
      yield* call.spend(1 + (line.length >> 4));
    }
  },
});

/** A line by its columns; of several characters in one the last counts with `-b`. */
function columns({ options }: Call, line: string): string {
  const cells: string[][] = [];
  let at = 0;
  for (const char of line) {
    if (char === '\b') at = Math.max(0, at - 1);
    else if (char === '\r') at = 0;
    else if (char === '\t') at = (Math.floor(at / TAB) + 1) * TAB;
    else if (char === ' ') at++;
    else if (char >= ' ') {
      const below = options.has('b') ? [] : (cells[at] ?? []);
      cells[at] = [...below, char];
      at += charWidth(char);
    }
  }
  return options.has('x') ? spaced(cells) : tabbed(cells);
}

const shown = (cell: readonly string[]) => cell.join('\b');

function spaced(cells: readonly (readonly string[] | undefined)[]): string {
  let out = '';
  let at = 0;
  for (const [column, cell] of cells.entries()) {
    if (!cell) continue;
    out += ' '.repeat(column - at) + shown(cell);
    at = column + charWidth(cell[0] as string);
  }
  return out;
}

/** Gaps that end at a stop are written with tabs. */
function tabbed(cells: readonly (readonly string[] | undefined)[]): string {
  let out = '';
  let at = 0;
  for (const [column, cell] of cells.entries()) {
    if (!cell) continue;
    if (column - at > 1) {
      for (let next = (Math.floor(at / TAB) + 1) * TAB; next <= column; next += TAB) {
        out += '\t';
        at = next;
      }
    }
    out += ' '.repeat(column - at) + shown(cell);
    at = column + charWidth(cell[0] as string);
  }
  return out;
}

/** `colrm FIRST [LAST]` */
export const colrm = tool({
  name: 'colrm',
  summary: 'remove columns from a file',
  usage: '[startcol [endcol]]',
  version: UTIL_LINUX,
  *run(call: Call) {
    const [first, last] = call.operands.map((text) => {
      if (!/^\d+$/.test(text) || text === '0') call.fail(`first argument: '${text}'`);
      return Number(text);
    });
    for (;;) {
      const line = yield* call.stdin.line();
      if (line === undefined) return 0;
      yield* call.print(`${first === undefined ? line : without(line, first, last)}\n`);
      yield* call.spend(1);
    }
  },
});

function without(line: string, first: number, last = Number.POSITIVE_INFINITY): string {
  let out = '';
  let column = 1;
  for (const char of line) {
    const next = char === '\t' ? (Math.floor((column - 1) / TAB) + 1) * TAB + 1 : column + charWidth(char);
    // A tab may be cut in two: it counts as the blanks it stands for.
    const cells = char === '\t' && last >= first ? ' '.repeat(next - column) : char;
    for (const [i, cell] of [...cells].entries()) if (column + i < first || column + i > last) out += cell;
    column = next;
  }
  return out;
}

/** `ul`: underlining and bold by overstriking become what the terminal has for them. */
export const ul = tool({
  name: 'ul',
  summary: 'do underlining',
  usage: '[options] [<file> ...]',
  version: UTIL_LINUX,
  options: 't|terminal= T i|indicated',
  *run(call: Call): Steps<number | undefined> {
    const terminal = call.options.get('t') ?? call.options.get('T') ?? call.context.env.get('TERM') ?? 'dumb';
    const [on, off] = terminal === 'dumb' ? ['', ''] : ['\x1b[4m', '\x1b[24m'];
    const [bold, plain] = terminal === 'dumb' ? ['', ''] : ['\x1b[1m', '\x1b(B\x1b[m'];
    for (const input of yield* call.inputs()) {
      const text = yield* input.rest();
      yield* call.print(
        text
          .replace(/(?:_\x08[^\n])+/g, (run) => on + run.replace(/_\x08/g, '') + off)
          .replace(/(?:([^\n])\x08\1)+/g, (run) => bold + run.replace(/(.)\x08./g, '$1') + plain),
      );
    }
    return undefined;
  },
});
