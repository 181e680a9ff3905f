import type { Steps } from '../../../sim/index.ts';
import { before } from './buffer.ts';
import type { Editor } from './editor.ts';
import { insertMode } from './insert.ts';
import { type Motion, type Span, textObject, wordUnderOperator } from './motions.ts';
import { motionOf, readCommand, type Typed } from './moves.ts';
import { operate, spanBetween } from './operators.ts';

export const OPERATORS = new Set(['d', 'c', 'y', '>', '<', '=', 'gU', 'gu', 'g~', 'gq', 'gw']);

/** `d2w`, `ciw`, `yy`, `gUU` … */
export function* operatorCommand(editor: Editor, typed: Typed): Steps<void> {
  const next = yield* readCommand(editor);
  const count = typed.count * next.count;
  const op = typed.key;
  let span: Span | undefined;
  if (next.key === op.at(-1) || next.key === op || (op.startsWith('g') && next.key === `g${op[1]}`)) {
    const last = editor.cursor.line + count - 1;
    if (count > 1 && editor.cursor.line === editor.buffer.count - 1) editor.refuse();
    span = {
      from: { line: editor.cursor.line, column: 0 },
      to: { line: Math.min(last, editor.buffer.count - 1), column: 0 },
      linewise: true,
    };
  } else if (next.key === 'i' || next.key === 'a') {
    span = textObject(editor.buffer, editor.cursor, next.key === 'a', yield* editor.key(), count);
  } else span = yield* motionSpan(editor, op, { ...next, count, counted: typed.counted || next.counted });
  if (!span) editor.refuse();
  const linewise = ['>', '<', '='].includes(op) ? { ...span, linewise: true } : span;
  if (operate(editor, op, linewise, typed.register) === 'insert') yield* insertMode(editor);
}

/** A span that ends where a line begins ends with the line before; from the start of a line it takes whole lines. */
function exclusive({ buffer }: Editor, span: Span, { linewise, inclusive }: Motion): Span {
  const { from, to } = span;
  if (linewise || inclusive || to.column > 0 || to.line === from.line) return span;
  const isStart = buffer.line(from.line).slice(0, from.column).trim() === '';
  const last = to.line - 1;
  if (isStart) return { from, to: { line: last, column: 0 }, linewise: true };
  return { from, to: { line: last, column: buffer.line(last).length } };
}

/** Keys that go on to other lines only when no operator waits. */
const WITHIN_LINE: Readonly<Record<string, string>> = { ' ': 'l', '\b': 'h', '\x7f': 'h' };

/** Motions backward that fail where the text begins. */
const BACKWARD = new Set(['h', '<Left>']);

function* motionSpan(editor: Editor, op: string, typed: Typed): Steps<Span | undefined> {
  const from = editor.cursor;
  // `cw` on a word changes to its end only.
  const onWord = /\S/.test(editor.line[from.column] ?? ' ');
  const key =
    op === 'c' && onWord && (typed.key === 'w' || typed.key === 'W')
      ? typed.key === 'w'
        ? 'e'
        : 'E'
      : (WITHIN_LINE[typed.key] ?? typed.key);
  if (key !== typed.key && typed.count === 1) {
    const big = key === 'E';
    const object = textObject(editor.buffer, from, false, big ? 'W' : 'w', 1);
    return object && { from, to: object.to };
  }
  const isWord = key === 'w' || key === 'W';
  const motion = isWord
    ? { to: wordUnderOperator(editor.buffer, from, key === 'W', typed.count) }
    : yield* motionOf(editor, { ...typed, key });
  if (!motion || ('failed' in motion && motion.failed)) return undefined;
  if (BACKWARD.has(key) && !before(motion.to, from)) return undefined;
  return exclusive(editor, spanBetween(editor.buffer, from, motion.to, motion), motion);
}
