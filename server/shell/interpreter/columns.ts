import { greatest } from '../../sim/index.ts';
import { textWidth } from '../editor/width.ts';

/** Lays out the menu of `select`: down the columns, tabs between them. */
export function columnsOf(cells: readonly string[], width: number, extra: number): string {
  const longest = greatest(cells.map(textWidth)) - extra;
  const maxLength = longest + extra + 2;
  let columns = Math.max(1, Math.floor(width / maxLength));
  let rows = Math.ceil(cells.length / columns);
  columns = Math.ceil(cells.length / rows);
  if (rows === 1) {
    rows = columns;
    columns = 1;
  }
  let out = '';
  for (let row = 0; row < rows; row++) {
    let at = 0;
    for (let i = row; i < cells.length; i += rows) {
      const cell = cells[i] as string;
      out += cell;
      if (i + rows >= cells.length) break;
      at += textWidth(cell);
      const next = Math.ceil((i + 1) / rows) * maxLength;
      out += indent(at, next);
      at = next;
    }
    out += '\n';
  }
  return out;
}

/** Tabs and blanks from one column to another. */
function indent(from: number, to: number): string {
  let out = '';
  let at = from;
  while (at < to) {
    if (Math.floor(to / 8) > Math.floor(at / 8)) {
      out += '\t';
      at += 8 - (at % 8);
    } else {
      out += ' ';
      at++;
    }
  }
  return out;
}
