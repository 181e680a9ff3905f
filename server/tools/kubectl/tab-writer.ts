/**
 * Aligns tab-separated cells. Models text/tabwriter with the settings of cli-runtime: minwidth 6, padding 3, spaces; the
 * cell after the last tab of a line belongs to no column.
 */
export function tabulate(text: string, options: { minWidth?: number; padding?: number } = {}): string {
  const minWidth = options.minWidth ?? 6;
  const padding = options.padding ?? 3;
  const ended = text.endsWith('\n');
  const lines = (ended ? text.slice(0, -1) : text).split('\n').map((line) => line.split('\t'));
  const widths = lines.map((cells) => cells.map(() => 0));
  const fill = (column: number, from: number, to: number) => {
    for (let i = from; i < to; ) {
      if ((lines[i] as string[]).length - 1 <= column) {
        i++;
        continue;
      }
      let end = i;
      let width = minWidth;
      while (end < to && (lines[end] as string[]).length - 1 > column) {
        const length = [...((lines[end] as string[])[column] as string)].length;
        if (length + padding > width) width = length + padding;
        end++;
      }
      for (let j = i; j < end; j++) (widths[j] as number[])[column] = width;
      fill(column + 1, i, end);
      i = end;
    }
  };
  fill(0, 0, lines.length);
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
