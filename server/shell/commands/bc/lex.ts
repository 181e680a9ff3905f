export type TokenKind = 'number' | 'name' | 'word' | 'string' | 'operator' | 'newline';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
}

/** A line that bc refuses; the rest of it is skipped. */
export class BcError extends Error {
  override name = 'BcError';
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** What was read so far ends in the middle of something: more lines are wanted. */
export class Incomplete extends Error {
  override name = 'Incomplete';
}

const WORDS = new Set([
  'auto',
  'break',
  'continue',
  'define',
  'else',
  'for',
  'halt',
  'ibase',
  'if',
  'last',
  'length',
  'limits',
  'obase',
  'print',
  'quit',
  'read',
  'return',
  'scale',
  'sqrt',
  'void',
  'warranty',
  'while',
]);

const TOKEN =
  /(\\\n|[ \t\r]+|#[^\n]*)|\/\*([\s\S]*?)\*\/|([0-9A-Z]+(?:\.[0-9A-Z]*)?|\.[0-9A-Z]+)|([a-z][a-z0-9_]*)|"([^"]*)"|(&&|\|\||\+\+|--|[-+*/%^<>=!]=|[-+*/%^<>=!(){}[\],;.])|(\n)/y;

/** Cuts lines into tokens. Throws Incomplete inside a comment or a string. */
export function tokens(text: string, firstLine: number): Token[] {
  const out: Token[] = [];
  let line = firstLine;
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      const char = text[at] as string;
      if (char === '"' || text.startsWith('/*', at)) throw new Incomplete();
      throw new BcError(
        `illegal character: ${char < ' ' ? `^${String.fromCharCode(char.charCodeAt(0) + 64)}` : char}`,
        line,
      );
    }
    const [whole, , , number, name, string, operator, newline] = match;
    const add = (kind: TokenKind, value: string) => void out.push({ kind, text: value, line });
    if (number !== undefined) add('number', number);
    else if (name !== undefined) add(WORDS.has(name) ? 'word' : 'name', name);
    else if (string !== undefined) add('string', string);
    else if (operator !== undefined) add('operator', operator);
    else if (newline !== undefined) add('newline', '\n');
    line += whole.split('\n').length - 1;
    at = TOKEN.lastIndex;
  }
  return out;
}
