import type { LineEditor } from './line-editor.ts';

/** Texts that come back into the line: killed ones, and words of the lines before. */
export class Yanks {
  readonly #editor: LineEditor;
  #yanked: { start: number; end: number } | undefined;
  #dotDepth = 0;
  #dotStart = -1;

  constructor(editor: LineEditor) {
    this.#editor = editor;
  }

  yank(): void {
    const { buffer, kills } = this.#editor;
    const text = kills.yank();
    if (text === undefined) return;
    buffer.checkpoint();
    const start = buffer.point;
    buffer.insert(text);
    this.#yanked = { start, end: buffer.point };
  }

  /** `M-y`: the killed text before the one that was just yanked. */
  pop(): void {
    const editor = this.#editor;
    const { buffer } = editor;
    if (!/^(?:vi-)?yank(?:-pop)?$/.test(editor.lastFunction) || !this.#yanked) {
      editor.bell();
      return;
    }
    buffer.cut(this.#yanked.start, this.#yanked.end);
    buffer.insert(editor.kills.rotate() ?? '');
    this.#yanked.end = buffer.point;
  }

  /** `M-.`: the last word of the line before, and with every press of the one before that. */
  lastArgument(): void {
    const editor = this.#editor;
    const { buffer } = editor;
    const again = /^(?:yank-last-arg|insert-last-argument)$/.test(editor.lastFunction);
    if (again) {
      buffer.cut(this.#dotStart, buffer.point);
      this.#dotDepth++;
    } else {
      buffer.checkpoint();
      this.#dotDepth = 1;
      this.#dotStart = buffer.point;
    }
    const line = editor.host.history().at(-this.#dotDepth);
    if (line === undefined) {
      editor.bell();
      this.#dotDepth--;
      return;
    }
    const words = splitWords(line);
    buffer.insert((editor.hasArgument ? words[editor.count()] : words.at(-1)) ?? '');
  }

  /** `M-^Y`: the first argument of the line before, or the one that was asked for. */
  nthArgument(): void {
    const editor = this.#editor;
    const words = splitWords(editor.host.history().at(-1) ?? '');
    const word = editor.hasArgument ? words.at(editor.count()) : words[1];
    editor.buffer.checkpoint();
    if (word === undefined) editor.bell();
    else editor.buffer.insert(word);
  }
}

/** Words of a line as the history counts them. */
export function splitWords(line: string): string[] {
  return line.match(/(?:[^\s"'\\;&|<>()]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+|[;&|<>()]+/g) ?? [];
}
