export type TokenType =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'open'
  | 'close'
  | 'char'
  | 'string'
  | 'raw'
  | 'rune'
  | 'number'
  | 'bool'
  | 'variable'
  | 'field'
  | 'dot'
  | 'identifier'
  | 'keyword'
  | 'error'
  | 'eof';

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  /** Where it begins in the template. */
  readonly at: number;
  readonly line: number;
}

const KEYWORDS = new Set('block break continue define else end if range nil template with'.split(' '));
const OPERATORS: Readonly<Record<string, TokenType>> = { '=': 'assign', '|': 'pipe' };
const QUOTED: Readonly<Record<string, readonly [TokenType, pattern: RegExp, fault: string]>> = {
  '"': ['string', /"(?:[^"\\\n]|\\[^\n])*"/y, 'unterminated quoted string'],
  '`': ['raw', /`[^`]*`/y, 'unterminated raw quoted string'],
  "'": ['rune', /'(?:[^'\\\n]|\\[^\n])*'/y, 'unterminated character constant'],
};
const NUMBER =
  /[-+]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][-+]?[\d_]*)?|0[oO][0-7_]*|0[bB][01_]*|[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?[\d_]*)?)i?/y;
const WORD = /[\p{L}\p{Nd}_]*/uy;
const SPACE = /[ \t\r\n]/;
const TRIM_MARKER_LENGTH = 2;

/** The tokens of a Go template. Models text/template/parse/lex.go. */
export class Lexer {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #inAction = false;
  #depth = 0;
  #ended: Token | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    if (this.#ended) return this.#ended;
    const token = this.#inAction ? this.#actionToken() : this.#outside();
    if (token.type === 'error' || token.type === 'eof') this.#ended = token;
    return token;
  }

  #emit(type: TokenType, end: number): Token {
    const token = { type, text: this.#text.slice(this.#at, end), at: this.#at, line: this.#line };
    this.#skip(end);
    return token;
  }

  #skip(end: number): void {
    for (let i = this.#at; i < end; i++) if (this.#text[i] === '\n') this.#line++;
    this.#at = end;
  }

  #fault(text: string): Token {
    return { type: 'error', text, at: this.#at, line: this.#line };
  }

  /** Text, up to an action and with the blanks that its `{{-` takes. */
  #outside(): Token {
    const text = this.#text;
    for (;;) {
      const open = text.indexOf('{{', this.#at);
      const end = open < 0 ? text.length : open;
      const trims = open >= 0 && trimsLeft(text, open + 2);
      const kept = trims ? this.#at + text.slice(this.#at, end).trimEnd().length : end;
      if (kept > this.#at) return this.#emit('text', kept);
      this.#skip(end);
      if (open < 0) return this.#emit('eof', end);
      const inner = open + 2 + (trims ? TRIM_MARKER_LENGTH : 0);
      if (!text.startsWith('/*', inner)) {
        this.#inAction = true;
        this.#depth = 0;
        const token = { type: 'left', text: '{{', at: open, line: this.#line } as const;
        this.#skip(inner);
        return token;
      }
      const fault = this.#comment(inner);
      if (fault) return fault;
    }
  }

  #comment(from: number): Token | undefined {
    this.#skip(from);
    const close = this.#text.indexOf('*/', from + 2);
    if (close < 0) return this.#fault('unclosed comment');
    const delimiter = this.#rightDelimiter(close + 2);
    if (!delimiter) return this.#fault('comment ends before closing delimiter');
    this.#skip(delimiter.end);
    return undefined;
  }

  /** The `}}` or ` -}}` that stands here, and where the text after it begins. */
  #rightDelimiter(at: number): { at: number; end: number } | undefined {
    const text = this.#text;
    if (SPACE.test(text[at] ?? '') && text.startsWith('-}}', at + 1)) {
      let end = at + TRIM_MARKER_LENGTH + 2;
      while (SPACE.test(text[end] ?? '')) end++;
      return { at: at + TRIM_MARKER_LENGTH, end };
    }
    return text.startsWith('}}', at) ? { at, end: at + 2 } : undefined;
  }

  #actionToken(): Token {
    const delimiter = this.#rightDelimiter(this.#at);
    if (delimiter) {
      if (this.#depth > 0) return this.#fault('unclosed left paren');
      this.#inAction = false;
      this.#skip(delimiter.at);
      const token = { type: 'right', text: '}}', at: delimiter.at, line: this.#line } as const;
      this.#skip(delimiter.end);
      return token;
    }
    const char = this.#text[this.#at];
    if (char === undefined) return this.#fault('unclosed action');
    if (SPACE.test(char)) return this.#space();
    const operator = OPERATORS[char];
    if (operator) return this.#emit(operator, this.#at + 1);
    if (char === ':')
      return this.#text[this.#at + 1] === '='
        ? this.#emit('declare', this.#at + 2)
        : this.#fault('expected :=');
    const quoted = QUOTED[char];
    if (quoted) return this.#quoted(...quoted);
    if (char === '(' || char === ')') return this.#parenthesis(char);
    return this.#word(char);
  }

  #space(): Token {
    let end = this.#at;
    while (SPACE.test(this.#text[end] ?? '')) end++;
    // The last blank may belong to ` -}}`.
    if (this.#text.startsWith('-}}', end) && end - this.#at > 1) end--;
    return this.#emit('space', end);
  }

  #quoted(type: TokenType, pattern: RegExp, fault: string): Token {
    const end = this.#match(pattern);
    return end > this.#at ? this.#emit(type, end) : this.#fault(fault);
  }

  #parenthesis(char: string): Token {
    this.#depth += char === '(' ? 1 : -1;
    if (this.#depth < 0) return this.#fault('unexpected right paren');
    return this.#emit(char === '(' ? 'open' : 'close', this.#at + 1);
  }

  #word(char: string): Token {
    const next = this.#text[this.#at + 1] ?? '';
    if (char === '$') return this.#name('variable', 'variable');
    if (char === '.' && !/\d/.test(next)) return this.#name('field', 'dot');
    if (/[-+.\d]/.test(char)) return this.#number();
    if (/[\p{L}\p{Nd}_]/u.test(char)) return this.#identifier();
    if (/[!-~]/.test(char)) return this.#emit('char', this.#at + 1);
    return this.#fault(`unrecognized character in action: ${unicode(this.#text, this.#at)}`);
  }

  /** A name behind a dot or a dollar; `bare` when there is none. */
  #name(type: TokenType, bare: TokenType): Token {
    if (this.#atTerminator(this.#at + 1)) return this.#emit(bare, this.#at + 1);
    const end = this.#match(WORD, this.#at + 1);
    if (!this.#atTerminator(end)) return this.#fault(`bad character ${unicode(this.#text, end)}`);
    return this.#emit(type, end);
  }

  #identifier(): Token {
    const end = this.#match(WORD);
    if (!this.#atTerminator(end)) return this.#fault(`bad character ${unicode(this.#text, end)}`);
    const word = this.#text.slice(this.#at, end);
    if (KEYWORDS.has(word)) return this.#emit('keyword', end);
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier', end);
  }

  #number(): Token {
    const end = this.#match(NUMBER);
    if (!/[\p{L}\p{Nd}_]/u.test(this.#text[end] ?? '')) return this.#emit('number', end);
    return this.#fault(`bad number syntax: ${JSON.stringify(this.#text.slice(this.#at, end + 1))}`);
  }

  #match(pattern: RegExp, from = this.#at): number {
    pattern.lastIndex = from;
    return from + (pattern.exec(this.#text)?.[0].length ?? 0);
  }

  #atTerminator(at: number): boolean {
    const char = this.#text[at];
    return char === undefined || /[ \t\r\n.,|:)(]/.test(char) || this.#text.startsWith('}}', at);
  }
}

function trimsLeft(text: string, at: number): boolean {
  return text[at] === '-' && SPACE.test(text[at + 1] ?? '');
}

/** `%#U` */
function unicode(text: string, at: number): string {
  const code = text.codePointAt(at);
  if (code === undefined) return 'U+FFFFFFFFFFFFFFFF';
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  return code < 32 || code === 127 ? `U+${hex}` : `U+${hex} '${String.fromCodePoint(code)}'`;
}
