import type { Steps } from '../../../sim/index.ts';
import type { Editor } from './editor.ts';
import { insertMode, openLine } from './insert.ts';
import type { Span } from './motions.ts';
import type { Typed } from './moves.ts';
import { demandModifiable, operate } from './operators.ts';

/** Commands that go into insert mode. */
export function* insertCommand(editor: Editor, typed: Typed): Steps<boolean> {
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
      if (count > 1 && cursor.line === buffer.count - 1) editor.refuse();
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
      operate(editor, 'c', toLineEnd(editor, count), typed.register);
      break;
    case 'o':
    case 'O':
      openLine(editor, key === 'o');
      break;
    default:
      editor.mode = 'insert';
      if (key === 'a') editor.moveTo({ line: cursor.line, column: cursor.column + 1 });
      if (key === 'A') editor.moveTo({ line: cursor.line, column: editor.line.length });
      if (key === 'I')
        editor.moveTo({ line: cursor.line, column: /^[ \t]*/.exec(editor.line)?.[0].length ?? 0 });
      if (key === 'gI') editor.moveTo({ line: cursor.line, column: 0 });
      if (key === 'gi') editor.moveTo(buffer.marks.get('^') ?? cursor);
      buffer.checkpoint(editor.cursor);
  }
  const start = editor.commandKeys.length;
  yield* insertMode(editor, key === 'R' ? 'replace' : 'insert');
  if (count > 1 && !['s', 'S', 'C'].includes(key)) yield* insertAgain(editor, typed, start);
  return true;
}

/** From the cursor to the end of the line; a count takes that many lines. */
export function toLineEnd(editor: Editor, count: number): Span {
  const { buffer, cursor } = editor;
  const line = Math.min(buffer.count - 1, cursor.line + count - 1);
  if (count > 1 && line === cursor.line) editor.refuse();
  return { from: cursor, to: { line, column: buffer.line(line).length } };
}

/** Types what was inserted so often again as a count asks for. */
function* insertAgain(editor: Editor, { key, count }: Typed, start: number): Steps<void> {
  const typed = editor.commandKeys;
  const text = typed.slice(start);
  const { insertedFrom } = editor;
  const opens = key === 'o' || key === 'O' ? ['\n'] : [];
  for (let i = 1; i < count; i++) {
    editor.mode = 'insert';
    editor.moveTo(editor.buffer.marks.get('^') ?? editor.cursor);
    editor.keys.queue = [...opens, ...text, ...editor.keys.queue];
    yield* insertMode(editor, key === 'R' ? 'replace' : 'insert', insertedFrom);
  }
  editor.commandKeys = typed.slice(0, start + text.length);
}
