import type { Steps } from '../../../sim/index.ts';
import { chooseLine, commandWindow } from './command-window.ts';
import { type Editor, Refused } from './editor.ts';
import { exCommand } from './ex.ts';
import { fileInfo } from './ex-files.ts';
import { closedFold, foldCommand, openAtCursor } from './fold-commands.ts';
import { indentOf } from './indent.ts';
import { charInfo, counts } from './info.ts';
import { paste } from './insert.ts';
import { insertCommand, toLineEnd } from './insert-command.ts';
import { checkAbandon, quitWindow, writeAndQuit } from './leave.ts';
import { go, motionOf, readCommand, type Typed } from './moves.ts';
import { leavesBlanks, OPERATORS, operatorCommand } from './operator-command.ts';
import { operate, put, putIndented, spanBetween } from './operators.ts';
import { goToChange, goToJump, noteChange } from './place-lists.ts';
import { openFile, showDocument } from './save.ts';
import { scrolling } from './scrolling.ts';
import { travel, undo } from './undo.ts';
import { visualMode } from './visual.ts';
import { goToTab, windowCommand } from './window-command.ts';

/** Commands that wipe the last line of the screen. */
const CLEARING = new Set([':', '/', '?', '\x0c']);

/** Motions that open the fold in which they end, as 'foldopen' begins. */
const OPENS_FOLDS = new Set("h l 0 ^ $ w b e W B E ge gE f F t T ; , | % ( ) { } n N * # / ? ' `".split(' '));

/** Commands that ask for another key before they do anything. */
const WAITING = new Set(['q', '@', 'm', 'r', '"', 'z', 'Z', 'g']);

/** Runs commands until one leaves the editor. */
export function* normalMode(editor: Editor): Steps<never> {
  for (;;) {
    editor.commandKeys = [];
    editor.pendingKeys = '';
    if (!editor.keys.queued) editor.buffer.apart();
    const { lines } = editor.buffer;
    let said = '';
    try {
      const typed = yield* readCommand(editor);
      said = editor.message;
      const typedBy = editor.keys.queue.length === 0 || typed.key === ':';
      editor.clears = CLEARING.has(typed.key);
      // What was said stays until something else is; it is seen while a command waits for more keys.
      if (typedBy && !WAITING.has(typed.key)) editor.message = '';
      yield* command(editor, typed);
      const clears = editor.clears || CLEARING.has(typed.key);
      if (typedBy && editor.message === '' && !clears) editor.message = said;
      const repeats =
        editor.buffer.lines !== lines && !['.', 'u', '\x12', ':', '@', '<Paste>', 'U'].includes(typed.key);
      if (repeats) {
        editor.lastChange = [...editor.commandKeys];
        editor.buffer.marks.set('.', editor.cursor);
        noteChange(editor);
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      editor.keys.queue = [];
      if (error.message !== '') editor.say(error.message);
      else if (editor.message === '' && !editor.clears) editor.message = said;
      editor.mode = 'normal';
      editor.moveTo(editor.cursor);
    }
  }
}

/** A single command, after which whoever asked goes on. */
export function* oneCommand(editor: Editor): Steps<void> {
  try {
    yield* command(editor, yield* readCommand(editor));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.message !== '') editor.say(error.message);
  }
}

function* command(editor: Editor, typed: Typed): Steps<void> {
  const { key } = typed;
  if (OPERATORS.has(key)) {
    yield* operatorCommand(editor, typed);
    return;
  }
  if (key === '\n') chooseLine(editor, editor.line);
  if (yield* simpleCommand(editor, typed)) return;
  if (yield* insertCommand(editor, typed)) return;
  const motion = yield* motionOf(editor, typed);
  if (!motion) editor.refuse();
  go(editor, motion, key);
  if (OPENS_FOLDS.has(key)) openAtCursor(editor);
}

function* simpleCommand(editor: Editor, typed: Typed): Steps<boolean> {
  const { key, count } = typed;
  const { cursor, buffer } = editor;
  switch (key) {
    case '\x1b':
    case '\x03':
      if (key === '\x03') chooseLine(editor, undefined);
      if (key === '\x03') editor.say('Type  :qa!  and press <Enter> to abandon all changes and exit Vim');
      return true;
    case ':':
      yield* exCommand(editor, typed.counted ? `.,.+${count - 1}` : '');
      return true;
    case 'x':
    case '<Del>':
    case 'X': {
      const fold = closedFold(editor, cursor.line);
      if (fold) {
        const [from, to] = [
          { line: fold.first, column: 0 },
          { line: fold.last, column: 0 },
        ];
        operate(editor, 'd', { from, to, linewise: true }, typed.register);
        return true;
      }
      const column =
        key === 'X'
          ? Math.max(0, cursor.column - count)
          : Math.min(editor.line.length, cursor.column + count);
      if (column === cursor.column) editor.refuse();
      operate(editor, 'd', spanBetween(buffer, cursor, { line: cursor.line, column }, {}), typed.register);
      return true;
    }
    case 'D': {
      const span = toLineEnd(editor, count);
      operate(editor, 'd', { ...span, linewise: leavesBlanks(buffer, span) }, typed.register);
      return true;
    }
    case 'Y':
      if (count > 1 && cursor.line === buffer.count - 1) editor.refuse();
      operate(
        editor,
        'y',
        {
          from: cursor,
          to: { line: Math.min(buffer.count - 1, cursor.line + count - 1), column: 0 },
          linewise: true,
        },
        typed.register,
      );
      return true;
    case 'p':
    case 'P':
    case 'gp':
    case 'gP':
      put(editor, editor.register(typed.register), key.endsWith('p'), count, key.startsWith('g'));
      return true;
    case ']p':
    case '[p':
      putIndented(editor, editor.register(typed.register), key === ']p', count);
      return true;
    case 'J':
    case 'gJ':
      if (cursor.line === buffer.count - 1) editor.refuse();
      operate(
        editor,
        key,
        { from: cursor, to: { line: cursor.line + Math.max(1, count - 1), column: 0 }, linewise: true },
        undefined,
      );
      return true;
    case 'r':
      yield* replaceChars(editor, count);
      return true;
    case '~':
      operate(
        editor,
        'g~',
        {
          from: cursor,
          to: { line: cursor.line, column: Math.min(editor.line.length, cursor.column + count) },
        },
        undefined,
      );
      editor.moveTo({ line: cursor.line, column: cursor.column + count });
      return true;
    case 'u':
    case '\x12':
    case 'U':
      undo(editor, key !== '\x12', count);
      openAtCursor(editor);
      return true;
    case '.':
      if (editor.lastChange.length === 0) editor.refuse();
      editor.keys.queue.unshift(
        ...(typed.counted
          ? [...String(count), ...editor.lastChange.join('').replace(/^\d+/, '')]
          : editor.lastChange),
      );
      return true;
    default:
      return yield* otherCommand(editor, typed);
  }
}

function* replaceChars(editor: Editor, count: number): Steps<void> {
  const key = yield* editor.key();
  const { cursor } = editor;
  if (key === '\x1b') return;
  if (cursor.column + count > editor.line.length) editor.refuse();
  editor.buffer.checkpoint(cursor);
  const end = { line: cursor.line, column: cursor.column + count };
  if (key === '\n') {
    editor.moveTo(editor.buffer.replace(cursor, end, `\n${indentOf(editor, editor.line)}`));
    return;
  }
  editor.buffer.replace(cursor, end, key.repeat(count));
  editor.moveTo({ line: cursor.line, column: end.column - 1 });
}

function* otherCommand(editor: Editor, typed: Typed): Steps<boolean> {
  const { key, count } = typed;
  if (foldCommand(editor, key, count)) return true;
  switch (key) {
    case 'v':
    case 'V':
    case '\x16':
    case 'gv':
      yield* visualMode(editor, key);
      return true;
    case 'm':
      editor.buffer.marks.set(yield* editor.key(), editor.cursor);
      return true;
    case 'q':
      if (editor.recording !== undefined) editor.stopRecording();
      else {
        const register = yield* editor.key();
        if (':/?'.includes(register)) {
          yield* commandWindow(editor, register);
          return true;
        }
        if (!/^[a-zA-Z0-9"]$/.test(register)) editor.refuse();
        editor.startRecording(register);
      }
      return true;
    case '@': {
      const name = yield* editor.key();
      const chosen = name === '@' ? editor.lastMacro : name;
      const macro = editor.register(chosen);
      if (!macro?.text) editor.refuse(chosen === ':' ? 'E30: No previous command line' : '');
      editor.lastMacro = chosen;
      editor.buffer.together();
      if (chosen === ':') {
        editor.feed(`:${macro.text}\n`.repeat(Math.min(count, 1000)));
        return true;
      }
      editor.feed((macro.text + (macro.kind === 'lines' ? '\n' : '')).repeat(Math.min(count, 1000)));
      return true;
    }
    case '\x0f':
    case '\t':
      yield* goToJump(editor, key === '\t' ? count : -count);
      return true;
    case 'g;':
    case 'g,':
      goToChange(editor, key === 'g;' ? -count : count);
      return true;
    case 'ga':
      editor.say(charInfo(editor));
      return true;
    case 'g\x07':
      editor.say(counts(editor));
      return true;
    case 'g-':
    case 'g+':
      travel(editor, key === 'g-' ? -count : count);
      return true;
    case 'ZZ':
      yield* writeAndQuit(editor, false, '');
      return true;
    case 'ZQ':
      yield* quitWindow(editor, true);
      return true;
    case 'gt':
      goToTab(editor, 1, typed.counted ? count : undefined);
      return true;
    case 'gT':
      goToTab(editor, -count);
      return true;
    case '\x1e': {
      const { alternate } = editor.window;
      if (!alternate) editor.refuse('E23: No alternate file');
      checkAbandon(editor, false);
      yield* showDocument(editor, alternate);
      return true;
    }
    case 'gf': {
      const path = /[\w./~+#-]*$/.exec(editor.line.slice(0, cursorEnd(editor)))?.[0] ?? '';
      if (path === '') editor.refuse('E446: No file name under cursor');
      if (!editor.context.fs.exists(path)) editor.refuse(`E447: Can't find file "${path}" in path`);
      checkAbandon(editor, false);
      yield* openFile(editor, path);
      return true;
    }
    case '&':
      editor.feed(':s\n');
      return true;
    case '<Paste>':
      editor.buffer.checkpoint(editor.cursor);
      editor.mode = 'insert';
      if (editor.line !== '') editor.moveTo({ line: editor.cursor.line, column: editor.cursor.column });
      yield* paste(editor);
      editor.mode = 'normal';
      editor.moveTo({ line: editor.cursor.line, column: editor.cursor.column - 1 });
      return true;
    case '\x01':
    case '\x18':
      addToNumber(editor, key === '\x01' ? count : -count);
      return true;
    case '\x1a':
      yield* suspend(editor);
      return true;
    case '\x0c':
      editor.screen.reset();
      return true;
    case '\x07':
      editor.say(fileInfo(editor));
      return true;
    default:
      if (key === editor.settings.pastetoggle) {
        editor.runSet('paste!');
        editor.say(editor.settings.paste ? '  paste' : 'nopaste');
        return true;
      }
      if (key.startsWith('\x17')) {
        yield* windowCommand(editor, key.slice(1), typed.counted ? count : undefined);
        return true;
      }
      return scrolling(editor, key, count, typed.counted);
  }
}

/** Where the file name under the cursor ends. */
function cursorEnd({ line, cursor }: Editor): number {
  return cursor.column + (/^[\w./~+#-]*/.exec(line.slice(cursor.column))?.[0].length ?? 0);
}

/** Adds to the number at or behind the cursor. */
function addToNumber(editor: Editor, by: number): void {
  const { cursor, line } = editor;
  for (const match of line.matchAll(/-?\d+/g)) {
    if (match.index + match[0].length <= cursor.column) continue;
    const made = String(BigInt(match[0]) + BigInt(by));
    editor.buffer.checkpoint(cursor);
    editor.buffer.setLine(
      cursor.line,
      line.slice(0, match.index) + made + line.slice(match.index + match[0].length),
    );
    editor.moveTo({ line: cursor.line, column: match.index + made.length - 1 });
    return;
  }
  editor.refuse();
}

export function* suspend(editor: Editor): Steps<void> {
  const { context, screen } = editor;
  yield* screen.close();
  const terminal = context.fds.get(0)?.terminal;
  const modes = terminal?.setModes({ icanon: true, echo: true, isig: true, icrnl: true });
  context.process.signal('TSTP');
  yield* context.sleep(1);
  if (modes) terminal?.setModes(modes);
  yield* screen.open();
  screen.reset();
}
