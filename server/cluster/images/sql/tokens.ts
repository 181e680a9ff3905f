import { SqlError } from './errors.ts';
import type { Dialect } from './syntax.ts';

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'mark' | 'end';
  /** Words in capitals; names, strings as they are meant; marks as they stand. */
  readonly text: string;
  /** As it stands in the statement. */
  readonly raw: string;
  readonly at: number;
}

const MARKS = /^(?:<=|>=|<>|!=|\|\||::|[-+*/%=<>(),.;@])/;

/** One step of the text at `at`: blanks and comments, strings, names in quotes, words, numbers, marks. */
function readToken(text: string, at: number, dialect: Dialect): Token {
  const rest = text.slice(at, at + 4096);
  const first = rest[0] as string;
  const quotes = dialect === 'mysql' ? '\'"' : "'";
  if (quotes.includes(first)) return quoted(text, at, { kind: 'string', escapes: dialect === 'mysql' });
  if (first === (dialect === 'mysql' ? '`' : '"')) return quoted(text, at, { kind: 'name', escapes: false });
  const word = /^[A-Za-z_][\w$]*/.exec(rest)?.[0];
  if (word) return { kind: 'word', text: word.toUpperCase(), raw: word, at };
  const number = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest)?.[0];
  if (number) return { kind: 'number', text: number, raw: number, at };
  const mark = MARKS.exec(rest)?.[0];
  if (mark) return { kind: 'mark', text: mark, raw: mark, at };
  throw new SqlError({ kind: 'syntax', near: rest, at });
}

function quoted(
  text: string,
  at: number,
  { kind, escapes }: { kind: 'string' | 'name'; escapes: boolean },
): Token {
  const quote = text[at] as string;
  let value = '';
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i] as string;
    if (escapes && char === '\\' && i + 1 < text.length) value += text[++i];
    else if (char !== quote) value += char;
    else if (text[i + 1] === quote) value += text[++i];
    else return { kind, text: value, raw: text.slice(at, i + 1), at };
  }
  throw new SqlError({ kind: 'syntax', near: text.slice(at), at });
}

/** Blanks and comments before the next token. */
function skip(text: string, from: number, dialect: Dialect): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text[at] as string)) at++;
    const comment =
      text.startsWith('--', at) || (dialect === 'mysql' && text[at] === '#')
        ? '\n'
        : text.startsWith('/*', at)
          ? '*/'
          : undefined;
    if (!comment) return at;
    const end = text.indexOf(comment, at);
    at = end < 0 ? text.length : end + comment.length;
  }
}

/** The tokens of one statement, with one that stands for its end. */
export function tokens(text: string, dialect: Dialect): Token[] {
  const found: Token[] = [];
  let at = skip(text, 0, dialect);
  while (at < text.length) {
    const token = readToken(text, at, dialect);
    found.push(token);
    at = skip(text, at + token.raw.length, dialect);
  }
  return [...found, { kind: 'end', text: '', raw: '', at: text.length }];
}

/** Cuts a script at its semicolons; the last piece may be a statement that is not finished. */
export function statements(text: string, dialect: Dialect): { done: string[]; rest: string } {
  const done: string[] = [];
  let start = 0;
  let at = skip(text, 0, dialect);
  while (at < text.length) {
    let token: Token;
    try {
      token = readToken(text, at, dialect);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      // A string that has no end may get one; anything else is for the parser to complain about.
      if (/['"`]/.test(text[at] as string)) break;
      token = { kind: 'mark', text: text[at] as string, raw: text[at] as string, at };
    }
    at += token.raw.length;
    if (token.kind === 'mark' && token.text === ';') {
      done.push(text.slice(start, at - 1));
      start = at;
    }
    at = skip(text, at, dialect);
  }
  return { done, rest: text.slice(start) };
}
