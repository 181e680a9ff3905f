/**
 * Aligns tab-separated cells and remembers the widths of its columns from one flush to the next. Models
 * liggitt/tabwriter with the settings of cli-runtime (minimum 6, padding 3); the cell after the last tab of a line
 * belongs to no column.
 */
export class TabWriter {
  readonly #minWidth: number;
  readonly #padding: number;
  #remembered: number[] = [];
  #text = '';

  constructor(options: { minWidth?: number; padding?: number } = {}) {
    this.#minWidth = options.minWidth ?? 6;
    this.#padding = options.padding ?? 3;
  }

  write(text: string): void {
    this.#text += text;
  }

  /** True when something was written since the last flush. */
  get pending(): boolean {
    return this.#text !== '';
  }

  /** Forgets the widths. */
  reset(): void {
    this.#remembered = [];
  }

  flush(): string {
    const text = this.#text;
    this.#text = '';
    if (text === '') return '';
    const ended = text.endsWith('\n');
    const lines = (ended ? text.slice(0, -1) : text).split('\n').map((line) => line.split('\t'));
    const widths = lines.map((cells) => cells.map(() => 0));
    this.#fill(lines, widths, { column: 0, from: 0, to: lines.length });
    for (const row of widths) {
      row.forEach((width, column) => {
        if (width > (this.#remembered[column] ?? 0)) this.#remembered[column] = width;
      });
    }
    const out = lines.map((cells, row) =>
      cells
        .map((cell, column) =>
          column === cells.length - 1
            ? cell
            : cell + ' '.repeat(Math.max(0, ((widths[row] as number[])[column] ?? 0) - [...cell].length)),
        )
        .join(''),
    );
    return out.join('\n') + (ended ? '\n' : '');
  }

  /** A column is a run of lines that have a cell there. */
  #fill(
    lines: readonly string[][],
    widths: number[][],
    block: { column: number; from: number; to: number },
  ): void {
    const { column, to } = block;
    for (let i = block.from; i < to; ) {
      if ((lines[i] as string[]).length - 1 <= column) {
        i++;
        continue;
      }
      let end = i;
      let width = Math.max(this.#minWidth, this.#remembered[column] ?? 0);
      while (end < to && (lines[end] as string[]).length - 1 > column) {
        const length = [...((lines[end] as string[])[column] as string)].length;
        if (length + this.#padding > width) width = length + this.#padding;
        end++;
      }
      for (let j = i; j < end; j++) (widths[j] as number[])[column] = width;
      this.#fill(lines, widths, { column: column + 1, from: i, to: end });
      i = end;
    }
  }
}

/** Aligns a whole text at once. */
export function tabulate(text: string, options: { minWidth?: number; padding?: number } = {}): string {
  const writer = new TabWriter(options);
  writer.write(text);
  return writer.flush();
}
