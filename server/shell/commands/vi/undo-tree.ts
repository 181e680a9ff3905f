import type { Position } from './buffer.ts';

type Lines = readonly string[];

/** The text as a change left it. */
export interface State {
  readonly number: number;
  readonly atMs: number;
  readonly lines: Lines;
  /** Where the cursor was before the change. */
  readonly cursor: Position;
  /** What it was made from; nothing for the text as it was read, or when that is too long ago. */
  parent: State | undefined;
  /** Where ^R leads from here. */
  next: State | undefined;
}

const LEVELS = 1000;

/** All texts that a buffer had, each with what it was made from. */
export class UndoTree {
  readonly #states = new Map<number, State>();
  #current: State;
  #begun: { cursor: Position; atMs: number } | undefined;
  #last = 0;

  constructor(lines: Lines, cursor: Position) {
    this.#current = { number: 0, atMs: 0, lines, cursor, parent: undefined, next: undefined };
    this.#states.set(0, this.#current);
  }

  /** Whether nothing was changed yet. */
  get isNew(): boolean {
    return this.#last === 0 && this.#begun === undefined;
  }

  get current(): State {
    return this.#current;
  }

  get last(): number {
    return this.#last;
  }

  /** Where the text as it is now belongs. */
  at(lines: Lines): State {
    this.#settle(lines);
    return this.#current;
  }

  /** The text is about to be changed. */
  begin(lines: Lines, cursor: Position, atMs: number): void {
    this.#settle(lines);
    this.#begun = { cursor, atMs };
  }

  /** What was changed since the last beginning becomes a state of its own. */
  #settle(lines: Lines): void {
    if (lines === this.#current.lines) return;
    const { cursor, atMs } = this.#begun ?? this.#current;
    const made: State = { number: ++this.#last, atMs, lines, cursor, parent: this.#current, next: undefined };
    this.#current.next = made;
    this.#current = made;
    this.#states.set(made.number, made);
    if (this.#states.size <= LEVELS) return;
    const [oldest] = this.#states.keys();
    const gone = this.#states.get(oldest as number);
    this.#states.delete(oldest as number);
    for (const state of this.#states.values()) if (state.parent === gone) state.parent = undefined;
  }

  /** Takes the last change back. Returns it. */
  undo(lines: Lines): State | undefined {
    this.#settle(lines);
    const undone = this.#current;
    if (!undone.parent) return undefined;
    undone.parent.next = undone;
    this.#current = undone.parent;
    return undone;
  }

  /** Makes the change again that was taken back. Returns it. */
  redo(lines: Lines): State | undefined {
    this.#settle(lines);
    if (this.#current.next) this.#current = this.#current.next;
    else return undefined;
    return this.#current;
  }

  /** To the text after a change, on whatever branch. */
  goTo(number: number, lines: Lines): State | undefined {
    this.#settle(lines);
    const found = this.#states.get(number);
    if (!found) return undefined;
    for (let state = found; state.parent; state = state.parent) state.parent.next = state;
    this.#current = found;
    return found;
  }

  /** The number of the text that was there at a time. */
  numberAt(atMs: number): number {
    return [...this.#states.values()].findLast((state) => state.atMs <= atMs)?.number ?? 0;
  }

  /** Ends of branches, with how many changes lead there. */
  get leaves(): { readonly state: State; readonly depth: number }[] {
    const parents = new Set([...this.#states.values()].map((state) => state.parent));
    const depth = (state: State): number => {
      let steps = 0;
      for (let at = state.parent; at; at = at.parent) steps++;
      return steps;
    };
    return [...this.#states.values()]
      .filter((state) => state.number > 0 && !parents.has(state))
      .map((state) => ({ state, depth: depth(state) }));
  }
}
