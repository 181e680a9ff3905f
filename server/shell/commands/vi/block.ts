import type { Steps } from '../../../sim/index.ts';
import type { Editor } from './editor.ts';
import { insertMode } from './insert.ts';
import { demandModifiable, recased } from './operators.ts';
import { lineWidth } from './window-view.ts';

/** The lines and columns of the screen that a selection of a block covers; endless on the right after `$`. */
interface Block {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** What of a line is in a block: the text before it and behind it, tabs at its edges as blanks. */
interface Piece {
  readonly head: string;
  readonly text: string;
  readonly tail: string;
  /** The line ends before the block begins, or before it ends. */
  readonly isShort: boolean;
  readonly endsInside: boolean;
}

/** The block of the last selection. */
export function blockOf(editor: Editor): Block {
  const { anchor, cursor, endless } = editor.document.lastVisual ?? {
    anchor: editor.anchor,
    cursor: editor.cursor,
    endless: false,
  };
  const [a, b] = [edges(editor, anchor), edges(editor, cursor)];
  return {
    top: Math.min(anchor.line, cursor.line),
    bottom: Math.max(anchor.line, cursor.line),
    left: Math.min(a.left, b.left),
    right: endless ? Number.POSITIVE_INFINITY : Math.max(a.right, b.right),
  };
}

/** First and last column of the character at a place. */
function edges(
  editor: Editor,
  { line, column }: { line: number; column: number },
): { left: number; right: number } {
  const text = editor.buffer.line(line);
  const { tabstop } = editor.settings;
  const left = lineWidth(text.slice(0, column), tabstop);
  return { left, right: Math.max(left, lineWidth(text.slice(0, column + 1), tabstop) - 1) };
}

function pieceOf(editor: Editor, line: number, { left, right }: Block): Piece {
  const row = editor.buffer.line(line);
  let [head, text, tail] = ['', '', ''];
  let column = 0;
  for (const char of row) {
    const end = lineWidth(`${' '.repeat(column)}${char}`, editor.settings.tabstop);
    if (end <= left) head += char;
    else if (column > right) tail += char;
    else if (column >= left && end - 1 <= right) text += char;
    else {
      head += ' '.repeat(Math.max(0, left - column));
      text += ' '.repeat(Math.min(end, right + 1) - Math.max(column, left));
      tail += ' '.repeat(Math.max(0, end - 1 - right));
    }
    column = end;
  }
  return { head, text, tail, isShort: column < left, endsInside: column <= right };
}

/** `d`, `c`, `y` and changes of case on a block. */
export function* operateOnBlock(editor: Editor, op: string, register: string | undefined): Steps<void> {
  const { buffer } = editor;
  const block = blockOf(editor);
  const pieces = linesOf(block).map((line) => pieceOf(editor, line, block));
  if ('dcy'.includes(op)) {
    const text = pieces.map((piece) => piece.text).join('\n');
    editor.store(register, { text, kind: 'block' }, op === 'y' ? 'yanked' : 'deleted');
  }
  if (op !== 'y') {
    demandModifiable(editor);
    buffer.checkpoint(editor.cursor);
    pieces.forEach(({ head, text, tail }, i) => {
      if (text !== '')
        buffer.setLine(block.top + i, head + ('dc'.includes(op) ? '' : recased(op, text)) + tail);
    });
  }
  const column = (pieces[0] as Piece).head.length;
  editor.moveTo({ line: block.top, column });
  if (op === 'c') {
    const rest = pieces.map(({ head, isShort }, i) => ({ line: block.top + i, head, isShort })).slice(1);
    yield* repeatBelow(
      editor,
      column,
      rest.filter((one) => !one.isShort),
    );
  }
}

function linesOf({ top, bottom }: Block): number[] {
  return Array.from({ length: bottom - top + 1 }, (_, i) => top + i);
}

/** `I` and `A` on a block: what is typed on its first line goes into the others too. */
export function* insertAtBlock(editor: Editor, append: boolean, count: number): Steps<void> {
  const { buffer } = editor;
  const block = blockOf(editor);
  const endless = block.right === Number.POSITIVE_INFINITY;
  demandModifiable(editor);
  buffer.checkpoint(editor.cursor);
  const rows = linesOf(block).map((line) => {
    const piece = pieceOf(editor, line, block);
    if (!append) return { ...piece, line };
    const pad =
      piece.endsInside && !endless
        ? block.right + 1 - lineWidth(buffer.line(line), editor.settings.tabstop)
        : 0;
    return {
      line,
      head: piece.head + piece.text + ' '.repeat(pad),
      tail: piece.tail,
      text: '',
      isShort: false,
    };
  });
  const [first, ...others] = rows as [(typeof rows)[number], ...typeof rows];
  buffer.setLine(block.top, first.head + first.text + first.tail);
  editor.moveTo({ line: block.top, column: 0 });
  const done = yield* repeatBelow(
    editor,
    first.head.length,
    others.filter((one) => !one.isShort),
    count,
    (row) => {
      if (buffer.line(row.line) !== row.head + row.text + row.tail)
        buffer.setLine(row.line, row.head + row.text + row.tail);
    },
  );
  if (done) editor.moveTo({ line: block.top, column: pieceOf(editor, block.top, block).head.length });
}

interface Below {
  readonly line: number;
  readonly head: string;
}

/** Types at a column of the cursor's line, then the same behind the heads of other lines. False: there is nothing. */
function* repeatBelow<Row extends Below>(
  editor: Editor,
  column: number,
  rows: readonly Row[],
  count = 1,
  prepare: (row: Row) => void = () => undefined,
): Steps<boolean> {
  const { buffer } = editor;
  const { line } = editor.cursor;
  const before = buffer.line(line);
  editor.mode = 'insert';
  editor.moveTo({ line, column });
  const typedFrom = editor.commandKeys.length;
  yield* insertMode(editor);
  const keys = editor.commandKeys.slice(typedFrom);
  for (let i = 1; i < count; i++) {
    editor.mode = 'insert';
    editor.moveTo(buffer.marks.get('^') ?? editor.cursor);
    editor.keys.queue = [...keys, ...editor.keys.queue];
    yield* insertMode(editor);
  }
  if (count > 1) editor.commandKeys.length = typedFrom + keys.length;
  const grown = buffer.line(line).length - before.length;
  if (editor.cursor.line !== line || grown <= 0) return false;
  const typed = buffer.line(line).slice(column, column + grown);
  for (const row of rows) {
    prepare(row);
    const { length } = row.head;
    const text = buffer.line(row.line);
    buffer.setLine(row.line, text.slice(0, length) + typed + text.slice(length));
  }
  return true;
}

/** `>` and `<` on a block: the blanks at its left edge grow or shrink. Models vim src/ops.c shift_block. */
export function shiftBlock(editor: Editor, steps: number): void {
  const { buffer, settings } = editor;
  const block = blockOf(editor);
  const by = steps * (settings.shiftwidth || settings.tabstop);
  demandModifiable(editor);
  buffer.checkpoint(editor.cursor);
  for (const line of linesOf(block)) {
    const { head, text, tail, isShort } = pieceOf(editor, line, {
      ...block,
      right: Number.POSITIVE_INFINITY,
    });
    if (isShort) continue;
    const rest = text + tail;
    const words = rest.replace(/^[ \t]+/, '');
    const kept = by > 0 ? head.replace(/[ \t]+$/, '') : head;
    const from = lineWidth(kept, settings.tabstop);
    const blanksEnd = lineWidth(head + rest.slice(0, rest.length - words.length), settings.tabstop);
    const to = Math.max(from, blanksEnd + by);
    buffer.setLine(line, kept + blanks(from, by > 0 ? to : Math.max(block.left, to), settings) + words);
  }
  editor.moveTo({ line: block.top, column: pieceOf(editor, block.top, block).head.length });
}

/** Blanks from a column to another; with tabs where they may be. */
function blanks(
  from: number,
  to: number,
  { expandtab, tabstop }: { expandtab: boolean; tabstop: number },
): string {
  if (expandtab || Math.floor(to / tabstop) === Math.floor(from / tabstop)) return ' '.repeat(to - from);
  return '\t'.repeat(Math.floor(to / tabstop) - Math.floor(from / tabstop)) + ' '.repeat(to % tabstop);
}
