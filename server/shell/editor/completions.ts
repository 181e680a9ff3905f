import { inBraces } from './completer.ts';
import type { NameKind } from './editor-host.ts';
import type { EditorFunction } from './functions.ts';

const KINDS: readonly NameKind[] = ['command', 'filename', 'hostname', 'username', 'variable'];

const complete =
  (kind?: NameKind, listing = false): EditorFunction =>
  (editor, key) =>
    editor.host.setting('disable-completion') === 'on'
      ? editor.insert(key)
      : editor.completer.complete(listing, kind);

/** What Tab and its relatives do. */
export const COMPLETION_FUNCTIONS: Readonly<Record<string, EditorFunction>> = {
  complete: complete(),
  ...Object.fromEntries(KINDS.map((kind) => [`complete-${kind}`, complete(kind)])),
  'complete-into-braces': (editor) => editor.completer.insertAll(inBraces),
  'dabbrev-expand': (editor) => editor.completer.cycle(1, 'history'),
  'delete-char-or-list': (editor) => {
    const { chars, point } = editor.buffer;
    if (point === chars.length) return editor.completer.complete(true);
    editor.buffer.checkpoint();
    editor.buffer.cut(point, point + 1);
  },
  'dynamic-complete-history': complete('history'),
  'glob-complete-word': complete('glob-beginning'),
  'glob-expand-word': (editor) => editor.completer.insertAll(undefined, 'glob'),
  'glob-list-expansions': complete('glob', true),
  'insert-completions': (editor) => editor.completer.insertAll(),
  'menu-complete': (editor) => editor.completer.cycle(1),
  'menu-complete-backward': (editor) => editor.completer.cycle(-1),
  'old-menu-complete': (editor) => editor.completer.cycle(1),
  'possible-completions': complete(undefined, true),
  ...Object.fromEntries(KINDS.map((kind) => [`possible-${kind}-completions`, complete(kind, true)])),
};
