import type { Steps } from '../../../sim/index.ts';
import { type Buffer, before, type Position } from './buffer.ts';
import type { Editor } from './editor.ts';
import { exCommand } from './ex.ts';
import { closedFold, demandManual, makeFold, withFolds } from './fold-commands.ts';
import { insertMode } from './insert.ts';
import { firstNonBlank, type Motion, type Span, textObject } from './motions.ts';
import { motionOf, readCommand, type Typed } from './moves.ts';
import { operate, spanBetween } from './operators.ts';
import { Walker } from './walker.ts';
import { endOfWord, forwardWord } from './words.ts';

export const OPERATORS = new Set(['d', 'c', 'y', '>', '<', '=', 'gU', 'gu', 'g~', 'gq', 'gw', '!', 'zf']);

/** `d2w`, `ciw`, `yy`, `gUU` … */
export function* operatorCommand(editor: Editor, typed: Typed): Steps<void> {
  if (typed.key === 'zf') demandManual(editor);
  const next = yield* readCommand(editor, true);
  const count = typed.count * next.count;
  const op = typed.key;
  let span: Span | undefined;
  if (isDoubled(op, next.key)) span = wholeLines(editor, op, count);
  else if (next.key === 'i' || next.key === 'a') {
    const { buffer, cursor } = editor;
    const name = yield* editor.key();
    if (isJump(name)) editor.markJump();
    span = textObject(buffer, cursor, { around: next.key === 'a', name, count });
    span &&= covered(editor, op, { ...span, motion: span });
  } else span = yield* motionSpan(editor, op, { ...next, count, counted: typed.counted || next.counted });
  if (!span) editor.refuse();
  if (op === '!') {
    yield* exCommand(editor, `${rangeOf(editor, span)}!`);
    return;
  }
  if (op === 'zf') {
    makeFold(editor, span.from.line, span.to.line - (span.linewise || span.to.column > 0 ? 0 : 1));
    return;
  }
  const linewise = ['>', '<', '=', 'gq', 'gw'].includes(op) ? { ...span, linewise: true } : span;
  if (operate(editor, op, linewise, typed.register) === 'insert') yield* insertMode(editor);
}

/** Lines as a range of ex commands. Models vim src/normal.c op_colon. */
function rangeOf({ cursor, buffer }: Editor, { from, to }: Span): string {
  const [first, last] = [Math.min(from.line, to.line), Math.max(from.line, to.line)];
  if (first === last) return first === cursor.line ? '.' : String(first + 1);
  const end = last === buffer.count - 1 ? '$' : `.+${last - first}`;
  return `${first === cursor.line ? '.' : first + 1},${end}`;
}

/** Objects that are searched for leave a mark where the cursor was. */
const isJump = (name: string) => '()b{}B[]<>t'.includes(name);

/** `dd`, `gUU`, `gUgU`. */
function isDoubled(op: string, key: string): boolean {
  return op !== 'zf' && (key === op.at(-1) || key === op);
}

function wholeLines(editor: Editor, op: string, count: number): Span {
  const { cursor, buffer, line } = editor;
  if (count > 1 && cursor.line === buffer.count - 1) editor.refuse();
  // The cursor goes to the text when it stands behind its start; yanking leaves it.
  const column = op === 'y' || count > 1 ? cursor.column : Math.min(cursor.column, firstNonBlank(line));
  const { first } = withFolds(editor, cursor.line, cursor.line);
  let last = cursor.line - 1;
  for (let i = 0; i < count && last < buffer.count - 1; i++)
    last = closedFold(editor, last + 1)?.last ?? last + 1;
  return {
    from: { line: first, column: first === cursor.line ? column : 0 },
    to: { line: last, column: 0 },
    linewise: true,
  };
}

/**
 * What an operator covers between two places. What ends where a line begins ends with the line before, and takes whole
 * lines from a start in an indent; so does deleting when only blanks would be left.
 * Models vim src/ops.c do_pending_operator, op_delete.
 */
function covered(
  editor: Editor,
  op: string,
  { from: a, to: b, motion }: { from: Position; to: Position; motion: Omit<Motion, 'to'> },
): Span {
  const { buffer } = editor;
  const { linewise, inclusive, numbered = false } = motion;
  const span = { ...spanBetween(buffer, a, b, motion), numbered };
  const { from, to } = span;
  if (linewise) {
    const { first, last } = withFolds(editor, from.line, to.line);
    if (first !== from.line || last !== to.line)
      return { ...span, from: { line: first, column: 0 }, to: { line: last, column: 0 } };
  }
  if (linewise || to.line === from.line) return span;
  const inIndent = buffer.line(from.line).slice(0, from.column).trim() === '';
  if (!inclusive && to.column === 0) {
    const line = to.line - 1;
    if (inIndent) return { from, to: { line, column: 0 }, linewise: true };
    return { from, to: { line, column: buffer.line(line).length }, numbered };
  }
  return op === 'd' && leavesBlanks(buffer, span) ? { ...span, linewise: true } : span;
}

/** Whether nothing but blanks would be left of several lines: they are deleted as lines are. */
export function leavesBlanks(buffer: Buffer, { from, to }: Span): boolean {
  const rest = buffer.line(from.line).slice(0, from.column) + buffer.line(to.line).slice(to.column);
  return to.line > from.line && rest.trim() === '';
}

/** Keys that go on to other lines only when no operator waits. */
const WITHIN_LINE: Readonly<Record<string, string>> = { ' ': 'l', '\b': 'h', '\x7f': 'h' };

/** Motions backward that fail where the text begins. */
const BACKWARD = new Set(['h', '<Left>']);

/** Motions whose count may be too large. */
const ENDING = new Set(['e', 'E']);

function* motionSpan(editor: Editor, op: string, typed: Typed): Steps<Span | undefined> {
  const from = editor.cursor;
  const key = WITHIN_LINE[typed.key] ?? typed.key;
  const isWord = key === 'w' || key === 'W' || key === '<C-Right>';
  const motion = isWord
    ? wordMotion(editor, op, key !== 'w', typed.count)
    : yield* motionOf(editor, { ...typed, key });
  if (!motion || (motion.failed && !ENDING.has(key))) return undefined;
  if (BACKWARD.has(key) && !before(motion.to, from)) return undefined;
  return covered(editor, op, { from, to: motion.to, motion });
}

/** `w` under an operator: a last word at the end of its line ends there; `cw` goes to the end of a word. */
function wordMotion(editor: Editor, op: string, big: boolean, count: number): Motion {
  const { buffer, cursor, line } = editor;
  const at = new Walker(buffer, cursor);
  const toEnd = op === 'c' && /\S/.test(line[cursor.column] ?? ' ');
  if (toEnd) endOfWord(at, { big, count }, { stays: true, stopsAtEmpty: false });
  else forwardWord(buffer, at, { big, count }, true);
  const isBehind = before(cursor, at.place) && at.char === '' && at.column > 0;
  if (isBehind) at.column--;
  return { to: at.place, inclusive: toEnd || isBehind };
}
