/** A piece of a program. `name` is what error messages call it. */
export interface Token {
  readonly kind: 'number' | 'field' | 'name' | 'keyword' | 'format' | 'string' | 'mark' | 'unknown' | 'end';
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const KEYWORDS = new Set(
  'def if then elif else end as reduce foreach try catch label import include and or not __loc__'
    .split(' ')
    .filter((word) => word !== 'not'),
);

const MARKS = /(?:\?\/\/=?|\/\/=?|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\.\.|[.?=;,:|+\-*/%$<>()[\]{}])/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const FIELD = /\.[a-zA-Z_]\w*/y;
const NAME = /(?:[a-zA-Z_]\w*::)*[a-zA-Z_]\w*/y;
const FORMAT = /@\w+/y;
const SPACE = /(?:\s+|#(?:\\.|[^\n])*)+/y;

const CLOSES: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Reads a program token by token; strings are read by the parser, which knows what is inside of them. */
export class Lexer {
  readonly text: string;
  readonly #marks: RegExp;
  at = 0;
  /** Where the last token is. */
  last = 0;
  /** Brackets that are open: one that does not match is no token at all. */
  readonly #open: string[] = [];

  /** `marks` replaces the punctuation of jq by that of another dialect. */
  constructor(text: string, marks = MARKS) {
    this.text = text;
    this.#marks = marks;
  }

  next(): Token {
    const space = this.#match(SPACE);
    const at = this.at;
    if (at >= this.text.length) return { kind: 'end', text: '', at: this.#lastAt(space, at), end: at };
    const token = this.#token(at);
    this.last = at;
    this.at = token.end;
    return token;
  }

  /** Where an error at the end is shown: at the last thing there is, be it white space. */
  #lastAt(space: string | undefined, at: number): number {
    return space === undefined ? this.last : at - space.length;
  }

  #token(at: number): Token {
    const make = (kind: Token['kind'], text: string): Token => ({ kind, text, at, end: at + text.length });
    if (this.text[at] === '"') return make('string', '"');
    const number = this.#match(NUMBER);
    if (number !== undefined) return make('number', number);
    const field = this.#match(FIELD);
    if (field !== undefined) return make('field', field);
    const name = this.#match(NAME);
    if (name !== undefined) return make(KEYWORDS.has(name) ? 'keyword' : 'name', name);
    const format = this.#match(FORMAT);
    if (format !== undefined) return make('format', format);
    const mark = this.#match(this.#marks);
    if (mark === undefined || mark === '?//=') return make('unknown', this.text[at] as string);
    return make(this.#balanced(mark) ? 'mark' : 'unknown', mark);
  }

  #balanced(mark: string): boolean {
    if ('([{'.includes(mark)) this.#open.push(mark);
    const opener = CLOSES[mark];
    return opener === undefined || this.#open.pop() === opener;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.text)?.[0];
    if (pattern === SPACE && text !== undefined) this.at += text.length;
    return text;
  }
}

/** How the grammar calls a token. Models jq src/parser.y as bison shows it. */
export function tokenName(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of file';
    case 'unknown':
      return 'INVALID_CHARACTER';
    case 'number':
      return 'LITERAL';
    case 'field':
      return 'FIELD';
    case 'name':
      return 'IDENT';
    case 'format':
      return 'FORMAT';
    case 'string':
      return 'QQSTRING_START';
    case 'keyword':
      return token.text;
    case 'mark':
      return token.text.length === 1 ? `'${token.text}'` : token.text;
  }
}
