import type { Steps } from '../../../sim/index.ts';
import { before } from './buffer.ts';
import type { Mode } from './document.ts';
import { type Editor, Refused } from './editor.ts';
import { exCommand } from './ex.ts';
import { insertMode, shifted } from './insert.ts';
import { type Span, textObject } from './motions.ts';
import { go, motionOf, readCommand, scrolling, type Typed } from './moves.ts';
import { operate, put, spanBetween, taken } from './operators.ts';
import type { Register } from './registers.ts';

const MODES: Record<string, Mode> = { v: 'visual', V: 'visual-line', '\x16': 'visual-block' };

const OPERATORS: Record<string, string> = {
  d: 'd',
  x: 'd',
  '<Del>': 'd',
  D: 'd',
  X: 'd',
  c: 'c',
  s: 'c',
  C: 'c',
  S: 'c',
  R: 'c',
  y: 'y',
  Y: 'y',
  '>': '>',
  '<': '<',
  '=': '=',
  J: 'J',
  gJ: 'gJ',
  '~': 'g~',
  u: 'gu',
  U: 'gU',
  gu: 'gu',
  gU: 'gU',
  'g~': 'g~',
};

/** Visual mode: moves one end of the selection until a command takes it. */
export function* visualMode(editor: Editor, start: string): Steps<void> {
  editor.clears = true;
  if (start === 'gv') {
    if (!editor.document.lastVisual) editor.refuse();
    editor.mode = editor.document.lastVisual.mode;
    editor.anchor = editor.document.lastVisual.anchor;
    editor.moveTo(editor.document.lastVisual.cursor);
  } else {
    editor.mode = MODES[start] ?? 'visual';
    editor.anchor = editor.cursor;
  }
  try {
    while (yield* step(editor));
  } finally {
    if (editor.mode.startsWith('visual')) leave(editor);
  }
}

function leave(editor: Editor): void {
  editor.document.lastVisual = { mode: editor.mode, anchor: editor.anchor, cursor: editor.cursor };
  const { from, to } = editor.selection;
  editor.buffer.marks.set('<', from);
  editor.buffer.marks.set('>', to);
  editor.mode = 'normal';
  editor.moveTo(editor.cursor);
}

/** One command. False: visual mode is over. */
function* step(editor: Editor): Steps<boolean> {
  const typed = yield* readCommand(editor);
  const { key } = typed;
  if (key === '\x1b' || key === '\x03') return false;
  const mode = MODES[key];
  if (mode) {
    if (editor.mode === mode) return false;
    editor.mode = mode;
    return true;
  }
  try {
    return yield* command(editor, typed);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    editor.say(error.message);
    return true;
  }
}

/** Objects that are added to what is selected already. */
const GROWING = new Set(['w', 'W']);

/** The selection goes on by a word, from behind its end. */
function grow(editor: Editor, around: boolean, what: string, count: number): void {
  const { buffer, cursor } = editor;
  const atEnd = cursor.column + 1 >= buffer.line(cursor.line).length;
  if (atEnd && cursor.line === buffer.count - 1) editor.refuse();
  const from = atEnd
    ? { line: cursor.line + 1, column: 0 }
    : { line: cursor.line, column: cursor.column + 1 };
  const span = textObject(buffer, from, around, what, count);
  if (!span) editor.refuse();
  if (editor.mode === 'visual-line') editor.mode = 'visual';
  editor.moveTo({ line: span.to.line, column: Math.max(0, span.to.column - 1) });
}

function* command(editor: Editor, typed: Typed): Steps<boolean> {
  const { key } = typed;
  if (OPERATORS[key]) {
    yield* apply(editor, typed, OPERATORS[key]);
    return false;
  }
  switch (key) {
    case 'o':
    case 'O':
      [editor.anchor] = [editor.cursor, editor.moveTo(editor.anchor)];
      return true;
    case ':':
      leave(editor);
      yield* exCommand(editor, "'<,'>");
      return false;
    case 'p':
    case 'P':
      replaceSelection(editor, typed);
      return false;
    case 'r':
      yield* replaceAll(editor);
      return false;
    case 'I':
    case 'A':
      if (editor.mode === 'visual-block') yield* blockInsert(editor, key === 'A');
      else yield* selectionInsert(editor, key === 'A');
      return false;
    case 'i':
    case 'a': {
      const what = yield* editor.key();
      if (GROWING.has(what) && before(editor.anchor, editor.cursor)) {
        grow(editor, key === 'a', what, typed.count);
        return true;
      }
      const span = textObject(editor.buffer, editor.cursor, key === 'a', what, typed.count);
      if (!span) editor.refuse();
      if (span.linewise) editor.mode = 'visual-line';
      else if (editor.mode === 'visual-line') editor.mode = 'visual';
      editor.anchor = span.from;
      editor.moveTo({ line: span.to.line, column: span.linewise ? 0 : span.to.column - 1 });
      return true;
    }
    default: {
      if (scrolling(editor, key, typed.count, typed.counted)) return true;
      const motion = yield* motionOf(editor, typed);
      if (motion) go(editor, motion, key);
      return true;
    }
  }
}

function spanOf(editor: Editor): Span {
  const { from, to } = editor.selection;
  return spanBetween(
    editor.buffer,
    from,
    to,
    editor.mode === 'visual-line' ? { linewise: true } : { inclusive: true },
  );
}

function* apply(editor: Editor, typed: Typed, op: string): Steps<void> {
  const block = editor.mode === 'visual-block';
  const whole = ['D', 'X', 'C', 'S', 'R', 'Y'].includes(typed.key);
  const span = spanOf(editor);
  leave(editor);
  if (block && ['D', 'C'].includes(typed.key)) editor.wanted = Number.POSITIVE_INFINITY;
  if (block && !['>', '<', 'J', 'gJ', '='].includes(op) && !['X', 'S', 'R'].includes(typed.key)) {
    yield* applyBlock(editor, op, typed.register);
    return;
  }
  const linewise = whole || ['>', '<', '=', 'J', 'gJ'].includes(op) ? { ...span, linewise: true } : span;
  if ((op === '>' || op === '<') && typed.count > 1) {
    editor.buffer.checkpoint(editor.cursor);
    for (let line = span.from.line; line <= span.to.line; line++)
      editor.buffer.setLine(
        line,
        shifted(editor, editor.buffer.line(line), op === '>' ? typed.count : -typed.count),
      );
    return;
  }
  if (operate(editor, op, linewise, typed.register) === 'insert') yield* insertMode(editor);
}

/** Lines and columns of the last block selection. */
function blockOf(editor: Editor): { top: number; bottom: number; left: number; right: number } {
  const { anchor, cursor } = editor.document.lastVisual ?? { anchor: editor.anchor, cursor: editor.cursor };
  return {
    top: Math.min(anchor.line, cursor.line),
    bottom: Math.max(anchor.line, cursor.line),
    left: Math.min(anchor.column, cursor.column),
    right:
      editor.wanted === Number.POSITIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : Math.max(anchor.column, cursor.column),
  };
}

function* applyBlock(editor: Editor, op: string, register: string | undefined): Steps<void> {
  const { buffer } = editor;
  const { top, bottom, left, right } = blockOf(editor);
  const rows = buffer.lines.slice(top, bottom + 1);
  if ('dcy'.includes(op))
    editor.store(
      register,
      { text: rows.map((row) => row.slice(left, right + 1)).join('\n'), kind: 'block' },
      op === 'y',
    );
  if (op !== 'y') {
    buffer.checkpoint(editor.cursor);
    const made = rows.map((row) => {
      const piece = row.slice(left, right + 1);
      const turned =
        op === 'gU'
          ? piece.toUpperCase()
          : op === 'gu'
            ? piece.toLowerCase()
            : op === 'g~'
              ? swapCase(piece)
              : '';
      return row.slice(0, left) + turned + row.slice(right + 1);
    });
    buffer.splice(top, rows.length, made);
  }
  editor.moveTo({ line: top, column: left });
  if (op === 'c') yield* typeOnEveryLine(editor, top, bottom, left, false);
}

function swapCase(text: string): string {
  return [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('');
}

function* blockInsert(editor: Editor, append: boolean): Steps<void> {
  leave(editor);
  const { top, bottom, left, right } = blockOf(editor);
  editor.buffer.checkpoint(editor.cursor);
  const column = append ? (right === Number.POSITIVE_INFINITY ? right : right + 1) : left;
  yield* typeOnEveryLine(editor, top, bottom, column, append);
  editor.moveTo({ line: top, column: left });
}

/** What is typed on the first line goes into the others too; `pad`: short lines are filled up. */
function* typeOnEveryLine(
  editor: Editor,
  top: number,
  bottom: number,
  column: number,
  pad: boolean,
): Steps<void> {
  const { buffer } = editor;
  const at = (line: number) =>
    Math.min(column, column === Number.POSITIVE_INFINITY ? buffer.line(line).length : column);
  if (pad && column !== Number.POSITIVE_INFINITY) buffer.setLine(top, buffer.line(top).padEnd(column));
  const before = buffer.line(top);
  editor.mode = 'insert';
  editor.moveTo({ line: top, column: at(top) });
  const start = editor.cursor.column;
  yield* insertMode(editor);
  const grown = buffer.line(top).length - before.length;
  const typed = buffer.line(top).slice(start, start + grown);
  if (grown <= 0) return;
  for (let line = top + 1; line <= bottom; line++) {
    const text =
      pad && column !== Number.POSITIVE_INFINITY ? buffer.line(line).padEnd(column) : buffer.line(line);
    if (text.length < column && column !== Number.POSITIVE_INFINITY) continue;
    const cut = Math.min(column, text.length);
    buffer.setLine(line, text.slice(0, cut) + typed + text.slice(cut));
  }
}

function* selectionInsert(editor: Editor, append: boolean): Steps<void> {
  const { from, to } = editor.selection;
  leave(editor);
  editor.buffer.checkpoint(editor.cursor);
  editor.mode = 'insert';
  editor.moveTo(append ? { line: to.line, column: to.column + 1 } : from);
  yield* insertMode(editor);
}

function replaceSelection(editor: Editor, typed: Typed): void {
  const register = editor.register(typed.register);
  const span = spanOf(editor);
  const atEnd = span.linewise
    ? span.to.line >= editor.buffer.count - 1
    : span.to.column >= editor.buffer.line(span.to.line).length;
  leave(editor);
  if (register && (register.kind === 'lines') !== (span.linewise === true)) {
    replaceByOther(editor, register, span);
    return;
  }
  operate(editor, 'd', span, undefined);
  put(
    editor,
    register,
    atEnd && (span.linewise || editor.line !== '') && !(span.linewise && span.from.line === 0),
    1,
    false,
  );
}

/** Lines put in place of characters stand on lines of their own, and characters in place of lines too. */
function replaceByOther(editor: Editor, register: Register, span: Span): void {
  const { buffer } = editor;
  buffer.checkpoint(editor.cursor);
  editor.store(undefined, taken(buffer, span), false);
  if (span.linewise) {
    buffer.splice(span.from.line, span.to.line - span.from.line + 1, register.text.split('\n'));
    editor.moveToLine(span.from.line);
    return;
  }
  const atEnd = span.to.column >= buffer.line(span.to.line).length;
  buffer.replace(span.from, span.to, `\n${register.text}${atEnd ? '' : '\n'}`);
  editor.moveToLine(span.from.line + 1);
}

function* replaceAll(editor: Editor): Steps<void> {
  const char = yield* editor.key();
  const { from, to } = editor.selection;
  editor.buffer.checkpoint(editor.cursor);
  for (let line = from.line; line <= to.line; line++) {
    const [start, end] = editor.selectionOn(line);
    const text = editor.buffer.line(line);
    const stop = Math.min(end, text.length);
    if (stop > start)
      editor.buffer.setLine(line, text.slice(0, start) + char.repeat(stop - start) + text.slice(stop));
  }
  leave(editor);
  editor.moveTo(from);
}
