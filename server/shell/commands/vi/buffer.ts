import { type State, UndoTree } from './undo-tree.ts';

/** A place in the text: line and column, both from zero. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What `undo` or `redo` did. */
export interface Undone {
  /** Which change it was, when it was made, and whether it was taken back. */
  readonly number: number;
  readonly atMs: number;
  readonly back: boolean;
  readonly cursor: Position;
  /** Lines that came (positive) or went, and lines that differ. */
  readonly grown: number;
  readonly changed: number;
}

const START: Position = { line: 0, column: 0 };

/** The text of a buffer whose last line was deleted: a file without any byte. */
const NOTHING: readonly string[] = Object.freeze(['']);

export function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

/** The text of a file as lines, with undo. Never without a line. */
export class Buffer {
  #lines: readonly string[] = [''];
  #saved: readonly string[] = this.#lines;
  #history = new UndoTree(this.#lines, START);
  readonly #now: () => number;
  /** Changes that are undone together: none, about to begin, begun. */
  #group: 'none' | 'open' | 'begun' = 'none';
  /** Places marked by `m`, and where the last change was. */
  readonly marks = new Map<string, Position>([
    ["'", START],
    ['`', START],
  ]);

  /** Called when lines come or go: where, how many went, how many came. */
  onSplice: ((at: number, removed: number, added: number) => void) | undefined;

  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  get count(): number {
    return this.#lines.length;
  }

  /** Whether there is not even an empty line. */
  get empty(): boolean {
    return this.#lines === NOTHING;
  }

  get modified(): boolean {
    return this.#lines !== this.#saved;
  }

  line(index: number): string {
    return this.#lines[index] ?? '';
  }

  /** Replaces everything; `clean`: it is what the file holds. */
  load(lines: readonly string[], clean: boolean): void {
    const fresh = clean && this.#history.isNew;
    this.#lines = lines.length === 0 ? NOTHING : lines;
    if (fresh) this.#history = new UndoTree(this.#lines, START);
    if (!clean) return;
    this.markSaved();
    this.marks.set('[', START);
    this.marks.set(']', { line: this.count - 1, column: 0 });
  }

  markSaved(): void {
    this.#saved = this.#lines;
  }

  /** Remembers the text as it is, before a change that can be undone as one. */
  checkpoint(cursor: Position): void {
    if (this.#group === 'begun') return;
    if (this.#group === 'open') this.#group = 'begun';
    this.#history.begin(this.#lines, cursor, this.#now());
  }

  /** What changes from here on is undone as one: a macro, `:g`. */
  together(): void {
    if (this.#group === 'none') this.#group = 'open';
  }

  apart(): void {
    this.#group = 'none';
  }

  /** Takes the last change back. Returns where the cursor goes. */
  undo(): Undone | undefined {
    const undone = this.#history.undo(this.#lines);
    return undone && this.#show(undone, true);
  }

  redo(): Undone | undefined {
    const redone = this.#history.redo(this.#lines);
    return redone && this.#show(redone, false);
  }

  /** The text as a change left it; none before the first. */
  undoTo(number: number): Undone | undefined {
    const found = this.#history.goTo(number, this.#lines);
    return found && this.#show(found, false);
  }

  /** So many texts on or back in time, whatever was undone meanwhile. */
  travel(steps: number): Undone | undefined {
    const left = this.#history.at(this.#lines);
    const to = Math.max(0, Math.min(this.#history.last, left.number + steps));
    if (to === left.number) return undefined;
    const found = this.#history.goTo(to, this.#lines);
    return found && this.#show(steps < 0 ? left : found, steps < 0);
  }

  /** As `travel`, by time. */
  travelTime(ms: number): Undone | undefined {
    const { atMs, number } = this.#history.at(this.#lines);
    const to = this.#history.numberAt((ms < 0 ? this.#now() : atMs) + ms);
    return this.travel(to - number);
  }

  /** Ends of the branches of changes. */
  get branches(): readonly { readonly state: State; readonly depth: number }[] {
    this.#history.at(this.#lines);
    return this.#history.leaves;
  }

  #show({ number, atMs, cursor }: State, back: boolean): Undone {
    const old = this.#lines;
    const { lines } = this.#history.current;
    this.#lines = lines;
    const changed = lines.findIndex((line, i) => line !== old[i]);
    const same = changed < 0 && lines.length === old.length;
    const first = same ? cursor.line : changed < 0 ? lines.length - 1 : changed;
    const line = Math.min(first, this.count - 1);
    // On the line where the change began the cursor is where it was then.
    const place =
      line === cursor.line ? cursor : { line, column: Math.max(0, this.line(line).search(/\S|$/)) };
    // A text without any line counts as none.
    const grown = (this.empty ? 0 : this.count) - (old === NOTHING ? 0 : old.length);
    const differing = lines.filter((text, i) => text !== old[i]).length;
    return { cursor: place, number, atMs, back, grown, changed: differing };
  }

  /** Takes lines out and puts others in their place. */
  splice(at: number, remove: number, insert: readonly string[]): void {
    const lines = [...this.#lines.slice(0, at), ...insert, ...this.#lines.slice(at + remove)];
    this.#lines = lines.length === 0 ? NOTHING : lines;
    const grown = insert.length - remove;
    if (grown === 0) return;
    this.onSplice?.(at, remove, insert.length);
    for (const [name, mark] of this.marks) {
      if (mark.line >= at + remove) this.marks.set(name, { ...mark, line: mark.line + grown });
    }
  }

  setLine(index: number, text: string): void {
    if (this.#lines[index] !== text) this.splice(index, 1, [text]);
  }

  /** The text from one place up to, not including, another. */
  text(from: Position, to: Position): string {
    if (from.line === to.line) return this.line(from.line).slice(from.column, to.column);
    return [
      this.line(from.line).slice(from.column),
      ...this.#lines.slice(from.line + 1, to.line),
      this.line(to.line).slice(0, to.column),
    ].join('\n');
  }

  /** Replaces the text between two places and returns where the new text ends. */
  replace(from: Position, to: Position, text: string): Position {
    const head = this.line(from.line).slice(0, from.column);
    const tail = this.line(to.line).slice(to.column);
    const lines = text.split('\n');
    const last = lines.length - 1;
    const end = {
      line: from.line + last,
      column: (last === 0 ? head.length : 0) + (lines[last] as string).length,
    };
    lines[0] = head + lines[0];
    lines[last] += tail;
    this.splice(from.line, to.line - from.line + 1, lines);
    return end;
  }
}
