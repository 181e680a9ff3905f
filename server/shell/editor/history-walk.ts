/** A walk through the history while one line is edited. Lines that were changed on the way keep their changes. */
export class HistoryWalk {
  readonly #lines: readonly string[];
  readonly #edited = new Map<number, string>();
  /** Index of the line shown; the number of lines stands for the new one. */
  position: number;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    this.position = lines.length;
  }

  get length(): number {
    return this.#lines.length;
  }

  /** The line at an index, as it looks now. */
  line(index: number): string {
    return this.#edited.get(index) ?? this.#lines[index] ?? '';
  }

  /** Moves by some lines; undefined when there are none. */
  move(by: number, current: string): string | undefined {
    return this.goTo(this.position + by, current);
  }

  goTo(index: number, current: string): string | undefined {
    if (index < 0 || index > this.#lines.length) return undefined;
    if (current !== (this.#lines[this.position] ?? '')) this.#edited.set(this.position, current);
    this.position = index;
    return this.line(index);
  }

  first(current: string): string | undefined {
    return this.goTo(0, current);
  }

  last(current: string): string | undefined {
    return this.goTo(this.#lines.length, current);
  }

  /** The nearest line before or after the one shown that is wanted. */
  nearest(backward: boolean, wanted: (line: string) => boolean): number | undefined {
    const step = backward ? -1 : 1;
    for (let i = this.position + step; i >= 0 && i < this.#lines.length; i += step)
      if (wanted(this.line(i))) return i;
    return undefined;
  }
}
