import { charWidth } from '../core/width.ts';
import { Buffer, before, type Position } from '../vi/buffer.ts';

/** How the lines of a file end. */
export type Format = 'unix' | 'dos' | 'mac';

interface State {
  readonly lines: readonly string[];
  readonly cursor: Position;
}

/** What a change was, in the words of undoing it. */
interface Change {
  readonly what: string;
  before: State;
  after: State;
}

/** How a change joins those before it. */
export interface Manner {
  /** What undoing it says. */
  readonly what: string;
  /** Changes of the same sort that follow each other without a move are undone as one. */
  readonly joins?: string;
  /** Where the cursor goes when it is undone. Default: where it was. */
  readonly back?: Position;
}

const UNDO_LEVELS = 1000;
const START: Position = { line: 0, column: 0 };

/** A file that is edited: its text, the cursor in it, the mark, what can be undone. */
export class Sheet {
  readonly buffer = new Buffer();
  path: string | undefined;
  format: Format = 'unix';
  /** What tells others that the file is edited. */
  lock: string | undefined;
  /** When the file was last changed, as far as we know. */
  changedAtMs: number | undefined;
  cursor: Position = START;
  /** Screen column that vertical moves aim at. */
  wanted = 0;
  /** First line in the window. */
  top = 0;
  mark: Position | undefined;
  /** The mark was set by moving with Shift: the next plain move takes it away. */
  softMark = false;
  readonly anchors = new Set<number>();
  #undo: Change[] = [];
  #redo: Change[] = [];
  #joining: { sort: string; at: Position } | undefined;

  constructor() {
    this.buffer.load([''], true);
  }

  get line(): string {
    return this.buffer.line(this.cursor.line);
  }

  get last(): number {
    return this.buffer.count - 1;
  }

  /** The marked text: from, up to. */
  get region(): { from: Position; to: Position } | undefined {
    if (!this.mark) return undefined;
    return before(this.cursor, this.mark)
      ? { from: this.cursor, to: this.mark }
      : { from: this.mark, to: this.cursor };
  }

  /** Lines of the region, or the one of the cursor. */
  get regionLines(): [first: number, last: number] {
    const { region } = this;
    if (!region) return [this.cursor.line, this.cursor.line];
    const { from, to } = region;
    return [from.line, to.column === 0 && to.line > from.line ? to.line - 1 : to.line];
  }

  /** Makes a change that can be undone. */
  change(manner: Manner, run: () => void): void {
    const { lines } = this.buffer;
    const start: State = { lines, cursor: manner.back ?? this.cursor };
    const last = this.#undo.at(-1);
    const joined = this.#joining;
    const joins =
      manner.joins !== undefined &&
      joined?.sort === manner.joins &&
      joined.at.line === this.cursor.line &&
      joined.at.column === this.cursor.column &&
      last?.after.lines === lines;
    run();
    if (this.buffer.lines === lines) return;
    const after: State = { lines: this.buffer.lines, cursor: this.cursor };
    if (joins && last) last.after = after;
    else this.#undo.push({ what: manner.what, before: start, after });
    if (this.#undo.length > UNDO_LEVELS) this.#undo.shift();
    this.#redo = [];
    this.#joining = manner.joins === undefined ? undefined : { sort: manner.joins, at: this.cursor };
  }

  /** Takes the last change back, or makes it again. Returns what it was. */
  undo(): string | undefined {
    return this.#step(this.#undo, this.#redo, 'before');
  }

  redo(): string | undefined {
    return this.#step(this.#redo, this.#undo, 'after');
  }

  #step(from: Change[], to: Change[], side: 'before' | 'after'): string | undefined {
    const change = from.pop();
    if (!change) return undefined;
    to.push(change);
    this.buffer.load(change[side].lines, false);
    this.#joining = undefined;
    this.place(change[side].cursor);
    return change.what;
  }

  /** Puts the cursor somewhere in the text. */
  place(to: Position): void {
    const line = Math.max(0, Math.min(this.last, to.line));
    const column = Math.max(0, Math.min(this.buffer.line(line).length, to.column));
    this.cursor = { line, column };
  }

  /** The text from one place to another is replaced; the cursor goes behind what came. */
  replace(from: Position, to: Position, text: string, nonewlines = false): void {
    this.cursor = this.buffer.replace(from, to, text);
    // There is always an empty line at the end, which stands for the newline before it.
    if (!nonewlines && this.buffer.line(this.last) !== '') this.buffer.splice(this.buffer.count, 0, ['']);
  }
}

/** Columns that a text takes from the left edge. */
export function columnsOf(text: string, tab: number): number {
  let width = 0;
  for (const char of text) width += cellWidth(char, width, tab);
  return width;
}

export function cellWidth(char: string, at: number, tab: number): number {
  if (char === '\t') return tab - (at % tab);
  return char < ' ' || char === '\x7f' ? 2 : charWidth(char);
}

/** The place in a text that a screen column falls on. */
export function indexAt(text: string, column: number, tab: number): number {
  let width = 0;
  let index = 0;
  for (const char of text) {
    width += cellWidth(char, width, tab);
    if (width > column) return index;
    index += char.length;
  }
  return index;
}
