/** Turns YAML text into tokens. Models libyaml's scanner as go-yaml carries it, with its error messages and marks. */

export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

export type TokenType =
  | 'stream-end'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | '['
  | ']'
  | '{'
  | '}'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly type: TokenType;
  readonly start: Mark;
  readonly value: string;
  /** A scalar without quotes and not a block. */
  readonly plain: boolean;
}

interface SimpleKey {
  possible: boolean;
  required: boolean;
  token: number;
  mark: Mark;
}

/** A syntax error. `line` is what go-yaml reports; 0: none. */
export class YamlError extends Error {
  override name = 'YamlError';
  constructor(problem: string, line: number) {
    super(`yaml: ${line > 0 ? `line ${line}: ` : ''}${problem}`);
  }
}

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

export class Scanner {
  readonly #text: string;
  #index = 0;
  #line = 0;
  #column = 0;
  #flow = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  readonly #tokens: Token[] = [];
  #taken = 0;
  #allowed = true;
  #keys: SimpleKey[] = [];
  #ended = false;

  constructor(text: string) {
    this.#text = text.replace(/^\ufeff/, '');
    this.#keys.push({ possible: false, required: false, token: 0, mark: this.#mark() });
  }

  peek(): Token {
    for (;;) {
      const pending = this.#keys.some((key) => key.possible && key.token === this.#taken);
      if (this.#tokens.length > 0 && !pending) break;
      if (this.#tokens.length > 0) {
        this.#staleKeys();
        if (!this.#keys.some((key) => key.possible && key.token === this.#taken)) break;
      }
      this.#fetch();
    }
    return this.#tokens[0] as Token;
  }

  next(): Token {
    const token = this.peek();
    if (token.type !== 'stream-end') {
      this.#tokens.shift();
      this.#taken++;
    }
    return token;
  }

  #mark(): Mark {
    return { index: this.#index, line: this.#line, column: this.#column };
  }

  #fail(problem: string): never {
    throw new YamlError(problem, this.#line > 0 ? this.#line + 1 : 0);
  }

  #char(offset = 0): string {
    return this.#text[this.#index + offset] ?? '';
  }

  #isBreak(offset = 0): boolean {
    const char = this.#char(offset);
    return char === '\n' || char === '\r' || char === '\x85' || char === '\u2028' || char === '\u2029';
  }

  #isBlankOrEnd(offset = 0): boolean {
    const char = this.#char(offset);
    return char === '' || char === ' ' || char === '\t' || this.#isBreak(offset);
  }

  #skip(count = 1): void {
    this.#index += count;
    this.#column += count;
  }

  /** Takes a line break, normalized. */
  #takeBreak(): string {
    const char = this.#char();
    const size = char === '\r' && this.#char(1) === '\n' ? 2 : 1;
    this.#index += size;
    this.#line++;
    this.#column = 0;
    return char === '\u2028' || char === '\u2029' ? char : '\n';
  }

  #push(type: TokenType, start: Mark, value = '', plain = false): void {
    this.#tokens.push({ type, start, value, plain });
  }

  #fetch(): void {
    this.#toNextToken();
    this.#staleKeys();
    this.#unroll(this.#column);
    const char = this.#char();
    const start = this.#mark();
    if (char === '') {
      this.#end();
      return;
    }
    if (this.#column === 0 && char === '%') this.#fail('did not find expected <document start>');
    if (this.#atDocumentMark()) {
      const type = char === '-' ? 'document-start' : 'document-end';
      this.#unroll(-1);
      this.#removeKey();
      this.#allowed = false;
      this.#skip(3);
      this.#push(type, start);
      return;
    }
    if (char === '[' || char === '{') this.#flowStart(char);
    else if (char === ']' || char === '}') this.#flowEnd(char);
    else if (char === ',') {
      this.#removeKey();
      this.#allowed = true;
      this.#skip();
      this.#push('flow-entry', start);
    } else if (char === '-' && this.#isBlankOrEnd(1)) this.#blockEntry(start);
    else if (char === '?' && (this.#flow > 0 || this.#isBlankOrEnd(1))) this.#key(start);
    else if (char === ':' && (this.#flow > 0 || this.#isBlankOrEnd(1))) this.#value(start);
    else if (char === '*' || char === '&') this.#anchor(char, start);
    else if (char === '!') this.#tag(start);
    else if ((char === '|' || char === '>') && this.#flow === 0) this.#blockScalar(char, start);
    else if (char === "'" || char === '"') this.#quoted(char, start);
    else if (this.#startsPlain(char)) this.#plain(start);
    else this.#fail('found character that cannot start any token');
  }

  #startsPlain(char: string): boolean {
    if (!this.#isBlankOrEnd() && !'-?:,[]{}#&*!|>\'"%@`'.includes(char)) return true;
    if (char === '-' && !(this.#char(1) === ' ' || this.#char(1) === '\t')) return true;
    return this.#flow === 0 && (char === '?' || char === ':') && !this.#isBlankOrEnd(1);
  }

  #atDocumentMark(): boolean {
    if (this.#column !== 0) return false;
    const mark = this.#text.slice(this.#index, this.#index + 3);
    return (mark === '---' || mark === '...') && this.#isBlankOrEnd(3);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#column !== 0) {
      this.#column = 0;
      this.#line++;
    }
    this.#unroll(-1);
    this.#removeKey();
    this.#allowed = false;
    this.#push('stream-end', this.#mark());
  }

  #toNextToken(): void {
    for (;;) {
      while (this.#char() === ' ' || ((this.#flow > 0 || !this.#allowed) && this.#char() === '\t'))
        this.#skip();
      if (this.#char() === '#') while (this.#char() !== '' && !this.#isBreak()) this.#skip();
      if (!this.#isBreak()) return;
      this.#takeBreak();
      if (this.#flow === 0) this.#allowed = true;
    }
  }

  #staleKeys(): void {
    for (const key of this.#keys) {
      if (!key.possible) continue;
      if (key.mark.line < this.#line || key.mark.index + 1024 < this.#index) {
        if (key.required) this.#fail("could not find expected ':'");
        key.possible = false;
      }
    }
  }

  #saveKey(): void {
    const required = this.#flow === 0 && this.#indent === this.#column;
    if (!this.#allowed) return;
    this.#removeKey();
    this.#keys[this.#keys.length - 1] = {
      possible: true,
      required,
      token: this.#taken + this.#tokens.length,
      mark: this.#mark(),
    };
  }

  #removeKey(): void {
    const key = this.#keys.at(-1) as SimpleKey;
    if (key.possible && key.required) this.#fail("could not find expected ':'");
    key.possible = false;
  }

  #roll(column: number, at: number, type: TokenType, mark: Mark): void {
    if (this.#flow > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    const token: Token = { type, start: mark, value: '', plain: false };
    if (at < 0) this.#tokens.push(token);
    else this.#tokens.splice(at - this.#taken, 0, token);
  }

  #unroll(column: number): void {
    if (this.#flow > 0) return;
    while (this.#indent > column) {
      this.#push('block-end', this.#mark());
      this.#indent = this.#indents.pop() as number;
    }
  }

  #flowStart(char: '[' | '{'): void {
    this.#saveKey();
    this.#keys.push({ possible: false, required: false, token: 0, mark: this.#mark() });
    this.#flow++;
    this.#allowed = true;
    const start = this.#mark();
    this.#skip();
    this.#push(char, start);
  }

  #flowEnd(char: ']' | '}'): void {
    this.#removeKey();
    if (this.#flow > 0) {
      this.#flow--;
      this.#keys.pop();
    }
    this.#allowed = false;
    const start = this.#mark();
    this.#skip();
    this.#push(char, start);
  }

  #blockEntry(start: Mark): void {
    if (this.#flow === 0) {
      if (!this.#allowed) this.#fail('block sequence entries are not allowed in this context');
      this.#roll(this.#column, -1, 'block-sequence-start', start);
    }
    this.#removeKey();
    this.#allowed = true;
    this.#skip();
    this.#push('block-entry', start);
  }

  #key(start: Mark): void {
    if (this.#flow === 0) {
      if (!this.#allowed) this.#fail('mapping keys are not allowed in this context');
      this.#roll(this.#column, -1, 'block-mapping-start', start);
    }
    this.#removeKey();
    this.#allowed = this.#flow === 0;
    this.#skip();
    this.#push('key', start);
  }

  #value(start: Mark): void {
    const key = this.#keys.at(-1) as SimpleKey;
    this.#staleKeys();
    if (key.possible) {
      const token: Token = { type: 'key', start: key.mark, value: '', plain: false };
      this.#tokens.splice(key.token - this.#taken, 0, token);
      this.#roll(key.mark.column, key.token, 'block-mapping-start', key.mark);
      key.possible = false;
      this.#allowed = false;
    } else {
      if (this.#flow === 0) {
        if (!this.#allowed) this.#fail('mapping values are not allowed in this context');
        this.#roll(this.#column, -1, 'block-mapping-start', start);
      }
      this.#allowed = this.#flow === 0;
    }
    this.#skip();
    this.#push('value', start);
  }

  #anchor(char: string, start: Mark): void {
    this.#saveKey();
    this.#allowed = false;
    this.#skip();
    const from = this.#index;
    while (/[\w-]/.test(this.#char()) && this.#char() !== '') this.#skip();
    const name = this.#text.slice(from, this.#index);
    if (name === '' || !(this.#isBlankOrEnd() || '?:,]}%@`'.includes(this.#char())))
      this.#fail('did not find expected alphabetic or numeric character');
    this.#push(char === '*' ? 'alias' : 'anchor', start, name);
  }

  #tag(start: Mark): void {
    this.#saveKey();
    this.#allowed = false;
    const from = this.#index;
    while (!this.#isBlankOrEnd() && !(this.#flow > 0 && ',[]{}'.includes(this.#char()))) this.#skip();
    this.#push('tag', start, this.#text.slice(from, this.#index));
  }

  #blockScalar(style: string, start: Mark): void {
    this.#removeKey();
    this.#allowed = true;
    this.#skip();
    let chomp = '';
    let increment = 0;
    for (let i = 0; i < 2; i++) {
      if (chomp === '' && /[-+]/.test(this.#char())) {
        chomp = this.#char();
        this.#skip();
      } else if (increment === 0 && /\d/.test(this.#char())) {
        increment = Number(this.#char());
        if (increment === 0) this.#fail('found an indentation indicator equal to 0');
        this.#skip();
      }
    }
    while (this.#char() === ' ' || this.#char() === '\t') this.#skip();
    if (this.#char() === '#') while (this.#char() !== '' && !this.#isBreak()) this.#skip();
    if (this.#char() !== '' && !this.#isBreak()) this.#fail('did not find expected comment or line break');
    if (this.#isBreak()) this.#takeBreak();
    this.#push('scalar', start, this.#blockText(style, chomp, increment));
  }

  #blockText(style: string, chomp: string, increment: number): string {
    const base = Math.max(this.#indent, 0);
    const state = { indent: increment > 0 ? (this.#indent >= 0 ? this.#indent + increment : increment) : 0 };
    let text = '';
    let leading = '';
    let breaks = this.#blockBreaks(state, base);
    let leadingBlank = false;
    while (this.#column === state.indent && this.#char() !== '') {
      const trailingBlank = this.#char() === ' ' || this.#char() === '\t';
      if (style === '>' && leading.startsWith('\n') && !leadingBlank && !trailingBlank) {
        if (breaks === '') text += ' ';
      } else text += leading;
      leading = '';
      text += breaks;
      leadingBlank = this.#char() === ' ' || this.#char() === '\t';
      const from = this.#index;
      while (this.#char() !== '' && !this.#isBreak()) this.#skip();
      text += this.#text.slice(from, this.#index);
      if (this.#char() === '') {
        breaks = '';
        break;
      }
      leading = this.#takeBreak();
      breaks = this.#blockBreaks(state, base);
    }
    if (chomp !== '-') text += leading;
    return chomp === '+' ? text + breaks : text;
  }

  #blockBreaks(state: { indent: number }, base: number): string {
    let breaks = '';
    let widest = 0;
    for (;;) {
      while ((state.indent === 0 || this.#column < state.indent) && this.#char() === ' ') this.#skip();
      widest = Math.max(widest, this.#column);
      if ((state.indent === 0 || this.#column < state.indent) && this.#char() === '\t')
        this.#fail('found a tab character where an indentation space is expected');
      if (!this.#isBreak()) break;
      breaks += this.#takeBreak();
    }
    if (state.indent === 0) state.indent = Math.max(widest, this.#indent >= 0 ? base + 1 : 1);
    return breaks;
  }

  #quoted(quote: string, start: Mark): void {
    this.#saveKey();
    this.#allowed = false;
    this.#skip();
    let text = '';
    for (;;) {
      if (this.#atDocumentMark()) this.#fail('found unexpected document indicator');
      if (this.#char() === '') {
        if (this.#column !== 0) this.#line++;
        this.#fail('found unexpected end of stream');
      }
      let escapedBreak = false;
      while (!this.#isBlankOrEnd()) {
        const char = this.#char();
        if (quote === "'" && char === "'" && this.#char(1) === "'") {
          text += "'";
          this.#skip(2);
        } else if (char === quote) break;
        else if (quote === '"' && char === '\\' && this.#isBreak(1)) {
          this.#skip();
          this.#takeBreak();
          escapedBreak = true;
          break;
        } else if (quote === '"' && char === '\\') text += this.#escape();
        else {
          text += char;
          this.#skip();
        }
      }
      if (this.#char() === quote) break;
      text += this.#foldedBlanks(escapedBreak);
    }
    this.#skip();
    this.#push('scalar', start, text);
  }

  /** Blanks and line breaks between words: kept as they are on one line, folded over several. */
  #foldedBlanks(alreadyBroken: boolean): string {
    let blanks = '';
    let first = '';
    let more = '';
    let broken = alreadyBroken;
    while (this.#char() === ' ' || this.#char() === '\t' || this.#isBreak()) {
      if (!this.#isBreak()) {
        if (!broken) blanks += this.#char();
        this.#skip();
      } else if (!broken) {
        blanks = '';
        first = this.#takeBreak();
        broken = true;
      } else more += this.#takeBreak();
    }
    if (!broken) return blanks;
    if (first === '\n') return more === '' ? ' ' : more;
    return first + more;
  }

  #escape(): string {
    const code = this.#char(1);
    const size = HEX[code];
    if (size === undefined) {
      const value = ESCAPES[code];
      if (value === undefined) this.#fail('found unknown escape character');
      this.#skip(2);
      return value;
    }
    const digits = this.#text.slice(this.#index + 2, this.#index + 2 + size);
    if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < size)
      this.#fail('did not find expected hexdecimal number');
    const value = Number.parseInt(digits, 16);
    if (value > 0x10ffff) this.#fail('found invalid Unicode character escape code');
    this.#skip(2 + size);
    return String.fromCodePoint(value);
  }

  #plain(start: Mark): void {
    this.#saveKey();
    this.#allowed = false;
    const indent = this.#indent + 1;
    let text = '';
    let pendingBlanks = '';
    let line = this.#line;
    for (;;) {
      if (this.#atDocumentMark() || this.#char() === '#') break;
      const from = this.#index;
      while (!this.#isBlankOrEnd()) {
        const char = this.#char();
        if (char === ':' && this.#isBlankOrEnd(1)) break;
        if (this.#flow > 0) {
          if (char === ':' && ',[]{}?'.includes(this.#char(1) || '\0')) break;
          if (',?[]{}'.includes(char)) break;
        }
        this.#skip();
      }
      if (this.#index === from) break;
      text += pendingBlanks + this.#text.slice(from, this.#index);
      line = this.#line;
      if (!(this.#char() === ' ' || this.#char() === '\t' || this.#isBreak())) break;
      pendingBlanks = this.#plainBlanks(indent);
      if (this.#flow === 0 && this.#column < indent) break;
    }
    if (this.#line > line) this.#allowed = true;
    this.#push('scalar', start, text, true);
  }

  #plainBlanks(indent: number): string {
    let blanks = '';
    let first = '';
    let more = '';
    while (this.#char() === ' ' || this.#char() === '\t' || this.#isBreak()) {
      if (!this.#isBreak()) {
        if (first !== '' && this.#column < indent && this.#char() === '\t')
          this.#fail('found a tab character that violates indentation');
        if (first === '') blanks += this.#char();
        this.#skip();
      } else if (first === '') {
        blanks = '';
        first = this.#takeBreak();
      } else more += this.#takeBreak();
    }
    if (first === '') return blanks;
    if (first === '\n') return more === '' ? ' ' : more;
    return first + more;
  }
}
