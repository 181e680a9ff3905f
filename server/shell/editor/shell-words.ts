import type { EditorFunction } from './functions.ts';
import type { LineEditor } from './line-editor.ts';

/** Words as the shell takes them, with their quotes. Models bash bashline.c bash_forward_shellword. */
function shellWords({ buffer }: LineEditor): readonly { from: number; to: number }[] {
  const words = /(?:[^\s"'\\;&|<>()]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"?|'[^']*'?|\\$)+/g;
  const out: { from: number; to: number }[] = [];
  for (const { index, 0: word } of buffer.text.matchAll(words)) {
    const from = Array.from(buffer.text.slice(0, index)).length;
    out.push({ from, to: from + Array.from(word).length });
  }
  return out;
}

function endOfWord(editor: LineEditor): number {
  const { point, chars } = editor.buffer;
  return shellWords(editor).find(({ to }) => to > point)?.to ?? chars.length;
}

function startOfWord(editor: LineEditor): number {
  const { point } = editor.buffer;
  return shellWords(editor).findLast(({ from }) => from < point)?.from ?? 0;
}

function transpose(editor: LineEditor): void {
  const { buffer } = editor;
  const words = shellWords(editor);
  const at = words.findIndex(({ to }) => to > buffer.point);
  const second = at < 0 ? words.length - 1 : at;
  const [a, b] = [words[second - 1], words[second]];
  if (!a || !b) {
    editor.bell();
    return;
  }
  buffer.checkpoint();
  const text = (from: number, to: number) => buffer.chars.slice(from, to).join('');
  const swapped = text(b.from, b.to) + text(a.to, b.from) + text(a.from, a.to);
  buffer.cut(a.from, b.to);
  buffer.insert(swapped);
}

export const SHELL_WORD_FUNCTIONS: Readonly<Record<string, EditorFunction>> = {
  'shell-backward-kill-word': (editor) => editor.kill(startOfWord(editor), editor.buffer.point, true),
  'shell-backward-word': (editor) => {
    editor.buffer.point = startOfWord(editor);
  },
  'shell-forward-word': (editor) => {
    editor.buffer.point = endOfWord(editor);
  },
  'shell-kill-word': (editor) => editor.kill(editor.buffer.point, endOfWord(editor), false),
  'shell-transpose-words': transpose,
};
