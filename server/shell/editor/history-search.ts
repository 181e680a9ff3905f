import type { LineEditor } from './line-editor.ts';

/** Shows the nearest line of the history that holds a text; `^` binds it to the beginning. */
function seek(editor: LineEditor, text: string, backward: boolean): void {
  const { history, buffer } = editor;
  const holds = (line: string) => (text[0] === '^' ? line.startsWith(text.slice(1)) : line.includes(text));
  const found = text === '' ? undefined : history.nearest(backward, holds);
  if (found === undefined) {
    editor.bell();
    return;
  }
  const line = history.goTo(found, buffer.text) ?? '';
  const at = text[0] === '^' ? 0 : Array.from(line.slice(0, line.indexOf(text))).length;
  buffer.set(line, editor.host.vi() ? 0 : at);
}

/** The search for a text that is typed first, in the place of the line: `M-p`, and vi's `/` and `?`. */
export class HistorySearch {
  #before: { text: string; point: number; prompt: string; backward: boolean } | undefined;
  #sought = '';

  get active(): boolean {
    return this.#before !== undefined;
  }

  begin({ buffer, screen }: LineEditor, backward: boolean, prompt: string): void {
    this.#before = { text: buffer.text, point: buffer.point, prompt: screen.prompt, backward };
    screen.prompt = prompt;
    screen.forceNext();
    buffer.set('');
  }

  /** Once more; `n` goes back and `N` on, whichever way the search went. */
  again(editor: LineEditor, backward: boolean): void {
    seek(editor, this.#sought, backward);
  }

  /** A key of the text that is sought. */
  key(editor: LineEditor, key: string): void {
    const { buffer } = editor;
    const erases = key === '\x7f' || key === '\b';
    const ends = key === '\r' || key === '\n';
    if (erases && buffer.point > 0) buffer.cut(buffer.point - 1, buffer.point);
    else if (key === '\x15') buffer.set('');
    else if (key === '\x17') buffer.cut(buffer.blankStart(), buffer.point);
    else if (key >= ' ' && !erases && Array.from(key).length === 1) buffer.insert(key);
    else if (ends || erases || key === '\x1b' || key === '\x03' || key === '\x07') this.#end(editor, ends);
    else editor.bell();
  }

  #end(editor: LineEditor, found: boolean): void {
    const { buffer, screen } = editor;
    const before = this.#before;
    if (!before) return;
    this.#before = undefined;
    const { backward } = before;
    if (found) this.#sought = buffer.text || this.#sought;
    buffer.set(before.text, before.point);
    screen.prompt = before.prompt;
    screen.forceNext();
    if (found) seek(editor, this.#sought, backward);
    else editor.bell();
  }
}
