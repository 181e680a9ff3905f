import type { Steps } from '../../sim/index.ts';
import type { LineEditor } from './line-editor.ts';

type Command = (editor: LineEditor, key: string) => Steps<void> | void;

const left: Command = ({ buffer }) => {
  buffer.point = Math.max(0, buffer.point - 1);
};
const right: Command = ({ buffer }) => {
  buffer.point = Math.min(buffer.chars.length, buffer.point + 1);
};
const home: Command = ({ buffer }) => {
  buffer.point = 0;
};
const end: Command = ({ buffer }) => {
  buffer.point = buffer.chars.length;
};
const wordLeft: Command = ({ buffer }) => {
  buffer.point = buffer.wordStart();
};
const wordRight: Command = ({ buffer }) => {
  buffer.point = buffer.wordEnd();
};
const backspace: Command = (editor) => {
  const { buffer } = editor;
  if (buffer.point === 0) editor.bell();
  else if (editor.hasArgument) editor.kill(Math.max(0, buffer.point - editor.count()), buffer.point, true);
  else {
    buffer.checkpoint();
    buffer.cut(buffer.point - 1, buffer.point);
  }
};
const deleteChar: Command = (editor) => {
  const { buffer } = editor;
  if (buffer.point >= buffer.chars.length) editor.bell();
  else {
    buffer.checkpoint();
    buffer.cut(buffer.point, Math.min(buffer.chars.length, buffer.point + editor.count()));
  }
};
const deleteOrEnd: Command = (editor, key) => {
  if (editor.buffer.chars.length === 0) editor.result = { kind: 'eof' };
  else return deleteChar(editor, key);
};
const undo: Command = (editor) => {
  if (!editor.buffer.undo()) editor.bell();
};
const accept: Command = (editor) => editor.accept();
const killWord: Command = (editor) => editor.kill(editor.buffer.point, editor.buffer.wordEnd(), false);
const backwardKillWord: Command = (editor) =>
  editor.kill(editor.buffer.wordStart(), editor.buffer.point, true);
const caseChange =
  (change: (word: string) => string): Command =>
  ({ buffer }) => {
    buffer.checkpoint();
    buffer.changeCase(change);
  };
const capitalize = (word: string) => word.toLowerCase().replace(/\p{L}/u, (letter) => letter.toUpperCase());

/** Keys whose killed texts join when they follow each other. */
export const KILLS = new Set(['\x0b', '\x15', '\x17', 'M-d', 'M-\x7f', 'M-\b', '\x18\x7f']);

/** Readline's emacs keys. */
export const EMACS: Record<string, Command> = {
  '\x01': home,
  '\x02': left,
  '\x03': (editor) => {
    editor.redraw();
    editor.print(`^C${editor.screen.finish(editor.buffer.chars)}`);
    editor.result = { kind: 'interrupt' };
  },
  '\x04': deleteOrEnd,
  '\x05': end,
  '\x06': right,
  '\x07': (editor) => editor.bell(),
  '\b': backspace,
  '\t': (editor) => editor.complete(false),
  '\n': accept,
  '\x0b': (editor) => editor.kill(editor.buffer.point, editor.buffer.chars.length, false),
  '\x0c': (editor) => editor.print(editor.screen.clear()),
  '\r': accept,
  '\x0e': (editor) => editor.go(1),
  '\x0f': (editor) => {
    editor.nextFromHistory = editor.history.position + 1;
    editor.accept();
  },
  '\x10': (editor) => editor.go(-1),
  '\x11': (editor) => editor.quoteNext(),
  '\x12': (editor) => editor.search(true),
  '\x13': (editor) => editor.search(false),
  '\x14': (editor) => {
    editor.buffer.checkpoint();
    if (!editor.buffer.transposeChars()) editor.bell();
  },
  '\x15': (editor) => editor.kill(0, editor.buffer.point, true),
  '\x16': (editor) => editor.quoteNext(),
  '\x17': (editor) => editor.kill(editor.buffer.blankStart(), editor.buffer.point, true),
  '\x19': (editor) => editor.yank(),
  '\x1f': undo,
  '\x7f': backspace,
  '\0': ({ buffer }) => {
    buffer.mark = buffer.point;
  },
  '\x18\x15': undo,
  '\x18\x18': ({ buffer }) => {
    const at = Math.min(buffer.mark, buffer.chars.length);
    buffer.mark = buffer.point;
    buffer.point = at;
  },
  '\x18\x05': function* (editor) {
    const { buffer } = editor;
    editor.print(editor.screen.finish(buffer.chars));
    const text = yield* editor.host.edit(buffer.text);
    if (text === undefined) editor.result = { kind: 'interrupt' };
    else editor.result = { kind: 'line', text };
  },
  '\x18\x7f': (editor) => editor.kill(0, editor.buffer.point, true),
  up: (editor) => editor.go(-1),
  down: (editor) => editor.go(1),
  left,
  right,
  home,
  end,
  delete: deleteChar,
  insert: (editor) => {
    editor.overwrite = !editor.overwrite;
  },
  'word-left': wordLeft,
  'word-right': wordRight,
  'page-up': (editor) => {
    const line = editor.history.first(editor.buffer.text);
    if (line !== undefined) editor.buffer.set(line);
  },
  'page-down': (editor) => {
    const line = editor.history.last(editor.buffer.text);
    if (line !== undefined) editor.buffer.set(line);
  },
  'M-b': wordLeft,
  'M-f': wordRight,
  'M-d': killWord,
  'M-\x7f': backwardKillWord,
  'M-\b': backwardKillWord,
  'M-u': caseChange((word) => word.toUpperCase()),
  'M-l': caseChange((word) => word.toLowerCase()),
  'M-c': caseChange(capitalize),
  'M-t': (editor) => {
    editor.buffer.checkpoint();
    if (!editor.buffer.transposeWords()) editor.bell();
  },
  'M-y': (editor) => editor.yankPop(),
  'M-.': (editor) => editor.yankLastArgument(),
  'M-_': (editor) => editor.yankLastArgument(),
  'M-<': (editor) => {
    const line = editor.history.first(editor.buffer.text);
    if (line !== undefined) editor.buffer.set(line);
  },
  'M->': (editor) => {
    const line = editor.history.last(editor.buffer.text);
    if (line !== undefined) editor.buffer.set(line);
  },
  'M-r': (editor) => editor.buffer.undoAll(),
  'M-\\': ({ buffer }) => {
    let from = buffer.point;
    let to = buffer.point;
    while (from > 0 && /\s/.test(buffer.chars[from - 1] as string)) from--;
    while (to < buffer.chars.length && /\s/.test(buffer.chars[to] as string)) to++;
    buffer.checkpoint();
    buffer.cut(from, to);
  },
  'M-#': (editor) => {
    editor.buffer.set(`#${editor.buffer.text}`);
    editor.accept();
  },
  'M-?': (editor) => editor.complete(true),
  'M-=': (editor) => editor.complete(true),
};
