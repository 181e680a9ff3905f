import type { Buffer, Position } from './buffer.ts';
import type { Span } from './motions.ts';
import { Walker } from './walker.ts';

const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
const BACK: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** `%`: the bracket that belongs to the first one at or behind the cursor. */
export function matchingBracket(buffer: Buffer, from: Position): Position | undefined {
  const offset = buffer
    .line(from.line)
    .slice(from.column)
    .search(/[()[\]{}]/);
  if (offset < 0) return undefined;
  const at = { line: from.line, column: from.column + offset };
  const bracket = buffer.line(at.line)[at.column] as string;
  const close = PAIRS[bracket];
  return close === undefined
    ? search(buffer, at, { wanted: BACK[bracket] as string, other: bracket, by: -1 })
    : search(buffer, at, { wanted: close, other: bracket, by: 1 });
}

/** The next bracket in a direction that none of the other sort on the way belongs to. */
export function search(
  buffer: Buffer,
  from: Position,
  { wanted, other, by }: { wanted: string; other: string; by: 1 | -1 },
): Position | undefined {
  let depth = 0;
  let { line, column } = from;
  for (;;) {
    column += by;
    while (column < 0 || column >= buffer.line(line).length) {
      line += by;
      if (line < 0 || line >= buffer.count) return undefined;
      column = by > 0 ? 0 : buffer.line(line).length - 1;
    }
    const char = buffer.line(line)[column];
    if (char === other) depth++;
    else if (char === wanted && depth-- === 0) return { line, column };
  }
}

/** `i(`, `a{`…: around the cursor, or the next ones. Models vim src/textobject.c current_block. */
export function bracketObject(
  buffer: Buffer,
  from: Position,
  { around, name, count }: { around: boolean; name: string; count: number },
): Span | undefined {
  const open =
    ({ b: '(', B: '{', ')': '(', ']': '[', '}': '{', '>': '<' } as Record<string, string>)[name] ?? name;
  const close = PAIRS[open];
  if (close === undefined) return undefined;
  const at = new Walker(buffer, from);
  if (open === '{') while (at.inIndent && at.on());
  if (at.char === open) at.column++;
  const by = search(buffer, at.place, { wanted: open, other: close, by: -1 }) ? -1 : 1;
  let begin: Position | undefined = at.place;
  for (let left = count; left > 0 && begin; left--)
    begin = search(buffer, begin, { wanted: open, other: close, by });
  const end = begin && search(buffer, begin, { wanted: close, other: open, by: 1 });
  if (!begin || !end) return undefined;
  return around ? { from: begin, to: end, inclusive: true } : inside(buffer, begin, end, open);
}

/** Without the brackets; an indent before the closing one does not count. */
function inside(buffer: Buffer, begin: Position, end: Position, open: string): Span {
  const first = new Walker(buffer, begin);
  first.next();
  const last = new Walker(buffer, end);
  let wholeLines = last.column === 0;
  last.previous();
  while (open === '{' && last.inIndent) {
    wholeLines = true;
    if (last.step(-1) !== 'on') break;
  }
  if (wholeLines) {
    last.next();
    return { from: first.place, to: last.place };
  }
  const isEmpty = last.line < first.line || (last.line === first.line && last.column < first.column);
  return isEmpty
    ? { from: first.place, to: first.place }
    : { from: first.place, to: last.place, inclusive: true };
}
