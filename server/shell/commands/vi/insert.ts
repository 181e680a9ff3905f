import type { Steps } from '../../../sim/index.ts';
import { chooseLine } from './command-window.ts';
import { digraph } from './digraphs.ts';
import type { Editor } from './editor.ts';
import { openAtCursor } from './fold-commands.ts';
import { wrapsTyped, wrapTyped } from './format.ts';
import { indentOf, indents, reindent, shifted } from './indent.ts';
import { COMPLETING, completeText } from './insert-complete.ts';
import { mappedKey } from './mappings.ts';
import { lineWidth } from './window-view.ts';

const WARNING_MS = 1002;

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
  if (editor.message !== '') {
    // The warning is to be read before the text changes. Models vim src/misc1.c change_warning.
    yield* editor.screen.draw(editor);
    yield* editor.context.sleep(WARNING_MS);
  }
  editor.insertedFrom = from;
  editor.ownIndent = false;
  openAtCursor(editor);
  const overwritten: string[] = [];
  let indentOnly = editor.opened && editor.line !== '' && editor.line.trim() === '';
  editor.opened = false;
  for (;;) {
    const key = yield* mappedKey(editor);
    if (key === '\x1b' || key === '\x03') break;
    if (key === editor.settings.pastetoggle) {
      editor.settings.paste = !editor.settings.paste;
      continue;
    }
    if (key === '<Paste>') {
      yield* paste(editor);
      continue;
    }
    if (key === '\n') {
      chooseLine(editor, editor.line);
      if (indentOnly) clearLine(editor);
      newline(editor);
      indentOnly =
        ((editor.settings.autoindent && !editor.settings.paste) || indents(editor)) &&
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
    if (key in COMPLETING) {
      yield* completeText(editor, key);
      continue;
    }
    if (key === '\x0f') {
      yield* oneCommand(editor, mode);
      continue;
    }
    if (overwritten.length > 0 && (key === '\x17' || key === '\x15')) {
      const head = overwritten.length - (key === '\x15' ? overwritten.length : lastWordLength(editor));
      while (overwritten.length > Math.max(0, head)) restore(editor, overwritten);
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
      if (mode === 'replace' && overwritten.length > 0) restore(editor, overwritten);
      else backspace(editor);
      return;
    case '<Del>':
      if (cursor.column < editor.line.length) remove(editor, 0, 1);
      else if (cursor.line + 1 < buffer.count)
        buffer.replace(cursor, { line: cursor.line + 1, column: 0 }, '');
      return;
    case '\t':
      editor.ownIndent ||= inIndent(editor);
      insertText(editor, tab(editor));
      return;
    case '\x17':
      erase(editor, editor.line.slice(0, cursor.column).search(LAST_WORD));
      return;
    case '\x15':
      // As Ubuntu's `defaults.vim` maps it: what is erased can be undone by itself.
      if (editor.fileTypes.detect) editor.buffer.checkpoint(editor.cursor);
      erase(editor, 0);
      return;
    case '\x14':
    case '\x04':
      editor.ownIndent = true;
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
    case '\x0b':
      yield* insertDigraph(editor);
      return;
    case '\x06':
      if (indents(editor)) reindent(editor);
      return;
    case '\x19':
    case '\x05': {
      const char = buffer.line(cursor.line + (key === '\x05' ? 1 : -1))[cursor.column];
      if (char) insertText(editor, char);
      return;
    }
    default:
      if (!arrow(editor, key) && [...key].length === 1 && (key >= ' ' || key === '\x1f')) {
        if (key === ' ') editor.ownIndent ||= inIndent(editor);
        const wraps = key !== ' ' && wrapsTyped(editor);
        insertText(editor, key);
        if (wraps) wrapTyped(editor);
        if (triggersIndent(editor, key)) reindent(editor);
      }
  }
}

/** ^K and two signs; one that is no sign of a pair stands for itself. */
function* insertDigraph(editor: Editor): Steps<void> {
  const first = yield* editor.key();
  if (first === '\x1b') return;
  insertText(editor, [...first].length > 1 ? '' : digraph(first, yield* editor.key()));
}

/** ^O: a command of normal mode between what is typed. */
function* oneCommand(editor: Editor, mode: 'insert' | 'replace'): Steps<void> {
  const behindEnd = editor.cursor.column >= editor.line.length && editor.line !== '';
  const { line } = editor.cursor;
  editor.mode = 'normal';
  editor.moveTo(editor.cursor);
  editor.say(mode === 'replace' ? '-- (replace) --' : '-- (insert) --');
  const before = editor.cursor;
  yield* editor.oneCommand(editor);
  const stayed = editor.cursor.line === line && editor.cursor.column === before.column;
  const atEnd = editor.wanted === Number.POSITIVE_INFINITY;
  editor.mode = mode;
  if ((behindEnd && stayed) || atEnd) editor.moveTo({ line: editor.cursor.line, column: editor.line.length });
  editor.say('');
  editor.insertedFrom = editor.cursor;
}

/** Replace mode takes a character back by the one that was there. */
function restore(editor: Editor, overwritten: string[]): void {
  remove(editor, -1, 0);
  const { cursor } = editor;
  const old = overwritten.pop();
  if (old) editor.buffer.replace(cursor, cursor, old);
}

function lastWordLength({ line, cursor }: Editor): number {
  return LAST_WORD.exec(line.slice(0, cursor.column))?.[0].length ?? 0;
}

function arrow(editor: Editor, key: string): boolean {
  const { line, column } = editor.cursor;
  if (key === '<Left>') editor.moveTo({ line, column: column - 1 });
  else if (key === '<Right>') editor.moveTo({ line, column: column + 1 });
  else if (key === '<Up>') editor.moveTo({ line: line - 1, column: editor.aimedAt(line - 1) }, true);
  else if (key === '<Down>') editor.moveTo({ line: line + 1, column: editor.aimedAt(line + 1) }, true);
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
  const atStart = settings.smarttab && editor.line.slice(0, cursor.column).trim() === '';
  const step = atStart ? settings.shiftwidth || settings.tabstop : soft > 0 ? soft : settings.tabstop;
  if (atStart && !settings.expandtab && step < settings.tabstop) return ' '.repeat(step - (at % step));
  if (settings.expandtab) return ' '.repeat(step - (at % step));
  return soft > 0 && soft < settings.tabstop ? ' '.repeat(step - (at % step)) : '\t';
}

/** What begins a comment and is taken over to the next line. */
function leaderOf({ settings }: Editor, text: string, flag: 'r' | 'o'): string {
  if (settings.paste || !settings.formatoptions.includes(flag)) return '';
  return /^[ \t]*#[ \t]*/.exec(text)?.[0] ?? '';
}

/** Opens a line below or above the cursor's. */
export function openLine(editor: Editor, below: boolean): void {
  const { cursor, buffer } = editor;
  const leader = leaderOf(editor, editor.line, 'o');
  const line = cursor.line + (below ? 1 : 0);
  const start = leader || indentOf(editor, editor.line);
  buffer.splice(line, 0, [start]);
  editor.mode = 'insert';
  editor.moveTo({ line, column: start.length });
  if (indents(editor)) reindent(editor);
  editor.opened = true;
}

/** The line that whole lines were changed to. */
export function changedLine(editor: Editor, line: number): void {
  editor.mode = 'insert';
  editor.moveTo({ line, column: editor.buffer.line(line).length });
  if (indents(editor)) reindent(editor);
  editor.opened = true;
}

function newline(editor: Editor): void {
  editor.ownIndent = false;
  const { cursor, buffer } = editor;
  const head = editor.line.slice(0, cursor.column);
  const leader = leaderOf(editor, head, 'r');
  const start = leader || indentOf(editor, editor.line);
  const rest = editor.line.slice(cursor.column);
  if ((start !== '' || indents(editor)) && /^[ \t]/.test(rest)) {
    const blanks = /^[ \t]+/.exec(rest)?.[0].length ?? 0;
    buffer.replace(cursor, { line: cursor.line, column: cursor.column + blanks }, '');
  }
  // A comment that has no text does not end in a blank.
  const bare = leader !== '' && head === leader && rest === '' ? head.trimEnd() : undefined;
  editor.moveTo(buffer.replace(cursor, cursor, `\n${start}`));
  if (bare !== undefined) buffer.setLine(cursor.line, bare);
  if (indents(editor)) reindent(editor);
}

/** Whether nothing but blanks stands before the cursor. */
function inIndent({ line, cursor }: Editor): boolean {
  return line.slice(0, cursor.column).trim() === '';
}

/** Characters that have the line indented anew: a colon anywhere, others as the first of it. */
function triggersIndent(editor: Editor, key: string): boolean {
  if (!indents(editor) || editor.ownIndent) return false;
  return key === ':' || ('#}]-'.includes(key) && editor.line.slice(0, editor.cursor.column).trim() === key);
}

function shiftLine(editor: Editor, right: boolean): void {
  const before = editor.line;
  const after = shifted(editor, before, right ? 1 : -1, true);
  editor.buffer.setLine(editor.cursor.line, after);
  editor.moveTo({ line: editor.cursor.line, column: editor.cursor.column + after.length - before.length });
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
