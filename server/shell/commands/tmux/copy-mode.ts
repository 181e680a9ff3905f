import { plainLine, type Screen } from './vt.ts';

/** Looking back in a pane: a cursor over the history and the screen, and a selection. */
export class CopyMode {
  readonly #screen: Screen;
  /** Line of the cursor, counted from the oldest of the history; and its column. */
  line: number;
  column: number;
  /** The first line that is shown. */
  top: number;
  mark: { line: number; column: number } | undefined;
  wholeLines = false;
  #lastSearch: { text: string; back: boolean } | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.top = screen.history.length;
    this.line = this.top + screen.y;
    this.column = screen.x;
  }

  get total(): number {
    return this.#screen.history.length + this.#screen.rows;
  }

  text(line: number): string {
    const { history, lines } = this.#screen;
    return plainLine(line < history.length ? (history[line] ?? []) : (lines[line - history.length] ?? []));
  }

  /** How far back the view is: what `[3/120]` says. */
  get position(): string {
    return `[${this.#screen.history.length - this.top}/${this.#screen.history.length}]`;
  }

  move(lines: number, columns = 0): void {
    this.line = Math.max(0, Math.min(this.total - 1, this.line + lines));
    this.column = Math.max(0, Math.min(this.#screen.columns - 1, this.column + columns));
    this.#follow();
  }

  /** A screen further back or forward, view and cursor alike. */
  page(pages: number): void {
    const by = pages * Math.max(1, this.#screen.rows - 2);
    this.top = Math.max(0, Math.min(this.#screen.history.length, this.top + by));
    this.move(by);
  }

  goTo(line: number, column = this.column): void {
    this.line = Math.max(0, Math.min(this.total - 1, line));
    this.column = Math.max(0, column);
    this.#follow();
  }

  word(forward: boolean): void {
    const text = this.text(this.line);
    if (forward) {
      const next = /^\S*\s+/.exec(text.slice(this.column));
      if (next) this.column += next[0].length;
      else this.goTo(this.line + 1, 0);
    } else {
      const before = /\S+\s*$/.exec(text.slice(0, this.column));
      if (before) this.column -= before[0].length;
      else this.goTo(this.line - 1, this.text(Math.max(0, this.line - 1)).length);
    }
  }

  /** Finds plain text from the cursor on; false when there is none. */
  search(text: string, back: boolean): boolean {
    this.#lastSearch = { text, back };
    const step = back ? -1 : 1;
    for (let i = 0; i <= this.total; i++) {
      const line = this.line + step * i;
      if (line < 0 || line >= this.total) return false;
      const content = this.text(line);
      const from = i > 0 ? (back ? content.length : 0) : this.column + step;
      const at = back
        ? from < 0
          ? -1
          : content.lastIndexOf(text, from)
        : content.indexOf(text, Math.max(0, from));
      if (at < 0) continue;
      this.goTo(line, at);
      return true;
    }
    return false;
  }

  again(other: boolean): boolean {
    const last = this.#lastSearch;
    if (!last) return false;
    const found = this.search(last.text, other ? !last.back : last.back);
    this.#lastSearch = last;
    return found;
  }

  isSelected(line: number, column: number): boolean {
    if (!this.mark) return false;
    const [from, to] = this.#range(this.mark);
    if (line < from.line || line > to.line) return false;
    if (this.wholeLines) return true;
    return (line > from.line || column >= from.column) && (line < to.line || column <= to.column);
  }

  /** The selected text. */
  selection(): string {
    if (!this.mark) return '';
    const [from, to] = this.#range(this.mark);
    const out: string[] = [];
    for (let line = from.line; line <= to.line; line++) {
      const text = this.text(line);
      const start = this.wholeLines || line > from.line ? 0 : from.column;
      const end = this.wholeLines || line < to.line ? text.length : to.column + 1;
      out.push(text.slice(start, end));
    }
    return out.join('\n') + (this.wholeLines ? '\n' : '');
  }

  #range(mark: { line: number; column: number }) {
    const cursor = { line: this.line, column: this.column };
    const isFirst = mark.line < cursor.line || (mark.line === cursor.line && mark.column <= cursor.column);
    return isFirst ? ([mark, cursor] as const) : ([cursor, mark] as const);
  }

  #follow(): void {
    if (this.line < this.top) this.top = this.line;
    if (this.line >= this.top + this.#screen.rows) this.top = this.line - this.#screen.rows + 1;
  }
}
