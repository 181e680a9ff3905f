import { numberFrom } from './json-text.ts';
import { binary, index, LEVELS } from './nodes.ts';
import { parseBindings } from './parse-pattern.ts';
import type { Definition, Entry, Node, Pattern } from './syntax.ts';
import { CompileError, TokenStream } from './token-stream.ts';
import type { Json } from './values.ts';

const IDENTITY: Node = { type: 'identity' };
const MAX_NESTING = 1000;
const CONSTANTS: Readonly<Record<string, Json>> = { true: true, false: false, null: null };

/** Models jq src/parser.y by recursive descent. */
export class Parser extends TokenStream {
  #depth = 0;

  program(): Node {
    const definitions: Definition[] = [];
    while (this.is('def')) definitions.push(this.definition());
    if (this.token.kind === 'unknown') this.unexpected('end of file');
    let body: Node = this.token.kind === 'end' ? IDENTITY : this.pipe();
    if (this.token.kind !== 'end') this.unexpected('end of file');
    for (const definition of definitions.reverse()) body = { type: 'define', definition, rest: body };
    return body;
  }

  /** A library: nothing but definitions. */
  static definitions(text: string): Definition[] {
    const parser = new Parser(text);
    const out: Definition[] = [];
    while (parser.is('def')) out.push(parser.definition());
    return out;
  }

  pipe(): Node {
    if (++this.#depth > MAX_NESTING) throw new CompileError('memory exhausted', this.token.at);
    try {
      if (this.is('def')) {
        const definition = this.definition();
        return { type: 'define', definition, rest: this.pipe() };
      }
      const left = this.#comma();
      return this.accept('|') ? { type: 'pipe', left, right: this.pipe() } : left;
    } finally {
      this.#depth--;
    }
  }

  #comma(): Node {
    let left = this.#level(0);
    while (this.accept(',')) left = { type: 'comma', left, right: this.#level(0) };
    return left;
  }

  #level(index: number): Node {
    const level = LEVELS[index];
    if (!level) return this.#operand();
    let left = this.#level(index + 1);
    for (let first = true; level.marks.includes(this.token.text) && this.is(this.token.text); first = false) {
      if (level.side === 'none' && !first) this.unexpected();
      const operator = this.take().text;
      left = binary(operator, left, this.#level(level.side === 'right' ? index : index + 1));
    }
    return left;
  }

  #operand(): Node {
    if (this.accept('-')) return { type: 'negate', body: this.#operand() };
    if (this.is('label')) return this.#label();
    if (this.is('def')) return this.pipe();
    const term = this.suffixed(this.term());
    if (!this.accept('as')) return term;
    const patterns = [parseBindings(this)];
    while (this.accept('?//')) patterns.push(parseBindings(this));
    return this.bound(term, patterns);
  }

  /** What may follow a term in another dialect. */
  protected suffixed(term: Node): Node {
    return term;
  }

  /** What follows `term as $x`. */
  protected bound(source: Node, patterns: readonly Pattern[]): Node {
    this.expect('|', "'|'");
    return { type: 'as', source, patterns, body: this.pipe() };
  }

  /** Functions whose argument is a bare word. */
  protected takesWord(_name: string): boolean {
    return false;
  }

  #label(): Node {
    this.take();
    this.expect('$', "'$'");
    const name = this.word();
    this.expect('|', "'|'");
    return { type: 'label', name, body: this.pipe() };
  }

  definition(): Definition {
    this.take();
    const name = this.word();
    const parameters: string[] = [];
    if (this.accept('(')) {
      do parameters.push(this.accept('$') ? `$${this.word()}` : this.word());
      while (this.accept(';'));
      this.expect(')', "';'", "')'");
    }
    this.expect(':', parameters.length > 0 ? "':'" : "'('", ...(parameters.length > 0 ? [] : ["':'"]));
    const body = this.pipe();
    this.expect(';');
    return { name, parameters, body };
  }

  /** A term with everything that may follow it: `.a`, `[1]`, `?`. */
  term(): Node {
    let term = this.#primary();
    for (;;) {
      if (this.token.kind === 'field') term = index(term, this.take().text.slice(1));
      else if (this.is('.')) term = this.#afterDot(term);
      else if (this.is('[')) term = this.#brackets(term);
      else if (this.accept('?')) term = { type: 'try', body: term, handler: undefined };
      else return term;
    }
  }

  #afterDot(target: Node): Node {
    this.take();
    if (this.token.kind === 'string' || this.token.kind === 'format')
      return { type: 'index', target, key: this.#stringTerm() };
    if (this.is('[')) return this.#brackets(target);
    return this.unexpected('FORMAT', 'QQSTRING_START', "'['");
  }

  #brackets(target: Node): Node {
    this.take();
    if (this.accept(']')) return { type: 'iterate', target };
    if (this.accept(':')) {
      const to = this.pipe();
      this.expect(']');
      return { type: 'slice', target, from: undefined, to };
    }
    const key = this.pipe();
    if (!this.accept(':')) {
      this.expect(']');
      return { type: 'index', target, key };
    }
    const to = this.is(']') ? undefined : this.pipe();
    this.expect(']');
    return { type: 'slice', target, from: key, to };
  }

  #primary(): Node {
    const { token } = this;
    switch (token.kind) {
      case 'number':
        return { type: 'literal', value: numberFrom(this.take().text) };
      case 'string':
        return this.string('text');
      case 'format':
        return this.#stringTerm();
      case 'field':
        return index(IDENTITY, this.take().text.slice(1));
      case 'name':
        return this.#call();
      case 'keyword':
        return this.#keyword(token.text);
      case 'mark':
        return this.#markTerm(token.text);
      default:
        return this.unexpected();
    }
  }

  #markTerm(mark: string): Node {
    if (mark === '.') {
      this.take();
      if (this.token.kind === 'string' || this.token.kind === 'format')
        return { type: 'index', target: IDENTITY, key: this.#stringTerm() };
      return IDENTITY;
    }
    if (mark === '..') {
      this.take();
      return { type: 'call', name: 'recurse', args: [], at: this.token.at };
    }
    if (mark === '$') return this.#variable();
    if (mark === '(') {
      this.take();
      const body = this.pipe();
      this.expect(')');
      return body;
    }
    if (mark === '[') {
      this.take();
      if (this.accept(']')) return { type: 'literal', value: [] };
      const body = this.pipe();
      this.expect(']');
      return { type: 'array', body };
    }
    return mark === '{' ? this.#object() : this.unexpected();
  }

  #keyword(word: string): Node {
    switch (word) {
      case 'if':
        return this.#if();
      case 'try': {
        this.take();
        const body = this.#tried();
        return { type: 'try', body, handler: this.accept('catch') ? this.#tried() : undefined };
      }
      case 'reduce':
      case 'foreach':
        return this.#fold(word);
      case 'import':
      case 'include':
        throw new CompileError('modules are not available in this simulation', this.token.at);
      default:
        return this.unexpected();
    }
  }

  #tried(): Node {
    return this.is('-') ? this.#operand() : this.term();
  }

  #if(): Node {
    const { at } = this.take();
    const condition = this.pipe();
    this.expect('then');
    try {
      return this.#branches(condition);
    } catch (error) {
      if (error instanceof CompileError)
        error.further.push(new CompileError("Possibly unterminated 'if' statement", at));
      throw error;
    }
  }

  #branches(condition: Node): Node {
    const then = this.pipe();
    if (this.is('elif')) {
      this.take();
      const inner = this.pipe();
      this.expect('then');
      return { type: 'if', condition, then, otherwise: this.#branches(inner) };
    }
    const otherwise = this.accept('else') ? this.pipe() : undefined;
    this.expect('end');
    return { type: 'if', condition, then, otherwise };
  }

  #fold(word: 'reduce' | 'foreach'): Node {
    this.take();
    const source = this.term();
    this.expect('as', 'as');
    const pattern = parseBindings(this);
    this.expect('(', "'('");
    const start = this.pipe();
    this.expect(';');
    const update = this.pipe();
    const extract = word === 'foreach' && this.accept(';') ? this.pipe() : undefined;
    this.expect(')');
    if (word === 'reduce') return { type: 'reduce', source, pattern, start, update };
    return { type: 'foreach', source, pattern, start, update, extract };
  }

  #call(): Node {
    const { text: name, at } = this.take();
    if (name === 'break' && this.is('$')) {
      this.take();
      return { type: 'break', name: this.word(), at };
    }
    if (name in CONSTANTS && !this.is('(')) return { type: 'literal', value: CONSTANTS[name] as Json };
    const args: Node[] = [];
    if (this.takesWord(name) && this.accept('(')) {
      args.push({ type: 'literal', value: this.word() });
      this.expect(')');
    } else if (this.accept('(')) {
      do args.push(this.pipe());
      while (this.accept(';'));
      this.expect(')', "';'", "')'");
    }
    return { type: 'call', name, args, at };
  }

  #variable(): Node {
    const { at } = this.take();
    if (this.is('__loc__')) {
      const line = this.lexer.text.slice(0, this.take().at).split('\n').length;
      return {
        type: 'literal',
        value: new Map<string, string | number>([
          ['file', '<top-level>'],
          ['line', line],
        ]),
      };
    }
    return { type: 'variable', name: this.word(), at };
  }

  #stringTerm(): Node {
    const format = this.token.kind === 'format' ? this.take().text.slice(1) : undefined;
    if (this.token.kind === 'string') return this.string(format ?? 'text');
    return { type: 'format', name: format as string };
  }

  /** From the opening quote to the closing one, with the programs that are inside. */
  string(format: string): Node {
    const lexer = this.lexer;
    const start = this.token.at;
    const parts: (string | Node)[] = [];
    let text = '';
    lexer.at = start + 1;
    for (;;) {
      const char = lexer.text[lexer.at];
      if (char === undefined) {
        this.token = { kind: 'end', text: '', at: start, end: lexer.at };
        this.unexpected('QQSTRING_TEXT', 'QQSTRING_INTERP_START', 'QQSTRING_END');
      }
      lexer.at++;
      if (char === '"') break;
      if (char !== '\\') text += char;
      else if (lexer.text[lexer.at] === '(') {
        if (text !== '') parts.push(text);
        text = '';
        this.token = lexer.next();
        this.take();
        parts.push(this.pipe());
        if (!this.is(')')) this.unexpected();
        lexer.at = this.token.end;
      } else text += this.escape(start);
    }
    if (text !== '') parts.push(text);
    lexer.last = lexer.at - 1;
    this.token = lexer.next();
    if (parts.every((part) => typeof part === 'string')) return { type: 'literal', value: parts.join('') };
    return { type: 'string', format, parts };
  }

  #object(): Node {
    this.take();
    const entries: Entry[] = [];
    while (!this.is('}')) {
      entries.push(this.#entry());
      if (!this.accept(',') && !this.is('}')) this.unexpected("'}'");
    }
    this.take();
    return { type: 'object', entries };
  }

  #entry(): Entry {
    if (this.is('$')) {
      const value = this.#variable();
      const name = value.type === 'variable' ? value.name : '__loc__';
      return { key: { type: 'literal', value: name }, value };
    }
    if (this.accept('(')) {
      const key = this.pipe();
      this.expect(')');
      this.expect(':', "':'");
      return { key, value: this.#entryValue() };
    }
    const key = this.#entryKey();
    return { key, value: this.accept(':') ? this.#entryValue() : { type: 'index', target: IDENTITY, key } };
  }

  #entryKey(): Node {
    const { token } = this;
    if (token.kind === 'string' || token.kind === 'format') return this.#stringTerm();
    if (token.kind === 'name' || token.kind === 'keyword')
      return { type: 'literal', value: this.take().text };
    if (token.kind !== 'number') this.unexpected();
    return { type: 'literal', value: token.text };
  }

  /** What may stand as a value without parentheses: terms, `-`, `|`. */
  #entryValue(): Node {
    const left: Node = this.accept('-') ? { type: 'negate', body: this.#entryValue() } : this.term();
    return this.accept('|') ? { type: 'pipe', left, right: this.#entryValue() } : left;
  }
}
