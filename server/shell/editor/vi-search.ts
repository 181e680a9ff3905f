import type { LineEditor } from './line-editor.ts';

/** A word of the line before: its last one, or the one of a number. */
export function lastWord({ history }: LineEditor, number: number | undefined): string {
  const words = history.line(history.length - 1).match(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return (number === undefined ? words.at(-1) : words[number - 1]) ?? '';
}

/** Shows the nearest line of the history that holds a text; `^` binds it to the beginning. */
export function seek(editor: LineEditor, text: string, backward: boolean): void {
  const { history, buffer } = editor;
  const holds = (line: string) => (text[0] === '^' ? line.startsWith(text.slice(1)) : line.includes(text));
  const found = text === '' ? undefined : history.nearest(backward, holds);
  if (found === undefined) editor.bell();
  else buffer.set(history.goTo(found, buffer.text) ?? '', 0);
}

/** The text behind `/` or `?` while it is typed, in the place of the line. */
export class HistorySearch {
  readonly #before: { text: string; point: number; prompt: string };
  readonly #backward: boolean;
  readonly #sought: { text: string; backward: boolean };

  constructor(editor: LineEditor, backward: boolean, sought: { text: string; backward: boolean }) {
    const { buffer, screen } = editor;
    this.#before = { text: buffer.text, point: buffer.point, prompt: screen.prompt };
    this.#backward = backward;
    this.#sought = sought;
    screen.prompt = backward ? '/' : '?';
    screen.forceNext();
    buffer.set('');
  }

  /** True: it has ended. */
  key(editor: LineEditor, key: string): boolean {
    const { buffer, screen } = editor;
    const erases = key === '\x7f' || key === '\b';
    const ends = key === '\r' || key === '\n';
    if (erases && buffer.point > 0) buffer.cut(buffer.point - 1, buffer.point);
    else if (key >= ' ' && !erases && Array.from(key).length === 1) buffer.insert(key);
    else if (ends || erases || key === '\x1b' || key === '\x03' || key === '\x07') {
      const { text, point, prompt } = this.#before;
      if (ends)
        Object.assign(this.#sought, { text: buffer.text || this.#sought.text, backward: this.#backward });
      buffer.set(text, point);
      screen.prompt = prompt;
      screen.forceNext();
      if (ends) seek(editor, this.#sought.text, this.#backward);
      return true;
    } else editor.bell();
    return false;
  }
}
