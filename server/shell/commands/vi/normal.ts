import type { Steps } from '../../../sim/index.ts';
import { type Editor, Refused } from './editor.ts';
import { exCommand } from './ex.ts';
import { indentOf, insertMode, paste } from './insert.ts';
import { firstNonBlank, type Span, textObject } from './motions.ts';
import { go, motionOf, readCommand, scrolling, type Typed } from './moves.ts';
import { demandModifiable, operate, put, spanBetween } from './operators.ts';
import { saveAndQuit } from './save.ts';
import { visualMode } from './visual.ts';

const OPERATORS = new Set(['d', 'c', 'y', '>', '<', '=', 'gU', 'gu', 'g~', 'gq', 'gw']);

/** Runs commands until one leaves the editor. */
export function* normalMode(editor: Editor): Steps<never> {
  for (;;) {
    editor.commandKeys = [];
    const before = editor.buffer.lines;
    try {
      const typed = yield* readCommand(editor);
      if (editor.keys.queue.length === 0 || typed.key === ':')
        editor.message = typed.key === '' ? editor.message : '';
      yield* command(editor, typed);
      const repeats =
        editor.buffer.lines !== before && !['.', 'u', '\x12', ':', '@', '<Paste>', 'U'].includes(typed.key);
      if (repeats) {
        editor.lastChange = [...editor.commandKeys];
        editor.buffer.marks.set('.', editor.cursor);
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      editor.keys.queue = [];
      if (error.message !== '') editor.say(error.message);
      editor.mode = 'normal';
      editor.moveTo(editor.cursor);
    }
  }
}

function* command(editor: Editor, typed: Typed): Steps<void> {
  const { key } = typed;
  if (OPERATORS.has(key)) {
    yield* operator(editor, typed);
    return;
  }
  if (yield* simpleCommand(editor, typed)) return;
  if (yield* insertCommand(editor, typed)) return;
  const motion = yield* motionOf(editor, typed);
  if (motion) go(editor, motion);
  else editor.refuse();
}

/** `d2w`, `ciw`, `yy`, `gUU` … */
function* operator(editor: Editor, typed: Typed): Steps<void> {
  const next = yield* readCommand(editor);
  const count = typed.count * next.count;
  const op = typed.key;
  let span: Span | undefined;
  if (next.key === op.at(-1) || next.key === op || (op.startsWith('g') && next.key === `g${op[1]}`)) {
    const last = editor.cursor.line + count - 1;
    if (
      last >= editor.buffer.count &&
      op === 'd' &&
      count > 1 &&
      editor.cursor.line === editor.buffer.count - 1
    )
      editor.refuse();
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

function* motionSpan(editor: Editor, op: string, typed: Typed): Steps<Span | undefined> {
  const from = editor.cursor;
  // `cw` on a word changes to its end only.
  const onWord = /\S/.test(editor.line[from.column] ?? ' ');
  const key =
    op === 'c' && onWord && (typed.key === 'w' || typed.key === 'W')
      ? typed.key === 'w'
        ? 'e'
        : 'E'
      : typed.key;
  if (key !== typed.key && typed.count === 1) {
    const big = key === 'E';
    const object = textObject(editor.buffer, from, false, big ? 'W' : 'w', 1);
    return object && { from, to: object.to };
  }
  const motion = yield* motionOf(editor, { ...typed, key });
  if (!motion) return undefined;
  const span = spanBetween(editor.buffer, from, motion.to, motion);
  if (motion.linewise || motion.inclusive || (typed.key !== 'w' && typed.key !== 'W')) return span;
  // A word motion that ends on the next line stops at the end of this one.
  const crosses =
    span.to.line > span.from.line && editor.buffer.line(span.to.line).slice(0, span.to.column).trim() === '';
  return crosses
    ? { from: span.from, to: { line: span.to.line - 1, column: editor.buffer.line(span.to.line - 1).length } }
    : span;
}

/** Commands that go into insert mode. */
function* insertCommand(editor: Editor, typed: Typed): Steps<boolean> {
  const { cursor, buffer } = editor;
  const { key, count } = typed;
  if (!['i', 'I', 'a', 'A', 'o', 'O', 'gi', 'gI', 's', 'S', 'C', 'R', '<Insert>'].includes(key)) return false;
  demandModifiable(editor);
  buffer.checkpoint(cursor);
  const end = { line: cursor.line, column: Math.min(editor.line.length, cursor.column + count) };
  switch (key) {
    case 's':
      operate(editor, 'c', { from: cursor, to: end }, typed.register);
      break;
    case 'S':
      operate(
        editor,
        'c',
        {
          from: cursor,
          to: { line: Math.min(buffer.count - 1, cursor.line + count - 1), column: 0 },
          linewise: true,
        },
        typed.register,
      );
      break;
    case 'C':
      operate(
        editor,
        'c',
        { from: cursor, to: { line: cursor.line, column: editor.line.length } },
        typed.register,
      );
      break;
    case 'o':
    case 'O': {
      const indent = indentOf(editor, editor.line);
      const line = cursor.line + (key === 'o' ? 1 : 0);
      buffer.splice(line, 0, [indent]);
      editor.mode = 'insert';
      editor.moveTo({ line, column: indent.length });
      break;
    }
    default:
      editor.mode = 'insert';
      if (key === 'a') editor.moveTo({ line: cursor.line, column: cursor.column + 1 });
      if (key === 'A') editor.moveTo({ line: cursor.line, column: editor.line.length });
      if (key === 'I')
        editor.moveTo({ line: cursor.line, column: /^[ \t]*/.exec(editor.line)?.[0].length ?? 0 });
      if (key === 'gI') editor.moveTo({ line: cursor.line, column: 0 });
      if (key === 'gi') editor.moveTo(buffer.marks.get('^') ?? cursor);
  }
  const start = editor.commandKeys.length;
  yield* insertMode(editor, key === 'R' ? 'replace' : 'insert');
  const keys = editor.commandKeys.slice(start, -1);
  if (count > 1 && ['i', 'a', 'A', 'I'].includes(key) && keys.every((one) => [...one].length === 1)) {
    const at = { line: editor.cursor.line, column: Math.min(editor.line.length, editor.cursor.column + 1) };
    buffer.replace(at, at, keys.join('').repeat(count - 1));
  }
  return true;
}

function* simpleCommand(editor: Editor, typed: Typed): Steps<boolean> {
  const { key, count } = typed;
  const { cursor, buffer } = editor;
  const toEnd = { from: cursor, to: { line: cursor.line, column: editor.line.length } };
  switch (key) {
    case '\x1b':
    case '\x03':
      if (key === '\x03') editor.say('Type  :qa!  and press <Enter> to abandon all changes and exit Vim');
      return true;
    case ':':
      yield* exCommand(editor, typed.counted ? `.,.+${count - 1}` : '');
      return true;
    case 'x':
    case '<Del>':
    case 'X': {
      const column =
        key === 'X'
          ? Math.max(0, cursor.column - count)
          : Math.min(editor.line.length, cursor.column + count);
      if (column === cursor.column) editor.refuse();
      operate(editor, 'd', spanBetween(buffer, cursor, { line: cursor.line, column }, {}), typed.register);
      return true;
    }
    case 'D':
      operate(editor, 'd', toEnd, typed.register);
      return true;
    case 'Y':
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
    case 'J':
    case 'gJ':
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
      for (let i = 0; i < count; i++) undo(editor, key !== '\x12');
      return true;
    case '.':
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

function undo(editor: Editor, back: boolean): void {
  const to = back ? editor.buffer.undo(editor.cursor) : editor.buffer.redo(editor.cursor);
  if (!to) {
    editor.say(back ? 'Already at oldest change' : 'Already at newest change');
    return;
  }
  editor.moveTo({ line: to.line, column: firstNonBlank(editor.buffer.line(to.line)) });
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
      else editor.startRecording(yield* editor.key());
      return true;
    case '@': {
      const name = yield* editor.key();
      const chosen = name === '@' ? editor.lastMacro : name;
      const macro = editor.register(chosen);
      if (!macro) editor.refuse();
      editor.lastMacro = chosen;
      editor.feed((macro.text + (macro.kind === 'lines' ? '\n' : '')).repeat(Math.min(count, 1000)));
      return true;
    }
    case 'ZZ':
    case 'ZQ':
      yield* saveAndQuit(editor, key === 'ZZ');
      return true;
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
    case '\x07': {
      const { line } = editor.cursor;
      const percent = Math.floor(((line + 1) * 100) / editor.buffer.count);
      editor.say(
        `"${editor.path ?? '[No Name]'}"${editor.buffer.modified ? ' [Modified]' : ''} ${editor.buffer.count} lines --${percent}%--`,
      );
      return true;
    }
    default:
      return scrolling(editor, key, count, typed.counted);
  }
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
