import type { Steps } from '../../../sim/index.ts';
import { matchingBracket } from './brackets.ts';
import type { Position } from './buffer.ts';
import type { Editor } from './editor.ts';
import { closedFold } from './fold-commands.ts';
import { mappedKey } from './mappings.ts';
import { findChar, firstNonBlank, type Motion, paragraph } from './motions.ts';
import { sentence } from './sentences.ts';
import { Walker } from './walker.ts';
import { backEndOfWord, backWord, endOfWord, forwardWord } from './words.ts';

/** A command as far as it was typed. */
export interface Typed {
  readonly key: string;
  readonly count: number;
  readonly counted: boolean;
  readonly register: string | undefined;
}

/** Count, register and the first key of a command; keys of a prefix such as `g` together. `waits`: for an operator. */
export function* readCommand(editor: Editor, waits = false): Steps<Typed> {
  let count = '';
  let register: string | undefined;
  for (;;) {
    const key = yield* mappedKey(editor, waits);
    if (/^[1-9]$/.test(key) || (key === '0' && count !== '')) count += key;
    else if (key === '"') register = yield* editor.key();
    else {
      const full = ['g', 'z', 'Z', '[', ']', '\x17'].includes(key) ? key + (yield* editor.key()) : key;
      return { key: full, count: Math.min(Number(count || 1), 1_000_000), counted: count !== '', register };
    }
  }
}

/** Motions that fail, which ends a macro, when there is nowhere left to go. */
const FAILING = new Set(['h', 'l', ' ', '\b', '\x7f', '<Left>', '<Right>', 'w', 'W']);

export function go(editor: Editor, motion: Motion, key: string): void {
  const { cursor } = editor;
  moveAlong(editor, motion);
  if (motion.failed) editor.refuse();
  const moved = editor.cursor.line !== cursor.line || editor.cursor.column !== cursor.column;
  if (!moved && FAILING.has(key)) editor.refuse();
}

function moveAlong(editor: Editor, motion: Motion): void {
  editor.moveTo(motion.to, motion.keepColumn ?? false);
}

/** The motion that a key stands for, with what it needs typed behind it. */
export function* motionOf(editor: Editor, typed: Typed): Steps<Motion | undefined> {
  const { key, count, counted } = typed;
  const { buffer, cursor } = editor;
  const overWords = (walk: (at: Walker) => boolean): { to: Position; failed: boolean } => {
    const at = new Walker(buffer, cursor);
    const done = walk(at);
    return { to: at.place, failed: !done };
  };
  /** `{` and `}` fail when the text ends before their count is used up. */
  const overParagraphs = (step: 1 | -1): Motion => {
    const end = buffer.count - 1;
    let at = cursor;
    for (let i = 0; i < count; i++) {
      if (at.line === (step < 0 ? 0 : end) && (i > 0 || step > 0)) {
        const isBehind = step > 0 && at.column >= buffer.line(end).length - 1;
        if (i > 0 || isBehind) return { to: cursor, failed: true };
      }
      at = paragraph(buffer, at, step);
    }
    // A text of one line has one end, whichever way one goes.
    if (end === 0) at = { line: 0, column: Math.max(0, buffer.line(0).length - 1) };
    return { to: at, numbered: true, inclusive: at.line === end && at.column > 0 };
  };
  /** Where the lines of a count end, this one included. */
  const lineBelow = (): number => {
    if (count > 1 && cursor.line === buffer.count - 1) editor.refuse();
    return Math.min(buffer.count - 1, cursor.line + count - 1);
  };
  const lineTo = (line: number): Motion => ({
    to: { line, column: firstNonBlank(buffer.line(line)) },
    linewise: true,
  });
  switch (key) {
    case '\b':
    case '\x7f':
    case ' ':
      return { to: stepOver(editor, key === ' ' ? count : -count) };
    case 'h':
    case '<Left>':
      return { to: { line: cursor.line, column: Math.max(0, cursor.column - count) } };
    case 'l':
    case '<Right>':
      return { to: { line: cursor.line, column: Math.min(editor.line.length, cursor.column + count) } };
    case 'j':
    case '<Down>':
    case '\x0e':
    case 'gj':
    case 'k':
    case '<Up>':
    case '\x10':
    case 'gk':
      return vertical(
        editor,
        ['k', '<Up>', '\x10', 'gk'].includes(key) ? -count : count,
        key.startsWith('g'),
      );
    case 'w':
    case 'W':
    case '<C-Right>':
      return overWords((at) => forwardWord(buffer, at, { big: key !== 'w', count }));
    case 'b':
    case 'B':
    case '<C-Left>':
      return overWords((at) => backWord(at, { big: key !== 'b', count }));
    case 'e':
    case 'E':
      return { ...overWords((at) => endOfWord(at, { big: key === 'E', count })), inclusive: true };
    case 'ge':
    case 'gE':
      return { ...overWords((at) => backEndOfWord(at, { big: key === 'gE', count })), inclusive: true };
    case '0':
    case '<Home>':
      return { to: { line: cursor.line, column: 0 } };
    case '^':
      return { to: { line: cursor.line, column: firstNonBlank(editor.line) } };
    case '|':
      return { to: { line: cursor.line, column: Math.min(count, Math.max(1, editor.line.length)) - 1 } };
    case '$':
    case '<End>': {
      const line = lineBelow();
      editor.wanted = Number.POSITIVE_INFINITY;
      return { to: { line, column: buffer.line(line).length - 1 }, inclusive: true, keepColumn: true };
    }
    case 'g_': {
      const line = lineBelow();
      const column = Math.max(0, buffer.line(line).trimEnd().length - 1);
      return { to: { line, column }, inclusive: true };
    }
    case '+':
    case '\n':
      if (cursor.line === buffer.count - 1) return undefined;
      return lineTo(Math.min(buffer.count - 1, cursor.line + count));
    case '-':
      if (cursor.line === 0) return undefined;
      return lineTo(Math.max(0, cursor.line - count));
    case '_':
      return lineTo(lineBelow());
    case 'G':
      editor.markJump();
      return lineTo(counted ? Math.min(buffer.count, count) - 1 : buffer.count - 1);
    case 'gg':
      editor.markJump();
      return lineTo(Math.min(buffer.count, count) - 1);
    case 'H':
      return lineTo(withMargin(editor, Math.min(buffer.count - 1, editor.window.top + count - 1)));
    case 'M':
      return lineTo(
        Math.min(
          buffer.count - 1,
          editor.window.top +
            ((Math.min(editor.window.height, buffer.count - editor.window.top) + 1) >> 1) -
            1,
        ),
      );
    case 'L':
      return lineTo(
        withMargin(
          editor,
          Math.max(
            editor.window.top,
            Math.min(buffer.count, editor.window.top + editor.window.height) - count,
          ),
        ),
      );
    case ')':
    case '(': {
      const to = sentence(buffer, cursor, key === ')' ? 1 : -1, count);
      editor.markJump();
      return to ? { to, numbered: true } : { to: cursor, failed: true };
    }
    case '{':
      return overParagraphs(-1);
    case '}':
      return overParagraphs(1);
    default:
      return yield* searchingMotion(editor, typed);
  }
}

/** So many characters on or back, over the ends of lines. */
function stepOver({ buffer, cursor, mode }: Editor, by: number): Position {
  let { line, column } = cursor;
  const end = (at: number) => Math.max(0, buffer.line(at).length - (mode.startsWith('visual') ? 0 : 1));
  for (let left = Math.abs(by); left > 0; left--) {
    if (by > 0 && column < end(line)) column++;
    else if (by > 0 && line < buffer.count - 1) [line, column] = [line + 1, 0];
    else if (by < 0 && column > 0) column--;
    else if (by < 0 && line > 0) [line, column] = [line - 1, end(line - 1)];
    else break;
  }
  return { line, column };
}

/** `byRow`: rows of the screen, which an operator takes characters of. */
function vertical(editor: Editor, by: number, byRow: boolean): Motion | undefined {
  const { count } = editor.buffer;
  // Closed folds are gone over as one line.
  const steps = Math.min(Math.abs(by), count);
  let at = editor.cursor.line;
  let left = steps;
  for (; left > 0; left--) {
    const fold = closedFold(editor, at);
    const next = by > 0 ? (fold?.last ?? at) + 1 : (fold?.first ?? at) - 1;
    if (next < 0 || next >= count) break;
    at = closedFold(editor, next)?.first ?? next;
  }
  if (at === editor.cursor.line) return editor.refuse();
  const failed = byRow && left + Math.abs(by) - steps > 0;
  return { to: { line: at, column: editor.aimedAt(at) }, linewise: !byRow, keepColumn: true, failed };
}

function* searchingMotion(editor: Editor, typed: Typed): Steps<Motion | undefined> {
  const { key, count } = typed;
  const { buffer, cursor } = editor;
  switch (key) {
    case 'f':
    case 'F':
    case 't':
    case 'T':
      editor.lastFind = { command: key, char: yield* editor.key() };
      return find(editor, key, editor.lastFind.char, count);
    case ';':
    case ',': {
      if (!editor.lastFind) return undefined;
      const { command, char } = editor.lastFind;
      const swapped = command === command.toLowerCase() ? command.toUpperCase() : command.toLowerCase();
      return find(editor, key === ';' ? command : swapped, char, count, true);
    }
    case '%': {
      if (typed.counted) {
        const line = Math.ceil((buffer.count * count) / 100) - 1;
        return { to: { line, column: firstNonBlank(buffer.line(line)) }, linewise: true };
      }
      const to = matchingBracket(buffer, cursor);
      return to && { to, inclusive: true, numbered: true };
    }
    case '/':
    case '?':
      return yield* searchMotion(editor, key, count);
    case 'n':
    case 'N': {
      if (!editor.search) editor.refuse('E35: No previous regular expression');
      const forward = editor.search.forward === (key === 'n');
      editor.markJump();
      if (editor.message === '') editor.say((forward ? '/' : '?') + editor.search.pattern);
      return { to: times(count, cursor, (at) => editor.find(forward, at)), numbered: true };
    }
    case '*':
    case '#':
    case 'g*':
    case 'g#': {
      const word = wordAt(editor.line, cursor.column);
      if (word === undefined) return editor.refuse('E348: No string under cursor');
      const bare = word.replace(/[.*[\]^$\\/~]/g, '\\$&');
      editor.search = { pattern: key.length === 1 ? `\\<${bare}\\>` : bare, forward: key.endsWith('*') };
      editor.markJump();
      return { to: times(count, cursor, (at) => editor.find(key.endsWith('*'), at)), numbered: true };
    }
    case "'":
    case '`': {
      const name = yield* editor.key();
      const mark = buffer.marks.get(name === '`' ? "'" : name);
      if (!mark) return editor.refuse('E20: Mark not set');
      if ("'`".includes(name)) editor.markJump();
      const line = Math.min(mark.line, buffer.count - 1);
      return key === "'"
        ? { to: { line, column: firstNonBlank(buffer.line(line)) }, linewise: true }
        : { to: { line, column: mark.column }, numbered: true };
    }
    default:
      return undefined;
  }
}

function times(count: number, from: Position, step: (at: Position) => Position): Position {
  let at = from;
  for (let i = 0; i < Math.min(count, 1000); i++) at = step(at);
  return at;
}

function find(
  editor: Editor,
  command: string,
  char: string,
  count: number,
  again = false,
): Motion | undefined {
  const { cursor } = editor;
  // Repeating `t` steps over the character it stands before.
  const start =
    again && command === 't'
      ? cursor.column + 1
      : again && command === 'T'
        ? cursor.column - 1
        : cursor.column;
  const column = findChar(editor.line, start, command, char, count);
  if (column === undefined) return editor.refuse();
  return { to: { line: cursor.line, column }, inclusive: command === 'f' || command === 't' };
}

function* searchMotion(editor: Editor, prefix: '/' | '?', count: number): Steps<Motion | undefined> {
  const text = yield* editor.prompt(prefix);
  if (text === undefined) return editor.refuse();
  const end = text.search(new RegExp(`(?<!\\\\)\\${prefix}`));
  const pattern = end < 0 ? text : text.slice(0, end);
  if (pattern === '' && !editor.search) editor.refuse('E35: No previous regular expression');
  editor.search = {
    pattern: pattern === '' ? (editor.search?.pattern ?? '') : pattern,
    forward: prefix === '/',
  };
  editor.markJump();
  editor.say(prefix + editor.search.pattern);
  return { to: times(count, editor.cursor, (at) => editor.find(prefix === '/', at)), numbered: true };
}

export function wordAt(text: string, column: number): string | undefined {
  for (const match of text.matchAll(/[\p{L}\p{N}_]+/gu)) {
    if (match.index + match[0].length > column) return match[0];
  }
  return undefined;
}

/** `H` and `L` stay clear of the edges that have text behind them, but under an operator. Models vim cursor_correct. */
function withMargin(editor: Editor, line: number): number {
  const { window, buffer, settings } = editor;
  const alone = /^\d*[HL]$/.test(editor.commandKeys.join('')) || editor.mode !== 'normal';
  if (!alone) return line;
  const margin = Math.min(settings.scrolloff, (window.height - 1) >> 1);
  const bottom = window.top + window.height - 1;
  const first = window.top > 0 ? window.top + margin : 0;
  const last = bottom < buffer.count - 1 ? bottom - margin : buffer.count - 1;
  return Math.max(first, Math.min(line, last));
}
