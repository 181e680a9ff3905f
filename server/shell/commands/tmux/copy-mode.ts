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
  rectangle = false;
  /** The character under the cursor is not selected, as in emacs. */
  readonly #excludes: boolean;
  #jump: { char: string; back: boolean; till: boolean } | undefined;
  #lastSearch: { text: string; back: boolean } | undefined;

  constructor(screen: Screen, excludes: boolean) {
    this.#screen = screen;
    this.#excludes = excludes;
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

  /** Shows what lies so many lines back. */
  goBack(lines: number): void {
    this.top = Math.max(0, this.#screen.history.length - lines);
    this.line = Math.max(this.top, Math.min(this.line, this.top + this.#screen.rows - 1));
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

  /** The view goes, the cursor stays where it is on the screen. */
  scroll(lines: number): void {
    const top = Math.max(0, Math.min(this.#screen.history.length, this.top + lines));
    this.line += top - this.top;
    this.top = top;
  }

  /** To the beginning of a word; `blanks`: only blanks part words. */
  word(forward: boolean, blanks = false): void {
    const text = this.text(this.line);
    const starts = wordsOf(text, blanks).map(({ from }) => from);
    const to = forward
      ? starts.find((start) => start > this.column)
      : starts.findLast((start) => start < this.column);
    if (to !== undefined) this.goTo(this.line, to);
    else if (forward) this.#toOtherLine(1, (line) => wordsOf(line, blanks)[0]?.from);
    else this.#toOtherLine(-1, (line) => wordsOf(line, blanks).at(-1)?.from);
  }

  /** Behind the end of a word, on it where the cursor's character is selected. */
  wordEnd(blanks = false): void {
    const ends = (line: string) => wordsOf(line, blanks).map(({ to }) => (this.#excludes ? to : to - 1));
    const to = ends(this.text(this.line)).find((end) => end > this.column);
    if (to !== undefined) this.goTo(this.line, to);
    else this.#toOtherLine(1, (line) => ends(line)[0]);
  }

  #toOtherLine(step: 1 | -1, column: (text: string) => number | undefined): void {
    for (let line = this.line + step; line >= 0 && line < this.total; line += step) {
      const at = column(this.text(line));
      if (at === undefined) continue;
      this.goTo(line, at);
      return;
    }
  }

  /** Over the text to the next line that is empty. */
  paragraph(step: 1 | -1): void {
    const inside = (line: number) => line > 0 && line < this.total - 1;
    let { line } = this;
    while (inside(line) && this.text(line) === '') line += step;
    while (inside(line) && this.text(line) !== '') line += step;
    this.goTo(line, 0);
  }

  /** To a character of the line, or right before it. */
  jump(char: string, back: boolean, till: boolean): void {
    this.#jump = { char, back, till };
    this.#jumpTo(char, back, till);
  }

  jumpAgain(other: boolean): void {
    if (this.#jump) this.#jumpTo(this.#jump.char, this.#jump.back !== other, this.#jump.till);
  }

  #jumpTo(char: string, back: boolean, till: boolean): void {
    const text = this.text(this.line);
    const off = till ? 2 : 1;
    const at = back
      ? this.column < off
        ? -1
        : text.lastIndexOf(char, this.column - off)
      : text.indexOf(char, this.column + off);
    if (at >= 0) this.goTo(this.line, at + (till ? (back ? 1 : -1) : 0));
  }

  /** Cursor and mark change places. */
  otherEnd(): void {
    if (!this.mark) return;
    const { line, column } = this;
    this.goTo(this.mark.line, this.mark.column);
    this.mark = { line, column };
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
    const [from, to] = this.#columns(line) ?? [0, 0];
    return column >= from && column < to;
  }

  /** The selected text. */
  selection(): string {
    if (!this.mark) return '';
    const [from, to] = this.#range(this.mark);
    const out: string[] = [];
    for (let line = from.line; line <= to.line; line++)
      out.push(this.text(line).slice(...(this.#columns(line) ?? [0, 0])));
    return out.join('\n') + (this.wholeLines ? '\n' : '');
  }

  /** Which columns of a line are selected, from one to before another. */
  #columns(line: number): [number, number] | undefined {
    if (!this.mark) return undefined;
    const [from, to] = this.#range(this.mark);
    if (line < from.line || line > to.line) return undefined;
    const behind = this.#excludes ? 0 : 1;
    const ends = [this.mark.column, this.column].sort((a, b) => a - b) as [number, number];
    if (this.rectangle) return [ends[0], ends[1] + behind];
    const start = this.wholeLines || line > from.line ? 0 : from.column;
    return [start, this.wholeLines || line < to.line ? this.#screen.columns : to.column + behind];
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

/** What parts words beside blanks: the option word-separators. */
const SEPARATORS = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]/;

/** Where the words of a line begin, and the columns behind them. */
function wordsOf(text: string, blanks: boolean): { from: number; to: number }[] {
  const pattern = blanks
    ? /\S+/g
    : new RegExp(`${SEPARATORS.source}+|[^\\s${SEPARATORS.source.slice(1)}+`, 'g');
  return Array.from(text.matchAll(pattern), ({ index, 0: word }) => ({
    from: index,
    to: index + word.length,
  }));
}
