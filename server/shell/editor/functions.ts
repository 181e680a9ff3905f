import type { Steps } from '../../sim/index.ts';
import type { Buffer } from './buffer.ts';
import { COMPLETION_FUNCTIONS } from './completions.ts';
import type { LineExpansion } from './editor-host.ts';
import { MACRO_FUNCTIONS } from './keyboard-macro.ts';
import { sequenceOf } from './keys.ts';
import type { LineEditor } from './line-editor.ts';
import { SHELL_WORD_FUNCTIONS } from './shell-words.ts';
import { VI_FUNCTIONS } from './vi-functions.ts';

/** What a function of readline does when its key is struck. */
export type EditorFunction = (editor: LineEditor, key: string) => Steps<void> | void;

const left: EditorFunction = ({ buffer }) => {
  buffer.point = Math.max(0, buffer.point - 1);
};
const right: EditorFunction = ({ buffer }) => {
  buffer.point = Math.min(buffer.chars.length, buffer.point + 1);
};
const home: EditorFunction = ({ buffer }) => {
  buffer.point = 0;
};
const end: EditorFunction = ({ buffer }) => {
  buffer.point = buffer.chars.length;
};
const wordLeft: EditorFunction = ({ buffer }) => {
  buffer.point = buffer.wordStart();
};
const wordRight: EditorFunction = ({ buffer }) => {
  buffer.point = buffer.wordEnd();
};
const backspace: EditorFunction = (editor) => deleteMany(editor, -editor.count());
/** Characters from the cursor on, or before it; more than one can be yanked again. */
function deleteMany(editor: LineEditor, count: number): void {
  const { point, chars } = editor.buffer;
  const to = Math.min(chars.length, Math.max(0, point + count));
  if (to === point) editor.bell();
  else if (Math.abs(count) > 1) editor.kill(Math.min(point, to), Math.max(point, to), to < point);
  else {
    editor.buffer.checkpoint();
    editor.buffer.cut(Math.min(point, to), Math.max(point, to));
  }
}
const deleteChar: EditorFunction = (editor) => deleteMany(editor, editor.count());
const undo: EditorFunction = (editor) => {
  if (!editor.buffer.undo()) editor.bell();
};
const killWord: EditorFunction = (editor) => editor.kill(editor.buffer.point, editor.buffer.wordEnd(), false);
const backwardKillWord: EditorFunction = (editor) =>
  editor.kill(editor.buffer.wordStart(), editor.buffer.point, true);
const caseChange =
  (change: (word: string) => string): EditorFunction =>
  (editor) => {
    const { buffer } = editor;
    buffer.checkpoint();
    if (editor.count() < 0) buffer.changeCaseBefore(-editor.count(), change);
    else buffer.changeCase(change);
  };
const capitalize = (word: string) => word.toLowerCase().replace(/\p{L}/u, (letter) => letter.toUpperCase());

/** Functions whose killed texts join when they follow each other. */
export const KILLS = new Set([
  'kill-line',
  'backward-kill-line',
  'unix-line-discard',
  'unix-word-rubout',
  'kill-word',
  'backward-kill-word',
  'kill-whole-line',
  'kill-region',
  'unix-filename-rubout',
]);

/** Replaces the line by what the shell makes of it. */
const rewrite = (how: LineExpansion) =>
  function* (editor: LineEditor): Steps<void> {
    const { buffer } = editor;
    const text = yield* editor.host.expand(buffer.text, how);
    if (text === buffer.text) return;
    buffer.checkpoint();
    buffer.set(text);
  };
const interrupt: EditorFunction = (editor) => {
  editor.redraw();
  const echoed = editor.host.setting('echo-control-characters') === 'on' ? '^C' : '';
  editor.print(echoed + editor.screen.finish(editor.buffer.chars));
  editor.result = { kind: 'interrupt' };
};
const showHistory =
  (line: (editor: LineEditor) => string | undefined): EditorFunction =>
  (editor) => {
    const found = line(editor);
    if (found === undefined) editor.bell();
    else editor.buffer.set(found);
  };
const deleteSpace: EditorFunction = ({ buffer }) => {
  let from = buffer.point;
  let to = buffer.point;
  while (from > 0 && /\s/.test(buffer.chars[from - 1] as string)) from--;
  while (to < buffer.chars.length && /\s/.test(buffer.chars[to] as string)) to++;
  buffer.checkpoint();
  buffer.cut(from, to);
};
const quoteNext: EditorFunction = (editor) =>
  editor.await((key) => {
    editor.buffer.checkpoint();
    editor.buffer.insert(key.startsWith('M-') ? `\x1b${key.slice(2)}` : sequenceOf(key));
  });
/** `^]`: the next key is looked for. */
const findCharacter =
  (forward: boolean): EditorFunction =>
  (editor) =>
    editor.await((key) => {
      const { chars, point } = editor.buffer;
      const at = forward ? chars.indexOf(key, point + 1) : point > 0 ? chars.lastIndexOf(key, point - 1) : -1;
      if (at < 0) editor.bell();
      else editor.buffer.point = at;
    });
const exchangeMark: EditorFunction = ({ buffer }) => {
  const at = Math.min(buffer.mark, buffer.chars.length);
  buffer.mark = buffer.point;
  buffer.point = at;
};
const editInEditor: EditorFunction = function* (editor) {
  const { buffer } = editor;
  editor.print(editor.screen.finish(buffer.chars));
  const text = yield* editor.host.edit(buffer.text);
  if (text === undefined) editor.result = { kind: 'interrupt' };
  else editor.result = { kind: 'line', text };
};

const copyWord =
  (range: (buffer: Buffer) => [from: number, to: number]): EditorFunction =>
  ({ buffer, kills }) => {
    kills.joining = false;
    kills.push(buffer.chars.slice(...range(buffer)).join(''), false);
  };
const dump =
  (what: 'functions' | 'macros' | 'variables'): EditorFunction =>
  (editor) =>
    editor.printBelow(editor.host.listing(what, !editor.hasArgument));
/** A row of the screen up or down in a line that is longer than one. */
const byRows =
  (rows: number): EditorFunction =>
  ({ buffer, screen }) => {
    buffer.point = Math.max(0, Math.min(buffer.chars.length, buffer.point + rows * screen.columns));
  };
/** The line of a number, counted from the end when it is negative. Models readline misc.c rl_fetch_history. */
const fetchHistory: EditorFunction = (editor) => {
  const { history, buffer } = editor;
  const count = editor.count();
  const number = count < 0 ? history.position + 1 + count : count;
  const known = editor.hasArgument && number > 0 && number <= history.length;
  buffer.set(history.goTo(known ? number - 1 : 0, buffer.text) ?? buffer.text);
};
/** `^Xs`: the word at the cursor as a path, with its spelling mended. */
const correctWord: EditorFunction = (editor) => {
  const { buffer } = editor;
  const start = buffer.blankStart();
  let to = buffer.point;
  while (to < buffer.chars.length && !/\s/.test(buffer.chars[to] as string)) to++;
  const found = editor.host.corrected(buffer.chars.slice(start, to).join(''));
  if (found === undefined) return editor.bell();
  buffer.checkpoint();
  buffer.cut(start, to);
  buffer.insert(found);
};
const previous: EditorFunction = (editor) => editor.go(-1);
const next: EditorFunction = (editor) => editor.go(1);
/** The letters that end the sequences of arrow keys. */
const ARROWS: Readonly<Record<string, EditorFunction>> = { A: previous, B: next, C: right, D: left };

/** Readline's functions by their names, as `bind` and `~/.inputrc` know them. */
export const FUNCTIONS: Readonly<Record<string, EditorFunction>> = {
  ...COMPLETION_FUNCTIONS,
  ...MACRO_FUNCTIONS,
  ...SHELL_WORD_FUNCTIONS,
  ...VI_FUNCTIONS,
  'alias-expand-line': rewrite('alias'),
  'arrow-key-prefix': (editor) => editor.await((key) => ARROWS[key]?.(editor, key)),
  'backward-byte': left,
  'bracketed-paste-begin': () => undefined,
  'clear-display': (editor) => editor.print(`${editor.screen.clear()}\x1b[3J`),
  'copy-backward-word': copyWord((buffer) => [buffer.wordStart(), buffer.point]),
  'copy-forward-word': copyWord((buffer) => [buffer.point, buffer.wordEnd()]),
  'digit-argument': () => undefined,
  'display-shell-version': (editor) =>
    editor.printBelow('GNU bash, version 5.2.21(1)-release (x86_64-pc-linux-gnu)\n'),
  'do-lowercase-version': (editor, key) => editor.pressed(key.slice(0, -1) + key.slice(-1).toLowerCase()),
  'dump-functions': dump('functions'),
  'dump-macros': dump('macros'),
  'dump-variables': dump('variables'),
  'fetch-history': fetchHistory,
  'forward-backward-delete-char': (editor, key) =>
    editor.buffer.point === editor.buffer.chars.length ? backspace(editor, key) : deleteChar(editor, key),
  'forward-byte': right,
  'history-and-alias-expand-line': rewrite('history-and-alias'),
  'insert-last-argument': (editor) => editor.yanks.lastArgument(),
  'next-screen-line': byRows(1),
  'non-incremental-forward-search-history': (editor) => editor.historySearch.begin(editor, false, ':'),
  'non-incremental-forward-search-history-again': (editor) => editor.historySearch.again(editor, false),
  'non-incremental-reverse-search-history': (editor) => editor.historySearch.begin(editor, true, ':'),
  'non-incremental-reverse-search-history-again': (editor) => editor.historySearch.again(editor, true),
  'previous-screen-line': byRows(-1),
  'skip-csi-sequence': () => undefined,
  'spell-correct-word': correctWord,
  'tty-status': (editor) => editor.bell(),
  'universal-argument': (editor) => editor.multiply(),
  abort: (editor) => editor.bell(),
  'accept-line': (editor) => editor.accept(),
  'backward-char': left,
  'backward-delete-char': backspace,
  'backward-kill-line': (editor) => editor.kill(0, editor.buffer.point, true),
  'backward-kill-word': backwardKillWord,
  'backward-word': wordLeft,
  'beginning-of-history': showHistory((editor) => editor.history.first(editor.buffer.text)),
  'beginning-of-line': home,
  'capitalize-word': caseChange(capitalize),
  'character-search': findCharacter(true),
  'character-search-backward': findCharacter(false),
  'clear-screen': (editor) => editor.print(editor.screen.clear()),
  'copy-region-as-kill': ({ buffer, kills }) => {
    const [from, to] = [Math.min(buffer.mark, buffer.point), Math.max(buffer.mark, buffer.point)];
    kills.push(buffer.chars.slice(from, to).join(''), false);
  },
  'delete-char': deleteChar,
  'delete-horizontal-space': deleteSpace,
  'downcase-word': caseChange((word) => word.toLowerCase()),
  'edit-and-execute-command': editInEditor,
  'end-of-history': showHistory((editor) => editor.history.last(editor.buffer.text)),
  'end-of-line': end,
  'emacs-editing-mode': (editor) => editor.host.setMode('emacs'),
  'exchange-point-and-mark': exchangeMark,
  'forward-char': right,
  'forward-search-history': (editor) => editor.search(false),
  'forward-word': wordRight,
  'history-expand-line': rewrite('history'),
  'history-search-backward': showHistory((editor) => editor.searchBeginning(true, false)),
  'history-search-forward': showHistory((editor) => editor.searchBeginning(false, false)),
  'history-substring-search-backward': showHistory((editor) => editor.searchBeginning(true, true)),
  'history-substring-search-forward': showHistory((editor) => editor.searchBeginning(false, true)),
  'insert-comment': (editor) => {
    editor.buffer.set(editor.host.setting('comment-begin') + editor.buffer.text);
    editor.accept();
  },
  interrupt,
  'kill-line': (editor) => editor.kill(editor.buffer.point, editor.buffer.chars.length, false),
  'kill-region': (editor) => editor.kill(editor.buffer.mark, editor.buffer.point, false),
  'kill-whole-line': (editor) => editor.kill(0, editor.buffer.chars.length, false),
  'kill-word': killWord,
  'magic-space': function* (editor) {
    yield* rewrite('history')(editor);
    editor.insert(' ');
  },
  'next-history': next,
  'operate-and-get-next': (editor) => {
    editor.nextFromHistory = editor.history.position + 1;
    editor.accept();
  },
  'overwrite-mode': (editor) => {
    editor.overwrite = !editor.overwrite;
  },
  'previous-history': previous,
  'quoted-insert': quoteNext,
  're-read-init-file': (editor) => editor.host.readInputrc(),
  'redraw-current-line': (editor) => editor.screen.forceNext(),
  'reverse-search-history': (editor) => editor.search(true),
  'revert-line': (editor) => editor.buffer.undoAll(),
  'self-insert': (editor, key) => editor.insert(key),
  'set-mark': ({ buffer }) => {
    buffer.mark = buffer.point;
  },
  'shell-expand-line': rewrite('shell'),
  'tab-insert': (editor) => editor.insert('\t'),
  'tilde-expand': rewrite('tilde'),
  'transpose-chars': (editor) => {
    editor.buffer.checkpoint();
    if (!editor.buffer.transposeChars()) editor.bell();
  },
  'transpose-words': (editor) => {
    editor.buffer.checkpoint();
    if (!editor.buffer.transposeWords()) editor.bell();
  },
  undo,
  'unix-filename-rubout': (editor) => {
    const { chars, point } = editor.buffer;
    let from = point;
    while (from > 0 && /[\s/]/.test(chars[from - 1] as string)) from--;
    while (from > 0 && !/[\s/]/.test(chars[from - 1] as string)) from--;
    editor.kill(from, point, true);
  },
  'unix-line-discard': (editor) => editor.kill(0, editor.buffer.point, true),
  'unix-word-rubout': (editor) => editor.kill(editor.buffer.blankStart(), editor.buffer.point, true),
  'upcase-word': caseChange((word) => word.toUpperCase()),
  'vi-editing-mode': (editor) => editor.host.setMode('vi'),
  yank: (editor) => editor.yanks.yank(),
  'yank-last-arg': (editor) => editor.yanks.lastArgument(),
  'yank-nth-arg': (editor) => editor.yanks.nthArgument(),
  'yank-pop': (editor) => editor.yanks.pop(),
};
