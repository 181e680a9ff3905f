export interface TabOptions {
  readonly minWidth: number;
  readonly padding: number;
}

/** As `kubectl describe` aligns. */
export const DESCRIBE_TABS: TabOptions = { minWidth: 0, padding: 2 };

/**
 * Aligns tab-terminated cells of neighbouring lines with spaces; what follows the last tab of a line belongs to no
 * column. Models Go's text/tabwriter without flags.
 */
export function alignTabs(text: string, options: TabOptions = DESCRIBE_TABS): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths = lines.map((cells) => new Array<number>(cells.length).fill(0));
  measure({ lines, widths, options }, 0, 0, lines.length);
  return lines.map((cells, row) => pad(cells, widths[row] ?? [])).join('\n');
}

interface Sheet {
  readonly lines: readonly string[][];
  readonly widths: readonly number[][];
  readonly options: TabOptions;
}

/** A column is a run of lines that have a tab there; the columns right of it are measured within the run. */
function measure(sheet: Sheet, column: number, from: number, to: number): void {
  const { lines, widths, options } = sheet;
  const has = (row: number) => (lines[row]?.length ?? 0) - 1 > column;
  for (let start = from; start < to; start++) {
    if (!has(start)) continue;
    let end = start;
    let width = options.minWidth;
    for (; end < to && has(end); end++) {
      width = Math.max(width, columns(lines[end]?.[column] ?? '') + options.padding);
    }
    for (let row = start; row < end; row++) (widths[row] as number[])[column] = width;
    measure(sheet, column + 1, start, end);
    start = end;
  }
}

function pad(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, i) =>
      i === cells.length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - columns(cell))),
    )
    .join('');
}

/** Go counts runes. */
function columns(text: string): number {
  return [...text].length;
}
