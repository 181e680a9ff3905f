import { bracketObject } from './brackets.ts';
import type { Buffer, Position } from './buffer.ts';
import { sentenceObject } from './sentences.ts';
import { tagObject } from './tags.ts';
import { wordObject } from './words.ts';

/** Where a motion leads, and what an operator takes on the way. */
export interface Motion {
  readonly to: Position;
  readonly linewise?: boolean;
  readonly inclusive?: boolean;
  /** Column to keep over lines; infinite after `$`. */
  readonly keepColumn?: boolean;
  /** The count could not be carried out: an operator does nothing, a macro ends. */
  readonly failed?: boolean;
  /** What an operator deletes goes to register 1, however little it is. */
  readonly numbered?: boolean;
}

const clampLine = (buffer: Buffer, line: number) => Math.max(0, Math.min(buffer.count - 1, line));

export function firstNonBlank(text: string): number {
  const at = text.search(/[^ \t]/);
  return at < 0 ? Math.max(0, text.length - 1) : at;
}

export function paragraph(buffer: Buffer, from: Position, step: 1 | -1): Position {
  let line = from.line;
  while (
    line > 0 &&
    line < buffer.count &&
    buffer.line(line) === '' &&
    buffer.line(line + step) === '' &&
    line + step >= 0
  )
    line += step;
  line += step;
  while (line > 0 && line < buffer.count - 1 && buffer.line(line) !== '') line += step;
  const at = clampLine(buffer, line);
  const atEnd = step > 0 && at === buffer.count - 1 && buffer.line(at) !== '';
  return { line: at, column: atEnd ? Math.max(0, buffer.line(at).length - 1) : 0 };
}

/** `f`, `F`, `t`, `T` on one line. */
export function findChar(
  text: string,
  column: number,
  command: string,
  char: string,
  count: number,
): number | undefined {
  let at = column;
  const forward = command === 'f' || command === 't';
  for (let i = 0; i < count; i++) {
    at = forward ? text.indexOf(char, at + 1) : at === 0 ? -1 : text.lastIndexOf(char, at - 1);
    if (at < 0) return undefined;
  }
  return command === 't' ? at - 1 : command === 'T' ? at + 1 : at;
}

/** What a text object covers: from the first place up to, not including, the second. */
export interface Span {
  readonly from: Position;
  readonly to: Position;
  readonly linewise?: boolean;
  /** The second place is the last one covered. */
  readonly inclusive?: boolean;
  /** What is deleted goes to register 1, however little it is. */
  readonly numbered?: boolean;
}

/** `anchor`: the other end of a selection, which some objects are added to. */
export function textObject(
  buffer: Buffer,
  at: Position,
  { around, name: what, count, anchor }: { around: boolean; name: string; count: number; anchor?: Position },
): Span | undefined {
  if (what === 'w' || what === 'W')
    return wordObject(buffer, at, { around, big: what === 'W', count, anchor });
  if (what === 'p') return paragraphObject(buffer, at, around, count);
  if (what === 's') return sentenceObject(buffer, at, around, count);
  if (what === 't') return tagObject(buffer, at, around, count);
  if (what === '"' || what === "'" || what === '`') return quoteObject(buffer, at, around, what);
  return bracketObject(buffer, at, { around, name: what, count });
}

/** `ip`, `ap`. Models vim src/textobject.c current_par. */
function paragraphObject(buffer: Buffer, at: Position, around: boolean, count: number): Span | undefined {
  const blank = (line: number) => /^[ \t]*$/.test(buffer.line(line));
  const end = buffer.count - 1;
  const inBlanks = blank(at.line);
  let first = at.line;
  while (first > 0 && blank(first - 1) === inBlanks) first--;
  let last = first - 1;
  while (last < end && blank(last + 1)) last++;
  for (let left = !around && inBlanks ? count - 1 : count; left > 0; left--) {
    if (last === end) return undefined;
    const onlyBlanks = !around && blank(last + 1);
    if (!onlyBlanks) {
      last++;
      while (last < end && !blank(last + 1)) last++;
    }
    if (left === 1 && inBlanks && around) break;
    if (around || onlyBlanks) while (last < end && blank(last + 1)) last++;
  }
  // The blank lines around the last paragraph are those before it.
  if (around && !inBlanks && !blank(last)) while (first > 0 && blank(first - 1)) first--;
  return { from: { line: first, column: 0 }, to: { line: last, column: 0 }, linewise: true };
}

function quoteObject(buffer: Buffer, at: Position, around: boolean, mark: string): Span | undefined {
  const text = buffer.line(at.line);
  const places: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === mark) places.push(i);
  }
  for (let i = 0; i + 1 < places.length; i += 2) {
    const [open, close] = [places[i] as number, places[i + 1] as number];
    if (at.column > close) continue;
    let [start, end] = around ? [open, close + 1] : [open + 1, close];
    if (around) {
      if (/[ \t]/.test(text[end] ?? '')) while (/[ \t]/.test(text[end] ?? '')) end++;
      else while (/[ \t]/.test(text[start - 1] ?? '')) start--;
    }
    return { from: { line: at.line, column: start }, to: { line: at.line, column: end } };
  }
  return undefined;
}
