/** Scalars of YAML as they stand in the text. Models libyaml's yaml_parser_scan_*_scalar. */

import type { Cursor } from './yaml-cursor.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

const HEX: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A literal or folded block in a block of so much indentation. */
export function blockScalar(at: Cursor, style: string, indent: number): string {
  at.skip();
  let chomp = '';
  let increment = 0;
  for (let i = 0; i < 2; i++) {
    if (chomp === '' && /[-+]/.test(at.char())) {
      chomp = at.char();
      at.skip();
    } else if (increment === 0 && /\d/.test(at.char())) {
      increment = Number(at.char());
      if (increment === 0) at.fail('found an indentation indicator equal to 0');
      at.skip();
    }
  }
  while (at.char() === ' ' || at.char() === '\t') at.skip();
  if (at.char() === '#') while (at.char() !== '' && !at.isBreak()) at.skip();
  if (at.char() !== '' && !at.isBreak()) at.fail('did not find expected comment or line break');
  if (at.isBreak()) at.takeBreak();
  return blockText(at, { style, chomp, increment, indent });
}

interface Block {
  readonly style: string;
  readonly chomp: string;
  readonly increment: number;
  /** Of the block around it; -1: none. */
  readonly indent: number;
}

function blockText(at: Cursor, { style, chomp, increment, indent }: Block): string {
  const state = { indent: increment > 0 ? Math.max(indent, 0) + increment : 0 };
  let text = '';
  let leading = '';
  let breaks = blockBreaks(at, state, indent);
  let leadingBlank = false;
  while (at.column === state.indent && at.char() !== '') {
    const trailingBlank = at.char() === ' ' || at.char() === '\t';
    if (style === '>' && leading.startsWith('\n') && !leadingBlank && !trailingBlank) {
      if (breaks === '') text += ' ';
    } else text += leading;
    leading = '';
    text += breaks;
    leadingBlank = at.char() === ' ' || at.char() === '\t';
    const from = at.index;
    while (at.char() !== '' && !at.isBreak()) at.skip();
    text += at.since(from);
    if (at.char() === '') {
      breaks = '';
      break;
    }
    leading = at.takeBreak();
    breaks = blockBreaks(at, state, indent);
  }
  if (chomp !== '-') text += leading;
  return chomp === '+' ? text + breaks : text;
}

function blockBreaks(at: Cursor, state: { indent: number }, outer: number): string {
  let breaks = '';
  let widest = 0;
  for (;;) {
    while ((state.indent === 0 || at.column < state.indent) && at.char() === ' ') at.skip();
    widest = Math.max(widest, at.column);
    if ((state.indent === 0 || at.column < state.indent) && at.char() === '\t')
      at.fail('found a tab character where an indentation space is expected');
    if (!at.isBreak()) break;
    breaks += at.takeBreak();
  }
  if (state.indent === 0) state.indent = Math.max(widest, outer + 1, 1);
  return breaks;
}

/** What stands between quotes of either sort. */
export function quotedScalar(at: Cursor, quote: string): string {
  at.skip();
  let text = '';
  for (;;) {
    if (at.atDocumentMark()) at.fail('found unexpected document indicator');
    if (at.char() === '') {
      if (at.column !== 0) at.line++;
      at.fail('found unexpected end of stream');
    }
    let escapedBreak = false;
    while (!at.isBlankOrEnd()) {
      const char = at.char();
      if (quote === "'" && char === "'" && at.char(1) === "'") {
        text += "'";
        at.skip(2);
      } else if (char === quote) break;
      else if (quote === '"' && char === '\\' && at.isBreak(1)) {
        at.skip();
        at.takeBreak();
        escapedBreak = true;
        break;
      } else if (quote === '"' && char === '\\') text += escaped(at);
      else {
        text += char;
        at.skip();
      }
    }
    if (at.char() === quote) break;
    text += foldedBlanks(at, escapedBreak);
  }
  at.skip();
  return text;
}

/** Blanks and line breaks between words: kept as they are on one line, folded over several. */
function foldedBlanks(at: Cursor, alreadyBroken: boolean): string {
  let blanks = '';
  let first = '';
  let more = '';
  let broken = alreadyBroken;
  while (at.char() === ' ' || at.char() === '\t' || at.isBreak()) {
    if (!at.isBreak()) {
      if (!broken) blanks += at.char();
      at.skip();
    } else if (!broken) {
      blanks = '';
      first = at.takeBreak();
      broken = true;
    } else more += at.takeBreak();
  }
  if (!broken) return blanks;
  if (first === '\n') return more === '' ? ' ' : more;
  return first + more;
}

function escaped(at: Cursor): string {
  const code = at.char(1);
  const size = HEX[code];
  if (size === undefined) {
    const value = ESCAPES[code];
    if (value === undefined) at.fail('found unknown escape character');
    at.skip(2);
    return value;
  }
  const digits = at.text.slice(at.index + 2, at.index + 2 + size);
  if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < size)
    at.fail('did not find expected hexdecimal number');
  const value = Number.parseInt(digits, 16);
  if (value > 0x10ffff) at.fail('found invalid Unicode character escape code');
  at.skip(2 + size);
  return String.fromCodePoint(value);
}

/** A scalar without quotes; `broken`: a line ended behind it. */
export function plainScalar(
  at: Cursor,
  { indent, flow }: { indent: number; flow: boolean },
): { text: string; broken: boolean } {
  let text = '';
  let pendingBlanks = '';
  let line = at.line;
  for (;;) {
    if (at.atDocumentMark() || at.char() === '#') break;
    const from = at.index;
    while (!at.isBlankOrEnd()) {
      const char = at.char();
      if (char === ':' && at.isBlankOrEnd(1)) break;
      if (flow) {
        if (char === ':' && ',[]{}?'.includes(at.char(1) || '\0')) break;
        if (',?[]{}'.includes(char)) break;
      }
      at.skip();
    }
    if (at.index === from) break;
    text += pendingBlanks + at.since(from);
    line = at.line;
    if (!(at.char() === ' ' || at.char() === '\t' || at.isBreak())) break;
    pendingBlanks = plainBlanks(at, indent);
    if (!flow && at.column < indent) break;
  }
  return { text, broken: at.line > line };
}

function plainBlanks(at: Cursor, indent: number): string {
  let blanks = '';
  let first = '';
  let more = '';
  while (at.char() === ' ' || at.char() === '\t' || at.isBreak()) {
    if (!at.isBreak()) {
      if (first !== '' && at.column < indent && at.char() === '\t')
        at.fail('found a tab character that violates indentation');
      if (first === '') blanks += at.char();
      at.skip();
    } else if (first === '') {
      blanks = '';
      first = at.takeBreak();
    } else more += at.takeBreak();
  }
  if (first === '') return blanks;
  if (first === '\n') return more === '' ? ' ' : more;
  return first + more;
}
