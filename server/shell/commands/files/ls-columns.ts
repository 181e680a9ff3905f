import { greatest, type Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import type { Style } from './ls-style.ts';

/** Widths that are added up in one step. */
const WIDTHS_PER_STEP = 256;

export function* arrange(
  call: Call,
  names: readonly string[],
  widths: readonly number[],
  style: Style,
  end: string,
): Steps<void> {
  if (names.length === 0) return;
  if (style.columns === 'one') {
    for (const name of names) yield* call.print(name + end);
    return;
  }
  if (style.columns === 'commas') {
    yield* call.print(commas(names, widths, style.width));
    return;
  }
  const across = style.columns === 'across';
  const count = yield* columnCount(call, widths, style.width, across);
  const rows = Math.ceil(names.length / count);
  const indexAt = (row: number, column: number) => (across ? row * count + column : column * rows + row);
  const columnWidths = Array.from(
    { length: count },
    (_, column) =>
      greatest(
        Array.from({ length: rows }, (_, row) => widths[indexAt(row, column)] ?? 0),
        0,
      ) + 2,
  );
  for (let row = 0; row < rows; row++) {
    let line = '';
    let position = 0;
    for (let column = 0; column < count; column++) {
      const index = indexAt(row, column);
      if (names[index] === undefined) break;
      const next = indexAt(row, column + 1);
      const isLast = column === count - 1 || names[next] === undefined;
      line += names[index];
      if (!isLast)
        line += indent(position + (widths[index] as number), position + (columnWidths[column] as number));
      position += columnWidths[column] as number;
    }
    yield* call.spend(count / WIDTHS_PER_STEP);
    yield* call.print(`${line}\n`);
  }
}

/** Models ls's `indent`: tabs where they reach, then blanks. */
function indent(from: number, to: number): string {
  let out = '';
  for (let at = from; at < to; ) {
    const tab = Math.floor(to / 8) > Math.floor((at + 1) / 8);
    out += tab ? '\t' : ' ';
    at += tab ? 8 - (at % 8) : 1;
  }
  return out;
}

/** The most columns that fit. */
function* columnCount(call: Call, widths: readonly number[], total: number, across: boolean): Steps<number> {
  const max = Math.max(1, Math.min(widths.length, Math.floor(total / 3)));
  for (let count = max; count > 1; count--) {
    const rows = Math.ceil(widths.length / count);
    if (!across && Math.ceil(widths.length / rows) < count) continue;
    yield* call.spend(widths.length / WIDTHS_PER_STEP);
    let sum = 0;
    for (let column = 0; column < count && sum < total; column++) {
      let widest = 0;
      for (let row = 0; row < rows; row++) {
        widest = Math.max(widest, widths[across ? row * count + column : column * rows + row] ?? 0);
      }
      sum += widest + (column === count - 1 ? 0 : 2);
    }
    if (sum < total) return count;
  }
  return 1;
}

export function commas(names: readonly string[], widths: readonly number[], total: number): string {
  let out = '';
  let column = 0;
  names.forEach((name, i) => {
    const isLast = i === names.length - 1;
    const width = (widths[i] as number) + (isLast ? 0 : 2);
    if (column > 0 && column + width > total) {
      out = `${out.trimEnd()}\n`;
      column = 0;
    }
    out += name + (isLast ? '' : ', ');
    column += width;
  });
  return `${out}\n`;
}
