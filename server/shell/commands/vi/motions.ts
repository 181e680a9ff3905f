import type { Buffer, Position } from './buffer.ts';
import { sentenceObject } from './sentences.ts';
import { tagObject } from './tags.ts';

/** Where a motion leads, and what an operator takes on the way. */
export interface Motion {
  readonly to: Position;
  readonly linewise?: boolean;
  readonly inclusive?: boolean;
  /** Column to keep over lines; infinite after `$`. */
  readonly keepColumn?: boolean;
  /** The count could not be carried out: an operator does nothing, a macro ends. */
  readonly failed?: boolean;
}

type Kind = 'blank' | 'word' | 'punctuation';

function kindOf(char: string | undefined, big: boolean): Kind {
  if (char === undefined || char === ' ' || char === '\t') return 'blank';
  return big || /[\p{L}\p{N}_]/u.test(char) ? 'word' : 'punctuation';
}

const clampLine = (buffer: Buffer, line: number) => Math.max(0, Math.min(buffer.count - 1, line));

export function firstNonBlank(text: string): number {
  const at = text.search(/[^ \t]/);
  return at < 0 ? Math.max(0, text.length - 1) : at;
}

/** The start of the next word. An empty line is a word. */
export function wordForward(buffer: Buffer, from: Position, big: boolean): Position {
  let { line, column } = from;
  const kind = kindOf(buffer.line(line)[column], big);
  if (kind !== 'blank')
    while (column < buffer.line(line).length && kindOf(buffer.line(line)[column], big) === kind) column++;
  for (;;) {
    const text = buffer.line(line);
    while (column < text.length && kindOf(text[column], big) === 'blank') column++;
    if (column < text.length) return { line, column };
    if (line >= buffer.count - 1) return { line, column: Math.max(0, text.length) };
    line++;
    column = 0;
    if (buffer.line(line) === '') return { line, column };
  }
}

/** The end of what an operator takes with `w`: a last word at the end of its line ends there. Models vim fwd_word. */
export function wordUnderOperator(buffer: Buffer, from: Position, big: boolean, count: number): Position {
  let { line, column } = from;
  /** One place on: undefined at the end of the text, true at the end of a line or on the next. */
  const on = (): boolean | undefined => {
    if (column < buffer.line(line).length) return ++column === buffer.line(line).length;
    if (line === buffer.count - 1) return undefined;
    [line, column] = [line + 1, 0];
    return true;
  };
  const kind = () => kindOf(buffer.line(line)[column], big);
  const here = () => ({ line, column });
  for (let left = count; left > 0; left--) {
    const own = kind();
    const isLastLine = line === buffer.count - 1;
    const stops = (edge: boolean | undefined) => edge === undefined || (edge && left === 1);
    const first = on();
    if (first === undefined || (first && isLastLine) || (first && left === 1)) return here();
    if (own !== 'blank') while (kind() === own) if (stops(on())) return here();
    while (kind() === 'blank') {
      if (column === 0 && buffer.line(line) === '') break;
      const edge = on();
      if (edge === undefined || (edge && isLastLine)) return here();
    }
  }
  return here();
}

export function wordBackward(buffer: Buffer, from: Position, big: boolean): Position {
  let { line, column } = from;
  for (;;) {
    column--;
    while (column < 0) {
      if (line === 0) return { line: 0, column: 0 };
      line--;
      if (buffer.line(line) === '') return { line, column: 0 };
      column = buffer.line(line).length - 1;
    }
    const text = buffer.line(line);
    const kind = kindOf(text[column], big);
    if (kind === 'blank') continue;
    while (column > 0 && kindOf(text[column - 1], big) === kind) column--;
    return { line, column };
  }
}

export function wordEnd(buffer: Buffer, from: Position, big: boolean): Position {
  let { line, column } = from;
  for (;;) {
    column++;
    while (column >= buffer.line(line).length) {
      if (line >= buffer.count - 1) return { line, column: Math.max(0, buffer.line(line).length - 1) };
      line++;
      column = 0;
    }
    const text = buffer.line(line);
    const kind = kindOf(text[column], big);
    if (kind === 'blank') continue;
    while (column + 1 < text.length && kindOf(text[column + 1], big) === kind) column++;
    return { line, column };
  }
}

export function wordEndBackward(buffer: Buffer, from: Position, big: boolean): Position {
  let { line, column } = from;
  const start = kindOf(buffer.line(line)[column], big);
  let left = start === 'blank';
  for (;;) {
    column--;
    while (column < 0) {
      if (line === 0) return { line: 0, column: 0 };
      line--;
      left = true;
      column = buffer.line(line).length - 1;
      if (column < 0) return { line, column: 0 };
    }
    const kind = kindOf(buffer.line(line)[column], big);
    if (kind !== start) left = true;
    if (kind !== 'blank' && left) return { line, column };
  }
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
    const skip = i === 0 && (command === 't' || command === 'T') && count === 1 ? 0 : 0;
    at = forward ? text.indexOf(char, at + 1 + skip) : at === 0 ? -1 : text.lastIndexOf(char, at - 1 - skip);
    if (at < 0) return undefined;
  }
  return command === 't' ? at - 1 : command === 'T' ? at + 1 : at;
}

const PAIRS: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
const BACK: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** `%`: the bracket that belongs to the first one at or behind the cursor. */
export function matchingBracket(buffer: Buffer, from: Position): Position | undefined {
  const text = buffer.line(from.line);
  const offset = text.slice(from.column).search(/[()[\]{}]/);
  if (offset < 0) return undefined;
  const at = { line: from.line, column: from.column + offset };
  const open = text[at.column] as string;
  const close = PAIRS[open] ?? (BACK[open] as string);
  return scan(buffer, at, open, close, PAIRS[open] ? 1 : -1);
}

/** Finds the `close` that belongs to the `open` at `from`. */
function scan(
  buffer: Buffer,
  from: Position,
  open: string,
  close: string,
  step: 1 | -1,
): Position | undefined {
  let depth = 0;
  let { line, column } = from;
  for (;;) {
    const char = buffer.line(line)[column];
    if (char === open) depth++;
    else if (char === close && --depth === 0) return { line, column };
    column += step;
    while (column < 0 || column >= buffer.line(line).length) {
      line += step;
      if (line < 0 || line >= buffer.count) return undefined;
      column = step > 0 ? 0 : buffer.line(line).length - 1;
      if (column < 0 && step < 0) continue;
      if (buffer.line(line).length > 0) break;
    }
  }
}

/** What a text object covers: from the first place up to, not including, the second. */
export interface Span {
  readonly from: Position;
  readonly to: Position;
  readonly linewise?: boolean;
}

export function textObject(
  buffer: Buffer,
  at: Position,
  around: boolean,
  what: string,
  count: number,
): Span | undefined {
  if (what === 'w' || what === 'W') return wordObject(buffer, at, around, what === 'W', count);
  if (what === 'p') return paragraphObject(buffer, at, around, count);
  if (what === 's') return sentenceObject(buffer, at, around, count);
  if (what === 't') return tagObject(buffer, at, around, count);
  if (what === '"' || what === "'" || what === '`') return quoteObject(buffer, at, around, what);
  const open =
    ({ b: '(', B: '{', ')': '(', ']': '[', '}': '{', '>': '<' } as Record<string, string>)[what] ?? what;
  const close = open === '<' ? '>' : PAIRS[open];
  return close ? bracketObject(buffer, at, around, open, close, count) : undefined;
}

function wordObject(buffer: Buffer, at: Position, around: boolean, big: boolean, count: number): Span {
  const text = buffer.line(at.line);
  let start = at.column;
  const kind = kindOf(text[start], big);
  while (start > 0 && kindOf(text[start - 1], big) === kind) start--;
  let end = at.column;
  const run = () => {
    const own = kindOf(text[end], big);
    while (end < text.length && kindOf(text[end], big) === own) end++;
  };
  for (let i = 0; i < count; i++) {
    run();
    if (!around) continue;
    if (kind === 'blank') run();
    else if (kindOf(text[end], big) === 'blank' && end < text.length) run();
    else while (start > 0 && kindOf(text[start - 1], big) === 'blank') start--;
  }
  return { from: { line: at.line, column: start }, to: { line: at.line, column: end } };
}

function paragraphObject(buffer: Buffer, at: Position, around: boolean, count: number): Span | undefined {
  const blank = (line: number) => buffer.line(line).trim() === '';
  let first = at.line;
  while (first > 0 && blank(first - 1) === blank(at.line)) first--;
  let last = first - 1;
  for (let i = 0; i < count * (around ? 2 : 1); i++) {
    if (last >= buffer.count - 1) {
      // The blank lines around the last paragraph are those before it.
      if (count > 1 || i === 0) return undefined;
      while (first > 0 && blank(first - 1)) first--;
      break;
    }
    const kind = blank(last + 1);
    while (last < buffer.count - 1 && blank(last + 1) === kind) last++;
  }
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

function bracketObject(
  buffer: Buffer,
  at: Position,
  around: boolean,
  open: string,
  close: string,
  count: number,
): Span | undefined {
  const here = buffer.line(at.line)[at.column];
  let begin =
    here === open
      ? at
      : here === close
        ? scan(buffer, at, close, open, -1)
        : (enclosing(buffer, at, open, close) ?? following(buffer, at, open, close));
  for (let i = 1; begin && i < count; i++) begin = enclosing(buffer, begin, open, close);
  const end = begin && scan(buffer, begin, open, close, 1);
  if (!begin || !end) return undefined;
  if (around) return { from: begin, to: { line: end.line, column: end.column + 1 } };
  const inner = { line: begin.line, column: begin.column + 1 };
  if (
    inner.column >= buffer.line(inner.line).length &&
    end.line > begin.line + 1 &&
    buffer.line(end.line).slice(0, end.column).trim() === ''
  )
    return {
      from: { line: begin.line + 1, column: 0 },
      to: { line: end.line - 1, column: 0 },
      linewise: true,
    };
  return { from: inner, to: end };
}

/** Outside of any brackets the next ones count. */
function following(buffer: Buffer, at: Position, open: string, close: string): Position | undefined {
  for (let line = at.line; line < buffer.count; line++) {
    const text = buffer.line(line);
    for (let column = line === at.line ? at.column + 1 : 0; column < text.length; column++) {
      if (text[column] === open) return { line, column };
      if (text[column] === close) return undefined;
    }
  }
  return undefined;
}

function enclosing(buffer: Buffer, at: Position, open: string, close: string): Position | undefined {
  let depth = 0;
  for (let line = at.line; line >= 0; line--) {
    const text = buffer.line(line);
    for (let column = line === at.line ? at.column - 1 : text.length - 1; column >= 0; column--) {
      if (text[column] === close) depth++;
      else if (text[column] === open && depth-- === 0) return { line, column };
    }
  }
  return undefined;
}
