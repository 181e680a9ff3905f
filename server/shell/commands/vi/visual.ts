import type { Steps } from '../../../sim/index.ts';
import { insertAtBlock, operateOnBlock, shiftBlock } from './block.ts';
import type { Mode } from './document.ts';
import { type Editor, Refused } from './editor.ts';
import { exCommand } from './ex.ts';
import { foldCommand, makeFold } from './fold-commands.ts';
import { shifted } from './indent.ts';
import { insertMode } from './insert.ts';
import { type Span, textObject } from './motions.ts';
import { go, motionOf, readCommand, type Typed } from './moves.ts';
import { operate, put, spanBetween, taken } from './operators.ts';
import type { Register } from './registers.ts';
import { scrolling } from './scrolling.ts';

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
  gq: 'gq',
  gw: 'gw',
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
    if (editor.document.lastVisual.endless) editor.wanted = Number.POSITIVE_INFINITY;
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
  const { mode, anchor, cursor, wanted } = editor;
  editor.document.lastVisual = { mode, anchor, cursor, endless: wanted === Number.POSITIVE_INFINITY };
  const { from, to } = editor.selection;
  editor.buffer.marks.set('<', from);
  editor.buffer.marks.set('>', to);
  editor.mode = 'normal';
  editor.moveTo(editor.cursor);
}

/** One command. False: visual mode is over. */
function* step(editor: Editor): Steps<boolean> {
  editor.pendingKeys = '';
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
    return editor.mode.startsWith('visual');
  }
}

/** `iw`, `a(`…: the selection becomes the object, or grows by it. */
function selectObject(editor: Editor, around: boolean, name: string, count: number): void {
  const { buffer, cursor, anchor } = editor;
  const span = textObject(buffer, cursor, { around, name, count, anchor });
  if (!span) editor.refuse();
  if (span.linewise) editor.mode = 'visual-line';
  else if (editor.mode === 'visual-line') editor.mode = 'visual';
  editor.anchor = span.from;
  if (span.linewise) editor.moveTo({ line: span.to.line, column: 0 });
  else if (span.inclusive !== undefined) editor.moveTo(span.to);
  else if (span.to.column > 0) editor.moveTo({ line: span.to.line, column: span.to.column - 1 });
  else editor.moveTo({ line: span.to.line - 1, column: Number.MAX_SAFE_INTEGER });
}

function* command(editor: Editor, typed: Typed): Steps<boolean> {
  const { key } = typed;
  if (OPERATORS[key]) {
    yield* apply(editor, typed, OPERATORS[key]);
    return false;
  }
  if (key === 'zf') {
    const { from, to } = editor.selection;
    makeFold(editor, from.line, to.line);
    editor.moveTo({ line: from.line, column: editor.cursor.column });
    return false;
  }
  if (/^z[oOcCaAdD]$/.test(key) && foldCommand(editor, key, typed.count)) return false;
  switch (key) {
    case 'o':
    case 'O':
      [editor.anchor] = [editor.cursor, editor.moveTo(editor.anchor)];
      return true;
    case ':':
    case '!': {
      const { from } = editor.selection;
      const column = editor.mode === 'visual-line' ? 0 : from.column;
      leave(editor);
      editor.moveTo({ line: from.line, column });
      yield* exCommand(editor, key === '!' ? "'<,'>!" : "'<,'>");
      return false;
    }
    case 'p':
    case 'P':
      replaceSelection(editor, typed);
      return false;
    case 'r':
      yield* replaceAll(editor);
      return false;
    case 'I':
    case 'A':
      if (editor.mode === 'visual-block') {
        leave(editor);
        yield* insertAtBlock(editor, key === 'A', typed.count);
      } else yield* selectionInsert(editor, key === 'A');
      return false;
    case 'i':
    case 'a': {
      selectObject(editor, key === 'a', yield* editor.key(), typed.count);
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

const RECASING = new Set(['gu', 'gU', 'g~']);

function* apply(editor: Editor, typed: Typed, op: string): Steps<void> {
  const block = editor.mode === 'visual-block';
  const whole = ['D', 'X', 'C', 'S', 'R', 'Y'].includes(typed.key);
  const selected = spanOf(editor);
  const atStart = RECASING.has(op) && selected.linewise;
  const span = atStart ? { ...selected, from: { line: selected.from.line, column: 0 } } : selected;
  leave(editor);
  if (block && ['D', 'C'].includes(typed.key) && editor.document.lastVisual)
    editor.document.lastVisual.endless = true;
  if (block && (op === '>' || op === '<')) {
    shiftBlock(editor, op === '>' ? typed.count : -typed.count);
    return;
  }
  if (block && !['J', 'gJ', '=', 'gq', 'gw'].includes(op) && !['X', 'S', 'R'].includes(typed.key)) {
    yield* operateOnBlock(editor, op, typed.register);
    return;
  }
  editor.moveTo(span.from);
  const linewise =
    whole || ['>', '<', '=', 'J', 'gJ', 'gq', 'gw'].includes(op) ? { ...span, linewise: true } : span;
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

/** `I` and `A` on a selection that is no block: at the start of its first line, or behind its end. */
function* selectionInsert(editor: Editor, append: boolean): Steps<void> {
  const { from, to } = editor.selection;
  const first = editor.mode === 'visual-line' ? 0 : from.column;
  leave(editor);
  editor.buffer.checkpoint(editor.cursor);
  editor.mode = 'insert';
  if (append) editor.moveTo({ line: to.line, column: to.column + (first === to.column ? 0 : 1) });
  else editor.moveTo({ line: from.line, column: 0 });
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
  editor.store(undefined, taken(buffer, span), 'deleted');
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
