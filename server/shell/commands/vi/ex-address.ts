import type { Editor } from './editor.ts';
import type { Range } from './range.ts';

/** The lines that an ex command is for, and the text behind them. */
export function parseRange(editor: Editor, text: string): { range: Range; rest: string } {
  let rest = text;
  const { line } = editor.cursor;
  if (rest.startsWith('%'))
    return { range: { first: 0, last: editor.buffer.count - 1, given: 2 }, rest: rest.slice(1) };
  const addresses: number[] = [];
  // Behind `;` an address counts from the one before it, behind `,` from the cursor.
  let from = line;
  for (;;) {
    const found = address(editor, rest, from);
    if (found) {
      addresses.push(found.line);
      rest = found.rest;
    }
    if (!/^[,;]/.test(rest)) break;
    if (!found) addresses.push(line);
    from = rest.startsWith(';') ? (addresses.at(-1) as number) : line;
    rest = rest.slice(1);
    if (!address(editor, rest, line)) {
      addresses.push(line);
      break;
    }
  }
  const last = addresses.at(-1) ?? line;
  const first = addresses.length > 1 ? (addresses.at(-2) as number) : last;
  if (first > last)
    return { range: { first: last, last: first, given: addresses.length, backwards: true }, rest };
  return { range: { first, last, given: addresses.length }, rest };
}

/** Refuses lines that are not there. */
export function checkRange(editor: Editor, { first, last, given }: Range): void {
  const { count } = editor.buffer;
  if (given > 0 && (first < -1 || last >= count)) editor.refuse('E16: Invalid range');
}

/** The line that an address stands for, and the text behind it. */
export function address(
  editor: Editor,
  text: string,
  current: number,
): { line: number; rest: string } | undefined {
  const match =
    /^(?:(\d+)|(\.)|(\$)|'(.)|\/((?:[^/\\]|\\.)*)\/?|\?((?:[^?\\]|\\.)*)\??)?((?:[-+]\d*)*)/s.exec(text);
  if (!match || match[0] === '') return undefined;
  let line = current;
  if (match[1] !== undefined) line = Number(match[1]) - 1;
  else if (match[3] !== undefined) line = editor.buffer.count - 1;
  else if (match[4] !== undefined) {
    const mark = editor.buffer.marks.get(match[4]);
    if (!mark) return editor.refuse('E20: Mark not set');
    line = Math.min(mark.line, editor.buffer.count - 1);
  } else if (match[5] !== undefined || match[6] !== undefined) {
    const pattern = match[5] ?? (match[6] as string);
    if (pattern !== '') editor.search = { pattern, forward: match[5] !== undefined };
    line = editor.find(match[5] !== undefined, {
      line,
      column: match[5] !== undefined ? editor.buffer.line(line).length : 0,
    }).line;
  }
  for (const step of (match[7] ?? '').match(/[-+]\d*/g) ?? [])
    line += Number(step.length === 1 ? `${step}1` : step);
  return { line, rest: text.slice(match[0].length) };
}
