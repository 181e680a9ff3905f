import type { EditorFunction } from './functions.ts';

/** Functions of vi mode, and the key of its command mode that each is. */
const KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  `append-eol=A append-mode=a bWord=B back-to-indent=^ backward-bigword=B backward-word=b bword=b change-case=~
change-char=r change-to=c char-search=f column=| complete=\\ delete=x delete-to=d eWord=E
edit-and-execute-command=v end-bigword=E end-word=e eword=e fWord=W fetch-history=G first-print=^
forward-bigword=W forward-word=w fword=w goto-mark=\` insert-beg=I match=% next-word=w overstrike=R
prev-word=b put=p redo=. replace=R rubout=X search=/ search-again=n set-mark=m subst=s tilde-expand=&
undo=u yank-arg=_ yank-to=y`
    .split(/\s+/)
    .map((entry) => entry.split('='))
    .map(([name, key = '']) => [`vi-${name}`, key]),
);

const asKey =
  (name: string): EditorFunction =>
  (editor, key) => {
    // A key that is one of the function's own keeps its meaning: `T` searches back.
    const own = OWN_KEYS[name]?.includes(key) ? key : (KEYS[name] as string);
    return editor.vi.command(editor, own);
  };

/** Letters that a function tells apart by themselves. */
const OWN_KEYS: Readonly<Record<string, string>> = {
  'vi-char-search': 'fFtT;,',
  'vi-change-to': 'cC',
  'vi-complete': '*=\\',
  'vi-delete-to': 'dD',
  'vi-end-word': 'eE',
  'vi-next-word': 'wW',
  'vi-prev-word': 'bB',
  'vi-put': 'pP',
  'vi-search': '/?',
  'vi-search-again': 'nN',
  'vi-subst': 'sS',
  'vi-yank-to': 'yY',
};

/** What readline's vi mode can be told by name. */
export const VI_FUNCTIONS: Readonly<Record<string, EditorFunction>> = {
  ...Object.fromEntries(Object.keys(KEYS).map((name) => [name, asKey(name)])),
  // A digit begins a count wherever it is typed.
  'vi-arg-digit': (editor, key) => editor.vi.command(editor, key),
  'vi-eof-maybe': (editor) => editor.accept(),
  'vi-insertion-mode': (editor) => editor.vi.begin(),
  'vi-movement-mode': (editor) => editor.vi.leaveInsert(editor),
  'vi-overstrike-delete': ({ buffer }) => {
    buffer.point = Math.max(0, buffer.point - 1);
  },
  'vi-unix-word-rubout': (editor) => {
    const { chars, point } = editor.buffer;
    if (point === 0) return editor.bell();
    editor.kill(rubbedOut(chars, point), point, true);
  },
  'vi-yank-pop': (editor) => editor.yanks.pop(),
};

/** Where vi's `^W` stops: blanks, then word characters or others. Models readline vi_mode.c vi_unix_word_rubout. */
function rubbedOut(chars: readonly string[], point: number): number {
  const is = (at: number, kind: RegExp) => kind.test(chars[at] ?? '');
  let at = point;
  while (at > 0 && is(at - 1, /\s/)) at--;
  const kind = is(at - 1, /\w/) ? /\w/ : /[^\w\s]/;
  while (at > 0 && is(at - 1, kind)) at--;
  return at;
}
