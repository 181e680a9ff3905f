import type { Steps } from '../../../sim/index.ts';
import type { Editor } from './editor.ts';
import { lineWidth } from './window-view.ts';

/** Insert and replace mode, until Escape. */
export function* insertMode(
  editor: Editor,
  mode: 'insert' | 'replace' = 'insert',
  from = editor.cursor,
): Steps<void> {
  editor.mode = mode;
  editor.clears = true;
  const shown = mode === 'replace' ? '-- REPLACE --' : '-- INSERT --';
  editor.message = editor.message.startsWith('W10:') ? `${shown} ${editor.message}` : '';
  editor.insertedFrom = from;
  const overwritten: string[] = [];
  let indentOnly = false;
  for (;;) {
    const key = yield* editor.key();
    if (key === '\x1b' || key === '\x03') break;
    if (key === '<Paste>') {
      yield* paste(editor);
      continue;
    }
    if (key === '\n') {
      if (indentOnly) clearLine(editor);
      newline(editor);
      indentOnly =
        editor.settings.autoindent &&
        !editor.settings.paste &&
        editor.line.trim() === '' &&
        editor.line !== '';
      continue;
    }
    if (mode === 'replace' && [...key].length === 1 && key >= ' ') {
      const old = editor.line[editor.cursor.column];
      overwritten.push(old ?? '');
      if (old !== undefined) remove(editor, 0, 1);
      insertText(editor, key);
      continue;
    }
    yield* edit(editor, key, overwritten, mode);
    if (!key.startsWith('<')) indentOnly = indentOnly && editor.line.trim() === '';
  }
  if (indentOnly) clearLine(editor);
  editor.buffer.marks.set('^', editor.cursor);
  editor.buffer.marks.set('.', editor.cursor);
  editor.mode = 'normal';
  editor.moveTo({ line: editor.cursor.line, column: editor.cursor.column - 1 });
}

function clearLine(editor: Editor): void {
  editor.buffer.setLine(editor.cursor.line, '');
  editor.moveTo({ line: editor.cursor.line, column: 0 });
}

function* edit(editor: Editor, key: string, overwritten: string[], mode: 'insert' | 'replace'): Steps<void> {
  const { cursor, buffer } = editor;
  switch (key) {
    case '\x7f':
    case '\b':
      if (mode === 'replace' && overwritten.length > 0) {
        remove(editor, -1, 0);
        const old = overwritten.pop();
        if (old) buffer.replace(editor.cursor, editor.cursor, old);
      } else backspace(editor);
      return;
    case '<Del>':
      if (cursor.column < editor.line.length) remove(editor, 0, 1);
      else if (cursor.line + 1 < buffer.count)
        buffer.replace(cursor, { line: cursor.line + 1, column: 0 }, '');
      return;
    case '\t':
      insertText(editor, tab(editor));
      return;
    case '\x17':
      erase(editor, editor.line.slice(0, cursor.column).search(LAST_WORD));
      return;
    case '\x15':
      erase(editor, 0);
      return;
    case '\x14':
    case '\x04':
      shiftLine(editor, key === '\x14');
      return;
    case '\x12': {
      const register = editor.register(yield* editor.key());
      if (register) insertText(editor, register.text + (register.kind === 'lines' ? '\n' : ''));
      return;
    }
    case '\x16':
      insertText(editor, yield* editor.key());
      return;
    case '\x19':
    case '\x05': {
      const char = buffer.line(cursor.line + (key === '\x05' ? 1 : -1))[cursor.column];
      if (char) insertText(editor, char);
      return;
    }
    default:
      if (!arrow(editor, key) && [...key].length === 1 && (key >= ' ' || key === '\x1f'))
        insertText(editor, key);
  }
}

function arrow(editor: Editor, key: string): boolean {
  const { line, column } = editor.cursor;
  if (key === '<Left>') editor.moveTo({ line, column: column - 1 });
  else if (key === '<Right>') editor.moveTo({ line, column: column + 1 });
  else if (key === '<Up>') editor.moveTo({ line: line - 1, column: editor.wanted }, true);
  else if (key === '<Down>') editor.moveTo({ line: line + 1, column: editor.wanted }, true);
  else if (key === '<Home>') editor.moveTo({ line, column: 0 });
  else if (key === '<End>') editor.moveTo({ line, column: editor.line.length });
  else return key.startsWith('<') && key.length > 1;
  editor.buffer.checkpoint(editor.cursor);
  editor.insertedFrom = editor.cursor;
  return true;
}

const LAST_WORD = /(?:[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+|)\s*$/u;

/** ^W and ^U: back to a column, but first only to where the insertion began. */
function erase(editor: Editor, column: number): void {
  const { cursor, insertedFrom } = editor;
  if (cursor.column === 0) {
    backspace(editor);
    return;
  }
  const isInserted = insertedFrom.line === cursor.line && insertedFrom.column < cursor.column;
  remove(editor, Math.max(column, isInserted ? insertedFrom.column : 0) - cursor.column, 0);
}

export function insertText(editor: Editor, text: string): void {
  editor.moveTo(editor.buffer.replace(editor.cursor, editor.cursor, text));
}

/** Removes from so many columns before (negative) to so many behind the cursor. */
function remove(editor: Editor, from: number, to: number): void {
  const { line, column } = editor.cursor;
  const start = { line, column: Math.max(0, column + from) };
  editor.buffer.replace(start, { line, column: column + to }, '');
  editor.moveTo(start);
}

function backspace(editor: Editor): void {
  const { cursor, settings, buffer } = editor;
  if (cursor.column === 0) {
    if (cursor.line === 0) return;
    const end = { line: cursor.line - 1, column: buffer.line(cursor.line - 1).length };
    buffer.replace(end, cursor, '');
    editor.moveTo(end);
    return;
  }
  const head = editor.line.slice(0, cursor.column);
  const step = settings.softtabstop < 0 ? settings.shiftwidth : settings.softtabstop;
  // Soft tabs are taken back as one.
  const blanks = /[ ]+$/.exec(head)?.[0].length ?? 0;
  const back =
    step > 1 && blanks > 0
      ? Math.min(blanks, ((cursor.column - 1) % step) + 1)
      : (head.codePointAt(cursor.column - 2) as number) > 0xffff
        ? 2
        : 1;
  remove(editor, -back, 0);
}

function tab(editor: Editor): string {
  const { settings, cursor } = editor;
  if (settings.paste) return '\t';
  const at = lineWidth(editor.line.slice(0, cursor.column), settings.tabstop);
  const soft = settings.softtabstop < 0 ? settings.shiftwidth || settings.tabstop : settings.softtabstop;
  const step = soft > 0 ? soft : settings.tabstop;
  if (settings.expandtab) return ' '.repeat(step - (at % step));
  return soft > 0 && soft < settings.tabstop ? ' '.repeat(step - (at % step)) : '\t';
}

/** The blanks that a new line below `text` begins with. */
export function indentOf(editor: Editor, text: string): string {
  if (!editor.settings.autoindent || editor.settings.paste) return '';
  return /^[ \t]*/.exec(text)?.[0] ?? '';
}

function newline(editor: Editor): void {
  const indent = indentOf(editor, editor.line);
  const rest = editor.line.slice(editor.cursor.column);
  if (indent !== '' && /^[ \t]/.test(rest)) {
    const end = {
      line: editor.cursor.line,
      column: editor.cursor.column + (/^[ \t]+/.exec(rest)?.[0].length ?? 0),
    };
    editor.buffer.replace(editor.cursor, end, '');
  }
  editor.moveTo(editor.buffer.replace(editor.cursor, editor.cursor, `\n${indent}`));
}

function shiftLine(editor: Editor, right: boolean): void {
  const before = editor.line;
  const after = shifted(editor, before, right ? 1 : -1);
  editor.buffer.setLine(editor.cursor.line, after);
  editor.moveTo({ line: editor.cursor.line, column: editor.cursor.column + after.length - before.length });
}

/** A line moved by so many shift widths. */
export function shifted(editor: Editor, text: string, steps: number): string {
  const { settings } = editor;
  return indented(editor, text, steps * (settings.shiftwidth || settings.tabstop));
}

/** A line with so many columns more (or less) before its text. */
export function indented({ settings }: Editor, text: string, columns: number): string {
  if (text === '' && columns > 0) return text;
  const blanks = /^[ \t]*/.exec(text)?.[0] ?? '';
  const column = Math.max(0, lineWidth(blanks, settings.tabstop) + columns);
  const indent = settings.expandtab
    ? ' '.repeat(column)
    : '\t'.repeat(Math.floor(column / settings.tabstop)) + ' '.repeat(column % settings.tabstop);
  return indent + text.slice(blanks.length);
}

/** A paste from the terminal goes in as it is, without indenting. */
export function* paste(editor: Editor): Steps<void> {
  let text = '';
  for (let key = yield* editor.key(); key !== '<PasteEnd>'; key = yield* editor.key()) {
    text += key.startsWith('<') && key.length > 1 ? '' : key;
    if (text.length > 4000) {
      insertText(editor, text);
      text = '';
    }
  }
  insertText(editor, text);
}
