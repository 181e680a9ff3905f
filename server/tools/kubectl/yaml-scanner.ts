/** Turns YAML text into tokens. Models libyaml's scanner as go-yaml carries it, with its error messages and marks. */

import { Cursor, type Mark } from './yaml-cursor.ts';
import { blockScalar, plainScalar, quotedScalar } from './yaml-scalar-scan.ts';

export { type Mark, YamlError } from './yaml-cursor.ts';

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

export class Scanner {
  readonly #at: Cursor;
  #flow = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  readonly #tokens: Token[] = [];
  #taken = 0;
  #allowed = true;
  #keys: SimpleKey[] = [];
  #ended = false;

  constructor(text: string) {
    this.#at = new Cursor(text.replace(/^\ufeff/, ''));
    this.#keys.push({ possible: false, required: false, token: 0, mark: this.#at.mark() });
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

  #push(type: TokenType, start: Mark, value = '', plain = false): void {
    this.#tokens.push({ type, start, value, plain });
  }

  #fetch(): void {
    this.#toNextToken();
    this.#staleKeys();
    this.#unroll(this.#at.column);
    const char = this.#at.char();
    const start = this.#at.mark();
    if (char === '') {
      this.#end();
      return;
    }
    if (this.#at.column === 0 && char === '%') this.#at.fail('did not find expected <document start>');
    if (this.#at.atDocumentMark()) {
      const type = char === '-' ? 'document-start' : 'document-end';
      this.#unroll(-1);
      this.#removeKey();
      this.#allowed = false;
      this.#at.skip(3);
      this.#push(type, start);
      return;
    }
    if (char === '[' || char === '{') this.#flowStart(char);
    else if (char === ']' || char === '}') this.#flowEnd(char);
    else if (char === ',') {
      this.#removeKey();
      this.#allowed = true;
      this.#at.skip();
      this.#push('flow-entry', start);
    } else if (char === '-' && this.#at.isBlankOrEnd(1)) this.#blockEntry(start);
    else if (char === '?' && (this.#flow > 0 || this.#at.isBlankOrEnd(1))) this.#key(start);
    else if (char === ':' && (this.#flow > 0 || this.#at.isBlankOrEnd(1))) this.#value(start);
    else if (char === '*' || char === '&') this.#anchor(char, start);
    else if (char === '!') this.#tag(start);
    else if ((char === '|' || char === '>') && this.#flow === 0) this.#blockScalar(char, start);
    else if (char === "'" || char === '"') this.#quoted(char, start);
    else if (this.#startsPlain(char)) this.#plain(start);
    else this.#at.fail('found character that cannot start any token');
  }

  #startsPlain(char: string): boolean {
    if (!this.#at.isBlankOrEnd() && !'-?:,[]{}#&*!|>\'"%@`'.includes(char)) return true;
    if (char === '-' && !(this.#at.char(1) === ' ' || this.#at.char(1) === '\t')) return true;
    return this.#flow === 0 && (char === '?' || char === ':') && !this.#at.isBlankOrEnd(1);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#at.column !== 0) {
      this.#at.column = 0;
      this.#at.line++;
    }
    this.#unroll(-1);
    this.#removeKey();
    this.#allowed = false;
    this.#push('stream-end', this.#at.mark());
  }

  #toNextToken(): void {
    for (;;) {
      while (this.#at.char() === ' ' || ((this.#flow > 0 || !this.#allowed) && this.#at.char() === '\t'))
        this.#at.skip();
      if (this.#at.char() === '#') while (this.#at.char() !== '' && !this.#at.isBreak()) this.#at.skip();
      if (!this.#at.isBreak()) return;
      this.#at.takeBreak();
      if (this.#flow === 0) this.#allowed = true;
    }
  }

  #staleKeys(): void {
    for (const key of this.#keys) {
      if (!key.possible) continue;
      if (key.mark.line < this.#at.line || key.mark.index + 1024 < this.#at.index) {
        if (key.required) this.#at.fail("could not find expected ':'");
        key.possible = false;
      }
    }
  }

  #saveKey(): void {
    const required = this.#flow === 0 && this.#indent === this.#at.column;
    if (!this.#allowed) return;
    this.#removeKey();
    this.#keys[this.#keys.length - 1] = {
      possible: true,
      required,
      token: this.#taken + this.#tokens.length,
      mark: this.#at.mark(),
    };
  }

  #removeKey(): void {
    const key = this.#keys.at(-1) as SimpleKey;
    if (key.possible && key.required) this.#at.fail("could not find expected ':'");
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
      this.#push('block-end', this.#at.mark());
      this.#indent = this.#indents.pop() as number;
    }
  }

  #flowStart(char: '[' | '{'): void {
    this.#saveKey();
    this.#keys.push({ possible: false, required: false, token: 0, mark: this.#at.mark() });
    this.#flow++;
    this.#allowed = true;
    const start = this.#at.mark();
    this.#at.skip();
    this.#push(char, start);
  }

  #flowEnd(char: ']' | '}'): void {
    this.#removeKey();
    if (this.#flow > 0) {
      this.#flow--;
      this.#keys.pop();
    }
    this.#allowed = false;
    const start = this.#at.mark();
    this.#at.skip();
    this.#push(char, start);
  }

  #blockEntry(start: Mark): void {
    if (this.#flow === 0) {
      if (!this.#allowed) this.#at.fail('block sequence entries are not allowed in this context');
      this.#roll(this.#at.column, -1, 'block-sequence-start', start);
    }
    this.#removeKey();
    this.#allowed = true;
    this.#at.skip();
    this.#push('block-entry', start);
  }

  #key(start: Mark): void {
    if (this.#flow === 0) {
      if (!this.#allowed) this.#at.fail('mapping keys are not allowed in this context');
      this.#roll(this.#at.column, -1, 'block-mapping-start', start);
    }
    this.#removeKey();
    this.#allowed = this.#flow === 0;
    this.#at.skip();
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
        if (!this.#allowed) this.#at.fail('mapping values are not allowed in this context');
        this.#roll(this.#at.column, -1, 'block-mapping-start', start);
      }
      this.#allowed = this.#flow === 0;
    }
    this.#at.skip();
    this.#push('value', start);
  }

  #anchor(char: string, start: Mark): void {
    this.#saveKey();
    this.#allowed = false;
    this.#at.skip();
    const from = this.#at.index;
    while (/[\w-]/.test(this.#at.char()) && this.#at.char() !== '') this.#at.skip();
    const name = this.#at.since(from);
    if (name === '' || !(this.#at.isBlankOrEnd() || '?:,]}%@`'.includes(this.#at.char())))
      this.#at.fail('did not find expected alphabetic or numeric character');
    this.#push(char === '*' ? 'alias' : 'anchor', start, name);
  }

  #tag(start: Mark): void {
    this.#saveKey();
    this.#allowed = false;
    const from = this.#at.index;
    while (!this.#at.isBlankOrEnd() && !(this.#flow > 0 && ',[]{}'.includes(this.#at.char())))
      this.#at.skip();
    this.#push('tag', start, this.#at.since(from));
  }

  #blockScalar(style: string, start: Mark): void {
    this.#removeKey();
    this.#allowed = true;
    this.#push('scalar', start, blockScalar(this.#at, style, this.#indent));
  }

  #quoted(quote: string, start: Mark): void {
    this.#saveKey();
    this.#allowed = false;
    this.#push('scalar', start, quotedScalar(this.#at, quote));
  }

  #plain(start: Mark): void {
    this.#saveKey();
    const { text, broken } = plainScalar(this.#at, { indent: this.#indent + 1, flow: this.#flow > 0 });
    this.#allowed = broken;
    this.#push('scalar', start, text, true);
  }
}
